; Popek 0.1.0, obligation MTC0[d=EntryLo0]/user-control-within-k/changes
; machine mips32r2, MIPS32 release 2, as in the 24K, with its translation buffer of 16 pairs; specification 31bf7561560db2872e991e71bdedd909bd1bab33d950a46087314891495b0576; configuration guest
; Is there a user state of the configuration from which the step is done and has changed mode, the map or storage outside the window?
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
(declare-fun state.capacity () (_ BitVec 31))
(declare-fun field.t () (_ BitVec 5))
(declare-fun cell.state.GPR.0 () (_ BitVec 32))
(declare-fun state.EntryLo0 () (_ BitVec 26))
(define-fun n1 () Bool (= (ite (= field.t #b00000) #b00000000000000000000000000 ((_ extract 25 0) cell.state.GPR.0)) state.EntryLo0))
(assert (= state.HWREna #x0))
(assert (not (= state.CU0 #b1)))
(assert (not (= state.CU1 #b1)))
(assert (not n0))
(assert (= ((_ extract 1 1) state.KSU) #b1))
(assert (bvule state.capacity #b1000000000000000000000000000000))
(assert (or n0 (= ((_ extract 1 1) state.KSU) #b1)))
(assert (not n1))
(assert (not (and (not (= state.CU0 #b1)) (not n0))))
(check-sat)
