/** What a program can look at to tell the worlds apart: the first register or cell of storage that it sees to differ in the end, and in which bits. */
import type { ProgramPill } from "../red-pill-result.js";

export interface Sign {
  readonly place: "register" | "cell";
  readonly number: number;
  /** what differs */
  readonly mask: bigint;
  /** what that is on the bare machine */
  readonly bare: bigint;
}

export interface Looking {
  /** the array of general registers */
  readonly registers: string;
  /** those whose number is larger can't be looked at */
  readonly mostRegister: number;
  readonly storage: string;
  /** cells below are the hardware's */
  readonly firstCell: number;
}

/** Of a machine that writes numbers as hexadecimal ones. Undefined: nothing that differs can be looked at. */
export function signOf({ differences }: ProgramPill, { registers, mostRegister, storage, firstCell }: Looking): Sign | undefined {
  for (const { what, isVisible, bare, virtual } of differences) {
    const place = /^(\w+)\[([0-9a-f]+)\]$/.exec(what);
    if (!isVisible || place === null) continue;
    const number = Number.parseInt(place[2]!, 16), own = BigInt(`0x${bare}`), mask = own ^ BigInt(`0x${virtual}`);
    if (place[1] === storage && number >= firstCell) return { place: "cell", number, mask, bare: own & mask };
    if (place[1] === registers && number <= mostRegister) return { place: "register", number, mask, bare: own & mask };
  }
  return undefined;
}
