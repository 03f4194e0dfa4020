/**
 * Cases for QEMU: an instruction, sometimes in the delay slot of a branch or behind an instruction that prepares it, in a mode, with
 * operands that are made for it.
 */
import type { Question } from "../case.js";
import type { Random } from "../random.js";
import { drawAddress, drawSurroundings, isInArena, regionOf, type Mode, type Surroundings } from "./draw-state.js";
import { opcodes, reservedWords, type Opcode } from "./opcodes.js";
import { BREAK } from "./qemu-record.js";

export const topics: readonly string[] = opcodes.map(({ name }) => name);

const NUMBERS = [0, 1, 2, 31, 32, 0x7fff, 0x8000, 0xffff, 0x7fff_ffff, 0x8000_0000, 0x8000_0001, 0xffff_8000, 0xffff_ffff];
const PAGE_MASKS = [0, 3, 0xf, 0x3f, 0xff, 0x3ff, 0xfff, 0x3fff, 0xffff];
/** Of the status register, what is described; CU1 in cases for it. */
const STATUS_BITS = 0x1440_fb1f, CU1 = 0x2000_0000;
const BRANCH = 0x1000_0000;
/** What is no jump, for delay slots: nothing, ADDIU v1,v1,1, a trap. */
const SLOTS = [0, 0, 0, 0x2463_0001, Number(BREAK)];

export function draw(topic: string, random: Random): Question {
  return new Drawing(opcodes.find(({ name }) => name === topic)!, random).question();
}

function number(random: Random): number {
  return random.chance(0.35) ? random.pick(NUMBERS) : random.chance(0.2) ? random.below(64) : Number(random.bits(32));
}

class Drawing {
  private readonly registers = new Map<string, number>();
  private readonly general: number[];
  private readonly core = new Map<number, number>();
  private readonly around: Surroundings;
  private readonly fields = new Map<string, number>();
  private readonly isInSlot: boolean;
  /** instructions before the one that is tested */
  private readonly prelude: number[] = [];
  private readonly watched: number[] = [];

  constructor(private readonly opcode: Opcode, private readonly random: Random) {
    const { kind, name } = opcode;
    const system = kind === "system" || kind === "return";
    const mode: Mode = name === "WAIT" ? "user" : random.pick(system ? ["kernel", "kernel", "kernel", "supervisor", "user"] : ["kernel", "supervisor", "user", "user"]);
    this.around = drawSurroundings(random, mode, mode === "kernel" && system && random.chance(0.85) ? "unmapped" : "anywhere");
    this.general = Array.from({ length: 32 }, (_, n) => (n === 0 ? 0 : number(random)));
    this.isInSlot = !["branch", "jump", "jump-register", "return"].includes(kind) && !name.startsWith("BC1") && random.chance(0.2);
    this.drawControl();
  }

  question(): Question {
    const { random, around } = this;
    const word = this.opcode.kind === "reserved" ? this.reserved() : this.word();
    let at = around.codeAt;
    const place = (instruction: number): void => {
      this.core.set(at, instruction);
      at += 4;
    };
    for (const before of this.prelude) place(before);
    // the slot of a branch behind itself, to a BREAK
    if (this.isInSlot) place(BRANCH | 8);
    place(word);
    if (this.hasSlot()) place(random.pick(SLOTS));
    this.filling(at);
    if (this.isInSlot) this.filling(around.codeAt + 4 * this.prelude.length + 4 + 4 * 8);
    const offset = this.fields.get("i");
    if (offset !== undefined && this.hasSlot()) this.filling(around.codeAt + 4 + (offset << 16 >> 14));
    const target = this.fields.get("j");
    if (target !== undefined) this.filling(around.codeAt - (around.codeAt % 0x1000) + ((4 * target) % 0x1000));
    const big = (values: Iterable<readonly [number, number]>): Map<bigint, bigint> => new Map([...values].map(([n, value]) => [BigInt(n), BigInt(value >>> 0)]));
    const { entries } = around;
    return {
      words: [BigInt(word)],
      watched: new Map([["core", this.watched.map((a) => BigInt(a / 4))]]),
      before: {
        registers: new Map([["PC", BigInt(around.code)] as const, ["capacity", 0x80_0000n] as const, ...[...this.registers].map(([name, value]) => [name, BigInt(value >>> 0)] as const)]),
        arrays: new Map([
          ["GPR", big(this.general.entries())], ["core", big([...this.core].map(([a, value]) => [a / 4, value] as const))],
          ["TlbPage", new Map(entries.map((e, n) => [BigInt(n), BigInt(e.mask) << 28n | BigInt(e.pair) << 9n | BigInt(e.space) << 1n | BigInt(e.global)]))],
          ["TlbEven", big(entries.map((e, n) => [n, e.frames[0]] as const))], ["TlbOdd", big(entries.map((e, n) => [n, e.frames[1]] as const))],
        ]),
      },
    };
  }

  private hasSlot(): boolean {
    return ["branch", "jump", "jump-register"].includes(this.opcode.kind) || this.opcode.name.startsWith("BC1");
  }

  // -------------------------------------------------------------- control registers

  private drawControl(): void {
    const { random, around } = this;
    const set = (name: string, value: number): void => void this.registers.set(name, value);
    const bit = (name: string, probability: number): void => set(name, random.chance(probability) ? 1 : 0);
    const isException = around.mode === "kernel" && random.chance(0.25);
    set("KSU", around.mode === "user" ? 2 : around.mode === "supervisor" ? 1 : isException ? random.below(3) : 0);
    set("EXL", isException ? 1 : 0);
    for (const [name, probability] of [["IE", 0.5], ["CU0", 0.3], ["CU1", this.opcode.kind === "floating" ? 0.3 : 0.05], ["FR", 0.1], ["BEV", 0.15], ["DC", 0.85], ["IV", 0.2], ["Missed", 0.5]] as const) bit(name, probability);
    // no interrupt is to come between; the board's timer asks for one at bit 2 all the time
    set("SW", random.below(4));
    set("IM", random.below(32) << 3 | (this.registers.get("SW") === 0 ? random.below(4) : 0));
    set("ExceptionBase", random.pick([0, 4, 6]));
    set("ErrorEPC", around.code); // of the ERET that begins the case
    if (this.opcode.name === "WAIT") set("CU0", 0);
    set("HI", number(random));
    set("LO", number(random));
    set("Index", random.below(16));
    set("Wired", random.below(16));
    set("PageMask", random.pick(PAGE_MASKS));
    set("EntryLo0", random.below(1 << 26));
    set("EntryLo1", random.below(1 << 26));
    set("PTEBase", random.below(512));
    set("HWREna", random.below(16));
    set("VectorSpacing", random.below(32));
    set("K0", random.pick([2, 3]));
    set("Count", Number(random.bits(32)));
    set("Compare", (this.registers.get("Count")! + 0x8000_0000) >>> 0);
    set("EPC", drawAddress(random, around).virtual & ~1);
    set("ASID", around.space);
    set("VPN2", Math.floor(drawAddress(random, around).virtual / 0x2000));
    if (this.opcode.name.startsWith("TLBW")) this.newEntry();
  }

  /** What is written is for a page of a region that no other entry has, or for one that is not mapped. */
  private newEntry(): void {
    const { random } = this;
    const regions = [0x1000_0000, 0x2000_0000, 0x8000_0000, 0xd800_0000, ...(this.opcode.name === "TLBWI" ? [regionOf(this.registers.get("Index")!)] : [])];
    this.registers.set("PageMask", random.pick([0, 0, 0, 3, 0xf, 0xff]));
    this.registers.set("VPN2", Math.floor((random.pick(regions) + random.below(0x0400_0000)) / 0x2000));
  }

  /** Of a word for a control register, the bits that don't ask for what is not described, or for an interrupt. */
  private controlWord([register, select]: readonly [number, number]): number {
    const { random, around } = this;
    const r = (name: string): number => this.registers.get(name)!;
    const any = number(random);
    if (select === 0) {
      if (register === 0) return random.chance(0.95) ? (any & 0x8000_000f) >>> 0 : any;
      if (register === 5) return random.chance(0.8) ? (random.pick(PAGE_MASKS) << 13 | (any & 0xe000_1fff)) >>> 0 : any;
      if (register === 9 || register === 11) return (r("Count") + 0x1000_0000 + random.below(0x4000_0000)) >>> 0;
      if (register === 10) return random.chance(0.7) ? (any & 0xffff_ff00) | around.space : any;
      if (register === 12) return ((any & (STATUS_BITS | (random.chance(0.1) ? CU1 : 0)) & (r("SW") !== 0 ? ~0x300 : ~0) & (around.isMapped ? ~4 : ~0)) & ~0x10 | (any & 8 ? 0 : any & 0x10)) >>> 0;
      if (register === 13) return (any & 0xf88f_fcff | (r("IM") & 3 ? 0 : any & 0x300)) >>> 0;
    }
    if (register === 15) return ((any & 0xc000_0fff) | random.pick([0, 4, 6]) << 12) >>> 0;
    if (register === 16) return (any & ~7 | random.pick([2, 3])) >>> 0;
    return any;
  }

  // -------------------------------------------------------------- the word

  private word(): number {
    const { opcode, random } = this;
    const pick = (letter: string, width: number): number => {
      const found = this.fields.get(letter);
      if (found !== undefined) return found;
      const value = random.below(2 ** width);
      this.fields.set(letter, value);
      return value;
    };
    if (opcode.kind === "comparing" && random.chance(0.3)) this.alike();
    if (opcode.name === "CLZ" || opcode.name === "CLO") this.sameDestination();
    if (opcode.name === "RDHWR") this.fields.set("h", random.chance(0.85) ? random.below(4) : random.below(32));
    this.operands();
    const ignored = random.chance(0.7) ? 0 : Number(random.bits(32));
    const used = new Map<string, number>();
    const digits = [...opcode.picture].map((c, i) => {
      if (c === "0" || c === "1") return c;
      if (c === "-") return `${(ignored >>> (31 - i)) & 1}`;
      const width = opcode.picture.lastIndexOf(c) - opcode.picture.indexOf(c) + 1;
      const n = used.get(c) ?? 0;
      used.set(c, n + 1);
      return `${(pick(c, width) >>> (width - 1 - n)) & 1}`;
    });
    return Number.parseInt(digits.join(""), 2);
  }

  private reserved(): number {
    const [code, free] = this.random.pick(reservedWords);
    return (code | (Number(this.random.bits(32)) & free)) >>> 0;
  }

  private register(letter: string): number {
    const found = this.fields.get(letter);
    if (found !== undefined) return found;
    const n = this.random.chance(0.9) ? this.random.between(1, 31) : 0;
    this.fields.set(letter, n);
    return n;
  }

  /** Two registers hold nearly the same. */
  private alike(): void {
    const [s, t] = [this.register("s"), this.register("t")];
    if (t !== 0) this.general[t] = (this.general[s]! + this.random.pick([0, 0, 1, -1])) >>> 0;
    if (this.random.chance(0.5) && t !== 0) this.general[t] = this.random.pick([0, 0xffff_ffff]);
    this.fields.set("i", this.general[s]! & 0xffff);
  }

  private sameDestination(): void {
    const d = this.register("d");
    if (this.random.chance(0.9)) this.fields.set("t", d);
  }

  private operands(): void {
    const { opcode, random, around } = this;
    const size = /^storage-(\d)$/.exec(opcode.kind)?.[1] ?? (opcode.kind === "conditional" || opcode.name.endsWith("WC1") ? "4" : opcode.name.endsWith("DC1") ? "8" : undefined);
    if (size !== undefined) this.storage(Number(size));
    if (opcode.kind === "branch" || opcode.name.startsWith("BC1")) this.fields.set("i", random.pick([2, 3, 8, random.between(2, 150), 0x1_0000 - random.between(3, 80)]));
    if (opcode.kind === "jump") this.jumpWithinPage();
    if (opcode.kind === "jump-register") this.jumpTarget();
    if (opcode.kind === "return") this.returning();
    if (opcode.register !== undefined && opcode.name.startsWith("MTC0")) this.general[this.nonzero("t")] = this.controlWord(opcode.register);
  }

  private nonzero(letter: string): number {
    const n = this.random.between(1, 31);
    this.fields.set(letter, n);
    return n;
  }

  private storage(size: number): void {
    const { random, around } = this;
    for (;;) {
      const { virtual, physical } = drawAddress(random, around);
      const align = random.chance(0.85) ? size : 1;
      const address = virtual - (virtual % align), at = physical === undefined ? undefined : physical - (physical % align);
      if (isInArena(at) && Math.abs(at - around.codeAt) < 0x100) continue; // not into the program
      if (isInArena(at)) {
        for (const place of [at - (at % 4) - 4, at - (at % 4), at - (at % 4) + 4].filter(isInArena)) {
          this.core.set(place, number(random));
          this.watched.push(place);
        }
      }
      const offset = random.chance(0.3) ? 0 : random.below(0x1_0000);
      this.general[this.nonzero("s")] = (address - (offset << 16 >> 16)) >>> 0;
      this.fields.set("i", offset);
      if (this.opcode.kind === "conditional") this.link();
      return;
    }
  }

  /** LL of the same address, or of none. */
  private link(): void {
    const { random, fields } = this;
    const s = fields.get("s")!;
    const other = s === 1 ? 2 : 1;
    if (!random.chance(0.8) || this.isInSlot) return;
    this.prelude.push((0xc000_0000 | s << 21 | other << 16 | fields.get("i")!) >>> 0);
  }

  /** Anywhere but to the jump itself. */
  private jumpWithinPage(): void {
    const { code } = this.around;
    const own = (code >>> 2) & 1023;
    this.fields.set("j", ((code >>> 2) & 0x3ff_fc00) | ((own + this.random.between(1, 1023)) & 1023));
  }

  private jumpTarget(): void {
    const { random, around } = this;
    const { virtual, physical } = drawAddress(random, around);
    const target = random.chance(0.9) ? virtual & ~3 : virtual & ~1;
    const at = physical === undefined ? undefined : physical & ~3;
    if (isInArena(at)) this.filling(at);
    this.general[this.nonzero("s")] = target >>> 0;
    if (this.opcode.name === "JALR" && this.register("d") === this.fields.get("s")) this.fields.set("d", 0);
  }

  /** What is fetched there are BREAKs, as anywhere in the arena. */
  private filling(at: number): void {
    for (let i = 0; i < 4; i++) if (isInArena(at + 4 * i) && !this.core.has(at + 4 * i)) this.core.set(at + 4 * i, Number(BREAK));
  }

  /** From an exception, or from an error that the program declares. */
  private returning(): void {
    const { random, around } = this;
    const place = (): number => {
      const { virtual, physical } = drawAddress(random, around);
      const at = physical === undefined ? undefined : physical & ~3;
      if (isInArena(at)) this.filling(at);
      return (random.chance(0.9) ? virtual & ~3 : virtual & ~1) >>> 0;
    };
    this.registers.set("EPC", place());
    if (around.mode !== "kernel" || around.isMapped || !random.chance(0.3)) return;
    this.general[8] = place();
    this.general[9] = (4 | this.registers.get("IE")! | this.registers.get("EXL")! << 1 | random.below(3) << 3 | 0x1000_0000) >>> 0;
    this.prelude.push(0x4088_f000, 0x4089_6000);
  }
}
