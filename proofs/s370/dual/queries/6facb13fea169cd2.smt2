; Popek 0.1.0, obligation SPKA/privileged/user-completes
; machine s370, IBM System/370, with dynamic address translation and extended control mode; specification f2c170aa98db9b489d9e77f2d338eaf2c6a98792a55856fe18dcc11367ae2cd4; configuration dual
; Is there a user state from which the step is done or halts?
; unsat: there is none, whatever the operands. sat: there is one, if the states replay on the machine.
; Popek: is there an assignment that makes the assertions true?
(set-option :produce-models true)
(set-logic QF_BV)
(declare-fun state.Problem () (_ BitVec 1))
(declare-fun state.Dual () (_ BitVec 1))
(declare-fun state.CR3 () (_ BitVec 32))
(define-fun n0 () (_ BitVec 16) ((_ extract 31 16) state.CR3))
(declare-fun field.d () (_ BitVec 12))
(declare-fun field.b () (_ BitVec 4))
(declare-fun cell.state.R.0 () (_ BitVec 32))
(define-fun n1 () (_ BitVec 4) ((_ extract 7 4) (bvadd (concat #x000 field.d) (ite (= field.b #x0) #x000000 ((_ extract 23 0) cell.state.R.0)))))
(define-fun n2 () Bool (and (= state.Problem #b1) (or (not (= state.Dual #b1)) (not (= ((_ extract 15 15) (bvshl n0 ((_ zero_extend 12) n1))) #b1)))))
(declare-fun state.CR14 () (_ BitVec 32))
(declare-fun state.CR5 () (_ BitVec 32))
(declare-fun state.CR8 () (_ BitVec 32))
(declare-fun state.Formats () (_ BitVec 16))
(assert (not n2))
(assert (= state.Problem #b1))
(assert (not (= ((_ extract 19 19) state.CR14) #b1)))
(assert (not (= ((_ extract 31 31) state.CR5) #b1)))
(assert (= n0 #x0000))
(assert (= state.Dual #b1))
(assert (= ((_ extract 15 0) state.CR8) #xffff))
(assert (= ((_ extract 11 10) state.Formats) #b00))
(check-sat)
