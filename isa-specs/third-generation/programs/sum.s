; Adds up a table and stops. The sum, 0x64, ends up in r1 and in the cell `result`.
;
; A machine starts in supervisor mode with P = 0 and all of storage mapped. Cells 0 to 3 are free until the first trap
; puts the old status words there, so a program may begin with a jump to its beginning.

        .org 0
        JMP start

        .org 0x10
start:  MOVI r1, 0              ; the sum
        MOVI r2, table          ; where the next number is
loop:   LD r3, 0(r2)
        ADD r1, r3
        LA r2, 1(r2)
        CMPI r2, end
        JNZ loop
        ST r1, result
        HLT

table:  .word 0x0A
        .word 0x14
        .word 0x1E
        .word 0x28
end:
result: .word 0
