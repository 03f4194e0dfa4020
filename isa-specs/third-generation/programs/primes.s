; A guest that computes: the primes below 256 by striking out multiples, over and over, with a sum over what is left. Nothing
; in it needs the supervisor but the end: four characters of the sum, and the halt. It fits into 512 cells.

        .org 0
        JMP start

        .org 0x10
start:  MOVI r7, 0              ; the sum
        LD r6, rounds
round:  MOVI r1, 0              ; nothing is struck out yet
clear:  MOVI r2, 0
        ST r2, table(r1)
        LA r1, 1(r1)
        CMPI r1, 0x100
        JNZ clear
        MOVI r1, 2
next:   LD r2, table(r1)
        CMPI r2, 0
        JNZ struck
        ADD r7, r1
        MOV r3, r1
strike: ADD r3, r1
        CMPI r3, 0x100
        JC struck
        MOVI r2, 1
        ST r2, table(r3)
        JMP strike
struck: LA r1, 1(r1)
        CMPI r1, 0x100
        JNZ next
        XOR r7, r6
        SUBI r6, 1
        JNZ round
        MOVI r5, 4              ; the sum, four bits at a time, as letters from A on
digits: MOV r1, r7
        SHRI r1, 0x0C
        LA r1, 0x41(r1)
        OUT r1
        SHLI r7, 4
        SUBI r5, 1
        JNZ digits
        HLT
rounds: .word 0x1FFF
table:
