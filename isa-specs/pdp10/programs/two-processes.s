; A small kernel, as a guest for a monitor: it fits into four blocks of 1024 words and runs as well on the bare machine.
;
; It sets up the trap and interrupt locations, the interrupt system and the clock, then runs two processes in user mode, each in a
; block of its own. A process calls it (operation 040: finished, 041: put the character in AC 1 into the line, 042: let the other
; one run). The clock, if there is one, goes to the other process and leaves a ~ in the line; a reference outside the
; block ends the process, with a !. When both have ended the kernel adds a full stop and halts. Teletypes are peripheral
; equipment, which the specification leaves out, so the text stays in the cells from `line` on, a character in each:
; ababa!aa. without a clock.

        .org 100
        .entry start

start:  MOVE 1,toCall
        MOVEM 1,41
        MOVE 1,toClock
        MOVEM 1,42
        CONO APR,3001           ; the clock may interrupt, on channel 1
        CONO PI,2300            ; the system is on, and channel 1
        MOVEI 7,first
        JRST 0,resume

toCall: JSR call
toClock: JSR clock

; ------------------------------------------------------------------ a call or a fault
call:   .word 0
        MOVEM 17,save+17
        MOVEI 17,save
        BLT 17,save+16
        MOVE 7,current
        MOVE 1,call
        MOVEM 1,0(7)
        MOVEI 1,1(7)
        HRLI 1,save
        BLT 1,20(7)
        MOVE 1,40               ; what it was: the operation in front
        LSH 1,-33
        CAIN 1,40
        JRST 0,ended
        CAIN 1,42
        JRST 0,other
        CAIE 1,41
        JRST 0,fault
        MOVE 2,2(7)             ; its AC 1
        MOVE 16,stack
        PUSHJ 16,put
        JRST 0,resume
fault:  MOVEI 2,41              ; !
        MOVE 16,stack
        PUSHJ 16,put

ended:  SETZM 0,22(7)
; ------------------------------------------------------------------ whose turn it is
other:  MOVEI 6,first
        CAMN 6,7
        MOVEI 6,second
        MOVE 16,stack
        SKIPE 0,22(6)           ; is the other one still there?
        MOVE 7,6
        SKIPE 0,22(7)
        JRST 0,resume
        MOVEI 2,56              ; neither is: .
        PUSHJ 16,put
        JRST 4,start            ; halt

put:    MOVE 3,place
        MOVEM 2,0(3)
        AOS 0,place
        POPJ 16,0

resume: MOVEM 7,current
        DATAO APR,21(7)
        MOVE 1,0(7)
        MOVEM 1,go
        MOVE 1,20(7)
        MOVEM 1,go17
        MOVSI 17,1(7)
        BLT 17,16
        MOVE 17,go17
        JRST 2,@go

; ------------------------------------------------------------------ the clock
clock:  .word 0
        CONO APR,1001           ; its flag is cleared
        MOVEM 1,kept
        MOVE 1,clock
        TLNN 1,10000            ; a process, or the kernel itself?
        JRST 0,kernel
        MOVE 1,kept
        MOVEM 17,save+17
        MOVEI 17,save
        BLT 17,save+16
        MOVE 7,current
        MOVE 1,clock
        MOVEM 1,0(7)
        MOVEI 1,1(7)
        HRLI 1,save
        BLT 1,20(7)
        MOVE 16,stack
        MOVEI 2,176             ; ~
        PUSHJ 16,put
        JRST 10,other           ; the interrupt is over
kernel: MOVE 1,kept
        JRST 12,@clock

go:     .word 0
go17:   .word 0
kept:   .word 0
current: .word 0
place:  .word line
stack:  .word 777760000000+pushed
save:   .org save+20
pushed: .org pushed+20

; PC word, accumulators, protection and relocation, whether it is still there
first:  .word 010000000040
        .org first+21
        .word 2000,1
second: .word 010000000040
        .org second+21
        .word 4000,1

line:   .word 0

; ------------------------------------------------------------------ the first process: five letters, with some work between
        .org 2040
a:      MOVEI 2,5
aLoop:  MOVEI 1,141
        MUUO 041,0,0
        MUUO 042,0,0
        MOVEI 3,50
aWork:  ADD 4,3
        SOJG 3,aWork-2000
        SOJG 2,aLoop-2000
        MUUO 040,0,0

; ------------------------------------------------------------------ the second: a letter after each turn of the first, then a fault
        .org 4040
b:      MOVEI 2,2
bLoop:  MOVEI 1,142
        MUUO 041,0,0
        MUUO 042,0,0
        MOVEI 3,74
bWork:  ADD 4,3
        SOJG 3,bWork-4000
        SOJG 2,bLoop-4000
        MOVEM 4,2000
        MUUO 040,0,0
