; A guest for a System/370 of 32K that looks at what a monitor with shadow tables could get wrong: addresses beyond storage, keys,
; low-address and segment protection, tables that change and are purged, address spaces, the clock, monitor calls. Program
; interruptions are written down from 1000 on; before an instruction that may have one, register 12 says where to go on.

        .org 200
        .entry start
start:  MVC 68(7,0),pgmNew(0)
        LA 0C,n1(0,0)
        L 9,beyond(0,0)
        L 1,0(0,9)              ; there is no such storage
n1:     STCK clock(0)
        MC 0(0),5               ; its mask is off
        LA 0C,n2(0,0)
        LCTL 8,8,class5(0)
        MC 0(0),5               ; on
n2:     LCTL 0,0,lowOn(0)
        LA 0C,n3(0,0)
        ST 1,1F0(0,0)           ; low-address protection
n3:     LA 0C,n4(0,0)
        ST 1,100(0,9)           ; register 9 is far away still, so:
n4:     LCTL 0,0,lowOff(0)
        LA 0C,n5(0,0)
        SPKA 30(0)
        ST 1,answers(0,0)       ; key 3, and the storage has key 0
n5:     SPKA 0(0)
        LA 2,30(0,0)
        L 3,page6(0,0)
        SSK 2,3                 ; now page 6 has key 3
        LA 0C,n6(0,0)
        SPKA 30(0)
        ST 1,0(0,3)             ; may be
        LA 0C,n5b(0,0)
        ST 1,answers(0,0)       ; still may not
n5b:    LA 0C,n6(0,0)
        SPKA 40(0)
        L 4,0(0,3)              ; may be read
        ST 1,4(0,3)             ; may not be stored
n6:     SPKA 0(0)
        ISK 5,3
        ST 5,answers(0,0)

; ------------------------------------------------------------------ translation: pages of 2K, segment 1 is segment 0 protected
        LCTL 1,1,cr1(0)
        STOSM mask(0),4         ; has no meaning in basic control; then:
        STNSM mask(0),0
        LPSW dat(0)
inDat:  LA 0C,n7(0,0)
        L 6,segment1(0,0)
        LA 1,77(0,0)
        ST 1,answers+4(0,0)
        L 7,answers+4(0,6)      ; the same through segment 1
        ST 7,answers+8(0,0)
        ST 1,answers+10(0,6)    ; protected
n7:     LA 0C,n8(0,0)
        L 3,page5(0,0)
        L 8,0(0,3)
        ST 8,answers+0C(0,0)    ; what is in page 5
        LA 1,30(0,0)
        STH 1,tables+0A(0,0)    ; from now on it is frame 6, 
        PTLB
        L 8,0(0,3)
        ST 8,answers+10(0,0)
        LA 1,34(0,0)            ; from now on it is not there
        STH 1,tables+0A(0,0)
        PTLB
        L 8,0(0,3)
n8:     LA 0C,n9(0,0)
        LCTL 1,1,cr1b(0)        ; another space: page 2 is behind the end of storage, page 3 is 2 
        L 3,page2(0,0)
        L 8,0(0,3)
n9:     L 3,page3(0,0)
        L 8,0(0,3)
        ST 8,answers+14(0,0)
        LA 0C,n9b(0,0)
        LPSW invalid(0)
n9b:    LA 0C,n10(0,0)
        LPSW user(0)
inUser: STCK clock2(0)
        SIO 1F(0)               ; not in problem state
n10:    LA 0C,n12(0,0)
        SVC 1                   ; its new PSW is all 0: basic control, at 0
n12:    LPSW waiting(0)

; ------------------------------------------------------------------ program interruption
pgm:    STM 1,4,save(0)
        L 1,logPlace(0,0)
        MVC 0(7,1),28(0)
        MVC 8(7,1),8C(0)
        LA 1,10(0,1)
        ST 1,logPlace(0,0)
        MVC go(7,0),28(0)
        L 2,codeWord(0,0)       ; a PSW that was not valid goes on as a valid one
        C 2,8C(0,0)
        BC 7,valid(0,0)
        MVC go(3,0),dat(0)
valid:  ST 0C,go+4(0,0)
        LM 1,4,save(0)
        LPSW go(0)

        .org 500
pgmNew: .word 0x0008,0,0,pgm
go:     .word 0,0,0,0
dat:    .word 0x0408,0,0,inDat
user:   .word 0x0409,0,0,inUser
invalid: .word 0x0408,0,0x0100,n9b
waiting: .word 0x000A,0,0,0
clock:  .word 0,0,0,0
clock2: .word 0,0,0,0
beyond: .word 0,0x9000
class5: .word 0,0x0400
lowOn:  .word 0x1040,0
lowOff: .word 0x0040,0
cr1:    .word 0,segments
cr1b:   .word 0,segmentsB
segment1: .word 1,0
page2:  .word 0,1000
page3:  .word 0,1800
page5:  .word 0,2800
page6:  .word 0,3000
codeWord: .word 0,6
logPlace: .word 0,1000
save:   .word 0,0,0,0,0,0,0,0
mask:   .word 0
        .org 5C0
answers: .word 0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0
        .org 600
segments: .word 0xF000,tables,0xF000,tables+4
        .word 0,1,0,1,0,1,0,1,0,1,0,1,0,1,0,1,0,1,0,1,0,1,0,1,0,1,0,1
        .org 640
segmentsB: .word 0xF000,tablesB,0,1
        .word 0,1,0,1,0,1,0,1,0,1,0,1,0,1,0,1,0,1,0,1,0,1,0,1,0,1,0,1
        .org 680
tables: .word 0,8,10,18,20,28,30,38
        .word 4,4,4,4,4,4,4,4,4,4,4,4,4,4,4,4,4,4,4,4,4,4,4,4
        .org 6C0
tablesB: .word 0,8,90,10,20,28,30,38
        .word 4,4,4,4,4,4,4,4,4,4,4,4,4,4,4,4,4,4,4,4,4,4,4,4
        .org 2800
        .word 0x1111,0x5555
