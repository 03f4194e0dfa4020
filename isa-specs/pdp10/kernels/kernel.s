; A small kernel, bare or as a guest: it fits into four blocks of 1024 words.
;
; It sets up the trap and interrupt locations and the interrupt system, then runs two processes in user mode, each in a
; block of its own. A process calls it: operation 040 finished, 041 print the character in AC 1 on the console teletype, 042 let the other one run, 043
; let the clock interrupt. The clock prints a ~, is told to the process that runs, and goes to the other one; a reference outside the block ends
; the process, with a !. When both have ended the kernel prints a full stop and a line feed, and halts. The first process waits for the
; clock, so that the teletype prints the same however fast time goes: a~bab!a.

        .org 100
        .entry start

start:  MOVE 1,toCall
        MOVEM 1,41
        MOVE 1,toClock
        MOVEM 1,42
        CONO APR,5001           ; the clock is on channel 1: what it asked for before is cleared, and it may not interrupt yet
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
        CAIN 1,43
        JRST 0,alarm
        CAIE 1,41
        JRST 0,fault
        MOVE 2,2(7)             ; its AC 1
        MOVE 16,stack
        PUSHJ 16,put
        JRST 0,resume
alarm:  CONO APR,3001           ; the clock may interrupt
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
        MOVEI 2,12
        PUSHJ 16,put
        JRST 4,start            ; halt

put:    CONSZ 120,20            ; is the teletype busy?
        JRST 0,put
        DATAO 120,2
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
        CONO APR,5001           ; its flag is cleared, and it may not interrupt again
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
        MOVE 2,23(7)            ; told to the process
        MOVEM 2,0(2)
        JRST 10,other           ; the interrupt is over
kernel: MOVE 1,kept
        JRST 12,@clock

go:     .word 0
go17:   .word 0
kept:   .word 0
current: .word 0
stack:  .word 777760000000+pushed
save:   .org save+20
pushed: .org pushed+20

; PC word, accumulators, protection and relocation, whether it is still there, its word that says of the clock
first:  .word 010000000040
        .org first+21
        .word 2000,1,2030
second: .word 010000000040
        .org second+21
        .word 4000,1,4030

; ------------------------------------------------------------------ the first process: waits for the clock
        .org 2040
a:      MOVEI 1,141
        MUUO 041,0,0
        MUUO 043,0,0
aWait:  SKIPN 0,30
        JRST 0,aWait-2000
        MUUO 041,0,0
        MUUO 042,0,0
        MUUO 041,0,0
        MUUO 040,0,0

; ------------------------------------------------------------------ the second: stores where there is nothing
        .org 4040
b:      MOVEI 1,142
        MUUO 041,0,0
        MUUO 042,0,0
        MUUO 041,0,0
        MOVEM 4,2000
        MUUO 040,0,0
