import type { Machine } from "../isa/machine.js"; export function disassemble(_m: Machine, _w: bigint): string | undefined { return undefined; }
