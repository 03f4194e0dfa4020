/**
 * The storage that is set aside for cases, and the handlers of the driver that they come back to.
 *
 * Absolute addresses. Operands and instructions are in the arena, in the last bytes of storage and in parts of the two
 * blocks that may stand at real address 0; tables of address translation and of dual address space have an area of their own.
 */
export const CAPACITY = 0xc0_0000;
export const PREFIX = 0x4000;
export const TABLES = { first: 0x2000, last: 0x3fff } as const;
/** in the area of tables: entries of address spaces */
export const SPACES = 0x2b40;
export const ARENA = { first: 0x8000, last: 0x9fff } as const;
/** the bytes of each low block that a case may store into */
export const LOW_OPERANDS = { first: 0x180, last: 0x23f } as const;
/** addresses of the 2K blocks whose keys are set, in the order of the record */
export const KEYED_BLOCKS: readonly number[] = [0x0000, 0x2000, 0x2800, 0x3000, 0x3800, 0x4000, 0x8000, 0x8800, 0x9000, 0x9800, CAPACITY - 0x800];

/** Of every interruption: where its new PSW is, the handler that this names, and the kind that the record tells. */
export const INTERRUPTIONS: readonly { readonly status: number; readonly handler: number; readonly kind: number }[] = [
  { status: 0x58, handler: 0x300, kind: 3 },
  { status: 0x60, handler: 0x308, kind: 2 },
  { status: 0x68, handler: 0x310, kind: 1 },
  { status: 0x70, handler: 0x318, kind: 4 },
  { status: 0x78, handler: 0x320, kind: 5 },
];
/** The new PSW of a restart, which no case has, and its handler. */
const RESTART = { status: 0x00, handler: 0x328 } as const;

/** The new PSWs, which are in both low blocks before a case: extended control, supervisor state, key 0. */
export function newStatusCells(): ReadonlyMap<number, number> {
  const cells = new Map<number, number>();
  for (const block of [0, PREFIX]) {
    for (const { status, handler } of [RESTART, ...INTERRUPTIONS]) {
      const word = (0x0008_0000n << 32n) | BigInt(handler);
      for (let i = 0; i < 8; i++) cells.set(block + status + i, Number((word >> BigInt(56 - 8 * i)) & 0xffn));
    }
  }
  return cells;
}
