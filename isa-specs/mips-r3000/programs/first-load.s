; A kernel linked in kseg0, as all of them are: its first instruction is fetched at 80000200, which is memory from 200 on, and loads a
; word of its own. Cells are words: a label is an address divided by 4.

        .org 80                         ; 200: where the kernel is
        .entry 0x80000200
        LUI gp,0x8000
        LW t0,0x400(gp)
        SLL zero,zero,0                 ; the load is not there yet
        SYSCALL 0

        .org 20                         ; 80: where exceptions lead
handler: BEQ zero,zero,handler-.-1
        SLL zero,zero,0

        .org 100                        ; 400
        .word 12345678
