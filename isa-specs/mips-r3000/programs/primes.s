; A program that computes, in User mode, with a small kernel around it: the primes below 2000 by striking out multiples, ten times. It
; prints how many there are by the kernel's calls: 303, and the kernel's full stop. The kernel is that of ../kernels/kernel.s, with one process.
;
; Console, timer and halt are those of the test machine of GXemul; the kernel is linked in kseg0, as all of them are, and cells are words: a label is
; an address divided by 4.

        .org 0
        .entry 0x80000400
        J handler                       ; a page of kuseg is missing
        SLL zero,zero,0
        .org 0x20
        J handler                       ; all other exceptions
        SLL zero,zero,0

; ------------------------------------------------------------------ an exception: k0 is the process
        .org 0x200
handler:LUI k1,0x8000
        LW k0,0x2000(k1)
        SLL zero,zero,0
        SW at,0x4(k0)
        SW v0,0x8(k0)
        SW v1,0xc(k0)
        SW a0,0x10(k0)
        SW a1,0x14(k0)
        SW a2,0x18(k0)
        SW a3,0x1c(k0)
        SW t0,0x20(k0)
        SW t1,0x24(k0)
        SW t2,0x28(k0)
        SW t3,0x2c(k0)
        SW t4,0x30(k0)
        SW t5,0x34(k0)
        SW t6,0x38(k0)
        SW t7,0x3c(k0)
        SW s0,0x40(k0)
        SW s1,0x44(k0)
        SW s2,0x48(k0)
        SW s3,0x4c(k0)
        SW s4,0x50(k0)
        SW s5,0x54(k0)
        SW s6,0x58(k0)
        SW s7,0x5c(k0)
        SW t8,0x60(k0)
        SW t9,0x64(k0)
        SW gp,0x70(k0)
        SW sp,0x74(k0)
        SW fp,0x78(k0)
        SW ra,0x7c(k0)
        MFC0 t0,EPC
        ADDU s0,k0,zero
        SW t0,0x80(s0)
        MFC0 t0,Cause
        LUI s1,0x8000
        ANDI t0,t0,0x7c
        BEQ t0,zero,clock-.-1
        SLL zero,zero,0
        ADDIU t1,zero,0x20              ; SYSCALL?
        BNE t0,t1,fault-.-1
        SLL zero,zero,0
        LW t0,0x80(s0)                  ; go on after it
        ADDIU t1,zero,1
        ADDIU t0,t0,4
        SW t0,0x80(s0)
        BEQ v0,t1,put-.-1
        ADDIU t1,zero,2
        BEQ v0,t1,other-.-1
        ADDIU t1,zero,3
        BNE v0,t1,ended-.-1
        SLL zero,zero,0
        LUI t0,0xb500                   ; the timer: 100 interrupts a second
        ADDIU t1,zero,0x64
        J resume
        SW t1,0x100(t0)
put:    JAL out
        SLL zero,zero,0
        J resume
        SLL zero,zero,0

clock:  LUI t0,0xb500                   ; off, and heard
        SW zero,0x100(t0)
        SW zero,0x110(t0)
        JAL out
        ADDIU a0,zero,0x7e              ; ~
        LW t0,0x8c(s0)                  ; told to the process: its page
        ADDIU t1,zero,1
        J other
        SW t1,0x800(t0)

fault:  JAL out
        ADDIU a0,zero,0x21              ; !
ended:  SW zero,0x88(s0)

; ------------------------------------------------------------------ whose turn it is
other:  LUI t0,0x8000
        ORI t0,t0,0x2100
        BNE t0,s0,try-.-1
        SLL zero,zero,0
        ORI t0,t0,0x2300
try:    LW t1,0x88(t0)                  ; is the other one still there?
        SLL zero,zero,0
        BEQ t1,zero,same-.-1
        SLL zero,zero,0
        J resume
        ADDU s0,t0,zero
same:   LW t1,0x88(s0)
        SLL zero,zero,0
        BNE t1,zero,resume-.-1
        SLL zero,zero,0
        JAL out
        ADDIU a0,zero,0x2e              ; neither is: .
        JAL out
        ADDIU a0,zero,0xa
        LUI t0,0xb000                   ; the machine halts
        SB zero,0x10(t0)
stop:   BEQ zero,zero,stop-.-1
        SLL zero,zero,0

; Sends a0.
out:    LUI t0,0xb000
        JR ra
        SB a0,0(t0)

resume: SW s0,0x2000(s1)
        LW t0,0x84(s0)
        SLL zero,zero,0
        MTC0 t0,EntryHi                 ; its address space
        ADDIU t0,zero,0x100c            ; User mode and the timer, after the return
        MTC0 t0,Status
        ADDU k0,s0,zero
        LW k1,0x80(k0)
        LW at,0x4(k0)
        LW v0,0x8(k0)
        LW v1,0xc(k0)
        LW a0,0x10(k0)
        LW a1,0x14(k0)
        LW a2,0x18(k0)
        LW a3,0x1c(k0)
        LW t0,0x20(k0)
        LW t1,0x24(k0)
        LW t2,0x28(k0)
        LW t3,0x2c(k0)
        LW t4,0x30(k0)
        LW t5,0x34(k0)
        LW t6,0x38(k0)
        LW t7,0x3c(k0)
        LW s0,0x40(k0)
        LW s1,0x44(k0)
        LW s2,0x48(k0)
        LW s3,0x4c(k0)
        LW s4,0x50(k0)
        LW s5,0x54(k0)
        LW s6,0x58(k0)
        LW s7,0x5c(k0)
        LW t8,0x60(k0)
        LW t9,0x64(k0)
        LW gp,0x70(k0)
        LW sp,0x74(k0)
        LW fp,0x78(k0)
        LW ra,0x7c(k0)
        JR k1
        RFE

; ------------------------------------------------------------------ the beginning
        .org 0x100
        MTC0 zero,Status                ; Kernel mode, nothing accepted
        LUI s1,0x8000
        MTC0 zero,EntryLo
        LUI t0,0x8000                   ; pages of kseg0, which are never looked for
        ADDU t1,zero,zero
        ADDIU t2,zero,0x4000
empty:  MTC0 t1,Index
        MTC0 t0,EntryHi
        TLBWI
        ADDIU t0,t0,0x1000
        ADDIU t1,t1,0x100
        BNE t1,t2,empty-.-1
        SLL zero,zero,0
        ADDIU t0,zero,0x0               ; page 1 of space 1: frame 4
        MTC0 t0,Index
        ADDIU t0,zero,0x1040
        MTC0 t0,EntryHi
        ADDIU t0,zero,0x4600
        MTC0 t0,EntryLo
        TLBWI
        ADDIU t0,zero,0x100             ; page 1 of space 2: frame 5
        MTC0 t0,Index
        ADDIU t0,zero,0x1080
        MTC0 t0,EntryHi
        ADDIU t0,zero,0x5600
        MTC0 t0,EntryLo
        TLBWI
        ORI s0,s1,0x2100
        J resume
        SLL zero,zero,0

; ------------------------------------------------------------------ the process that runs; registers; EPC, EntryHi, whether it is still there, its page
        .org 0x860
        .word 0x1000,0x40,1,0x80004000
        .org 0x8e0
        .word 0x1000,0x80,0,0x80005000

; ------------------------------------------------------------------ the process: a byte for each number from 1800 on
        .org 0x1000                     ; 4000
        ADDIU s7,zero,0x0a
round:  ADDU t0,zero,zero
clear:  SB zero,0x1800(t0)
        ADDIU t0,t0,1
        SLTI t1,t0,0x7d0
        BNE t1,zero,clear-.-1
        SLL zero,zero,0
        ADDU s0,zero,zero               ; how many
        ADDIU t0,zero,2
        ADDIU t3,zero,1
next:   LBU t1,0x1800(t0)
        ADDU t2,t0,t0
        BNE t1,zero,struck-.-1
        SLL zero,zero,0
        ADDIU s0,s0,1
strike: SLTI t1,t2,0x7d0
        BEQ t1,zero,struck-.-1
        SLL zero,zero,0
        SB t3,0x1800(t2)
        BEQ zero,zero,strike-.-1
        ADDU t2,t2,t0
struck: ADDIU t0,t0,1
        SLTI t1,t0,0x7d0
        BNE t1,zero,next-.-1
        SLL zero,zero,0
        ADDIU s7,s7,-1
        BNE s7,zero,round-.-1
        SLL zero,zero,0
        ADDIU v0,zero,1                 ; three digits
        ADDIU t0,zero,0x64
        DIVU s0,t0
        MFLO a0
        MFHI s0
        ADDIU a0,a0,0x30
        SYSCALL 0
        ADDIU t0,zero,0x0a
        DIVU s0,t0
        MFLO a0
        MFHI s0
        ADDIU a0,a0,0x30
        SYSCALL 0
        ADDIU a0,s0,0x30
        SYSCALL 0
        ADDU v0,zero,zero
        SYSCALL 0
