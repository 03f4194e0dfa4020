; A small kernel, as a guest for a monitor: it fits into 512 cells and runs as well on the bare machine.
;
; It sets up the new status words, then runs two processes in user mode, each in a window of its own. A process calls it
; (SVC 0: finished, SVC 1: send the character in r1, SVC 2: let the other one run). The clock's interrupt goes to the other
; process and shows as `~`. Any other trap ends the process that had it, with `!`: the second one stores outside its window.
; When both have ended the kernel sends `.` and stops. Without a clock the console shows: ababa!aa.

        .org 0
        JMP start

        .org 0x10
start:  MOVI r1, 0              ; the new status words: supervisor mode, P, l, b
        ST r1, 4
        MOVI r1, trap
        ST r1, 5
        MOVI r1, 0
        ST r1, 6
        RDQ r1                  ; all of the storage there is
        ST r1, 7
        MOVI r7, first
        JMP resume

; ------------------------------------------------------------------ a trap: save the process
trap:   ST r7, kept
        LD r7, current
        ST r0, 0(r7)
        ST r1, 1(r7)
        ST r2, 2(r7)
        ST r3, 3(r7)
        ST r4, 4(r7)
        ST r5, 5(r7)
        ST r6, 6(r7)
        LD r6, kept
        ST r6, 7(r7)
        LD r6, 0                ; the old status words
        ST r6, 8(r7)
        LD r6, 1
        ST r6, 9(r7)
        LD r6, 2
        ST r6, 0x0A(r7)
        LD r6, 3
        ST r6, 0x0B(r7)
        LD r1, 8                ; the cause
        CMPI r1, 3
        JZ call
        CMPI r1, 6
        JZ clock
        MOVI r1, 0x21           ; a fault: !
        OUT r1
        JMP ended

call:   LD r6, 9(r7)            ; go on after it
        LA r6, 1(r6)
        ST r6, 9(r7)
        LD r1, 9                ; its number
        CMPI r1, 0
        JZ ended
        CMPI r1, 2
        JZ other
        LD r1, 1(r7)
        OUT r1
        JMP resume

clock:  MOVI r1, 0x7E           ; ~
        OUT r1
        JMP other

ended:  MOVI r1, 0
        ST r1, 0x0C(r7)

; ------------------------------------------------------------------ whose turn it is
other:  CMPI r7, first
        JZ toSecond
        MOVI r6, first
        JMP try
toSecond:
        MOVI r6, second
try:    LD r1, 0x0C(r6)           ; is the other one still there?
        CMPI r1, 0
        JZ same
        MOV r7, r6
        JMP resume
same:   LD r1, 0x0C(r7)
        CMPI r1, 0
        JNZ resume
        MOVI r1, 0x2E           ; neither is: .
        OUT r1
        HLT

resume: ST r7, current
        LD r6, 8(r7)
        ST r6, go
        LD r6, 9(r7)
        ST r6, go + 1
        LD r6, 0x0A(r7)
        ST r6, go + 2
        LD r6, 0x0B(r7)
        ST r6, go + 3
        LD r0, 0(r7)
        LD r1, 1(r7)
        LD r2, 2(r7)
        LD r3, 3(r7)
        LD r4, 4(r7)
        LD r5, 5(r7)
        LD r6, 6(r7)
        LD r7, 7(r7)
        LPSW go

go:     .word 0, 0, 0, 0
kept:   .word 0
current: .word 0

; registers, status, P, l, b, whether it is still there
first:  .word 0, 0, 0, 0, 0, 0, 0, 0, 0x8000, 0, a, aEnd - a, 1
second: .word 0, 0, 0, 0, 0, 0, 0, 0, 0x8000, 0, b, bEnd - b, 1

; ------------------------------------------------------------------ the first process: five letters, with some work between
        .org 0x150
a:      MOVI r2, 5
aLoop:  MOVI r1, 0x61
        SVC 1
        SVC 2
        MOVI r3, 0x28
aWork:  ADD r4, r3
        XORI r4, 0x1234
        SUBI r3, 1
        JNZ aWork - a
        SUBI r2, 1
        JNZ aLoop - a
        SVC 0
aEnd:

; ------------------------------------------------------------------ the second: a letter after each turn of the first, then a fault
        .org 0x180
b:      MOVI r2, 2
bLoop:  MOVI r1, 0x62
        SVC 1
        SVC 2
        MOVI r3, 0x3C
bWork:  ADD r4, r3
        SUBI r3, 1
        JNZ bWork - b
        SUBI r2, 1
        JNZ bLoop - b
        ST r4, bEnd - b
        SVC 0
bEnd:
