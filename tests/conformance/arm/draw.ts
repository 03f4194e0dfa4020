/** Cases for QEMU: an instruction in a mode, with operands that are made for it, and what ends the program behind it. */
import type { Random } from "../random.js";
import { controlRegistersOf, controlTopics, type ControlRegister } from "./control.js";
import { blockBits, drawBlock, number, State, wrapped, type Mode } from "./draw-state.js";
import { Letters } from "./letters.js";
import { finderOf, isMove, isTest, opcodesOf, RESERVED, type Kind, type Opcode, type Version } from "./opcodes.js";
import { FILLING, MODES, type Registers } from "./qemu-record.js";
import { firstOperandFor, rotateRight, shiftedByConstant } from "./shifter.js";

/** A case by the manual's names. */
export interface Drawn {
  readonly word: number;
  /** in Thumb state, where the instruction has 16 bits: the halfword behind it */
  readonly behind?: number;
  readonly registers: Registers;
  readonly cells: ReadonlyMap<number, number>;
  readonly watched: ReadonlySet<number>;
}

/** Not asked: QEMU waits for what never comes. */
const UNASKED = new Set(["WFI"]);

export const topicsOf = (version: Version): readonly string[] => [
  ...new Set(opcodesOf(version).filter(({ kind, name }) => kind !== "control" && !(kind === "coprocessor" && version < 4) && !UNASKED.has(name)).map(({ name }) => name)), ...controlTopics(version), RESERVED,
];

/** Codes of which some are not instructions of a version. */
const RESERVED_PICTURES: Readonly<Record<Version, readonly string[]>> = {
  4: ["cccc011xxxxxxxxxxxxxxxxxxxx1xxxx"],
  5: ["cccc011xxxxxxxxxxxxxxxxxxxx1xxxx", "11110xx1xxxxxxxxxxxxxxxxxxxxxxxx"],
  6: ["cccc01111111xxxxxxxxxxxx1111xxxx", "cccc01100xxxxxxxxxxx1111xxx1xxxx", "cccc01110xxxxxxxxxxxxxxxxxx1xxxx", "1111000100xxxxxxxxxxxxxxxxx1xxxx"],
  7: ["cccc01111111xxxxxxxxxxxx1111xxxx", "cccc01100xxxxxxxxxxx1111xxx1xxxx", "cccc01110xxxxxxxxxxxxxxxxxx1xxxx", "cccc01111xxxxxxxxxxxxxxxxxx1xxxx", "cccc0001xxxxxxxxxxxx00001001xxxx"],
};

const PRIVILEGED: readonly Mode[] = ["fiq", "irq", "svc", "abt", "und", "sys"];
const STORAGE: readonly Kind[] = ["single", "half", "double", "block", "based"];

export function drawArm(version: Version, topic: string, random: Random): Drawn {
  const [direction, name] = topic.split(" ");
  const register = direction === "MRC" || direction === "MCR" ? controlRegistersOf(version).find((r) => r.name === name) : undefined;
  const all = opcodesOf(version);
  const opcode = topic === RESERVED ? undefined : register !== undefined ? all.find((o) => o.kind === "control" && o.name === direction)! : random.pick(all.filter((o) => o.name === topic && o.kind !== "control"));
  return new Drawing(random, version, opcode, register).drawn();
}

class Drawing {
  private readonly state: State;
  private readonly fields = new Letters();
  private readonly mode: Mode;
  /** instructions in front */
  private readonly prelude: number[] = [];

  constructor(private readonly random: Random, private readonly version: Version, private readonly opcode: Opcode | undefined, private readonly register: ControlRegister | undefined) {
    const kind = opcode?.kind ?? "reserved";
    const userShare = kind === "control" || kind === "status" ? 0.25 : 0.4;
    this.mode = random.chance(userShare) ? "usr" : random.pick(PRIVILEGED);
    this.state = new State(random, version, this.mode, random.chance(STORAGE.includes(kind) || kind === "control" ? 0.6 : 0.25));
  }

  drawn(): Drawn {
    const { state } = this;
    const word = this.opcode === undefined ? this.reserved() : this.word(this.opcode);
    state.program(this.prelude, [word, this.end()]);
    return { word, registers: state.registers, cells: state.cells, watched: state.watched };
  }

  /** What ends the program: a supervisor call, an undefined instruction, a breakpoint. */
  private end(): number {
    const { random, version } = this;
    return random.pick([0xef00_0000 + random.below(0x100_0000), FILLING, 0xe7f0_00f0, ...(version >= 5 ? [0xe120_0070] : [])]);
  }

  private reserved(): number {
    const { random, version } = this;
    const find = finderOf(version);
    for (;;) {
      const word = Number.parseInt([...random.pick(RESERVED_PICTURES[version])].map((c, i) => (c === "0" || c === "1" ? c : c === "c" ? "1110"[i]! : String(random.below(2)))).join(""), 2);
      if (find(word) === undefined) return word;
    }
  }

  private word(opcode: Opcode): number {
    const { random } = this;
    this.fields.set("c", random.chance(0.7) ? 14 : random.below(14));
    this.operands(opcode);
    const usual = !(opcode.kind === "multiply" || opcode.kind === "status" || opcode.kind === "single") || random.chance(0.96);
    return this.fields.word(opcode.picture, (width) => Number(random.bits(width)), (c) => {
      if (c !== "_" && c !== "=") return undefined;
      return usual ? (c === "_" ? "0" : "1") : String(random.below(2));
    });
  }

  private has(opcode: Opcode, letter: string): boolean {
    return opcode.picture.includes(letter);
  }

  /** A register that is not the program counter. */
  private general(letter: string, other: readonly number[] = []): number {
    return this.fields.drawn(letter, () => {
      for (;;) {
        const n = this.random.below(15);
        if (!other.includes(n)) return n;
      }
    });
  }

  private operands(opcode: Opcode): void {
    switch (opcode.kind) {
      case "multiply": case "plain": return this.plain(opcode);
      case "data-immediate": case "data-shift": case "data-register-shift": return this.data(opcode);
      case "branch": return this.branch(opcode);
      case "branch-register": return this.branchRegister();
      case "status": return this.status(opcode);
      case "single": case "half": case "double": return this.access(opcode);
      case "block": return this.block(opcode);
      case "based": return this.based(opcode);
      case "preload": return this.preload(opcode);
      case "hint": if (opcode.name === "HINT") this.fields.set("i", this.random.pick([0, 1, 2, 4, 5, this.random.between(5, 255)]));
        return;
      case "coprocessor": return this.coprocessor(opcode);
      case "control": return this.control(opcode);
      case "trap": case "reserved": return;
    }
  }

  // -------------------------------------------------------------- arithmetic

  /** Results never go to the program counter: what would be done there nobody knows. */
  private plain(opcode: Opcode): void {
    const { random } = this;
    for (const letter of "dh") if (this.has(opcode, letter)) this.general(letter, letter === "h" && random.chance(0.95) ? [this.fields.get("d")!] : []);
    for (const letter of "nms") if (this.has(opcode, letter)) this.fields.drawn(letter, () => (random.chance(0.98) ? random.below(15) : 15));
    if (opcode.name === "BFC" || opcode.name === "BFI") {
      const low = random.below(32);
      this.fields.set("l", low);
      this.fields.set("p", random.chance(0.97) ? random.between(low, 31) : random.below(32));
    }
    if (opcode.name === "SBFX" || opcode.name === "UBFX") {
      const low = random.below(32);
      this.fields.set("l", low);
      this.fields.set("w", random.chance(0.97) ? random.below(32 - low) : random.below(32));
    }
  }

  private data(opcode: Opcode): void {
    const { random, state } = this;
    const operation = Number.parseInt(opcode.picture.slice(7, 11), 2);
    const isRegisterShift = opcode.kind === "data-register-shift";
    const isJump = !isTest(operation) && !isRegisterShift && random.chance(0.15);
    const from = (): number => (random.chance(isRegisterShift || isJump ? 0.98 : 0.9) ? random.below(15) : 15);
    if (this.has(opcode, "m")) this.fields.drawn("m", isJump ? () => random.below(15) : from);
    if (this.has(opcode, "s")) state.set(this.general("s"), random.chance(0.8) ? random.below(70) + 256 * random.below(4) : number(random));
    if (!isJump) {
      if (this.has(opcode, "n")) this.fields.drawn("n", from);
      if (this.has(opcode, "d")) this.general("d");
      return;
    }
    this.jump(opcode, operation);
  }

  /** A result for the program counter: where execution may go on; with S back from an exception. */
  private jump(opcode: Opcode, operation: number): void {
    const { random, state, version } = this;
    this.fields.set("d", 15);
    const s = random.below(2);
    this.fields.set("S", s);
    let target = state.target();
    if (s === 1) state.saved(this.returnStatus());
    else if (version === 7 && random.chance(0.3)) target += 1;
    if (random.chance(0.03)) target += 2;
    const { carry } = state;
    if (opcode.kind === "data-immediate") {
      const rotation = random.below(16), immediate = isMove(operation) ? 0 : random.pick([0, random.below(256)]);
      const second = rotateRight(immediate, 2 * rotation);
      const first = this.firstFor(operation, target, second);
      this.fields.set("r", first === undefined ? 0 : rotation);
      this.fields.set("i", first === undefined ? 0 : immediate);
      // a constant can't be an address: of these the destination is another register
      if (isMove(operation) || (operation === 0 && first === undefined)) return void this.fields.set("d", random.below(15));
      return state.set(this.general("n"), first ?? target);
    }
    const m = this.fields.get("m")!;
    if (isMove(operation)) {
      this.fields.set("t", 0);
      this.fields.set("a", 0);
      return state.set(m, operation === 13 ? target : wrapped(~target));
    }
    const type = this.fields.drawn("t", () => random.below(4)), amount = this.fields.drawn("a", () => random.below(32));
    const first = this.firstFor(operation, target, shiftedByConstant(state.get(m), type, amount, carry));
    if (first !== undefined) return state.set(this.general("n", [m]), first);
    // with no bits in common, or all
    this.fields.set("t", 0);
    this.fields.set("a", 0);
    state.set(m, operation === 0 ? 0xffff_ffff : 0);
    state.set(this.general("n", [m]), target);
  }

  private firstFor(operation: number, target: number, second: number): number | undefined {
    const first = firstOperandFor(operation, target, second, this.state.carry);
    return first === undefined ? undefined : wrapped(first);
  }

  /** Of any mode; sometimes in Thumb state, where what stands at the target ends the program too, and sometimes in a block, of which the branch in there may be the last. */
  private returnStatus(): number {
    const { random, state, version } = this;
    const status = state.status(random.pick([...MODES.keys()]) as Mode);
    if (!random.chance(0.1)) return status;
    return (status | 0x20 | (version >= 7 && random.chance(0.4) ? blockBits(drawBlock(random, random.between(1, 2))) : 0)) >>> 0;
  }

  // -------------------------------------------------------------- jumps and status

  private branch(opcode: Opcode): void {
    const { random, state } = this;
    const target = state.target();
    const words = (target - state.instruction - 8) / 4;
    const isNear = words >= -0x80_0000 && words < 0x80_0000;
    const offset = isNear ? words : random.between(2, 8);
    if (!isNear) state.filling(state.code.physical + 8 + 4 * offset);
    this.fields.set("j", wrapped(offset) % 0x100_0000);
    if (this.has(opcode, "H")) this.fields.set("H", random.below(2));
  }

  private branchRegister(): void {
    const { random, state } = this;
    const target = state.target() + (random.chance(0.35) ? random.chance(0.05) ? random.pick([2, 3]) : 1 : 0);
    state.set(this.general("m"), target);
  }

  private status(opcode: Opcode): void {
    const { random, state, version } = this;
    if (opcode.name === "MRS") {
      this.general("d");
      return;
    }
    if (opcode.name === "CPS") {
      const isMode = random.below(2);
      this.fields.set("M", isMode);
      this.fields.set("z", random.pick(isMode === 1 ? [0, 2, 3] : [2, 3]));
      this.fields.set("o", isMode === 1 ? random.pick([...MODES.values()]) : 0);
      if (this.fields.get("z") === 0) for (const letter of "AIF") this.fields.set(letter, 0);
      return;
    }
    if (opcode.name !== "MSR") return;
    const isSaved = this.fields.drawn("R", () => random.below(2)) === 1;
    const mode = random.pick([...MODES.keys()]) as Mode;
    if (this.has(opcode, "m")) {
      const value = state.status(mode) | (random.chance(0.05) ? Number(random.bits(32)) & (version >= 6 ? 0x00f0_0000 : 0x07ff_ff00) : 0);
      return state.set(this.general("m"), value);
    }
    const mask = this.fields.drawn("k", () => random.between(isSaved || version < 6 ? 0 : 1, 15));
    const rotation = (mask & 1) === 1 ? random.pick([0, 4]) : random.pick([0, 2, 4, 4]);
    this.fields.set("r", rotation);
    // the lowest byte holds a mode; the highest one flags
    this.fields.set("i", rotation === 0 ? random.pick([0, 0x40, 0x80, 0xc0]) | MODES.get(mode)! : version >= 5 ? random.below(32) * 8 : random.below(16) * 16);
    if (rotation !== 0 && (mask & 1) === 1) this.fields.set("k", mask & 14);
    if (version >= 6 && this.fields.get("k") === 0 && !isSaved) this.fields.set("k", 8);
  }

  // -------------------------------------------------------------- storage

  private access(opcode: Opcode): void {
    const { random, state } = this;
    const bytes = opcode.bytes!;
    const isLoad = opcode.name.startsWith("LDR");
    const isUser = opcode.name.endsWith("T") && !opcode.name.startsWith("STRT9");
    const isWordLoad = opcode.name === "LDR", isDouble = opcode.kind === "double";
    const d = this.fields.drawn("d", () => {
      if (isDouble) return random.chance(0.97) ? 2 * random.below(7) : random.between(0, 12);
      return isWordLoad && random.chance(0.12) ? 15 : opcode.name === "STR" && random.chance(0.05) ? 15 : random.below(15);
    });
    const isPre = isUser ? 0 : this.fields.drawn("P", () => random.below(2));
    const writesBack = isUser || isPre === 0;
    if (!isUser) this.fields.set("W", isPre === 0 ? 0 : random.chance(0.4) ? 1 : 0);
    const isWritten = writesBack || this.fields.get("W") === 1;
    const up = this.fields.drawn("U", () => random.below(2));
    const isAligned = d === 15 && isLoad ? 1 : random.chance(0.75) ? 1 : 0;
    const align = isAligned === 1 ? Math.min(bytes, isDouble && random.chance(0.3) ? 4 : bytes) : 1;
    const target = d === 15 && isLoad ? state.target() + (this.version >= 5 && random.chance(0.3) ? 1 : 0) : undefined;
    const at = state.operand(bytes, d === 15 && isLoad ? 4 : align, target === undefined ? undefined : () => state.asStored(target));
    const others = isDouble ? [d, d + 1] : [d];
    const base = this.general("n", isWritten && random.chance(0.96) ? others : isLoad ? [] : others);
    const offset = this.has(opcode, "m") ? this.registerOffset(opcode, [base, ...others]) : this.immediateOffset(opcode);
    state.set(base, isPre === 1 ? at - (up === 1 ? offset : -offset) : at);
  }

  private immediateOffset(opcode: Opcode): number {
    const width = [...opcode.picture].filter((c) => c === "i").length;
    return this.fields.drawn("i", () => (this.random.chance(0.25) ? 0 : this.random.below(2 ** width)));
  }

  private registerOffset(opcode: Opcode, other: readonly number[]): number {
    const { random, state } = this;
    const m = this.general("m", other);
    if (!this.has(opcode, "a")) return state.get(m);
    const type = this.fields.drawn("t", () => random.below(4)), amount = this.fields.drawn("a", () => random.below(32));
    return shiftedByConstant(state.get(m), type, amount, state.carry);
  }

  private block(opcode: Opcode): void {
    if (opcode.name === "SRS") return this.storeReturnState();
    if (opcode.name === "RFE") return this.returnFromException();
    const { random, state } = this;
    const { name } = opcode;
    const hasPc = name === "LDM^ with PC" ? true : name === "LDM^" ? false : random.chance(name === "STM^" || name === "STM" ? 0.1 : 0.25);
    let list = random.chance(0.02) ? 0 : random.chance(0.2) ? 1 << random.below(15) : Number(random.bits(15)) & (random.chance(0.5) ? Number(random.bits(15)) : 0x7fff);
    if (list === 0 && random.chance(0.98)) list = 1 << random.below(15);
    if (hasPc) list |= 0x8000;
    // a User bank's registers and a changed base: nobody knows
    this.fields.set("W", (name === "LDM^" || name === "STM^") && random.chance(0.97) ? 0 : random.below(2));
    const base = this.general("n");
    if (this.fields.get("W") === 1 && random.chance(0.85)) list &= ~(1 << base);
    if (list === 0) list = 1 << ((base + 1) % 15);
    const count = popcount(list);
    const target = hasPc && !name.startsWith("STM") ? state.target() : undefined;
    if (name === "LDM^ with PC") state.saved(this.returnStatus());
    const odd = target !== undefined && name === "LDM" && this.version >= 5 && random.chance(0.3) ? 1 : 0;
    const lowest = state.operand(4 * count, random.chance(0.9) ? 4 : 1, (n) => (target !== undefined && n === count - 1 ? state.asStored(target + odd) : number(random)));
    this.fields.set("L", opcode.picture.includes("1LLL") ? list & 0x7fff : list & (name === "LDM^" ? 0x7fff : 0xffff));
    // where it is not aligned and words are taken as they are
    this.base(base, lowest, count);
  }

  /** From the lowest address of a block back to the base. */
  private base(n: number, lowest: number, count: number): void {
    const p = this.fields.drawn("P", () => this.random.below(2)), u = this.fields.drawn("U", () => this.random.below(2));
    const base = u === 1 ? lowest - 4 * p : lowest + 4 * count - 4 * (1 - p);
    this.state.set(n, base);
  }

  private storeReturnState(): void {
    const { random, state } = this;
    const mode = random.pick([...MODES.keys()]) as Mode;
    this.fields.set("o", MODES.get(mode)!);
    const lowest = state.operand(8, random.chance(0.9) ? 4 : 1);
    const p = this.fields.drawn("P", () => random.below(2)), u = this.fields.drawn("U", () => random.below(2));
    const base = wrapped(u === 1 ? lowest - 4 * p : lowest + 8 - 4 * (1 - p));
    state.registers.set(mode === "usr" || mode === "sys" ? "r13" : `r13_${mode}`, base);
  }

  private returnFromException(): void {
    const { random, state } = this;
    const target = state.target(), status = this.returnStatus();
    const lowest = state.operand(8, random.chance(0.9) ? 4 : 1, (n) => state.asStored(n === 0 ? target : status));
    this.base(this.general("n"), lowest, 2);
  }

  private based(opcode: Opcode): void {
    const { random, state } = this;
    const { name } = opcode;
    const isPair = name.endsWith("EXD");
    const at = state.operand(opcode.bytes!, random.chance(0.9) ? opcode.bytes! : 1);
    const m = this.has(opcode, "m") ? this.fields.drawn("m", () => (isPair ? 2 * random.below(7) : random.below(15))) : undefined;
    const sources = m === undefined ? [] : isPair ? [m, m + 1] : [m];
    const isStore = name.startsWith("STREX");
    const d = this.fields.drawn("d", () => {
      for (;;) {
        const n = isPair && !isStore ? 2 * random.below(7) : random.below(15);
        if (!isStore || !sources.includes(n) || random.chance(0.02)) return n;
      }
    });
    const n = this.general("n", [...sources, ...(isStore || random.chance(0.95) ? [d, ...(isPair ? [d + 1] : [])] : [])]);
    state.set(n, at);
    if (!isStore || !random.chance(0.7)) return;
    // what it depends on: an exclusive load of the same address, or of another
    const free = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11].filter((r) => r % 2 === 0 && ![n, n - 1, d, d - 1, ...sources, ...sources.map((s) => s - 1)].includes(r));
    const load = { STREX: 0xe190_0f9f, STREXD: 0xe1b0_0f9f, STREXB: 0xe1d0_0f9f, STREXH: 0xe1f0_0f9f }[name]!;
    this.prelude.push((load | n << 16 | random.pick(free) << 12) >>> 0);
  }

  private preload(opcode: Opcode): void {
    this.general("n");
    if (this.has(opcode, "m")) this.general("m");
  }

  // -------------------------------------------------------------- coprocessors

  /** The unit for floating point is left out, and so are those for debugging. */
  private coprocessor(opcode: Opcode): void {
    const { random } = this;
    this.fields.set("k", random.pick([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 13]));
    if (opcode.kind === "coprocessor" && /^[SL][TD]C$/.test(opcode.name) && this.fields.get("k") !== undefined) {
      // with neither P, U nor W it is another instruction, or none
      this.fields.drawn("P", () => random.below(2));
      if (this.fields.get("P") === 0) this.fields.set("U", 1);
    }
  }

  private control(opcode: Opcode): void {
    const { random, state, register } = this;
    const { place, value } = register!;
    ["p", "n", "m", "q"].forEach((letter, i) => this.fields.set(letter, place[i]!));
    const d = this.general("d");
    if (opcode.name === "MCR") state.set(d, value?.(random, state.around, this.version) ?? number(random));
  }
}

function popcount(bits: number): number {
  return bits.toString(2).replaceAll("0", "").length;
}
