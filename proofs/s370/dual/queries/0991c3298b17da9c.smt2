; Popek 0.1.0, obligation IPK/privileged/user-completes
; machine s370, IBM System/370, with dynamic address translation and extended control mode; specification f2c170aa98db9b489d9e77f2d338eaf2c6a98792a55856fe18dcc11367ae2cd4; configuration dual
; Is there a user state from which the step is done or halts?
; unsat: there is none, whatever the operands. sat: there is one, if the states replay on the machine.
; Popek: is there an assignment that makes the assertions true?
(set-option :produce-models true)
(set-logic QF_BV)
(declare-fun state.Problem () (_ BitVec 1))
(declare-fun state.CR14 () (_ BitVec 32))
(declare-fun state.CR5 () (_ BitVec 32))
(declare-fun state.CR3 () (_ BitVec 32))
(declare-fun state.Dual () (_ BitVec 1))
(declare-fun state.CR8 () (_ BitVec 32))
(declare-fun state.Formats () (_ BitVec 16))
(define-fun n0 () Bool (and (= state.Problem #b1) (or (not (= state.Dual #b1)) (not (= ((_ extract 11 11) state.Formats) #b1)))))
(assert (= state.Problem #b1))
(assert (not (= ((_ extract 19 19) state.CR14) #b1)))
(assert (not (= ((_ extract 31 31) state.CR5) #b1)))
(assert (= ((_ extract 31 16) state.CR3) #x0000))
(assert (= state.Dual #b1))
(assert (= ((_ extract 15 0) state.CR8) #xffff))
(assert (= ((_ extract 11 10) state.Formats) #b00))
(assert (not n0))
(check-sat)
