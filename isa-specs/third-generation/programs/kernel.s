; The smallest kernel: it starts one program in user mode, in a window of its own, and answers its calls.
;
;   SVC 0    the program is finished
;   SVC 1    send the character in r1 to the console
;
; Anything else that traps - an address outside the window, an operation that only supervisor mode has - ends the
; program with an exclamation mark. The console shows: Hi

        .org 0
        JMP start

        .org 4                  ; the new status words: supervisor mode, P, l, b
        .word 0
        .word trap
        .word 0
        .word 0x1000

        .org 0x10
start:  LPSW launch

launch: .word 0x8000            ; user mode
        .word 0                 ; P, in the window
        .word program           ; l
        .word end - program     ; b

trap:   ST r6, saved            ; r6 is the program's; everything else stays as it is
        LD r6, 8                ; the cause
        CMPI r6, 3              ; a supervisor call?
        JNZ wrong
        LD r6, 9                ; its number
        CMPI r6, 0
        JZ finish
        CMPI r6, 1
        JNZ wrong
        OUT r1
        LD r6, 1                ; the old P is that of the call: go on after it
        LA r6, 1(r6)
        ST r6, 1
        LD r6, saved
        LPSW 0                  ; the old status words, flags and all

wrong:  MOVI r6, 0x21
        OUT r6
finish: HLT

saved:  .word 0

; The program's addresses are relative to its window, so a label in it is taken as label - program.
        .org 0x80
program:
        MOVI r2, text - program
next:   LD r1, 0(r2)
        CMPI r1, 0
        JZ done - program
        SVC 1
        LA r2, 1(r2)
        JMP next - program
done:   SVC 0
text:   .word 0x48
        .word 0x69
        .word 0
end:
