@ A program for QEMU's Versatile board that works through a table of cases. VERSION is that of the architecture: 4, 5, 6 or 7.
@
@ A case begins with an LDM that returns from an exception, which sets program counter, status and the registers of a mode at once, and
@ ends with an exception: the instruction's own, or that of what stands behind it. All of the arena consists of a word that is undefined
@ in ARM state, and in Thumb state leads to one that is. Every vector has a stub of its own, so it is known which one was taken.
@ The stubs need no register: they store relative to the program counter.
@
@ 00000 vectors, program    07000 variables    08000 vectors (VBAR)    F0000 vectors (high ones, where the map has them)
@ 100000 arena of 64K       110000 tables of the map, 0 where a case says nothing                      200000 table of cases
@ The host fills the table and the variables, and reads the table when the board has been reset, which ends QEMU.

        .syntax unified
        .arm

        .equ VARIABLES, 0x7000
        .equ CASE, 0
        .equ LEFT, 4
        .equ VECTOR, 8
        .equ R0, 12
        .equ R1, 16
        .equ OWN_CONTROL, 20
        .equ LAST_CONTROL, 24
        .equ IDENTITY, 0x40             @ 32 words
        .equ BEGINNING, 0x7100

        .equ ARENA_END, 0x110000
        .equ FILLING, 0xe7ffdeff

        .equ MAPPED, 0                  @ a case: its SCTLR
        .equ LAUNCH, 1*4                @ the mode that the LDM stands in
        .equ STATUS, 2*4
        .equ SYSTEM, 3*4                @ r13, r14
        .equ FIQ, 5*4                   @ r8 to r14, SPSR
        .equ IRQ, 13*4                  @ r13, r14, SPSR, and so on
        .equ SUPERVISOR, 16*4
        .equ ABORT, 19*4
        .equ UNDEFINED, 22*4
        .equ GENERAL, 25*4              @ r0 to r15
        .equ CONTROL, 41*4              @ 23 registers
        .equ PIECES, 64*4               @ 64 addresses and values
        .equ MOST, 64
        .equ AFTER, 192*4
        .equ CONTROL_AFTER, AFTER+40*4
        .equ VALUES_AFTER, 256*4
        .equ SIZE, 320*4

        .equ TO_FIQ, 0xd1
        .equ TO_IRQ, 0xd2
        .equ TO_SUPERVISOR, 0xd3
        .equ TO_ABORT, 0xd7
        .equ TO_UNDEFINED, 0xdb
        .equ TO_SYSTEM, 0xdf

@ Registers of the system control coprocessor, by their number in a case.
        .macro controls do
        \do     0, 0, c2, c0, 0         @ TTBR0
        \do     3, 0, c3, c0, 0         @ DACR
        \do     4, 0, c5, c0, 0         @ DFSR
        .if VERSION >= 5
        \do     5, 0, c5, c0, 1         @ IFSR
        .endif
        \do     6, 0, c6, c0, 0         @ DFAR
        .if VERSION >= 6
        \do     1, 0, c2, c0, 1         @ TTBR1
        \do     2, 0, c2, c0, 2         @ TTBCR
        \do     7, 0, c6, c0, 2         @ IFAR
        \do     8, 0, c13, c0, 1        @ CONTEXTIDR
        \do     9, 0, c13, c0, 2        @ TPIDRURW
        \do     10, 0, c13, c0, 3       @ TPIDRURO
        \do     11, 0, c13, c0, 4       @ TPIDRPRW
        \do     12, 0, c1, c0, 2        @ CPACR
        .else
        \do     8, 0, c13, c0, 0        @ FCSE process identifier
        .endif
        .if VERSION >= 7
        \do     13, 0, c12, c0, 0       @ VBAR
        \do     14, 0, c9, c14, 0       @ PMUSERENR
        \do     15, 0, c9, c12, 5       @ PMSELR
        \do     16, 0, c9, c14, 1       @ PMINTENSET: to set
        \do     17, 0, c9, c12, 1       @ PMCNTENSET: to set
        \do     18, 0, c10, c2, 0       @ PRRR
        \do     19, 0, c10, c2, 1       @ NMRR
        \do     20, 0, c7, c4, 0        @ PAR
        \do     21, 2, c0, c0, 0        @ CSSELR
        .endif
        .endm

        .macro load n, op1, n1, m, op2
        ldr     r0, [r4, #CONTROL+4*\n]
        mcr     p15, \op1, r0, \n1, \m, \op2
        .endm

        .macro save n, op1, n1, m, op2
        mrc     p15, \op1, r0, \n1, \m, \op2
        str     r0, [r4, #CONTROL_AFTER+4*\n]
        .endm

@ What a processor is, told once.
        .macro tell n, op1, n1, m, op2
        mrc     p15, \op1, r0, \n1, \m, \op2
        str     r0, [r5, #IDENTITY+4*(\n)]
        .endm

        .macro stub page, vector
stub\page\()_\vector:
        .if VERSION >= 6
        setend  le
        .endif
        str     r0, held\page
        mov     r0, #\vector
        b       left\page
        .endm

        .macro vectors page, reset
        b       \reset
        .irp vector, 4, 8, 12, 16, 20, 24, 28
        b       stub\page\()_\vector
        .endr
        .irp vector, 0, 4, 8, 12, 16, 20, 24, 28
        stub    \page, \vector
        .endr
left\page:
        str     r1, held\page + 4
        ldr     r1, variables\page
        orr     r0, r0, #\page << 8
        str     r0, [r1, #VECTOR]
        ldr     r0, held\page
        str     r0, [r1, #R0]
        ldr     r0, held\page + 4
        str     r0, [r1, #R1]
        ldr     pc, ended\page
held\page: .word 0, 0
variables\page: .word VARIABLES
ended\page: .word ended
        .endm

        .text
        vectors 0, start

        .org 0x1000
start:  ldr     r5, =VARIABLES
        mrc     p15, 0, r0, c1, c0, 0
        str     r0, [r5, #OWN_CONTROL]
        tell    0, 0, c0, c0, 0
        tell    1, 0, c0, c0, 1
        .if VERSION >= 6
        tell    2, 0, c0, c0, 2
        tell    3, 0, c0, c0, 3
        .irp n, 0, 1, 2, 3, 4, 5, 6, 7
        tell    8+\n, 0, c0, c1, \n
        .endr
        .irp n, 0, 1, 2, 3, 4, 5
        tell    16+\n, 0, c0, c2, \n
        .endr
        .endif
        .if VERSION >= 7
        tell    4, 0, c0, c0, 5         @ MPIDR
        tell    5, 1, c0, c0, 1         @ CLIDR
        tell    6, 1, c0, c0, 0         @ CCSIDR of cache 0
        tell    7, 0, c9, c12, 0        @ PMCR
        tell    22, 1, c0, c0, 7        @ AIDR
        .endif

next:   msr     cpsr_c, #TO_SUPERVISOR
        ldr     r5, =VARIABLES
        ldr     r0, [r5, #LEFT]
        subs    r0, r0, #1
        bmi     finish
        str     r0, [r5, #LEFT]
        ldr     r4, [r5, #CASE]

        add     r6, r4, #PIECES         @ storage
        mov     r7, #MOST
1:      ldr     r0, [r6], #4
        ldr     r1, [r6], #4
        cmp     r0, #0
        strne   r1, [r0]
        subsne  r7, r7, #1
        bne     1b

        controls load
        mov     r0, #0
        mcr     p15, 0, r0, c8, c7, 0   @ no translation is left of the case before
        .if VERSION >= 7
        mvn     r0, #0
        mcr     p15, 0, r0, c9, c14, 2
        ldr     r0, [r4, #CONTROL+4*16]
        mcr     p15, 0, r0, c9, c14, 1
        mvn     r0, #0
        mcr     p15, 0, r0, c9, c12, 2
        ldr     r0, [r4, #CONTROL+4*17]
        mcr     p15, 0, r0, c9, c12, 1
        .endif
        .if VERSION >= 6
        clrex
        .endif

        msr     cpsr_c, #TO_SYSTEM
        add     r6, r4, #SYSTEM
        ldmia   r6, {r13, r14}
        msr     cpsr_c, #TO_FIQ
        add     r6, r4, #FIQ
        ldmia   r6, {r8-r14}
        ldr     r0, [r4, #FIQ+7*4]
        msr     spsr_cxsf, r0
        .macro  bank where, mode
        msr     cpsr_c, #\mode
        add     r6, r4, #\where
        ldmia   r6, {r13, r14}
        ldr     r0, [r4, #\where+2*4]
        msr     spsr_cxsf, r0
        .endm
        bank    IRQ, TO_IRQ
        bank    SUPERVISOR, TO_SUPERVISOR
        bank    ABORT, TO_ABORT
        bank    UNDEFINED, TO_UNDEFINED

        ldr     r5, =BEGINNING          @ the table is in no map
        add     r6, r4, #GENERAL
        mov     r7, #16
1:      ldr     r0, [r6], #4
        str     r0, [r5], #4
        subs    r7, r7, #1
        bne     1b
        ldr     r1, [r4, #LAUNCH]
        ldr     r2, [r4, #STATUS]
        ldr     r0, [r4, #MAPPED]
        mcr     p15, 0, r0, c1, c0, 0
        nop
        nop
        msr     cpsr_c, r1
        msr     spsr_cxsf, r2
        ldr     lr, =BEGINNING
        ldmia   lr, {r0-r15}^

ended:  mrc     p15, 0, r0, c1, c0, 0   @ r1 leads to the variables
        str     r0, [r1, #LAST_CONTROL]
        ldr     r0, [r1, #OWN_CONTROL]
        mcr     p15, 0, r0, c1, c0, 0
        nop
        nop
        ldr     r0, [r1, #CASE]
        add     r0, r0, #AFTER
        add     r0, r0, #4*4
        stmia   r0, {r2-r7}
        mrs     r2, cpsr
        sub     r4, r0, #AFTER+4*4
        ldr     r0, [r1, #VECTOR]
        orr     r0, r0, #0x80000000
        str     r0, [r4, #AFTER]
        str     r2, [r4, #AFTER+4]
        ldr     r0, [r1, #R0]
        str     r0, [r4, #AFTER+2*4]
        ldr     r0, [r1, #R1]
        str     r0, [r4, #AFTER+3*4]
        ldr     r0, [r1, #LAST_CONTROL]
        str     r0, [r4, #AFTER+39*4]

        msr     cpsr_c, #TO_SYSTEM
        add     r6, r4, #AFTER+10*4
        stmia   r6, {r8-r14}
        msr     cpsr_c, #TO_FIQ
        add     r6, r4, #AFTER+17*4
        stmia   r6, {r8-r14}
        mrs     r0, spsr
        str     r0, [r4, #AFTER+24*4]
        .macro  banked where, mode
        msr     cpsr_c, #\mode
        add     r6, r4, #AFTER+\where*4
        stmia   r6, {r13, r14}
        mrs     r0, spsr
        str     r0, [r4, #AFTER+\where*4+8]
        .endm
        banked  25, TO_IRQ
        banked  28, TO_SUPERVISOR
        banked  31, TO_ABORT
        banked  34, TO_UNDEFINED
        msr     cpsr_c, #TO_SUPERVISOR
        controls save

        add     r6, r4, #PIECES         @ storage is told, and is again as it was
        ldr     r8, =VALUES_AFTER
        add     r8, r4, r8
        mov     r7, #MOST
        ldr     r9, =FILLING
        ldr     r10, =ARENA_END
        mov     r11, #0
1:      ldr     r0, [r6], #8
        cmp     r0, #0
        beq     2f
        ldr     r1, [r0]
        str     r1, [r8], #4
        subs    r7, r7, #1
        bne     1b
2:      add     r6, r4, #PIECES
        mov     r7, #MOST
1:      ldr     r0, [r6], #8
        cmp     r0, #0
        beq     2f
        cmp     r0, r10
        strlo   r9, [r0]
        strhs   r11, [r0]
        subs    r7, r7, #1
        bne     1b
2:      ldr     r5, =VARIABLES
        add     r4, r4, #SIZE
        str     r4, [r5, #CASE]
        b       next

finish: ldr     r0, =0x10000000         @ the board's reset
        ldr     r1, =0xa05f
        str     r1, [r0, #0x20]
        ldr     r1, =0x100
        str     r1, [r0, #0x40]
1:      b       1b
        .ltorg

        .org 0x8000
        vectors 1, stub1_0

        .org 0xf0000
        vectors 2, stub2_0
