; Popek 0.1.0, obligation MC/user-resource/differs
; machine s370, IBM System/370, with dynamic address translation and extended control mode; specification f2c170aa98db9b489d9e77f2d338eaf2c6a98792a55856fe18dcc11367ae2cd4; configuration base
; Is there two user states that differ only in other resources, with different outcomes?
; The address map is left opaque. unsat: there is none, whatever the map. sat: not known.
; Popek: is there an assignment that makes the assertions true?
(set-option :produce-models true)
(set-logic QF_BV)
(declare-fun state.Problem () (_ BitVec 1))
(declare-fun free.2.CR8 () (_ BitVec 32))
(define-fun n0 () (_ BitVec 16) ((_ extract 15 0) free.2.CR8))
(declare-fun free.2.Dual () (_ BitVec 1))
(declare-fun field.i () (_ BitVec 8))
(define-fun n1 () (_ BitVec 4) ((_ extract 3 0) field.i))
(declare-fun free.1.CR8 () (_ BitVec 32))
(define-fun n2 () Bool (or (not (= ((_ extract 7 4) field.i) #x0)) (= ((_ extract 15 15) (bvshl ((_ extract 15 0) free.1.CR8) ((_ zero_extend 12) n1))) #b1)))
(assert (= state.Problem #b1))
(assert (= n0 #xffff))
(assert (not (= free.2.Dual #b1)))
(assert (not (= ((_ extract 15 15) (bvshl n0 ((_ zero_extend 12) n1))) #b1)))
(assert (= ((_ extract 7 4) field.i) #x0))
(assert n2)
(check-sat)
