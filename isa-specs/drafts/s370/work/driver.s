# S/370 batch driver: runs a table of one-instruction cases and stores the results in place.
# Assembled with  s390x-linux-gnu-as -m31 -march=g5 ; every operand is an absolute low-core
# displacement with base register 0, so no relocation is needed.
# Record (1024 bytes):   in: +0 PSW(8) +8 GPR(64) +72 CR(64) +136 key(4) +140 window addr(4) +144.. reserved
#                            +256 window contents(256)
#                       out: +512 tag(4) +516 GPR(64) +580 CR(64) +644 old PSWs 0x18..0x3f(40)
#                            +684 low core 0x80..0x9f(32) +716 key(4) +720 restart old PSW(8) +768 window(256)
# tag: 1 program  2 svc  3 external  4 machine check  5 i/o  6 restart
        .equ CUR,0x700
        .equ END,0x704
        .equ TAG,0x708
        .equ FLAG,0x70c
        .equ PSWT,0x710
        .equ SAVG,0x720
        .equ SAVC,0x760
        .equ ZERO,0x7a0
        .equ DCR,0x7c0
        .text
        .org 0x000
        .long 0x00080000, hrst          # restart new PSW (EC mode, supervisor, key 0, no DAT)
        .org 0x058                       # new PSWs (EC mode; bit 12 = 1)
        .long 0x00080000, hext           # 58 external
        .long 0x00080000, hsvc           # 60 svc
        .long 0x00080000, hpgm           # 68 program
        .long 0x00080000, hmck           # 70 machine check
        .long 0x00080000, hio            # 78 i/o
        .org 0x200
hrst:   cli   FLAG(0),0                  # first restart starts the table, a later one ends a wait
        bc    7,hrs2(0,0)
        mvi   FLAG(0),1
        bc    15,next(0,0)
hrs2:   mvi   TAG+3(0),6
        bc    15,save(0,0)
next:   l     1,CUR(0,0)
        c     1,END(0,0)
        bc    11,done(0,0)               # not low -> finished
        mvc   0x18(40,0),ZERO(0)         # clear old PSWs
        xc    0x80(32,0),0x80(0)
        l     2,140(0,1)                 # window address
        mvc   0(256,2),256(1)
        l     3,136(0,1)                 # storage key
        .short 0x0832                    # SSK 3,2
        lctl  0,15,72(1)
        .long 0xb20d0000                 # PTLB
        mvc   PSWT(8,0),0(1)
        ld    0,144(0,1)
        ld    2,152(0,1)
        ld    4,160(0,1)
        ld    6,168(0,1)
        lm    0,15,8(1)
        lpsw  PSWT(0)
hpgm:   mvi   TAG+3(0),1
        bc    15,save(0,0)
hsvc:   mvi   TAG+3(0),2
        bc    15,save(0,0)
hext:   mvi   TAG+3(0),3
        bc    15,save(0,0)
hmck:   mvi   TAG+3(0),4
        bc    15,save(0,0)
hio:    mvi   TAG+3(0),5
save:   stm   0,15,SAVG(0)
        stctl 0,15,SAVC(0)
        lctl  0,15,DCR(0)                # driver control registers
        l     1,CUR(0,0)
        mvc   512(4,1),TAG(0)
        mvc   516(64,1),SAVG(0)
        mvc   580(64,1),SAVC(0)
        mvc   644(40,1),0x18(0)
        std   0,728(0,1)
        std   2,736(0,1)
        std   4,744(0,1)
        std   6,752(0,1)
        mvc   720(8,1),0x08(0)           # restart old PSW
        mvc   684(32,1),0x80(0)
        l     2,140(0,1)
        mvc   768(256,1),0(2)
        sr    3,3
        .short 0x0932                    # ISK 3,2
        st    3,716(0,1)
        la    1,1024(0,1)
        st    1,CUR(0,0)
        bc    15,next(0,0)
done:   lpsw  fin(0)
        .org 0x5f8
fin:    .long 0x000a0000, 0x00000fed     # disabled wait, address FED = finished
        .org 0x700
        .long 0,0,0,0                    # CUR, END, TAG (filled in by the host)
        .org 0x7c0                       # driver control registers: machine default
        .long 0x000000e0,0,0xffffffff,0,0,0,0,0,0,0,0,0,0,0,0xc2000000,0x00000200
        .org 0x800
