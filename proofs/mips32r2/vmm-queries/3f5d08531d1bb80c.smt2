; Popek 0.1.0, obligation RDHWR[register=4]/vmm-efficiency/runs-directly
; machine mips32r2, MIPS32 release 2, as in the 24K, with its translation buffer of 16 pairs; specification 31bf7561560db2872e991e71bdedd909bd1bab33d950a46087314891495b0576; configuration guest
; Is there a user state of the configuration from which the step is done or halts?
; unsat: there is none, whatever the operands. sat: there is one, if the states replay on the machine.
; Popek: is there an assignment that makes the assertions true?
(set-option :produce-models true)
(set-logic QF_BV)
(declare-fun state.HWREna () (_ BitVec 4))
(declare-fun state.CU0 () (_ BitVec 1))
(declare-fun state.CU1 () (_ BitVec 1))
(declare-fun state.ERL () (_ BitVec 1))
(declare-fun state.KSU () (_ BitVec 2))
(declare-fun state.EXL () (_ BitVec 1))
(define-fun n0 () Bool (or (= state.ERL #b1) (or (= state.KSU #b00) (= state.EXL #b1))))
(declare-fun field.d () (_ BitVec 5))
(declare-fun state.capacity () (_ BitVec 31))
(define-fun n1 () Bool (and (not (= state.CU0 #b1)) (not n0)))
(define-fun n2 () Bool (or (and (and n1 (not (= ((_ extract 0 0) state.HWREna) #b1))) (= field.d #b00000)) (bvule #b00100 field.d)))
(define-fun n3 () Bool (or (or (and (and n1 (not (= ((_ extract 1 1) state.HWREna) #b1))) (= field.d #b00001)) n2) (and (and n1 (not (= ((_ extract 2 2) state.HWREna) #b1))) (= field.d #b00010))))
(assert (= state.HWREna #x0))
(assert (not (= state.CU0 #b1)))
(assert (not (= state.CU1 #b1)))
(assert (not n0))
(assert (= ((_ extract 1 1) state.KSU) #b1))
(assert (or (= field.d #b00100) (not (bvult field.d #b00100))))
(assert (bvule state.capacity #b1000000000000000000000000000000))
(assert (or n0 (= ((_ extract 1 1) state.KSU) #b1)))
(assert (not (or (and (= field.d #b00011) (and n1 (not (= ((_ extract 3 3) state.HWREna) #b1)))) n3)))
(check-sat)
