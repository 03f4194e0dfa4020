; A small kernel, bare or as a guest: it fits into 32K.
;
; It sets up its new PSWs, storage keys and control registers, then runs two processes in problem state, each with a key, a segment
; table and a page table of its own: pages of 4K, where a monitor may well use others. A process calls it: SVC 0 finished, SVC 1 put the
; character in register 1 into the line, SVC 2 let the other one run, SVC 3 set the interval timer. The timer's interruption leaves a ~ in the line, is
; told to the process that runs, and goes to the other one. A page fault in page 1 gets the process a frame; any other program interruption ends it,
; with a !. When both have ended the kernel adds a full stop, prints the line by the console's channel program, waits until it is printed,
; and loads a PSW that waits for ever. The first process waits for the timer, so that the line says the same however fast time goes: a~bab!a.

        .org 0
        .word 0,0,0,start               ; where a restart begins
        .org 50
        .word 7FFF,0FFFF                ; the interval timer: not for an hour
        .org 200
        .entry start
start:  MVC 60(7,0),svcNew(0)
        MVC 68(7,0),pgmNew(0)
        LCTL 0,0,cr0(0)
        MVC 50(3,0),late(0)     ; what the timer has asked for before is let in, and forgotten
        MVC 58(7,0),shut(0)
        LPSW open(0)
opened: LPSW shut(0)
closed: MVC 58(7,0),extNew(0)
        L 2,frameA(0,0)         ; keys, for each 2K
        LA 1,10(0,0)
        SSK 1,2
        LA 2,800(0,2)
        SSK 1,2
        L 2,frameB(0,0)
        LA 1,20(0,0)
        SSK 1,2
        LA 2,800(0,2)
        SSK 1,2
        LA 5,procA(0,0)
        BC 0F,resume(0,0)

; ------------------------------------------------------------------ interruptions: save the process
svc:    STM 0,0F,save(0)
        L 5,current(0,0)
        MVC 8(3F,5),save(0)
        MVC 0(7,5),20(0)
        SR 1,1
        IC 1,8B(0,0)            ; the number
        LTR 1,1
        BC 8,ended(0,0)
        CLI 8B(0),3
        BC 8,alarm(0,0)
        BCT 1,other(0,0)
        IC 2,0F(0,5)            ; the last byte of its register 1
        BAL 0E,put(0,0)
        BC 0F,resume(0,0)

alarm:  MVC 50(3,0),soon(0)
        BC 0F,resume(0,0)

ext:    STM 0,0F,save(0)
        L 5,current(0,0)
        MVC 8(3F,5),save(0)
        MVC 0(7,5),18(0)
        MVC 50(3,0),late(0)
        L 2,54(0,5)             ; its first page
        MVI 0C0(2),1
        LA 2,0A1(0,0)           ; ~
        BAL 0E,put(0,0)
        BC 0F,other(0,0)

pgm:    STM 0,0F,save(0)
        L 5,current(0,0)
        MVC 8(3F,5),save(0)
        MVC 0(7,5),28(0)
        CLI 8F(0),11            ; a page fault
        BC 7,wrong(0,0)
        L 1,90(0,0)             ; where
        SRL 1,0C(0)
        BCT 1,wrong(0,0)        ; is it not page 1?
        L 2,free(0,0)           ; a frame for it
        LA 3,0FFF(0,2)
        LA 3,1(0,3)
        ST 3,free(0,0)
        L 4,4C(0,5)             ; into the page table, entry 1
        LR 3,2
        SRL 3,8(0)
        STH 3,2(0,4)
        SR 1,1
        IC 1,1(0,5)             ; with the key that is in its PSW
        N 1,keyBits(0,0)
        SSK 1,2
        LA 2,800(0,2)
        SSK 1,2
        PTLB
        BC 0F,resume(0,0)
wrong:  LA 2,5A(0,0)            ; !
        BAL 0E,put(0,0)

ended:  MVI 50(5),0
; ------------------------------------------------------------------ whose turn it is
other:  LA 6,procA(0,0)
        CR 5,6
        BC 7,try(0,0)
        LA 6,procB(0,0)
try:    CLI 50(6),0             ; is the other one still there?
        BC 8,same(0,0)
        LR 5,6
        BC 0F,resume(0,0)
same:   CLI 50(5),0
        BC 7,resume(0,0)
        LA 2,4B(0,0)            ; neither is: .
        BAL 0E,put(0,0)
        MVC 48(3,0),caw(0)
        SIO 9(0)                ; the console
busy:   TIO 9(0)
        BC 7,busy(0,0)
        LPSW waiting(0)

put:    L 3,linePlace(0,0)
        STC 2,0(0,3)
        LA 3,1(0,3)
        ST 3,linePlace(0,0)
        BCR 0F,0E

resume: ST 5,current(0,0)
        LCTL 1,1,48(5)
        MVC go(7,0),0(5)
        LM 0,0F,8(5)
        LPSW go(0)

        .org 480
extNew: .word 0x0008,0,0,ext    ; extended control, supervisor state, no masks
svcNew: .word 0x0008,0,0,svc
pgmNew: .word 0x0008,0,0,pgm
open:   .word 0x0108,0,0,opened ; and the mask of external interruptions
shut:   .word 0x0008,0,0,closed
waiting: .word 0x000A,0,0,0
go:     .word 0,0,0,0
cr0:    .word 0x0080,0x0080     ; pages of 4K, segments of 64K; the interval timer may interrupt
frameA: .word 0,2000
frameB: .word 0,3000
free:   .word 0,4000
keyBits: .word 0,0x00F0
current: .word 0,0
linePlace: .word 0,line
caw:    .word 0,channel
soon:   .word 0,300
late:   .word 7FFF,0FFFF
save:   .org save + 40

; PSW, registers, segment table, page table, whether it is still there
procA:  .word 0x0519,0,0,0      ; masks and translation; key 1, extended control, problem state
        .org procA + 48
        .word 0,1900
        .word 0,1800
        .word 0x0100,0,0,2000
procB:  .word 0x0529,0,0,0
        .org procB + 48
        .word 0,1940
        .word 0,1840
        .word 0x0100,0,0,3000

        .org 600
channel: .word 0x0900,line,0x2000,8  ; write, with carriage return
line:   .org line + 40

; ------------------------------------------------------------------ tables: the first page is there, the others are not
        .org 1800
        .word 0x0020,8,8,8,8,8,8,8,8,8,8,8,8,8,8,8
        .org 1840
        .word 0x0030,8,8,8,8,8,8,8,8,8,8,8,8,8,8,8
        .org 1900
        .word 0xF000,1800,0,1,0,1,0,1,0,1,0,1,0,1,0,1,0,1,0,1,0,1,0,1,0,1,0,1,0,1,0,1
        .org 1940
        .word 0xF000,1840,0,1,0,1,0,1,0,1,0,1,0,1,0,1,0,1,0,1,0,1,0,1,0,1,0,1,0,1,0,1

; ------------------------------------------------------------------ the first process: some work in page 1, then the timer
        .org 2000
a:      L 7,aPage-a(0,0)
        LA 3,28(0,0)
aWork:  AR 4,3
        A 4,0(0,7)
        ST 4,0(0,7)
        BCT 3,aWork-a(0,0)
        LA 1,81(0,0)
        SVC 1
        SVC 3
aWait:  CLI 0C0(0),1
        BC 7,aWait-a(0,0)
        SVC 1
        SVC 2
        SVC 1
        SVC 0
        .org 2040
aPage:  .word 0,1000

; ------------------------------------------------------------------ the second: stores where there is nothing
        .org 3000
b:      L 7,bPage-b(0,0)
        LA 1,82(0,0)
        SVC 1
        SVC 2
        SVC 1
        ST 4,0(0,7)             ; page 5
        SVC 0
        .org 3040
bPage:  .word 0,5000
