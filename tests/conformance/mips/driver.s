# A program for QEMU's Malta board that works through a table of cases.
#
# A case begins with an ERET at error level, which sets everything that a program sees at once, and ends with an exception: the
# instruction's own, or that of a BREAK behind it, of which all of the arena consists. Every vector has a stub of its own, so it
# is known which one was taken. The last of the registers is kept in DESAVE, which no case uses.
#
# 00000000 vectors (and at 4000, 6000: other values of EBase)    00001000 program    00007000 variables
# 00010000 arena of 64K                                          00100000 table
# The host fills the table and the variables, and reads the table when the board has been reset, which ends QEMU.

        .set noreorder
        .set noat
        .set mips32r2

        .equ K1, 0x7000                 # variables, from 80000000
        .equ VECTOR, 0x7004
        .equ CASE, 0x7008
        .equ LEFT, 0x700c
        .equ IDENTITY, 0x7010           # 10 words

        .equ BEFORE, 0                  # a case
        .equ ENTRIES, 56*4              # 16 entries of 4 words
        .equ PIECES, 120*4              # 24 addresses and values
        .equ AFTER, 168*4
        .equ ENTRIES_AFTER, 232*4
        .equ VALUES_AFTER, 296*4
        .equ SIZE, 320*4

        .macro stub name, address
\name:  lui     $26, 0x8000
        sw      $27, K1($26)
        lui     $27, \address >> 16
        ori     $27, $27, \address & 0xffff
        b       ended
        sw      $27, VECTOR($26)
        .endm

        .macro page base, refill, general, interrupt
        .org \base
        mtc0    $26, $31
        j       \refill
        nop
        .org \base + 0x180
        mtc0    $26, $31
        j       \general
        nop
        .org \base + 0x200
        mtc0    $26, $31
        j       \interrupt
        nop
        .endm

        .text
        page    0, refill0, general0, interrupt0

        .org 0x1000
start:  lui     $26, 0x8000
        li      $8, 0x10000004          # error level
        mtc0    $8, $12
        mfc0    $8, $15, 0
        sw      $8, IDENTITY($26)
        mfc0    $8, $16, 0
        sw      $8, IDENTITY+4($26)
        mfc0    $8, $16, 1
        sw      $8, IDENTITY+8($26)
        mfc0    $8, $16, 2
        sw      $8, IDENTITY+12($26)
        mfc0    $8, $16, 3
        sw      $8, IDENTITY+16($26)
        mfc0    $8, $16, 7
        sw      $8, IDENTITY+20($26)
        mfc0    $8, $15, 1
        sw      $8, IDENTITY+24($26)
        rdhwr   $8, $1
        sw      $8, IDENTITY+28($26)
        rdhwr   $8, $3
        sw      $8, IDENTITY+32($26)
        mfc0    $8, $12, 1
        sw      $8, IDENTITY+36($26)

next:   lui     $26, 0x8000
        lw      $8, LEFT($26)
        beqz    $8, finish
        addiu   $8, $8, -1
        sw      $8, LEFT($26)
        lw      $16, CASE($26)

        addiu   $8, $16, PIECES         # storage
        li      $9, 24
1:      lw      $10, 0($8)
        beqz    $10, 2f
        lw      $11, 4($8)
        sw      $11, 0($10)
        addiu   $9, $9, -1
        bnez    $9, 1b
        addiu   $8, $8, 8
2:
        mtc0    $0, $6                  # the translation buffer
        addiu   $8, $16, ENTRIES
        move    $9, $0
1:      lw      $10, 0($8)
        mtc0    $10, $10
        lw      $10, 4($8)
        mtc0    $10, $2
        lw      $10, 8($8)
        mtc0    $10, $3
        lw      $10, 12($8)
        mtc0    $10, $5
        mtc0    $9, $0
        tlbwi
        addiu   $9, $9, 1
        slti    $10, $9, 16
        bnez    $10, 1b
        addiu   $8, $8, 16

        lw      $8, 52*4($16)           # a probe sets or clears Index.P
        mtc0    $8, $10
        tlbp

        lw      $8, 32*4($16)
        mthi    $8
        lw      $8, 33*4($16)
        mtlo    $8
        lw      $8, 34*4($16)
        mtc0    $8, $0
        lw      $8, 35*4($16)
        mtc0    $8, $2
        lw      $8, 36*4($16)
        mtc0    $8, $3
        lw      $8, 37*4($16)
        mtc0    $8, $4
        lw      $8, 38*4($16)
        mtc0    $8, $5
        lw      $8, 39*4($16)
        mtc0    $8, $6
        lw      $8, 40*4($16)
        mtc0    $8, $7
        lw      $8, 46*4($16)
        mtc0    $8, $13
        lw      $8, 41*4($16)
        mtc0    $8, $9
        lw      $8, 43*4($16)
        mtc0    $8, $11
        lw      $8, 42*4($16)
        mtc0    $8, $10
        lw      $8, 45*4($16)
        mtc0    $8, $12, 1
        lw      $8, 47*4($16)
        mtc0    $8, $14
        lw      $8, 48*4($16)
        mtc0    $8, $15, 1
        lw      $8, 49*4($16)
        mtc0    $8, $16, 0
        lw      $8, 50*4($16)
        mtc0    $8, $30

        mfc0    $8, $0                  # what can't be set is told
        sw      $8, AFTER+60*4($16)
        mfc0    $8, $4
        sw      $8, AFTER+61*4($16)
        mfc0    $8, $8
        sw      $8, AFTER+62*4($16)
        mfc0    $8, $13
        sw      $8, AFTER+63*4($16)

        move    $26, $16
        lw      $27, 44*4($26)          # with error level
        mtc0    $27, $12
        lw      $1, 1*4($26)
        lw      $2, 2*4($26)
        lw      $3, 3*4($26)
        lw      $4, 4*4($26)
        lw      $5, 5*4($26)
        lw      $6, 6*4($26)
        lw      $7, 7*4($26)
        lw      $8, 8*4($26)
        lw      $9, 9*4($26)
        lw      $10, 10*4($26)
        lw      $11, 11*4($26)
        lw      $12, 12*4($26)
        lw      $13, 13*4($26)
        lw      $14, 14*4($26)
        lw      $15, 15*4($26)
        lw      $16, 16*4($26)
        lw      $17, 17*4($26)
        lw      $18, 18*4($26)
        lw      $19, 19*4($26)
        lw      $20, 20*4($26)
        lw      $21, 21*4($26)
        lw      $22, 22*4($26)
        lw      $23, 23*4($26)
        lw      $24, 24*4($26)
        lw      $25, 25*4($26)
        lw      $27, 27*4($26)
        lw      $28, 28*4($26)
        lw      $29, 29*4($26)
        lw      $30, 30*4($26)
        lw      $31, 31*4($26)
        lw      $26, 26*4($26)
        eret

ended:  lw      $27, CASE($26)          # $26 is 80000000
        sw      $1, AFTER+1*4($27)
        sw      $2, AFTER+2*4($27)
        sw      $3, AFTER+3*4($27)
        sw      $4, AFTER+4*4($27)
        sw      $5, AFTER+5*4($27)
        sw      $6, AFTER+6*4($27)
        sw      $7, AFTER+7*4($27)
        sw      $8, AFTER+8*4($27)
        sw      $9, AFTER+9*4($27)
        sw      $10, AFTER+10*4($27)
        sw      $11, AFTER+11*4($27)
        sw      $12, AFTER+12*4($27)
        sw      $13, AFTER+13*4($27)
        sw      $14, AFTER+14*4($27)
        sw      $15, AFTER+15*4($27)
        sw      $16, AFTER+16*4($27)
        sw      $17, AFTER+17*4($27)
        sw      $18, AFTER+18*4($27)
        sw      $19, AFTER+19*4($27)
        sw      $20, AFTER+20*4($27)
        sw      $21, AFTER+21*4($27)
        sw      $22, AFTER+22*4($27)
        sw      $23, AFTER+23*4($27)
        sw      $24, AFTER+24*4($27)
        sw      $25, AFTER+25*4($27)
        sw      $28, AFTER+28*4($27)
        sw      $29, AFTER+29*4($27)
        sw      $30, AFTER+30*4($27)
        sw      $31, AFTER+31*4($27)
        move    $16, $27
        mfc0    $8, $31
        sw      $8, AFTER+26*4($16)
        lw      $8, K1($26)
        sw      $8, AFTER+27*4($16)
        mfhi    $8
        sw      $8, AFTER+32*4($16)
        mflo    $8
        sw      $8, AFTER+33*4($16)
        mfc0    $8, $12
        sw      $8, AFTER+44*4($16)
        li      $8, 0x10000004
        mtc0    $8, $12
        mfc0    $8, $0
        sw      $8, AFTER+34*4($16)
        mfc0    $8, $2
        sw      $8, AFTER+35*4($16)
        mfc0    $8, $3
        sw      $8, AFTER+36*4($16)
        mfc0    $8, $4
        sw      $8, AFTER+37*4($16)
        mfc0    $8, $5
        sw      $8, AFTER+38*4($16)
        mfc0    $8, $6
        sw      $8, AFTER+39*4($16)
        mfc0    $8, $7
        sw      $8, AFTER+40*4($16)
        mfc0    $8, $9
        sw      $8, AFTER+41*4($16)
        mfc0    $8, $10
        sw      $8, AFTER+42*4($16)
        mfc0    $8, $11
        sw      $8, AFTER+43*4($16)
        mfc0    $8, $12, 1
        sw      $8, AFTER+45*4($16)
        mfc0    $8, $13
        sw      $8, AFTER+46*4($16)
        mfc0    $8, $14
        sw      $8, AFTER+47*4($16)
        mfc0    $8, $15, 1
        sw      $8, AFTER+48*4($16)
        mfc0    $8, $16, 0
        sw      $8, AFTER+49*4($16)
        mfc0    $8, $30
        sw      $8, AFTER+50*4($16)
        mfc0    $8, $8
        sw      $8, AFTER+51*4($16)
        lw      $8, VECTOR($26)
        sw      $8, AFTER($16)

        addiu   $8, $16, ENTRIES_AFTER
        move    $9, $0
1:      mtc0    $9, $0
        tlbr
        mfc0    $10, $10
        sw      $10, 0($8)
        mfc0    $10, $2
        sw      $10, 4($8)
        mfc0    $10, $3
        sw      $10, 8($8)
        mfc0    $10, $5
        sw      $10, 12($8)
        addiu   $9, $9, 1
        slti    $10, $9, 16
        bnez    $10, 1b
        addiu   $8, $8, 16

        addiu   $8, $16, PIECES         # storage is told, and all of the arena consists of BREAKs again
        addiu   $12, $16, VALUES_AFTER
        li      $9, 24
        li      $13, 0xd
1:      lw      $10, 0($8)
        beqz    $10, 2f
        addiu   $8, $8, 8
        lw      $11, 0($10)
        sw      $11, 0($12)
        addiu   $9, $9, -1
        bnez    $9, 1b
        addiu   $12, $12, 4
2:      addiu   $8, $16, PIECES
        li      $9, 24
1:      lw      $10, 0($8)
        beqz    $10, 2f
        addiu   $8, $8, 8
        sw      $13, 0($10)
        addiu   $9, $9, -1
        bnez    $9, 1b
        nop
2:      addiu   $16, $16, SIZE
        b       next
        sw      $16, CASE($26)

finish: lui     $8, 0xbf00              # the board's reset
        li      $9, 0x42
        sw      $9, 0x500($8)
1:      b       1b
        nop

        stub    refill0, 0x80000000
        stub    general0, 0x80000180
        stub    interrupt0, 0x80000200
        stub    refill4, 0x80004000
        stub    general4, 0x80004180
        stub    interrupt4, 0x80004200
        stub    refill6, 0x80006000
        stub    general6, 0x80006180
        stub    interrupt6, 0x80006200
refillB:    stub    atRefillB, 0xbfc00200
generalB:   stub    atGeneralB, 0xbfc00380
interruptB: stub    atInterruptB, 0xbfc00400

        page    0x4000, refill4, general4, interrupt4
        page    0x6000, refill6, general6, interrupt6

# The boot memory, at bfc00000. Its word at 10 is the board's.
        .section .rom, "ax"
        .macro far target
        lui     $26, %hi(\target)
        addiu   $26, $26, %lo(\target)
        jr      $26
        nop
        .endm
        far     start
        .org 0x200
        mtc0    $26, $31
        far     refillB
        .org 0x380
        mtc0    $26, $31
        far     generalB
        .org 0x400
        mtc0    $26, $31
        far     interruptB
        .org 0xffc
        nop
