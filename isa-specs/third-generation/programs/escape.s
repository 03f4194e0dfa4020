; A program in user mode tries everything that only supervisor mode has, and a store outside its window, one after the
; other. The kernel counts the traps in the cell `count` and goes on behind each; SVC 0 ends it. Of the 11 attempts all
; trap, so `count` ends as 0x0B.

        .org 0
        JMP start

        .org 4
        .word 0
        .word trap
        .word 0
        .word 0x1000

        .org 0x10
start:  LPSW launch

launch: .word 0x8000
        .word 0
        .word program
        .word end - program

trap:   LD r1, 8                ; r1, r2 and r3 are the kernel's by agreement
        CMPI r1, 3
        JZ finish
        LD r1, count
        LA r1, 1(r1)
        ST r1, count
        LD r2, 1                ; go on after the instruction: how long is it?
        LD r3, program(r2)
        SHRI r3, 8
        LA r2, 1(r2)
        CMPI r3, 0x11           ; ST and LPSW have two words, the others here one
        JZ two
        CMPI r3, 0x52
        JNZ one
two:    LA r2, 1(r2)
one:    ST r2, 1
        LPSW 0
finish: HLT

count:  .word 0

        .org 0x80
program:
        HLT
        LPSW 0
        SRB r4, r5
        RRB r4, r5
        RDS r4
        RDQ r4
        OUT r4
        IN r4
        STT r4
        RDT r4
        ST r4, end - program
        SVC 0
end:
