; Popek 0.1.0, obligation DPB/vmm-hybrid-fidelity-extended-within-k/departs
; machine pdp10, DEC PDP-10, KA10 processor with one relocation and protection register; specification ae8edcf4b7ba5dbf0400de6a519f598a5c661bf757bf45c00c1847bb9d023a96; configuration no-io
; Is there a simulated state, and a user state that shows the same, from which the real machine goes another way than the bare one?
; unsat: there is none, whatever the operands. sat: there is one, if the states replay on the machine.
; Answered without a solver: with the address map left opaque the question is false already.
; Popek: is there an assignment that makes the assertions true?
(set-option :produce-models true)
(set-logic QF_BV)
(assert false)
(check-sat)
