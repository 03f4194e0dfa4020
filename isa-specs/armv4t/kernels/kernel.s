; A small kernel, bare or as a guest. It sets up its vectors, a map of sections and the board's interrupt controller, then runs two processes
; in User mode, each with a megabyte of its own at 100000. A process calls it with SVC, the call in r7: 0 finished, 1 send the character in r0 to
; the console, 2 let the other one run, 3 start the timer. The timer's interrupt shows as ~, is told to the process that runs, and goes to the other one. A
; fault ends the process that had it, with !. When both have ended the kernel sends a full stop and a line feed, and resets the board, which
; ends the run. The first process waits for the timer, so that the console says the same however fast time goes: a~bab!a.
;
; Console, timer, interrupt controller and reset are those of the Versatile board, where it has them. Nothing tells a monitor of MRS, MSR, LDM and STM of user registers, and MOVS:
; this is a guest for a hybrid monitor. Cells are words: a label is an address divided by 4.

        .org 0
        .entry 0
        B kernel-.-2                    ; reset
        B fault-.-2                     ; undefined
        B called-.-2                    ; supervisor call
        B fault-.-2                     ; prefetch abort
        B fault-.-2                     ; data abort
stop:   B stop-.-2
        B timer-.-2                     ; IRQ

; ------------------------------------------------------------------ a call: r9 is the process, r10 the kernel's own
called: MOV sp,#1,0xa                   ; 1000
        LDR sp,[sp,#0]
        STMIA sp,0x7fff^
        STR lr,[sp,#0x3c]
        MRS r0,SPSR
        STR r0,[sp,#0x40]
        MOV r9,sp
        MOV r10,#1,0xa
        CMP r7,#1
        BEQ put-.-2
        CMP r7,#2
        BEQ other-.-2
        CMP r7,#3
        BNE ended-.-2
        LDR r1,[r10,#8]                 ; the timer: once, in 800 ticks, with an interrupt
        MOV r2,#2,0xb
        STR r2,[r1,#0]
        MOV r2,#0xa3
        STR r2,[r1,#8]
        B resume-.-2
put:    LDR r0,[r9,#0]
        BL out-.-2
        B resume-.-2

timer:  SUB lr,lr,#4
        MOV sp,#1,0xa
        LDR sp,[sp,#0]
        STMIA sp,0x7fff^
        STR lr,[sp,#0x3c]
        MRS r0,SPSR
        STR r0,[sp,#0x40]
        MOV r9,sp
        MOV r10,#1,0xa
        LDR r1,[r10,#8]
        MOV r2,#0
        STR r2,[r1,#8]                  ; off
        STR r2,[r1,#0xc]                ; and heard
        MOV r0,#0x7e                    ; ~
        BL out-.-2
        MOV r1,#1,6                     ; 100800, in the process
        ORR r1,r1,#2,0xb
        STR r1,[r1,#0]
        B other-.-2

fault:  MOV r10,#1,0xa
        LDR r9,[r10,#0]
        MOV r0,#0x21                    ; !
        BL out-.-2
ended:  MOV r1,#0
        STR r1,[r9,#0x48]

; ------------------------------------------------------------------ whose turn it is
other:  LDR r0,[r10,#0x18]
        CMP r0,r9
        LDREQ r0,[r10,#0x1c]
        LDR r1,[r0,#0x48]               ; is the other one still there?
        CMP r1,#0
        MOVNE r9,r0
        LDR r1,[r9,#0x48]
        CMP r1,#0
        BNE resume-.-2
        MOV r0,#0x2e                    ; neither is: .
        BL out-.-2
        MOV r0,#0xa
        BL out-.-2
        LDR r1,[r10,#4]
drain:  LDR r2,[r1,#0x18]               ; is the UART busy?
        TST r2,#8
        BNE drain-.-2
        LDR r1,[r10,#0x10]              ; unlocked, and reset
        LDR r2,[r10,#0x14]
        STR r2,[r1,#0x20]
        MOV r2,#1,0xc
        STR r2,[r1,#0x40]
        B stop-.-2

; Sends r0, when there is room.
out:    LDR r1,[r10,#4]
full:   LDR r2,[r1,#0x18]
        TST r2,#0x20
        BNE full-.-2
        STR r0,[r1,#0]
        MOV pc,lr

resume: STR r9,[r10,#0]
        LDR r0,[r9,#0x44]               ; its megabyte
        MOV r1,#1,9
        STR r0,[r1,#4]
        MCR p15,0,r0,c8,c7,0
        MOV sp,r9
        LDR r0,[sp,#0x40]
        MSR SPSR_fsxc,r0
        LDR lr,[sp,#0x3c]
        LDMIA sp,0x7fff^
        MOV r0,r0
        MOVS pc,lr

; ------------------------------------------------------------------ the beginning
kernel: MOV r0,#0xd3                    ; Supervisor mode, nothing accepted
        MSR CPSR_c,r0
        MOV r10,#1,0xa
        MOV r5,#1,9                     ; 4000: the table
        MOV r1,#1,0xb                   ; section 0: the kernel
        ORR r1,r1,#2
        STR r1,[r5,#0]
        LDR r1,[r10,#0x20]              ; the board
        STR r1,[r5,#0x400]
        LDR r1,[r10,#0x24]
        STR r1,[r5,#0x404]
        MCR p15,0,r5,c2,c0,0
        MOV r1,#1
        MCR p15,0,r1,c3,c0,0
        MRC p15,0,r1,c1,c0,0
        ORR r1,r1,#1
        MCR p15,0,r1,c1,c0,0
        LDR r1,[r10,#0xc]               ; the timer is the fourth that the interrupt controller hears
        MOV r2,#0x10
        STR r2,[r1,#0x10]
        LDR r9,[r10,#0x18]
        B resume-.-2

        .org 0x400                      ; 1000
        .word 0                         ; the process
        .word 0x101f1000                ; UART
        .word 0x101e2000                ; timer
        .word 0x10140000                ; interrupt controller
        .word 0x10000000                ; system registers
        .word 0xa05f
        .word 0x1080,0x10e0
        .word 0x10000402,0x10100402     ; sections for the kernel

; registers, PC, status, section, whether it is still there
        .org 0x42f
        .word 0x100000,0x10,0x100c02,1
        .org 0x447
        .word 0x100000,0x10,0x200c02,1

; ------------------------------------------------------------------ the first process: waits for the timer
        .org 0x40000                    ; 100000
        MOV r0,#0x61
        MOV r7,#1
        SVC 0
        MOV r7,#3
        SVC 0
        MOV r6,#1,6                     ; 100800
        ORR r6,r6,#2,0xb
wait:   LDR r1,[r6,#0]
        CMP r1,#0
        BEQ wait-.-2
        MOV r7,#1
        SVC 0
        MOV r7,#2
        SVC 0
        MOV r7,#1
        SVC 0
        MOV r7,#0
        SVC 0

; ------------------------------------------------------------------ the second: stores where there is nothing
        .org 0x80000                    ; 200000, which it finds at 100000
        MOV r0,#0x62
        MOV r7,#1
        SVC 0
        MOV r7,#2
        SVC 0
        MOV r7,#1
        SVC 0
        MOV r6,#2,6                     ; 200000
        STR r0,[r6,#0]
        MOV r7,#0
        SVC 0
