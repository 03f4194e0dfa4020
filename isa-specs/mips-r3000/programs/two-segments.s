; A guest kernel and a program of its own. The kernel is linked in kseg0; it writes entries of the translation buffer for a page of
; code and one of data, and goes to its program in kuseg, in user mode. The program fills a table with squares that it sums up, and asks
; for the next round by SYSCALL; after four rounds the kernel stays where it is.
;
; Cells are words: a label is an address divided by 4.

        .org 20                         ; 80: exceptions; the refill vector at 0 is never used
        MFC0 k0,Cause
        LUI k1,0x8000
        ANDI k0,k0,0x7c
        ADDIU k0,k0,-20                 ; SYSCALL?
        BNE k0,zero,failed-.-1
        LW k0,0x604(k1)
        SLL zero,zero,0
        ADDIU k0,k0,-1                  ; rounds
        SW k0,0x604(k1)
        BEQ k0,zero,done-.-1
        MFC0 k0,EPC
        SLL zero,zero,0
        ADDIU k0,k0,4
        JR k0
        RFE
failed: BEQ zero,zero,failed-.-1
        SLL zero,zero,0
done:   BEQ zero,zero,done-.-1
        SLL zero,zero,0

        .org 80                         ; 200: the kernel
        .entry 0x80000200
        LUI gp,0x8000
        ADDIU t0,zero,4
        SW t0,0x604(gp)
        LUI t1,0x40                     ; page 00400000, space 0
        MTC0 t1,EntryHi
        ADDIU t2,zero,0x1600            ; frame 1, dirty, valid
        MTC0 t2,EntryLo
        MTC0 zero,Index
        TLBWI
        LUI t1,0x41                     ; page 00410000
        MTC0 t1,EntryHi
        ADDIU t2,zero,0x2600            ; frame 2
        MTC0 t2,EntryLo
        ADDIU t3,zero,0x100
        MTC0 t3,Index
        TLBWI
        LUI t4,0x40
        ADDIU t5,zero,8                 ; KUp: user mode after RFE
        MTC0 t5,Status
        SLL zero,zero,0
        JR t4
        RFE

        .org 400                        ; frame 1: the program, at 00400000
        ADDIU s0,zero,0                 ; the sum
round:  LUI s1,0x41
        ADDIU s2,zero,20
next:   MULT s2,s2
        MFLO t0
        SW t0,0(s1)
        LW t1,0(s1)
        ADDIU s2,s2,-1
        ADDU s0,s0,t1
        BNE s2,zero,next-.-1
        ADDIU s1,s1,4
        SYSCALL 1
        BEQ zero,zero,round-.-1
        SLL zero,zero,0
