/** Cases in Thumb state: an instruction of 16 bits, or a branch with link, which is two; the exception that ends the program is a halfword too. */
import type { Random } from "../random.js";
import type { Drawn } from "./draw.js";
import { drawBlock, number, State, wrapped, type Mode } from "./draw-state.js";
import { Letters } from "./letters.js";
import type { Version } from "./opcodes.js";
import { THUMB, thumbOpcodesOf, type ThumbKind, type ThumbOpcode } from "./opcodes-thumb.js";

export const thumbTopicsOf = (version: Version): readonly string[] => thumbOpcodesOf(version).map(({ name }) => `${THUMB}${name}`);

/** What must not stand in a block, and what must be its last. */
const OUTSIDE: readonly ThumbKind[] = ["branch", "zero", "status", "block-of-conditional"], LAST: readonly ThumbKind[] = ["high", "branch-register", "halves", "push"];

const PRIVILEGED: readonly Mode[] = ["fiq", "irq", "svc", "abt", "und", "sys"];

export function drawThumb(version: Version, topic: string, random: Random): Drawn {
  return new Drawing(random, version, thumbOpcodesOf(version).find(({ name }) => `${THUMB}${name}` === topic)!).drawn();
}

class Drawing {
  private readonly state: State;
  private readonly fields = new Letters();
  /** halfwords behind the instruction, before what ends the program */
  private behind: readonly number[] = [];

  constructor(private readonly random: Random, private readonly version: Version, private readonly opcode: ThumbOpcode) {
    const mode = random.chance(0.4) ? "usr" : random.pick(PRIVILEGED);
    this.state = new State(random, version, mode, random.chance(opcode.bytes === undefined ? 0.25 : 0.6), random.chance(0.5) ? "thumb" : "thumb-odd", this.block());
  }

  /** From version 7 on the instruction may be one of a block: a condition is on it, and on what stands behind. */
  private block(): number {
    const { opcode, random, version } = this;
    if (version < 7 || !random.chance(OUTSIDE.includes(opcode.kind) ? 0.02 : 0.3)) return 0;
    return drawBlock(random, LAST.includes(opcode.kind) && random.chance(0.97) ? 1 : random.between(1, 4));
  }

  drawn(): Drawn {
    const { state, random, version } = this;
    this.operands();
    const word = this.word();
    const end = random.pick([0xdf00 + random.below(256), 0xde00 + random.below(256), ...(version >= 5 ? [0xbe00] : [])]);
    state.thumbProgram([word, ...this.behind, end, end]);
    return { word, behind: this.behind[0] ?? end, registers: state.registers, cells: state.cells, watched: state.watched };
  }

  private word(): number {
    return this.fields.word(this.opcode.picture, (width) => this.random.below(2 ** width));
  }

  private low(letter: string, other: readonly number[] = []): number {
    return this.fields.drawn(letter, () => this.random.pick([0, 1, 2, 3, 4, 5, 6, 7].filter((n) => !other.includes(n))));
  }

  private operands(): void {
    const { opcode, random, state, version } = this;
    switch (opcode.kind) {
      case "plain":
        if (/^(LSL|LSR|ASR|ROR)$/.test(opcode.name)) state.set(this.low("m"), random.chance(0.8) ? random.below(70) : number(random));
        return;
      case "high": return this.high();
      case "branch": {
        const bits = opcode.picture.includes("11100") ? 11 : 8;
        const offset = random.pick([0, 1, 2, random.between(2, 60), -random.between(4, Math.min(60, state.inFront / 2))]);
        state.filling((state.physical + 4 + 2 * offset) >>> 0);
        return void this.fields.set("j", wrapped(offset) % 2 ** bits);
      }
      case "branch-register": {
        const m = this.fields.drawn("m", () => random.below(8)), high = this.fields.drawn("M", () => (m === 7 ? 0 : random.below(2)));
        return state.set(8 * high + m, state.target() + (random.chance(0.6) ? 1 : random.chance(0.03) ? 2 : 0));
      }
      case "halves": {
        const offset = (state.target() - state.instruction - 4) / 2;
        const near = Math.abs(offset) < 0x20_0000 ? Math.trunc(offset) : random.between(3, 60);
        // what the second half of an exchange leads to is a word
        const isExchange = opcode.name !== "BL";
        const whole = isExchange ? near - (((state.instruction + 4) / 2 + near) % 2) + ((state.instruction + 4) / 2) % 2 : near;
        const distance = isExchange ? whole & ~1 : near;
        if (Math.abs(offset) >= 0x20_0000 || distance !== near) state.filling((state.physical + 4 + 2 * distance) >>> 0);
        this.fields.set("j", (distance >> 11) & 0x7ff);
        this.behind = [(isExchange ? 0xe800 : 0xf800) | (distance & 0x7ff)];
        return;
      }
      case "zero": {
        const n = this.low("n");
        if (random.chance(0.5)) state.set(n, 0);
        return state.filling((state.physical + 4 + 2 * this.fields.drawn("i", () => random.between(1, 40))) >>> 0);
      }
      case "hint": return void this.fields.drawn("h", () => random.pick([0, 1, 2, 4, random.between(5, 15)]));
      case "block-of-conditional": return this.conditional();
      case "register": {
        const n = this.low("n"), m = this.low("m", [n]);
        const at = state.operand(opcode.bytes!, random.chance(0.85) ? opcode.bytes! : 1);
        return state.set(n, at - state.get(m));
      }
      case "constant": {
        const at = state.operand(opcode.bytes!, random.chance(0.85) ? opcode.bytes! : 1);
        return state.set(this.low("n"), at - opcode.bytes! * this.fields.drawn("i", () => random.below(32)));
      }
      case "literal": return this.literal();
      case "stack": return state.set(13, state.operand(4, random.chance(0.9) ? 4 : 1) - 4 * this.fields.drawn("i", () => random.below(256)));
      case "block": {
        const n = this.low("n");
        let list = this.fields.drawn("L", () => random.between(1, 255));
        if (random.chance(0.8)) list &= ~(1 << n);
        if (list === 0) list = 1 << ((n + 1) % 8);
        this.fields.set("L", list);
        return state.set(n, state.operand(4 * popcount(list), random.chance(0.9) ? 4 : 1));
      }
      case "push": {
        const extra = this.fields.drawn("R", () => random.below(2));
        let list = random.below(256);
        if (list === 0 && extra === 0) list = 1;
        this.fields.set("L", list);
        const count = popcount(list) + extra, isPop = opcode.name === "POP";
        const target = isPop && extra === 1 ? state.asStored(state.target() + (version < 5 || random.chance(0.7) ? 1 : 0)) : undefined;
        const lowest = state.operand(4 * count, random.chance(0.9) ? 4 : 1, (n) => (target !== undefined && n === count - 1 ? target : number(random)));
        return state.set(13, isPop ? lowest : lowest + 4 * count);
      }
      case "status": case "trap": return;
    }
  }

  /** IT, and what it makes conditional: arithmetic, some of which would set flags elsewhere, and comparisons, which do. */
  private conditional(): void {
    const { random, version } = this;
    const length = random.between(1, 4), block = random.chance(0.98) ? drawBlock(random, length) : random.pick([0xe8, 0xec, 0xf8, 0xe2]);
    this.fields.set("c", block >>> 4);
    this.fields.set("k", block & 15);
    const plain = thumbOpcodesOf(version).filter(({ kind }) => kind === "plain");
    this.behind = Array.from({ length }, () => new Letters().word(random.pick(plain).picture, (width) => random.below(2 ** width)));
  }

  private high(): void {
    const { opcode, random, state } = this;
    const m = this.fields.drawn("m", () => random.below(8)), high = this.fields.drawn("M", () => random.below(2));
    const isJump = opcode.name !== "CMP high" && high * 8 + m !== 15 && random.chance(0.15);
    if (isJump) {
      this.fields.set("D", 1);
      this.fields.set("d", 7);
      const target = state.target() + (random.chance(0.5) ? 1 : 0);
      return state.set(8 * high + m, opcode.name === "MOV high" ? target : target - state.get(15));
    }
    const d = this.fields.drawn("d", () => random.below(8));
    this.fields.drawn("D", () => (d === 7 && opcode.name !== "CMP high" ? 0 : random.below(2)));
    // two low registers have another code
    if (this.fields.get("D") === 0 && high === 0) this.fields.set("M", 1);
  }

  /** The words behind the program are there. */
  private literal(): void {
    const { random, state } = this;
    const words = this.fields.drawn("i", () => random.between(2, 20));
    const at = ((state.physical + 4) & ~3) + 4 * words;
    state.cells.set(at, number(random));
    state.watched.add(at);
  }
}

function popcount(bits: number): number {
  return bits.toString(2).replaceAll("0", "").length;
}
