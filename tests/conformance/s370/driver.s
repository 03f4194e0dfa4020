# The program that puts a table of cases to Hercules, one after another, and writes down what came of each.
#
# A case is a whole state and an instruction in it. The state is loaded, the PSW last; the interruption that ends the case
# (there is always one: what follows the instruction is SVC 255) comes back to a handler here, which writes down everything
# and goes on with the next. The prefix may be 0 or PREFIX: both blocks hold this program, so it is there whichever is
# at real address 0. The host reads the table when the processor has stopped in a disabled wait at FED.
#
# All addresses are displacements of base register 0. The offsets of a record are those of `hercules-record.ts`.

        .equ PREFIX,0x4000
        .equ ARENA,0x8000
        .equ LENGTH,0x2000

        .equ IPSW,0                     # before: PSW, general, control, floating-point registers
        .equ IGPR,8
        .equ ICR,72
        .equ IFPR,136
        .equ ICOMP,168                  # clock comparator, timer, prefix, storage keys
        .equ ITIME,176
        .equ IPREF,184
        .equ IKEYS,188
        .equ ICOUNT,204                 # pieces of storage: how many, where and how long, what
        .equ IPIECE,208
        .equ IDATA,320
        .equ OTAG,1536                  # after: the kind of interruption, and the same again
        .equ OGPR,1540
        .equ OCR,1604
        .equ OFPR,1672
        .equ OCOMP,1704
        .equ OTIME,1712
        .equ OPREF,1720
        .equ OKEYS,1724
        .equ OSTRAY,1736                # address and contents of the first byte of the arena that was in no piece, if not 0
        .equ OLOW,1792                  # absolute 0-FF, and that of the prefix
        .equ OLOWP,2048
        .equ ODATA,2304
        .equ RECORD,4096

        .equ CUR,0x700
        .equ END,0x704
        .equ TAG,0x708
        .equ STARTED,0x70c
        .equ NEWPSW,0x710
        .equ PREFIXED,0x718
        .equ SAVEG,0x720
        .equ SAVEC,0x760
        .equ SAVEF,0x7a0

        .text
        .org 0x000
        .long 0x00080000, restart
        .org 0x058
        .long 0x00080000, external
        .long 0x00080000, supervisor
        .long 0x00080000, program
        .long 0x00080000, machine
        .long 0x00080000, inout

        # the handlers; the host knows their addresses
        .org 0x300
external: mvi TAG+3(0),3
        bc    15,save(0,0)
supervisor: mvi TAG+3(0),2
        bc    15,save(0,0)
program: mvi  TAG+3(0),1
        bc    15,save(0,0)
machine: mvi  TAG+3(0),4
        bc    15,save(0,0)
inout:  mvi   TAG+3(0),5
        bc    15,save(0,0)
restart: cli  STARTED(0),0              # the first one starts the table, another one ends a wait
        bc    7,waited(0,0)
        mvi   STARTED(0),1
        l     4,prefix(0,0)
        mvi   STARTED(4),1
        bc    15,next(0,0)
waited: mvi   TAG+3(0),6

save:   stm   0,15,SAVEG(0)
        stctl 0,15,SAVEC(0)
        lctl  0,15,own(0)
        std   0,SAVEF(0)
        std   2,SAVEF+8(0)
        std   4,SAVEF+16(0)
        std   6,SAVEF+24(0)
        l     1,CUR(0,0)
        mvc   OTAG(4,1),TAG(0)
        mvc   OGPR(64,1),SAVEG(0)
        mvc   OCR(64,1),SAVEC(0)
        mvc   OFPR(32,1),SAVEF(0)
        .long 0xb2071000+OCOMP          # STCKC
        .long 0xb2091000+OTIME          # STPT
        .long 0xb2110000+PREFIXED       # STPX
        mvc   OPREF(4,1),PREFIXED(0)
        .long 0xb2100000+zero           # SPX
        l     4,prefix(0,0)
        mvc   OLOW(256,1),0(0)
        mvc   OLOWP(256,1),0(4)
        la    5,frames(0,0)             # storage keys
        la    6,OKEYS(0,1)
        la    7,11(0,0)
keyout: l     2,0(0,5)
        sr    3,3
        .short 0x0932                   # ISK 3,2
        stc   3,0(0,6)
        la    5,4(0,5)
        la    6,1(0,6)
        bct   7,keyout(0,0)
        l     5,ICOUNT(0,1)             # pieces of storage
        la    6,IPIECE(0,1)
        la    7,ODATA(0,1)
        ltr   5,5
        bc    8,strays(0,0)
pieceout: l   8,0(0,6)
        sr    9,9
        ic    9,0(0,6)
        ex    9,fetch(0,0)
        ex    9,clear(0,0)
        la    7,1(9,7)
        la    6,4(0,6)
        bct   5,pieceout(0,0)
strays: l     2,arena(0,0)
        l     3,length(0,0)
        sr    4,4
        sr    5,5
        clcl  2,4
        bc    8,clean(0,0)
        st    2,OSTRAY(0,1)
        mvc   OSTRAY+4(1,1),0(2)
        l     2,arena(0,0)
        l     3,length(0,0)
        sr    5,5
        mvcl  2,4
clean:  la    1,RECORD/2(0,1)
        la    1,RECORD/2(0,1)
        st    1,CUR(0,0)

next:   l     1,CUR(0,0)
        c     1,END(0,0)
        bc    11,done(0,0)
        l     4,prefix(0,0)
        mvc   CUR(4,4),CUR(0)
        xc    0x18(0x28,0),0x18(0)
        xc    0x40(16,0),0x40(0)
        xc    0x80(128,0),0x80(0)
        xc    0x18(0x28,4),0x18(4)
        xc    0x40(16,4),0x40(4)
        xc    0x80(128,4),0x80(4)
        l     5,ICOUNT(0,1)
        la    6,IPIECE(0,1)
        la    7,IDATA(0,1)
        ltr   5,5
        bc    8,keys(0,0)
piecein: l    8,0(0,6)
        sr    9,9
        ic    9,0(0,6)
        ex    9,store(0,0)
        la    7,1(9,7)
        la    6,4(0,6)
        bct   5,piecein(0,0)
keys:   la    5,frames(0,0)
        la    6,IKEYS(0,1)
        la    7,11(0,0)
keyin:  l     2,0(0,5)
        sr    3,3
        ic    3,0(0,6)
        .short 0x0832                   # SSK 3,2
        la    5,4(0,5)
        la    6,1(0,6)
        bct   7,keyin(0,0)
        .long 0xb2061000+ICOMP          # SCKC
        .long 0xb2081000+ITIME          # SPT
        .long 0xb20d0000                # PTLB
        .long 0xb2101000+IPREF          # SPX
        mvc   NEWPSW(8,0),IPSW(1)
        ld    0,IFPR(0,1)
        ld    2,IFPR+8(0,1)
        ld    4,IFPR+16(0,1)
        ld    6,IFPR+24(0,1)
        lctl  0,15,ICR(1)
        lm    0,15,IGPR(1)
        lpsw  NEWPSW(0)

done:   lpsw  finish(0)

fetch:  mvc   0(1,7),0(8)
clear:  xc    0(1,8),0(8)
store:  mvc   0(1,8),0(7)

        .org 0x600
finish: .long 0x000a0000, 0x00000fed
prefix: .long PREFIX
zero:   .long 0
arena:  .long ARENA
length: .long LENGTH
        .org 0x620                      # the 2K blocks whose keys a case sets; the last one is filled in by the host
frames: .long 0x0000, 0x2000, 0x2800, 0x3000, 0x3800, 0x4000, 0x8000, 0x8800, 0x9000, 0x9800, 0
        .org 0x660
own:    .long 0x000000e0,0,0xffffffff,0,0,0,0,0,0,0,0,0,0,0,0xc2000000,0x00000200
        .org 0x800
