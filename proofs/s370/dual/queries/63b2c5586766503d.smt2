; Popek 0.1.0, obligation SPKA/resource/differs
; machine s370, IBM System/370, with dynamic address translation and extended control mode; specification f2c170aa98db9b489d9e77f2d338eaf2c6a98792a55856fe18dcc11367ae2cd4; configuration dual
; Is there two states that differ only in other resources, with different outcomes?
; The address map is left opaque. unsat: there is none, whatever the map. sat: not known.
; Popek: is there an assignment that makes the assertions true?
(set-option :produce-models true)
(set-logic QF_BV)
(declare-fun state.CR14 () (_ BitVec 32))
(declare-fun state.CR5 () (_ BitVec 32))
(declare-fun free.2.CR8 () (_ BitVec 32))
(declare-fun free.2.Dual () (_ BitVec 1))
(declare-fun state.Formats () (_ BitVec 16))
(define-fun n0 () Bool (and (and (= ((_ extract 15 0) free.2.CR8) #xffff) (= free.2.Dual #b1)) (= ((_ extract 11 10) state.Formats) #b00)))
(declare-fun state.CR3 () (_ BitVec 32))
(define-fun n1 () (_ BitVec 16) ((_ extract 31 16) state.CR3))
(define-fun n2 () Bool (and (not (= ((_ extract 19 19) state.CR14) #b1)) (and (not (= ((_ extract 31 31) state.CR5) #b1)) (and n0 (= n1 #x0000)))))
(declare-fun state.Problem () (_ BitVec 1))
(declare-fun field.d () (_ BitVec 12))
(declare-fun field.b () (_ BitVec 4))
(declare-fun cell.state.R.0 () (_ BitVec 32))
(define-fun n3 () (_ BitVec 4) ((_ extract 7 4) (bvadd (concat #x000 field.d) (ite (= field.b #x0) #x000000 ((_ extract 23 0) cell.state.R.0)))))
(define-fun n4 () Bool (not (= ((_ extract 15 15) (bvshl n1 ((_ zero_extend 12) n3))) #b1)))
(declare-fun free.1.Dual () (_ BitVec 1))
(assert (or n2 (not (= state.Problem #b1))))
(assert (not (and (= state.Problem #b1) (or n4 (not (= free.2.Dual #b1))))))
(assert (= state.Problem #b1))
(assert (or n4 (not (= free.1.Dual #b1))))
(check-sat)
