; Popek 0.1.0, obligation ST/vmm-safety/writes-beyond-storage
; machine third-generation, The third-generation machine of Popek and Goldberg, 1974; specification dbe885decc79d01930bc004d0940ed0bb4e4301036c753a74c93fc21b879a932; configuration any
; Is there a state from which the step changes a cell of storage that does not exist?
; unsat: there is none, whatever the operands. sat: there is one, if the states replay on the machine.
; Popek: is there an assignment that makes the assertions true?
(set-option :produce-models true)
(set-logic QF_BV)
(declare-fun field.x () (_ BitVec 3))
(declare-fun cell.state.r.0 () (_ BitVec 16))
(declare-fun field.address () (_ BitVec 16))
(define-fun n0 () (_ BitVec 16) (ite (= field.x #b000) field.address (bvadd cell.state.r.0 field.address)))
(declare-fun state.b () (_ BitVec 16))
(declare-fun state.q () (_ BitVec 13))
(declare-fun state.l () (_ BitVec 16))
(define-fun n1 () Bool (not (or (bvule state.b n0) (bvule (concat #x0 state.q) (bvadd (concat #b0 state.l) (concat #b0 n0))))))
(declare-fun free.at.E () (_ BitVec 12))
(declare-fun cell.state.E.0 () (_ BitVec 16))
(declare-fun field.d () (_ BitVec 3))
(declare-fun cell.state.r.1 () (_ BitVec 16))
(define-fun n2 () (_ BitVec 16) (ite (= free.at.E (bvadd ((_ extract 11 0) n0) ((_ extract 11 0) state.l))) cell.state.r.1 cell.state.E.0))
(assert n1)
(assert (not (bvult (concat #b00 free.at.E) (concat #b0 state.q))))
(assert (not (= cell.state.E.0 n2)))
(assert (bvule #b0000000010000 state.q))
(assert (bvule state.q #b1000000000000))
(assert (or (= cell.state.r.0 cell.state.r.1) (not (= field.x field.d))))
(check-sat)
