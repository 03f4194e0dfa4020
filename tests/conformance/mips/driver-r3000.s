# A program for GXemul's test machine with an R3000 that works through a table of cases.
#
# A case begins with an MTC0 to Status, which sets the whole stack of modes and stands before the instruction that is tested, in the
# same page, and ends with an exception: the instruction's own, or that of a BREAK behind it, of which all of the arena consists. What
# came of it goes to the console, in hexadecimal, a line for a case. Exceptions leave no register but k0 and k1 to the program
# that handles them, so these two are not told; before, they hold the status and the address of the MTC0.
#
# 00000000 vectors    00001000 program    00007000 variables    00010000 arena of 32K    00100000 table

        .set reorder
        .set noat

        .equ VECTOR, 0x7004             # variables, from 80000000
        .equ CASE, 0x7008
        .equ LEFT, 0x700c

        .equ CAUSE, 34*4                # a case: 32 registers, HI, LO, and these
        .equ CONTEXT, 35*4
        .equ ENTRY_HI, 36*4
        .equ ENTRY_LO, 37*4
        .equ SPACE, 38*4                # EntryHi while the case runs
        .equ PIECES, 40*4               # 12 addresses and values
        .equ BEFORE, 64*4               # what can't be set, from here to the end of a case is told
        .equ AFTER, 68*4
        .equ SIZE, 112*4

        .macro stub address
        lui     $26, 0x8000
        li      $27, \address
        sw      $27, VECTOR($26)
        .set noreorder
        lui     $27, %hi(ended)
        addiu   $27, $27, %lo(ended)
        jr      $27
        nop
        .set reorder
        .endm

        .text
        stub    0x80000000
        .org 0x80
        stub    0x80000080

        .org 0x1000
start:  mtc0    $0, $12
        mtc0    $0, $2                  # entries are for pages that are never looked for
        li      $8, 0x80000000
        move    $9, $0
1:      mtc0    $8, $10
        mtc0    $9, $0
        tlbwi
        addiu   $8, $8, 0x1000
        addiu   $9, $9, 0x100
        slti    $10, $9, 0x4000
        bnez    $10, 1b

next:   lui     $26, 0x8000
        lw      $8, LEFT($26)
        beqz    $8, finish
        addiu   $8, $8, -1
        sw      $8, LEFT($26)
        lw      $16, CASE($26)

        addiu   $8, $16, PIECES
        li      $9, 12
1:      lw      $10, 0($8)
        beqz    $10, 2f
        lw      $11, 4($8)
        sw      $11, 0($10)
        addiu   $9, $9, -1
        addiu   $8, $8, 8
        bnez    $9, 1b
2:
        mtc0    $0, $0                  # the one entry that a case has
        lw      $8, ENTRY_HI($16)
        mtc0    $8, $10
        lw      $8, ENTRY_LO($16)
        mtc0    $8, $2
        tlbwi
        lw      $8, SPACE($16)
        mtc0    $8, $10
        lw      $8, CAUSE($16)
        mtc0    $8, $13
        lw      $8, CONTEXT($16)
        mtc0    $8, $4
        lw      $8, 32*4($16)
        mthi    $8
        lw      $8, 33*4($16)
        mtlo    $8

        mfc0    $8, $8
        sw      $8, BEFORE($16)
        mfc0    $8, $13
        sw      $8, BEFORE+4($16)
        mfc0    $8, $14
        sw      $8, BEFORE+8($16)
        mfc0    $8, $4
        sw      $8, BEFORE+12($16)

        move    $26, $16
        .irp n, 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,27,28,29,30,31
        lw      $\n, 4*\n($26)
        .endr
        lw      $26, 4*26($26)
        .set noreorder
        nop
        jr      $27                     # to MTC0 k0,Status
        nop
        .set reorder

ended:  lw      $27, CASE($26)          # k0 is 80000000
        .irp n, 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,28,29,30,31
        sw      $\n, AFTER+4*\n($27)
        .endr
        move    $16, $27
        mfc0    $8, $12
        sw      $8, AFTER+34*4($16)
        mtc0    $0, $12
        lw      $8, VECTOR($26)
        sw      $8, AFTER($16)
        mfhi    $8
        sw      $8, AFTER+32*4($16)
        mflo    $8
        sw      $8, AFTER+33*4($16)
        mfc0    $8, $13
        sw      $8, AFTER+35*4($16)
        mfc0    $8, $14
        sw      $8, AFTER+36*4($16)
        mfc0    $8, $8
        sw      $8, AFTER+37*4($16)
        mfc0    $8, $4
        sw      $8, AFTER+38*4($16)
        mfc0    $8, $10
        sw      $8, AFTER+39*4($16)

        addiu   $8, $16, PIECES         # all of the arena consists of BREAKs again
        li      $9, 12
        li      $13, 0xd
1:      lw      $10, 0($8)
        beqz    $10, 2f
        addiu   $8, $8, 8
        sw      $13, 0($10)
        addiu   $9, $9, -1
        bnez    $9, 1b
2:
        li      $12, 0xb0000000         # the console
        li      $8, 61                  # =
        sb      $8, 0($12)
        addiu   $9, $16, BEFORE
        addiu   $16, $16, SIZE
1:      lw      $8, 0($9)
        li      $10, 8
3:      srl     $11, $8, 28
        sll     $8, $8, 4
        slti    $13, $11, 10
        addiu   $11, $11, 87            # a to f
        beqz    $13, 4f
        addiu   $11, $11, -39           # 0 to 9
4:      sb      $11, 0($12)
        addiu   $10, $10, -1
        bnez    $10, 3b
        addiu   $9, $9, 4
        bne     $9, $16, 1b
        li      $8, 10
        sb      $8, 0($12)
        sw      $16, CASE($26)
        j       next

finish: li      $12, 0xb0000000
        sb      $0, 16($12)             # the machine halts
1:      j       1b
