; A little of everything that programs are made of: a list followed by its half words, a text taken apart byte by byte, an
; inner product, the largest of a table, and a function that calls itself through the stack. Only what all processors of
; the family do alike, so that their speeds can be compared (tests/bench).
;
; It goes round as often as the cell `rounds` says; `checksum` then depends on every result of every round.

        .org 100
        .entry start

rounds: .word 1
checksum:
        .word 0
total:  .word 0
odd:    .word 0

start:  MOVE 17,stack
        SETZB 6,odd

round:  MOVEI 3,0               ; the sum of a list
        MOVEI 2,list
walk:   HLRZ 1,0(2)
        ADD 3,1
        HRRZ 2,0(2)
        JUMPN 2,walk
        XOR 6,3

        MOVE 5,text             ; a hash of a text, and how many of its characters are odd
next:   ILDB 4,5
        JUMPE 4,spoken
        TRNE 4,1
        AOS 0,odd
        ROT 6,7
        XOR 6,4
        JRST 0,next
spoken: XOR 6,odd

        SETZM 0,total           ; an inner product
        MOVSI 7,-20
dot:    MOVE 1,left(7)
        IMUL 1,right(7)
        ADDM 1,total
        AOBJN 7,dot
        MOVE 1,total
        LSH 1,3
        SUB 6,1

        MOVSI 7,-20             ; the largest
        MOVE 1,left
large:  CAMGE 1,left(7)
        MOVE 1,left(7)
        AOBJN 7,large
        EQV 6,1

        MOVEI 1,12              ; Fibonacci's number 10, from the definition
        PUSHJ 17,fib
        ANDI 1,377
        IOR 6,1
        HRLM 1,total
        SOSLE 0,rounds
        JRST 0,round

        MOVEM 6,checksum
        JRST 4,start

fib:    CAIGE 1,2
        POPJ 17,0
        PUSH 17,1
        SUBI 1,1
        PUSHJ 17,fib
        EXCH 1,0(17)
        SUBI 1,2
        PUSHJ 17,fib
        POP 17,2
        ADD 1,2
        POPJ 17,0

; value,,next
list:   .word 0o000017000000 + more
more:   .word 0o000134000000 + even
even:   .word 0o000002000000 + still
still:  .word 0o001000000000 + last
last:   .word 0o000777000000

; a pointer that stands before the first of the 7-bit bytes
text:   .word 0o440700000000 + quick
quick:  .word 0o523214520342, 0o727234365500, 0o613455773734, 0o203155774100, 0o653535570346, 0o203376662744, 0o203515062500, 0o663037274500, 0o623374700000   ; The quick brown fox jumps over the lazy dog

left:   .word 3, 17, 2, 44, 120, 1, 0, 7, 31, 6, 14, 200, 5, 63, 22, 100
right:  .word 12, 4, 71, 9., 2, 1000, 16, 33, 8., 100, 21, 7, 40, 3, 11, 1

; -64,,the cell before
stack:  .word 0o777700000000 + bottom
bottom: .word 0
