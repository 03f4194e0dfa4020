; How a kernel ends a handler: the saved status says User mode, the link register where the program goes on.

        .org 0x40                       ; 100
        .entry 0x100
        MOV r0,#0x10
        MSR SPSR_fsxc,r0
        MOV lr,#2,0xc                   ; 200
        MOVS pc,lr
