; Popek 0.1.0, obligation MC/vmm-hybrid-fidelity-extended-within-k/departs
; machine s370, IBM System/370, with dynamic address translation and extended control mode; specification f2c170aa98db9b489d9e77f2d338eaf2c6a98792a55856fe18dcc11367ae2cd4; configuration base
; Is there a simulated state, and a user state that shows the same, from which the real machine goes another way than the bare one?
; The address map is left opaque. unsat: there is none, whatever the map. sat: not known.
; Popek: is there an assignment that makes the assertions true?
(set-option :produce-models true)
(set-logic QF_BV)
(declare-fun free.2.CR8 () (_ BitVec 32))
(define-fun n0 () (_ BitVec 16) ((_ extract 15 0) free.2.CR8))
(declare-fun field.i () (_ BitVec 8))
(define-fun n1 () (_ BitVec 4) ((_ extract 3 0) field.i))
(declare-fun free.1.CR8 () (_ BitVec 32))
(define-fun n2 () (_ BitVec 16) ((_ extract 15 0) free.1.CR8))
(define-fun n3 () Bool (or (not (= ((_ extract 7 4) field.i) #x0)) (= ((_ extract 15 15) (bvshl n2 ((_ zero_extend 12) n1))) #b1)))
(declare-fun free.1.Problem () (_ BitVec 1))
(declare-fun free.1.Dual () (_ BitVec 1))
(declare-fun free.2.Dual () (_ BitVec 1))
(declare-fun free.2.Problem () (_ BitVec 1))
(assert (not (= ((_ extract 15 15) (bvshl n0 ((_ zero_extend 12) n1))) #b1)))
(assert (= ((_ extract 7 4) field.i) #x0))
(assert n3)
(assert (= free.1.Problem #b1))
(assert (not (= free.1.Dual #b1)))
(assert (= n2 #xffff))
(assert (= n0 #xffff))
(assert (not (= free.2.Dual #b1)))
(assert (= free.2.Problem #b1))
(check-sat)
