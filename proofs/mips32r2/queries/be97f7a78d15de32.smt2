; Popek 0.1.0, obligation ERET/user-control-extended/changes
; machine mips32r2, MIPS32 release 2, as in the 24K, with its translation buffer of 16 pairs; specification 31bf7561560db2872e991e71bdedd909bd1bab33d950a46087314891495b0576; configuration guest
; Is there a user state from which the step is done and has changed mode, the map, another resource or storage outside the window (or stopped the processor)?
; unsat: there is none, whatever the operands. sat: there is one, if the states replay on the machine.
; Popek: is there an assignment that makes the assertions true?
(set-option :produce-models true)
(set-logic QF_BV)
(declare-fun state.capacity () (_ BitVec 31))
(declare-fun state.KSU () (_ BitVec 2))
(declare-fun state.ERL () (_ BitVec 1))
(declare-fun state.EXL () (_ BitVec 1))
(define-fun n0 () Bool (or (= state.ERL #b1) (or (= state.KSU #b00) (= state.EXL #b1))))
(declare-fun state.CU0 () (_ BitVec 1))
(assert (bvule state.capacity #b1000000000000000000000000000000))
(assert (or (= ((_ extract 1 1) state.KSU) #b1) n0))
(assert (= ((_ extract 1 1) state.KSU) #b1))
(assert (not n0))
(assert (not (and (not n0) (not (= state.CU0 #b1)))))
(assert (or (= state.ERL #b1) (not (= (= state.EXL #b1) (and (= state.ERL #b1) (= state.EXL #b1))))))
(check-sat)
