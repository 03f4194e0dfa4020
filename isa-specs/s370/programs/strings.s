; Strings: a table that makes small letters of EBCDIC great is built, a text is moved to a line that is longer and
; filled with blanks (MVCL), translated (TR) and compared with what it should be (CLCL). R0 ends as 1 if it is.
;
; Everything is in the first 4096 bytes, so that no base register is needed.

        .org 200
        .entry start

start:  SR 1,1
        LA 2,100(0,0)           ; 256 entries: each byte means itself
fill:   STC 1,table(1,0)
        LA 1,1(0,1)
        BCT 2,fill(0,0)
        OC table+0x81(8,0),bit(0)       ; a to i
        OC table+0x91(8,0),bit(0)       ; j to r
        OC table+0x0A2(7,0),bit(0)      ; s to z
        LM 4,7,move(0)
        MVCL 4,6                ; one byte a step: it can be interrupted after each
        TR line(1F,0),table(0)
        LM 4,7,match(0)
        CLCL 4,6
        BC 7,over(0,0)          ; they differ
        LA 0,1(0,0)
over:   LPSW done(0)

        .org 300
move:   .word 0,line,0,0x20,0,text,0x4000,9     ; to 32 bytes, from 9, filled with 40
match:  .word 0,line,0,0x20,0,great,0x4000,9
bit:    .cell 0x40,0x40,0x40,0x40,0x40,0x40,0x40,0x40,0x40
text:   .cell 0x97,0x96,0x97,0x85,0x92,0x40,0xF1,0xF9,0x4B     ; popek 19.
great:  .cell 0xD7,0xD6,0xD7,0xC5,0xD2,0x40,0xF1,0xF9,0x4B     ; POPEK 19.

        .org 360
done:   .word 0x0002,0,0,0      ; a PSW that waits for ever

        .org 400
line:   .cell 0
        .org 500
table:  .cell 0
