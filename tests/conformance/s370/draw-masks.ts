/** Control registers and system mask of a case: what lets interruptions in, and what dual address space permits. */
import type { Random } from "../random.js";
import type { DrawnMap } from "./draw-map.js";

export interface StateOptions {
  /** the share of cases in problem state */
  readonly problem: number;
  /** whether what dual address space looks at is drawn */
  readonly isDual: boolean;
  /** the secondary space may be another one afterwards, and it is open whether instructions come from there */
  readonly changesSpaces: boolean;
  /** the instruction may take masks: none that would let an interruption from outside in */
  readonly isMasking: boolean;
  readonly mayTranslate: boolean;
}

export function drawControl(random: Random, map: DrawnMap, { isDual, isMasking }: StateOptions): number[] {
  const some = (probability: number, value: number): number => (random.chance(probability) ? value : 0);
  const formats = map.formats | some(0.15, 0x4000) | some(0.12, 0x1000) | some(0.5, 0x0800) | some(isDual ? 0.85 : 0.3, 0x0400) | some(0.2, 0x8000);
  // an external interruption is pending as soon as its mask is on: either all masks are off or the PSW's is
  const masks = isMasking ? 0 : random.pick([0, 0xe0, 0xffff]);
  const control = Array.from({ length: 16 }, (_, n) => 0x0001_0101 * n);
  control[0] = ((formats << 16) | masks) >>> 0;
  control[1] = map.designations.primary;
  control[2] = random.pick([0xffff_ffff, 0]);
  control[3] = Number(random.pick([random.bits(32), 0xffff_0001n, 0x8000_0001n, 0x0000_0001n]));
  control[4] = 0x0002_0003;
  control[5] = 0;
  control[7] = isDual ? map.designations.secondary : map.designations.primary;
  control[8] = random.below(0x1_0000);
  control[9] = 0;
  control[14] = (0xc200_0000 | some(0.7, 0x8_0000)) >>> 0;
  return control;
}

/** The first byte of the PSW; in extended control with bits that are to be 0 now and then. */
export function drawSystemMask({ random, control, isExtended, isTranslating }: { readonly random: Random; readonly control: readonly number[]; readonly isExtended: boolean; readonly isTranslating: boolean }, { isMasking }: StateOptions): number {
  const external = (control[0]! & 0xffff) === 0 && !isMasking && random.chance(0.5) ? 1 : 0;
  const inout = random.chance(0.3) ? 2 : 0;
  if (!isExtended) return (random.chance(0.5) ? random.below(0x40) << 2 : 0) | inout | external;
  const recording = random.chance(0.2) ? 0x40 : 0;
  const wrong = random.chance(0.005) ? random.pick([0x80, 0x20, 0x10, 0x08]) : 0;
  return recording | wrong | (isTranslating ? 4 : 0) | inout | external;
}
