; Popek 0.1.0, obligation IPK/resource/differs
; machine s370, IBM System/370, with dynamic address translation and extended control mode; specification f2c170aa98db9b489d9e77f2d338eaf2c6a98792a55856fe18dcc11367ae2cd4; configuration dual
; Is there two states that differ only in other resources, with different outcomes?
; The address map is left opaque. unsat: there is none, whatever the map. sat: not known.
; Popek: is there an assignment that makes the assertions true?
(set-option :produce-models true)
(set-logic QF_BV)
(declare-fun state.Problem () (_ BitVec 1))
(declare-fun free.1.Dual () (_ BitVec 1))
(declare-fun state.Formats () (_ BitVec 16))
(define-fun n0 () Bool (not (= ((_ extract 11 11) state.Formats) #b1)))
(declare-fun free.2.Dual () (_ BitVec 1))
(declare-fun state.CR14 () (_ BitVec 32))
(declare-fun state.CR5 () (_ BitVec 32))
(declare-fun free.2.CR8 () (_ BitVec 32))
(define-fun n1 () Bool (and (and (= free.2.Dual #b1) (= ((_ extract 15 0) free.2.CR8) #xffff)) (= ((_ extract 11 10) state.Formats) #b00)))
(declare-fun state.CR3 () (_ BitVec 32))
(define-fun n2 () Bool (and (not (= ((_ extract 19 19) state.CR14) #b1)) (and (not (= ((_ extract 31 31) state.CR5) #b1)) (and n1 (= ((_ extract 31 16) state.CR3) #x0000)))))
(assert (= state.Problem #b1))
(assert (or (not (= free.1.Dual #b1)) n0))
(assert (not (and (= state.Problem #b1) (or n0 (not (= free.2.Dual #b1))))))
(assert (or n2 (not (= state.Problem #b1))))
(check-sat)
