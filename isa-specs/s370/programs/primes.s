; A guest that computes: the primes below 256 by striking out multiples, over and over, with a sum over what is left, in the word
; `sum` in the end. Nothing in it needs the supervisor but the wait that ends it. It fits into 4K.

        .org 200
        .entry start
start:  SR 7,7                  ; the sum
        L 6,rounds(0,0)
        LA 8,1(0,0)
        LA 9,100(0,0)
round:  XC table(0FF,0),table(0)        ; nothing is struck out
        LA 1,2(0,0)
next:   IC 2,table(1,0)
        N 2,byte(0,0)
        BC 7,struck(0,0)
        AR 7,1
        LR 3,1
strike: AR 3,1
        CR 3,9
        BC 0B,struck(0,0)
        STC 8,table(3,0)
        BC 0F,strike(0,0)
struck: AR 1,8
        CR 1,9
        BC 4,next(0,0)
        XR 7,6
        BCT 6,round(0,0)
        ST 7,sum(0,0)
        LPSW done(0)

        .org 280
rounds: .word 0,0x400
byte:   .word 0,0x00FF
sum:    .word 0,0
        .org 290
done:   .word 0x0002,0,0,0      ; a PSW that waits for ever
table:  .cell 0
