; A guest that computes, in user mode: the primes below 400 (octal) by striking out multiples, over and over, with a sum over what is
; left. The supervisor starts it, takes the sum from AC 7 into `sum` when it calls, and halts. It fits into two blocks of 1024 words.

        .org 100
        .entry start
start:  MOVE 1,toCall
        MOVEM 1,41
        DATAO APR,place
        JRST 2,@enter
toCall: JSR call
call:   .word 0
        MOVEM 7,sum
        JRST 4,start
place:  .word 2000              ; one block, behind the supervisor's
enter:  .word 010000000040
sum:    .word 0

        .org 2040
begin:  SETZ 7,0                ; the sum
        MOVE 6,rounds-2000
round:  MOVEI 1,table-1777       ; nothing is struck out: each cell gets the one before
        HRLI 1,table-2000
        SETZM 0,table-2000
        BLT 1,table+377-2000
        MOVEI 1,2
next:   SKIPE 0,table-2000(1)
        JRST 0,struck-2000
        ADD 7,1
        MOVE 3,1
strike: ADD 3,1
        CAIL 3,400
        JRST 0,struck-2000
        SETOM 0,table-2000(3)
        JRST 0,strike-2000
struck: CAIGE 1,377
        AOJA 1,next-2000
        XOR 7,6
        SOJG 6,round-2000
        MUUO 040,0,0
rounds: .word 2000
table:  .word 0
