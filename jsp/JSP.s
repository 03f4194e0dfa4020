; A red pill: JSP of pdp10, as a program that prints which world it is in.
; It runs on popek's own machine, bare and under a monitor, and on the KS10 of SIMH.
        .entry 100

        .org 41
        JSR trapped             ; where a KA10 goes on when a user program is trapped
        .org 434
        .word trapped+1         ; and where a KS10 does

        .org 100
        JSP 0,101               ; instruction
        .org 101
        JRST 0,look

        .org 1000
look:   MOVE 16,0
        AND 16,mask             ; the bits that the two worlds make different
        CAMN 16,value
        JRST 0,bare
        JRST 0,virtual
mask:   .word 10000000000
value:  .word 0
trapped: .word 0
bare:   MOVEI 10,ofBare
        JRST 0,say
virtual: MOVEI 10,ofVirtual
say:    MOVEI 11,line
next:   MOVE 12,0(10)
        MOVEM 12,0(11)          ; kept in a line of cells as well
        JUMPE 12,done
        IORI 12,400
        MOVEM 12,33
        CONO APR,12000          ; the front end of a KS10 prints the character in 33
        MOVEI 13,4000
wait:   SKIPN 0,33
        JRST 0,sent
        SOJG 13,wait
        SETZM 0,33              ; a KA10 has no front end
sent:   AOJ 10,0
        AOJ 11,0
        JRST 0,next
done:   JRST 4,done
ofBare:
        .word 142
        .word 141
        .word 162
        .word 145
        .word 40
        .word 155
        .word 141
        .word 143
        .word 150
        .word 151
        .word 156
        .word 145
        .word 15
        .word 12
        .word 0
ofVirtual:
        .word 165
        .word 156
        .word 144
        .word 145
        .word 162
        .word 40
        .word 141
        .word 40
        .word 155
        .word 157
        .word 156
        .word 151
        .word 164
        .word 157
        .word 162
        .word 15
        .word 12
        .word 0
line:   .word 0
