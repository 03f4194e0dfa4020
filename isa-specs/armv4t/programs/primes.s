; A guest kernel and a program of its own. The kernel makes a table of sections: the first megabyte for itself, the second for
; everybody. It returns to its program in User mode by MOVS PC, LR; the program sieves primes and tells how many it has found by SVC; after four
; rounds the kernel prints the last answer, in two digits, and resets the board, which ends the run.
;
; Cells are words: a label is an address divided by 4. Nothing tells a monitor of MSR and MOVS: this is a guest for a hybrid monitor.

        .org 0
        .entry 0
        B kernel-.-2                    ; reset
        B stop-.-2                      ; undefined
        B called-.-2                    ; supervisor call
        B stop-.-2                      ; prefetch abort
        B stop-.-2                      ; data abort
stop:   B stop-.-2

called: LDR r2,[r4,#8]                  ; rounds left
        SUBS r2,r2,#1
        STR r2,[r4,#8]
        STR r0,[r4,#0xc]                ; what the program tells
        BEQ done-.-2
        MOV lr,#1,6                     ; again, from the beginning
        MOVS pc,lr

done:   MOV r1,#0x2f                    ; the tens
tens:   ADD r1,r1,#1
        SUBS r0,r0,#0xa
        BCS tens-.-2
        ADD r2,r0,#0x3a
        LDR r3,[r4,#0x10]               ; the UART
        STR r1,[r3,#0]
        STR r2,[r3,#0]
        MOV r1,#0xa
        STR r1,[r3,#0]
        LDR r3,[r4,#0x14]               ; unlocked, and reset
        LDR r1,[r4,#0x18]
        STR r1,[r3,#0x20]
        MOV r1,#1,0xc
        STR r1,[r3,#0x40]
        B stop-.-2

kernel: MOV r4,#2,0xb                   ; 800: the rounds
        MOV r1,#4
        STR r1,[r4,#8]
        MOV r5,#1,9                     ; 4000: the table
        MOV r1,#1,0xb                   ; section 0: kernel
        ORR r1,r1,#2
        STR r1,[r5,#0]
        MOV r1,#1,6
        ORR r1,r1,#3,0xb                ; section 1: all
        ORR r1,r1,#2
        STR r1,[r5,#4]
        LDR r1,[r4,#0x1c]               ; the board
        STR r1,[r5,#0x400]
        LDR r1,[r4,#0x20]
        STR r1,[r5,#0x404]
        MCR p15,0,r5,c2,c0,0
        MOV r1,#1
        MCR p15,0,r1,c3,c0,0
        MRC p15,0,r1,c1,c0,0
        ORR r1,r1,#1
        MCR p15,0,r1,c1,c0,0
        MOV r1,#0xd3
        MSR CPSR_c,r1                   ; Supervisor mode
        MOV lr,#1,6
        MOV r1,#0x10
        MSR SPSR_fsxc,r1
        MOVS pc,lr

        .org 0x204                      ; 810: UART, system registers and their lock, sections for the kernel
        .word 0x101f1000,0x10000000,0xa05f,0x10000402,0x10100402

        .org 0x40000                    ; 100000: the program
        MOV r6,#1,6
        ORR r6,r6,#1,9                  ; 104000: a byte for each number
        MOV r7,#0x40                    ; how many
        MOV r1,#0
        MOV r0,#0
        MOV r2,#0
clear:  STRB r2,[r6,r1]
        ADD r1,r1,#1
        CMP r1,r7
        BNE clear-.-2
        MOV r1,#2
        MOV r3,#1
next:   LDRB r2,[r6,r1]
        CMP r2,#0
        BNE known-.-2
        ADD r0,r0,#1
        ADD r5,r1,r1
strike: CMP r5,r7
        BCS known-.-2
        STRB r3,[r6,r5]
        ADD r5,r5,r1
        B strike-.-2
known:  ADD r1,r1,#1
        CMP r1,r7
        BNE next-.-2
        SVC 1
