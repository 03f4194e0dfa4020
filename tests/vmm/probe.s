; A guest that looks at everything a monitor could get wrong on this machine, in 512 cells: windows that lie inside, across and
; beyond the end of storage, traps in both modes and of two causes at once, what traps save and load, the size of storage, the timer,
; keys. Answers are left in cells, so that a wrong one stays. Before an instruction that may trap, r4 says where to go on.

        .org 0
        JMP start
        .org 4
        .word 0, trap, 0, 0x200

        .org 0x10
start:  RDQ r1
        ST r1, 0x1A0
        RDS r1
        ST r1, 0x1A1
        MOVI r1, 0x55
        STT r1
        RDT r2
        ST r2, 0x1A2
        IN r2
        ST r2, 0x1A3
        RRB r2, r3
        ST r2, 0x1A4
        ST r3, 0x1A5
        MOVI r4, n1
        CMPI r1, 0x56           ; flags that the next trap saves
        LPSW 0xFFFE             ; two things are wrong with it in user mode, one in supervisor mode
n1:     MOVI r4, n2
        ADDI r1, 0x7FFF
        LD r1, 0x200            ; just outside storage
n2:     ST r1, 0x1FF            ; the last cell
        LD r2, 0x1FF
        ST r2, 0x1A6
        MOVI r4, n3
        MOVI r1, 0
        DIV r2, r1
n3:     MOVI r4, n4
        .word 0x7700            ; not assigned
n4:     MOVI r5, 0x3F
        OUT r5
        MOVI r1, n5
        ST r1, then
        LPSW userA
n5:     MOVI r1, n6
        ST r1, then
        LPSW userB
n6:     MOVI r1, n6b
        ST r1, then
        LPSW userC
n6b:    MOVI r1, n7
        ST r1, then
        LPSW userD
n7:     MOVI r1, 0x20           ; supervisor mode in a window of its own: labels are 0x20 less, bounds far too large
        MOVI r2, 0x7000
        SRB r1, r2
; windows: inside, across the end, beyond it
userA:  .word 0x8003, 0, a, aEnd - a
userB:  .word 0x800C, 0, b, 0x7FFF
userC:  .word 0x8000, 0, 0x200, 0x2000
userD:  .word 0x8000, 0, 0x358, 0x2000 ; where a neighbour might have an ADD
then:   .word 0

        .org n7 + 5 + 0x20      ; behind SRB, in the new window
moved:  RRB r2, r3
        ST r2, 0xF0
        ST r3, 0xF1
        MOVI r4, n8 - 0x20
        LD r5, 0x1DF            ; the last cell of storage
        LD r5, 0x1E0            ; behind it
n8:     MOVI r5, 0x2A
        OUT r5
n9:     HLT

        .org 0xC0
trap:   ST r6, k6
        ST r5, k5
        LD r6, logp
        LD r5, 0
        ST r5, 0(r6)
        LD r5, 1
        ST r5, 1(r6)
        LD r5, 2
        ST r5, 2(r6)
        LD r5, 3
        ST r5, 3(r6)
        LD r5, 8
        ST r5, 4(r6)
        LD r5, 9
        ST r5, 5(r6)
        LA r6, 6(r6)
        ST r6, logp
        LD r5, 8
        CMPI r5, 6              ; the clock: go on where it came
        JZ same
        LD r6, 2
        CMPI r6, 0x200          ; a window beyond storage: nothing in it can run
        JC leave
        CMPI r5, 3
        JZ leave
        ST r4, 1
same:   LD r6, k6
        LD r5, k5
        LPSW 0
leave:  LD r5, then
        JMP 0(r5)
k5:     .word 0
k6:     .word 0
logp:   .word 0x118

        .org 0x1B0
a:      MOVI r4, a1 - a
        HLT
a1:     MOVI r4, a2 - a
        LPSW 0x7000             ; two things are wrong with it: the mode counts
a2:     MOVI r4, a3 - a
        ST r1, aEnd - a
a3:     ST r4, aEnd - a - 1
        MOVI r4, a4 - a
        OUT r5
a4:     MOVI r3, 0x20
aLoop:  SUBI r3, 1
        JNZ aLoop - a
        SVC 0
        .word 0
aEnd:

        .org 0x1E0
b:      ST r4, 0x1F             ; the last cell of storage
        MOVI r4, b1 - b
        ST r4, 0x20             ; behind it, within the bounds
b1:     MOVI r4, b2 - b
        LD r3, 0x7FFF
b2:     MOVI r4, b3 - b
        SRB r1, r2
b3:     SVC 0
