/*
 * The toy machine of tests/machines/toy.isa for Spin, in the form that is fastest for Spin.
 *
 * The whole state is one integer, its fields in the order in which the specification declares them: cell 0 lowest, then
 * cells 1 to 3, M, P, base, last. One transition is one assignment. Tried beside it, on the same machine with the same
 * options: a variable for each component and d_step (a tenth to a third slower, and larger states), and the same
 * expressions as embedded C (a fifth slower).
 *
 *   spin -a toy.pml                    every state is an initial state: five choices put together the 19 bits. They add
 *                                      69,905 states and a thirtieth to the transitions; Spin is credited with those too
 *   spin -a -DSTART=393216 toy.pml     one initial state, here supervisor mode, all of storage mapped, everything else 0
 *   spin -a -DFEW ...                  only eight of the 32 words, one of each operation, from which few states are reached
 */
#define CELL(p)   ((s >> (3 * (p))) & 7)
#define M         ((s >> 12) & 1)
#define P         ((s >> 13) & 3)
#define BASE      ((s >> 15) & 3)
#define LAST      ((s >> 17) & 3)

/* virtual address a is outside the bounds, or outside storage */
#define BAD(a)    ((a) + BASE >= 4 || (a) > LAST)

#define GO(p)     ((s & ~(3 << 13)) | ((p) << 13))
#define NEXT      GO((P + 1) & 3)
#define PUT(p, v) ((NEXT & ~(7 << (3 * (p)))) | ((v) << (3 * (p))))
#define STATUS(c) (((c) >> 2) << 12) | (((c) & 3) << 13)

/* the old M and P to cell 0, the new ones from cell 1, base 0 and last 3 */
#define TRAP      ((s & 4088) | (M << 2) | P | STATUS(CELL(1)) | (3 << 17))

#define NOP(a)    s = NEXT
#define COPY(a)   s = (BAD(a) -> TRAP : PUT(BASE, CELL((a) + BASE)))
#define INC(a)    s = (BAD(a) -> TRAP : PUT((a) + BASE, (CELL((a) + BASE) + 1) & 7))
#define JMP(a)    s = GO(a)
#define LRB(a)    s = (M -> TRAP : (NEXT & 32767) | ((a) << 15) | ((3 - (a)) << 17))
#define LPSW(a)   s = ((M || BAD(a)) -> TRAP : (s & ~(7 << 12)) | STATUS(CELL((a) + BASE)))
#define RMODE(a)  s = (BAD(a) -> TRAP : PUT((a) + BASE, M))
#define JSTU(a)   s = (GO(a) | (1 << 12))

#define EACH(op)  :: op(0) :: op(1) :: op(2) :: op(3)

#define OR(n, v)  :: s = s | ((v) << (n))
#define FOUR(n, v) OR(n, v) OR(n, v + 1) OR(n, v + 2) OR(n, v + 3)
#define EIGHT(n)  FOUR(n, 0) FOUR(n, 4)
#define SIXTEEN(n) EIGHT(n) FOUR(n, 8) FOUR(n, 12)

#ifdef START
int s = START;
#else
int s;
#endif

active proctype toy()
{
#ifndef START
	if SIXTEEN(0) fi;
	if SIXTEEN(4) fi;
	if SIXTEEN(8) fi;
	if SIXTEEN(12) fi;
	if EIGHT(16) fi;
#endif
	do
#ifdef FEW
	:: NOP(0) :: COPY(1) :: INC(0) :: JMP(2) :: LRB(1) :: LPSW(0) :: RMODE(1) :: JSTU(3)
#else
	EACH(NOP) EACH(COPY) EACH(INC) EACH(JMP) EACH(LRB) EACH(LPSW) EACH(RMODE) EACH(JSTU)
#endif
	od
}
