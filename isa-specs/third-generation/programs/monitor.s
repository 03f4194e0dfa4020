; A virtual machine monitor for this machine, in its own instructions, with the kernel of kernel.s as its guest. The
; virtual machine has 512 cells, from `vm` on. What ends up on the console is what kernel.s alone puts there: Hi
;
; The monitor keeps the guest's mode, P and R in four cells and its registers in eight. The guest runs in user mode, in
; the window that its own R would give it, moved by `vm` and cut off at the end of the virtual machine. Every trap comes
; here. An operation of supervisor mode, in the guest's supervisor mode, is done to the four cells instead; every other
; trap is one that the guest would have had too, so it gets it, in its own cells 0 to 9.

        .org 0
        JMP start

        .org 4                  ; the new status words: supervisor mode, P, l, b
        .word 0
        .word enter
        .word 0
        .word 0x1000

        .org 0x10
start:  JMP resume

; ------------------------------------------------------------------ the guest's processor
status: .word 0                 ; mode and flags
place:  .word 0                 ; P
reloc:  .word 0                 ; l
bound:  .word end - vm          ; b: all of its storage
regs:   .word 0
        .word 0
        .word 0
        .word 0
        .word 0
        .word 0
        .word 0
        .word 0
clock:  .word 0                 ; the guest's timer

; ------------------------------------------------------------------ dispatcher
enter:  ST r0, regs
        ST r1, regs + 1
        ST r2, regs + 2
        ST r3, regs + 3
        ST r4, regs + 4
        ST r5, regs + 5
        ST r6, regs + 6
        ST r7, regs + 7
        LD r1, 0                ; the flags are the guest's own, the mode is the one it believes in
        ANDI r1, 0x000F
        LD r2, status
        ANDI r2, 0x8000
        OR r1, r2
        ST r1, status
        LD r1, 1
        ST r1, place
        LD r3, 8                ; r3 is the cause and r4 what goes with it, from here to `reflect`
        LD r4, 9
        CMPI r3, 2
        JNZ reflect
        CMPI r2, 0
        JZ emulate

; ------------------------------------------------------------------ a trap in the virtual machine
reflect:
        LD r1, status
        ST r1, vm
        LD r1, place
        ST r1, vm + 1
        LD r1, reloc
        ST r1, vm + 2
        LD r1, bound
        ST r1, vm + 3
        ST r3, vm + 8
        ST r4, vm + 9
        LD r1, vm + 4
        ANDI r1, 0x800F
        ST r1, status
        LD r1, vm + 5
        ST r1, place
        LD r1, vm + 6
        ST r1, reloc
        LD r1, vm + 7
        ST r1, bound

; ------------------------------------------------------------------ allocator: the window that the guest gets
resume: LD r1, status
        ORI r1, 0x8000
        ST r1, go
        LD r1, place
        ST r1, go + 1
        LD r1, reloc
        LA r2, vm(r1)
        ST r2, go + 2
        MOVI r3, end - vm       ; what is left from there to the end of the virtual machine
        SUB r3, r1
        JC inside
        MOVI r3, 0
inside: LD r2, bound            ; the smaller of that and b
        CMP r2, r3
        JLS fits
        MOV r2, r3
fits:   ST r2, go + 3
        LD r0, regs
        LD r1, regs + 1
        LD r2, regs + 2
        LD r3, regs + 3
        LD r4, regs + 4
        LD r5, regs + 5
        LD r6, regs + 6
        LD r7, regs + 7
        LPSW go

go:     .word 0
        .word 0
        .word 0
        .word 0

; ------------------------------------------------------------------ interpreter: one routine for each operation
emulate:
        LD r1, place            ; the instruction was fetched, so it is where the real l says
        LD r2, 2
        ADD r1, r2
        LD r5, 0(r1)
        LD r6, 1(r1)            ; LPSW has a second word
        MOV r2, r5
        SHRI r2, 8
        SUBI r2, 0x50
        ADD r2, r2
        MOV r3, r5
        SHRI r3, 4
        ANDI r3, 7              ; the number of the first register
        ANDI r5, 7              ; the number of the second, or of the index
        JMP table(r2)

table:  JMP stop                ; 50 HLT
        JMP stop                ; 51 SVC has a cause of its own
        JMP lpsw
        JMP srb
        JMP rrb
        JMP rds
        JMP rdq
        JMP output
        JMP input
        JMP stt
        JMP rdt

stop:   HLT

lpsw:   CMPI r5, 0
        JZ first
        LD r1, regs(r5)
        ADD r6, r1
first:  MOV r4, r6              ; the address of the next of four words
        MOVI r7, 0
each:   LD r1, 3                ; the real bound is the one that was cut
        CMP r4, r1
        JC outside
        LD r1, 2
        ADD r1, r4
        LD r1, 0(r1)
        ST r1, incoming(r7)
        LA r4, 1(r4)
        LA r7, 1(r7)
        CMPI r7, 4
        JNZ each
        LD r1, incoming
        ANDI r1, 0x800F
        ST r1, status
        LD r1, incoming + 1
        ST r1, place
        LD r1, incoming + 2
        ST r1, reloc
        LD r1, incoming + 3
        ST r1, bound
        JMP resume
outside:
        MOVI r3, 1              ; the guest's own memory trap, at r4
        JMP reflect
incoming:
        .word 0
        .word 0
        .word 0
        .word 0

srb:    LD r1, regs(r3)         ; r3 and r5 hold the numbers of registers
        ST r1, reloc
        LD r1, regs(r5)
        ST r1, bound
        JMP next

rrb:    LD r1, reloc
        ST r1, regs(r3)
        LD r1, bound
        ST r1, regs(r5)
        JMP next

rds:    LD r1, status
        ST r1, regs(r3)
        JMP next

rdq:    MOVI r1, end - vm
        ST r1, regs(r3)
        JMP next

output: LD r1, regs(r3)
        OUT r1
        JMP next

input:  IN r1
        ST r1, regs(r3)
        JMP next

stt:    LD r1, regs(r3)
        ST r1, clock
        JMP next

rdt:    LD r1, clock
        ST r1, regs(r3)

next:   LD r1, place
        LA r1, 1(r1)
        ST r1, place
        JMP resume

; ------------------------------------------------------------------ the guest: kernel.s, in addresses relative to `vm`
        .org 0x200
vm:     JMP gstart - vm

        .org 0x204
        .word 0
        .word gtrap - vm
        .word 0
        .word 0x1000

        .org 0x210
gstart: LPSW launch - vm

launch: .word 0x8000
        .word 0
        .word program - vm
        .word text + 3 - program

gtrap:  ST r6, saved - vm
        LD r6, 8
        CMPI r6, 3
        JNZ gwrong - vm
        LD r6, 9
        CMPI r6, 0
        JZ gstop - vm
        CMPI r6, 1
        JNZ gwrong - vm
        OUT r1
        LD r6, 1
        LA r6, 1(r6)
        ST r6, 1
        LD r6, saved - vm
        LPSW 0

gwrong: MOVI r6, 0x21
        OUT r6
gstop:  HLT

saved:  .word 0

        .org 0x280
program:
        MOVI r2, text - program
char:   LD r1, 0(r2)
        CMPI r1, 0
        JZ done - program
        SVC 1
        LA r2, 1(r2)
        JMP char - program
done:   SVC 0
text:   .word 0x48
        .word 0x69
        .word 0

        .org 0x400
end:
