/**
 * Cases: an instruction of a form, with prefixes, in a mode, with operands that are made for it.
 *
 * Values that decide where the processor goes (selectors, frames, tables, control registers) are mostly sensible and sometimes anything. What would end in no handler is
 * not drawn: leaving protected mode with tables that real-address mode can't use, single steps, a halt that is allowed.
 */
import type { Question } from "../case.js";
import type { Random } from "../random.js";
import { drawSurroundings, levelUpperHalves, number, PORTS, type Mode, type Surroundings, type Wishes } from "./draw-state.js";
import { Destinations } from "./draw-destination.js";
import { formNamed, forms, prefixesOf, type Form, type Need } from "./forms.js";
import { effective, registerForm, storageForm } from "./operands.js";
import { CS, DS, EAX, EBP, EBX, ECX, EDI, EDX, ES, ESI, ESP, SS, TF } from "./processor-state.js";
import { question } from "./specification-state.js";
import { GATES, GDT_AT, GDT_ENTRIES, IDT_AT, padAt, PADS, put8 } from "./world.js";

export const topics: readonly string[] = forms.map(({ name }) => name);

const LOCK = 0xf0;
const SEGMENT_PREFIXES = [0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65];
const SYSTEM: readonly Need[] = ["selector", "load-far", "table", "control", "debug", "msr", "far", "return-far", "return-interrupt", "sysenter"];
const LOW_PORT = 0xe0;
/** Storage that holds nothing. */
const NO_TABLE = 0x9_0000;

export const draw = (topic: string, random: Random): Question => drawForm(formNamed(topic), random);
/** Without LOCK, which some instructions of QEMU do not survive. */
export function drawUnlocked(topic: string, random: Random): Question {
  for (;;) {
    const q = draw(topic, random);
    if (!prefixesOf(q.words.map(Number)).includes(LOCK)) return q;
  }
}

function drawForm(form: Form, random: Random): Question {
  const isSystem = SYSTEM.includes(form.need) || form.opcode[0] === 0x0f && form.opcode[1]! <= 0x0f;
  const mode: Mode = random.chance(isSystem ? 0.92 : 0.82) ? "protected" : random.chance(0.7) ? "virtual" : form.need === "no-halt" ? "virtual" : "real";
  const level = form.need === "no-halt" ? random.between(1, 3) : random.pick(isSystem ? [0, 0, 1, 2, 3, 3] : [0, 1, 2, 3, 3, 3]);
  const vector = form.need !== "interrupt" ? undefined : form.name === "INT3" ? 3 : form.name === "INTO" ? 4 : random.chance(0.7) ? random.between(0x20, GATES - 1) : random.chance(0.7) ? random.below(GATES) : mode === "protected" ? random.below(256) : GATES - 1;
  const wishes: Wishes = { mode, level: mode === "virtual" ? 3 : mode === "real" ? 0 : level, isPaged: mode !== "real" && random.chance(0.45), mischief: random.pick([0, 0.05, 0.15, 0.4]), vector };
  for (;;) {
    const drawing = new Drawing(form, random, drawSurroundings(random, wishes));
    const q = drawing.question();
    if (!drawing.isNowhere) return q;
  }
}

class Drawing extends Destinations {
  private readonly prefixes: number[] = [];
  private readonly segment: number | undefined;
  protected readonly isLong: boolean;
  private readonly isWideAddress: boolean;
  /** registers that an address must not move */
  private readonly fixed = new Set<number>();

  constructor(form: Form, random: Random, around: Surroundings) {
    super(form, random, around);
    const { state } = around;
    const isWide = (state.segments[CS]!.rights & 0x4000) !== 0;
    const prefix = (byte: number, probability: number): boolean => {
      const is = random.chance(probability);
      if (is) this.prefixes.push(byte);
      return is;
    };
    this.isLong = prefix(0x66, 0.25) !== isWide;
    this.isWideAddress = prefix(0x67, 0.2) !== isWide;
    this.segment = random.chance(0.2) ? random.below(6) : undefined;
    if (this.segment !== undefined) this.prefixes.push(SEGMENT_PREFIXES[this.segment]!);
    prefix(LOCK, form.canLock ? 0.12 : 0.03);
    if (form.canRepeat) {
      if (random.chance(0.5)) this.prefixes.push(random.pick([0xf2, 0xf3]));
      this.setCount(random.pick([0, 1, 2, 3, 5]));
    }
    if (random.chance(0.5)) this.prefixes.reverse();
  }

  question(): Question {
    const { form, random, around, memory } = this;
    this.drawStacks();
    const opcode = [...form.opcode];
    if (form.takesRegister) opcode[opcode.length - 1]! += this.register();
    const addressed = this.prepared();
    const length = this.prefixes.length + opcode.length + addressed.length + form.operands.reduce((n, o) => n + this.operandLength(o), 0);
    const bytes = [...this.prefixes, ...opcode, ...addressed, ...form.operands.flatMap((o) => this.operand(o, length))];
    for (let i = 0; i < 8; i++) put8(memory, around.code + bytes.length + i, 0xcc);
    for (const [i, byte] of bytes.entries()) put8(memory, around.code + i, byte);
    levelUpperHalves(around.world, this.general[ESP]!);
    const q = question(bytes, { ...around.state, general: this.general.map((g) => g >>> 0), eflags: this.eflags >>> 0, cr0: this.cr0 >>> 0 }, memory);
    return form.need === "ports" || form.name.startsWith("INS") || form.name.startsWith("OUTS") ? { ...q, before: { ...q.before, arrays: new Map([...q.before.arrays, ["Port", silentPorts()]]) } } : q;
  }

  // -------------------------------------------------------------- operands

  /** An operand in a register. Handlers of level 0 are on the program's stack, if that is its level too: there ESP stays where it is. */
  private register(): number {
    const { form, random } = this;
    const any = random.below(8);
    return any === ESP && (form.need === "bits" || ((form.width !== 1 || form.name.includes("Gv")) && this.around.wishes.level === 0)) ? EAX : any;
  }

  private setCount(n: number): void {
    const { random } = this;
    this.general[ECX] = this.isWideAddress ? n : (random.below(0x1_0000) * 0x1_0000 + n);
    this.fixed.add(ECX);
  }

  private offsetIn = (segment: number): number => (this.around.target - this.around.state.segments[this.segment ?? segment]!.base) >>> 0;

  /** What the form needs is put into registers, storage and stack; the byte of addressing form and what follows it. */
  private prepared(): readonly number[] {
    const { form, random } = this;
    this.prepareRegisters();
    if (form.form === undefined) {
      this.prepareFixed();
      return [];
    }
    const { only } = form.form;
    const digit = form.form.digit ?? this.register();
    if (only === "register" || (only !== "storage" && random.chance(0.35)) || random.chance(0.02)) {
      const register = this.register();
      const value = this.operandValue();
      if (value !== undefined && !this.fixed.has(register)) this.general[register] = form.width === 2 ? (this.general[register]! & 0xffff_0000) + (value % 0x1_0000) : value;
      return registerForm(digit, register).bytes;
    }
    const addressing = storageForm(random, digit, this.isWideAddress, this.offsetIn, this.general, (r) => !this.fixed.has(r) && (r !== ESP || random.chance(0.1)));
    const at = effective(addressing, this.isWideAddress, this.general) + this.around.state.segments[this.segment ?? addressing.segment]!.base;
    this.prepareStorage(digit, at >>> 0);
    this.watch(at, 0, 12);
    this.watchMovedStack();
    if (form.need === "bits" && form.operands.length === 0) {
      const bit = this.isLong ? this.general[digit]! | 0 : this.general[digit]! << 16 >> 16;
      this.watch(at + (this.isLong ? bit >> 5 << 2 : bit >> 4 << 1), -4, 8);
    }
    return addressing.bytes;
  }

  /** An address that was made by moving ESP has moved the stack: what is popped from there and pushed there has to be in storage. */
  private watchMovedStack(): void {
    const { general, around: { state } } = this;
    if (general[ESP] === state.general[ESP]) return;
    const stack = state.segments[SS]!;
    this.watch(stack.base + ((stack.rights & 0x4000) !== 0 ? general[ESP]! : general[ESP]! & 0xffff), -32, 16);
  }

  /** What is in the operand in storage, where it matters. */
  private prepareStorage(digit: number, target: number): void {
    const { form, random, size } = this;
    switch (form.need) {
      case "far": case "load-far": {
        const { selector, offset } = this.destination();
        this.putLinear(target, offset, size);
        this.putLinear(target + size, selector, 2);
        return;
      }
      case "table": {
        const isGlobal = form.form!.digit === 2;
        if (!isGlobal && this.around.wishes.mode === "real") {
          // handlers are reached through this table: there is one, which may end early
          this.putLinear(target, 4 * GATES - random.pick([1, 1, 2, 9]), 2);
          this.putLinear(target + 2, 0, 4);
          return;
        }
        const base = random.chance(0.9) ? (isGlobal ? GDT_AT : IDT_AT) : NO_TABLE;
        this.putLinear(target, random.chance(0.85) ? random.pick(isGlobal ? [8 * GDT_ENTRIES - 1, 0x7f, 0xffff, 8 * 23 + 7] : [8 * GATES - 1, 0x7ff, 0x77, 0x6f, 0xffff]) : random.below(0x1_0000), 2);
        this.putLinear(target + 2, base, 4);
        return;
      }
      case "bound": {
        const value = this.general[digit]! | 0;
        const [low, high] = random.chance(0.6) ? [value - random.below(100), value + random.below(100)] : [number(random), number(random)];
        this.putLinear(target, low, size);
        this.putLinear(target + size, high, size);
        return;
      }
      default: {
        const value = this.operandValue();
        if (value !== undefined) this.putLinear(target, value, form.width === 0 ? size : Math.min(form.width, 4));
      }
    }
  }

  /** What register or storage should hold; absent: anything. */
  private operandValue(): number | undefined {
    const { form, random } = this;
    switch (form.need) {
      case "selector": return this.selector();
      case "near": return this.landing();
      case "control": return this.control();
      case "debug": return form.form!.digit === 7 ? Number(random.bits(32)) & ~0x2000 : number(random);
      default: return undefined;
    }
  }

  private prepareRegisters(): void {
    const { form, random, general } = this;
    switch (form.need) {
      case "bits": general.forEach((_, r) => (general[r] = r === ESP ? general[r]! : random.chance(0.8) ? random.between(-150, 150) >>> 0 : random.between(-0x7fff, 0x7fff) >>> 0)); return;
      case "shift": general[ECX] = (general[ECX]! & 0xffff_ff00) + random.pick([0, 1, 2, 7, 8, 9, 15, 16, 17, 18, 31, 32, 33, random.below(256)]); this.fixed.add(ECX); return;
      case "divide":
        if (random.chance(0.7)) general[EDX] = random.pick([0, 1, 0xffff_ffff, random.below(0x100)]);
        if (random.chance(0.3)) general[EAX] = random.below(0x1_0000);
        return;
      case "ports":
        general[EDX] = (general[EDX]! & 0xffff_0000) + random.between(PORTS.first, PORTS.last);
        this.fixed.add(EDX);
        return;
      case "msr":
        // of addresses that later processors would refuse there are none
        general[EDX] = 0;
        general[ECX] = random.chance(0.8) ? 0x174 + random.below(3) : random.pick([0xffff_ffff, 0x8000, 0x1_0000]);
        return;
      case "enter": general[EBP] = (general[ESP]! + random.pick([0, 8, 16, 20])) >>> 0; return;
      case "sysenter": general[EDX] = padAt(random.below(PADS)); general[ECX] = general[ESP]!; return;
      case "far": case "return-interrupt": case "interrupt": this.fixed.add(ESP); return;
      default: return;
    }
  }

  /** Forms whose operands are where they always are. */
  private prepareFixed(): void {
    const { form, random, general } = this;
    const set = (register: number, value: number): void => void (general[register] = this.isWideAddress ? value >>> 0 : ((general[register]! & 0xffff_0000) | (value & 0xffff)) >>> 0);
    switch (form.need) {
      case "string":
        set(ESI, this.offsetIn(DS) + random.between(-4, 4));
        set(EDI, this.around.target - this.around.state.segments[ES]!.base + random.between(-4, 4));
        for (const [segment, register] of [[this.segment ?? DS, ESI], [ES, EDI]] as const) this.watch(this.around.state.segments[segment]!.base + (this.isWideAddress ? general[register]! : general[register]! & 0xffff), -24, 28);
        if (form.name.startsWith("INS") || form.name.startsWith("OUTS")) general[EDX] = (general[EDX]! & 0xffff_0000) + random.between(PORTS.first, PORTS.last);
        return;
      case "return-near": this.fillFrame([random.chance(0.5) && form.name.startsWith("POP") ? this.selector() : form.name.startsWith("POP") ? number(random) : this.landing()]); return;
      case "return-far": this.returnFar(); return;
      case "return-interrupt": this.returnInterrupt(); return;
      case "flags": this.fillFrame([Number(random.bits(32)) & ~TF]); return;
      default:
        if (form.name === "XLAT") {
          set(EBX, this.offsetIn(DS) - (general[EAX]! & 0xff));
          this.watch(this.around.state.segments[this.segment ?? DS]!.base + (this.isWideAddress ? this.offsetIn(DS) : this.offsetIn(DS) & 0xffff), 0, 1);
        }
    }
  }

  private operandLength(o: Form["operands"][number]): number {
    switch (o) {
      case "ib": case "rel8": case "port": return 1;
      case "iw": return 2;
      case "iz": case "relz": return this.size;
      case "far": return this.size + 2;
      case "moffs": return this.isWideAddress ? 4 : 2;
    }
  }

  private operand(o: Form["operands"][number], length: number): readonly number[] {
    const { form, random, around } = this;
    const n = this.operandLength(o);
    const bytes = (value: number): number[] => Array.from({ length: n }, (_, i) => Math.floor((value >>> 0) / 2 ** (8 * i)) % 256);
    switch (o) {
      case "ib": return [form.need === "interrupt" ? around.wishes.vector! : form.need === "enter" ? random.pick([0, 0, 1, 2, 3, 0x20]) : form.need === "shift" ? random.pick([0, 1, 7, 8, 9, 15, 16, 17, 31, 32, random.below(256)]) : number(random) & 0xff];
      case "iw": return bytes(form.need === "enter" ? random.pick([0, 4, 8, 16]) : 2 * random.below(8));
      case "iz": return bytes(number(random));
      case "port": return [LOW_PORT + random.below(16)];
      case "moffs": {
        const offset = this.isWideAddress ? this.offsetIn(DS) : this.offsetIn(DS) & 0xffff;
        this.watch(offset + around.state.segments[this.segment ?? DS]!.base, 0, 4);
        return bytes(offset);
      }
      case "far": {
        const { selector, offset } = this.destination();
        return [...bytes(offset).slice(0, this.size), selector & 0xff, selector >>> 8];
      }
      case "rel8": case "relz": {
        const next = around.code + length;
        // some segments end in front of the landing places
        const distance = o === "relz" && random.chance(0.3) ? padAt(random.below(PADS)) - next : random.pick([0, random.between(24, 120), -random.between(40, 120)]);
        for (let i = 0; i < 2; i++) put8(this.memory, next + distance + i, 0xcc);
        return bytes(distance);
      }
    }
  }
}

/** Ports that nothing answers to. */
function silentPorts(): ReadonlyMap<bigint, bigint> {
  const numbers = [...Array.from({ length: 0x18 }, (_, n) => LOW_PORT + n), ...Array.from({ length: 0x24 }, (_, n) => PORTS.first + n)];
  return new Map(numbers.map((n) => [BigInt(n), 0xffn] as const));
}

