/**
 * A console that is no part of the processor, beside a CPU.
 *
 * Where an instruction traps because there is no storage at the device's cells, the same step is taken once more as if the cells were
 * there: its terms evaluated over the state, with storage that does not end. If it leaves nowhere and has touched nothing behind the
 * real end but the device's cells, that is what it does, and the device has what it would have stored; if not, the trap stands.
 * A bit of a cell that comes out the same whatever was there before has been stored; so the step is evaluated for
 * two contents of the cells. What an instruction that is done tells the device is read off the state before it.
 *
 * All this is interpreted: it happens once for a character.
 */
import { fieldValue } from "../isa/encoded.js";
import { Evaluator } from "../isa/evaluate.js";
import { lowering } from "../isa/lower.js";
import { ACCESS, type ConsoleDevice, type DeviceCell, type Instruction, type Register, type Window } from "../isa/machine.js";
import type { Rewriter } from "../isa/substitute.js";
import { isArray, type AnyTerm, type ArrayTerm, type Term, type VariableTerm } from "../isa/term.js";
import type { Cpu } from "./cpu.js";
import type { Outcome, Trapped } from "./outcome.js";

/** What a device needs of the CPU beside its state. */
export interface Attended extends Pick<Cpu, "machine" | "get" | "set" | "getCell" | "setCell" | "valueWith"> {
  readonly rest: () => void;
  readonly fetchWord: () => { readonly kind: "word"; readonly word: bigint; readonly units: number; readonly instruction: Instruction | undefined } | { readonly kind: "left" };
}

/** The step touches what neither storage nor the device has. */
class Elsewhere extends Error {}

export class Device {
  private readonly cells: ReadonlyMap<bigint, DeviceCell>;
  private readonly windows: readonly Window[];
  private readonly extent: Register | undefined;
  private readonly lower: Rewriter;
  private readonly storage: string | undefined;

  constructor(private readonly cpu: Attended, private readonly device: ConsoleDevice, private readonly listener: (character: bigint) => void) {
    const { machine } = cpu;
    this.cells = new Map(device.cells.map((c) => [c.index, c]));
    this.storage = device.storage ?? machine.components.find((c) => c.kind === "array" && c.role === "storage")?.name;
    this.windows = machine.windows.filter((w) => w.over === device.storage);
    this.extent = machine.components.find((c): c is Register => c.kind === "register" && c.role === "extent");
    this.lower = lowering(machine);
  }

  /** What an instruction that is about to be done will have told the device. */
  hear(instruction: Instruction, word: bigint): readonly bigint[] {
    const said: bigint[] = [];
    for (const { family, when, each, sends } of this.device.instructions) {
      if (family !== instruction.family) continue;
      const before = this.over(instruction, word, undefined, new Map());
      if (before.value(this.lower.term(when)) === 0n) continue;
      if (each === undefined) said.push(before.value(this.lower.term(sends)));
      else {
        const count = before.value(this.lower.term(each.below));
        for (let i = 0n; i < count; i++) said.push(this.over(instruction, word, undefined, new Map([[each.index.id, i]])).value(this.lower.term(sends)));
      }
    }
    return said;
  }

  /** The instruction at the program counter has trapped so. What comes of it with the device, if it is for the device. */
  attend(trap: Trapped): Outcome | undefined {
    if (!this.concerns(trap)) return undefined;
    const fetched = this.cpu.fetchWord();
    if (fetched.kind === "left" || fetched.instruction === undefined) return undefined;
    const { instruction, word, units } = fetched;
    try {
      const taken = this.taken(instruction, word, units, 0n);
      if (taken === undefined) return undefined;
      const again = this.taken(instruction, word, units, -1n);
      for (const [component, value] of taken.registers) this.cpu.set(component, value);
      for (const [component, index, value] of taken.cells) this.cpu.setCell(component, index, value);
      this.cpu.rest();
      let halts = false;
      for (const [index, value] of taken.stored) {
        const cell = this.cells.get(index)!, other = again?.stored.get(index);
        if (other === undefined) continue;
        const character = this.settled(cell, cell.sends, value, other);
        if (character !== undefined) this.listener(character);
        halts ||= this.settled(cell, cell.halts, value, other) === 1n;
      }
      return { kind: halts ? "halt" : "done" };
    } catch (error) {
      if (error instanceof Elsewhere) return undefined;
      throw error;
    }
  }

  /** Whether the address that failed is one of the device's cells. */
  private concerns({ cause, args }: Trapped): boolean {
    return this.windows.some(({ address, access, cell, traps }) => {
      const isTold = traps.some((t) => t.trap === cause && t.args[0]?.width === address.width);
      return isTold && this.cells.has(this.cpu.valueWith(cell, [address, access], [args[0]!, BigInt(ACCESS.write)]));
    });
  }

  /** The step with the device's cells in storage; undefined if it leaves. `unlike`: 0 or -1, with what the cells that tell nothing differ. */
  private taken(instruction: Instruction, word: bigint, units: number, unlike: bigint): Taken | undefined {
    const { step } = instruction;
    const values = this.over(instruction, word, { units, unlike }, new Map());
    if (step.exits.some((e) => values.isTrue(this.lower.term(e.guard)))) return undefined;
    if (step.execute !== undefined && values.isTrue(this.lower.term(step.execute.guard))) return undefined;
    const registers = new Map<string, bigint>(), cells: [string, bigint, bigint][] = [], stored = new Map<bigint, bigint>();
    const end = this.end();
    for (const [component, next] of step.next) {
      const term: AnyTerm = this.lower.any(next);
      if (!isArray(term)) registers.set(component, values.value(term as Term));
      else for (const [index, value] of values.writes(term as ArrayTerm)) {
        if (component !== this.storage || index < end) cells.push([component, index, value]);
        else if (this.cells.has(index)) stored.set(index, value);
        else throw new Elsewhere();
      }
    }
    return { registers, cells, stored };
  }

  /** Over the state and the instruction's fields; `lifted`: storage does not end. */
  private over(instruction: Instruction, word: bigint, lifted: { readonly units: number; readonly unlike: bigint } | undefined, parameters: ReadonlyMap<number, bigint>): Evaluator {
    const { cpu, extent, storage } = this;
    const fields = new Map(instruction.encoding.fields.map((f) => [f.variable.id, fieldValue(word, f)]));
    const end = this.end();
    return new Evaluator({
      variable: (v: VariableTerm) => {
        const known = fields.get(v.id) ?? parameters.get(v.id);
        if (known !== undefined) return known;
        if (v.space === "choice") return 0n;
        if (v.space === "state") return lifted !== undefined && v.name === extent?.name ? (1n << BigInt(v.width)) - 1n : cpu.get(v.name);
        return BigInt(lifted?.units ?? 1); // `length`
      },
      cell: (array, index) => {
        if (array.name !== storage || index < end) return cpu.getCell(array.name, index);
        const cell = this.cells.get(index);
        if (lifted === undefined) return cell?.holds ?? 0n;
        if (cell === undefined) throw new Elsewhere();
        return BigInt.asUintN(cell.stored.width, cell.sends === undefined && cell.halts === undefined ? cell.holds : cell.holds ^ lifted.unlike);
      },
    });
  }

  private end(): bigint {
    const { extent, cpu } = this;
    return extent === undefined ? 1n << 48n : cpu.get(extent.name);
  }

  /** A value over what is stored, if none of the bits it depends on was there before. */
  private settled(cell: DeviceCell, term: Term | undefined, value: bigint, other: bigint): bigint | undefined {
    if (term === undefined) return undefined;
    const of = (stored: bigint): bigint => new Evaluator({ variable: (v) => (v.id === cell.stored.id ? stored : 0n), cell: () => 0n }).value(term);
    const own = of(value);
    return own === of(other) ? own : undefined;
  }
}

interface Taken {
  readonly registers: ReadonlyMap<string, bigint>;
  readonly cells: readonly (readonly [component: string, index: bigint, value: bigint])[];
  /** the device's cells, with what they would hold */
  readonly stored: ReadonlyMap<bigint, bigint>;
}
