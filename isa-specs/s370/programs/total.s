; Adds a table of packed decimal numbers and edits the total for printing, as commercial programs did all day: the
; cells from `line` on then say, in EBCDIC, "        1,046,923.37-".
;
; Everything is in the first 4096 bytes, so that no base register is needed. Lengths are written as instructions have
; them, one less than the number of bytes.

        .org 200
        .entry start

start:  LA 2,table(0,0)
        LA 3,5(0,0)             ; how many numbers
        ZAP total(7,0),zero(0,0)
next:   AP total(7,0),0(4,2)    ; five bytes: nine digits and a sign
        LA 2,5(0,2)
        BCT 3,next(0,0)
        MVC line(14,0),mask(0)
        ED line(14,0),total(0)
        BC 4,less(0,0)          ; the condition code tells the sign
        MVI minus(0),0x40
less:   LPSW done(0)

        .org 300
zero:   .cell 0x0C
table:  .cell 0x00,0x12,0x34,0x56,0x7C  ;     12,345.67
        .cell 0x10,0x98,0x76,0x54,0x3D  ; -1,098,765.43
        .cell 0x00,0x00,0x00,0x00,0x1C  ;           .01
        .cell 0x00,0x39,0x50,0x00,0x0C  ;     39,500.00
        .cell 0x00,0x00,0x00,0x36,0x2D  ;         -3.62

        .org 320
total:  .cell 0,0,0,0,0,0,0,0
mask:   .cell 0x40,0x20,0x20,0x20,0x20,0x6B,0x20,0x20,0x20,0x6B
        .cell 0x20,0x20,0x20,0x6B,0x20,0x21,0x20,0x4B,0x20,0x20,0x60

        .org 340
line:   .cell 0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0
minus:  .cell 0

        .org 360
done:   .word 0x0002,0,0,0      ; a PSW that waits for ever
