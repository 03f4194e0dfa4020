/**
 * JavaScript for planned terms: regions become straight lines and `if`s, loops become `for (;;)` with their limit. What a loop
 * stores goes to an overlay of its own, which reads of the array in it and behind it ask first.
 *
 * A `FunctionWriter` belongs to one generated function: it numbers names and collects temporaries. An `Emitter` belongs
 * to one plan of that function (the function itself, or a loop's body) and turns terms into expressions. Leaves (the
 * state, operands, choices) are written by the caller's `Leaves`, so that the same terms run on arrays of cells in the
 * CPU and on one packed integer in the enumerator.
 */
import type { ArrayVariableTerm, Loop, LoopArrayTerm, Term, VariableTerm } from "../isa/term.js";
import { JAVASCRIPT, testBit } from "./compile-operators.js";
import { Plan } from "./compile-plan.js";
import type { Block, LoopGroup, Region } from "./compile-regions.js";
import type { LoopParts, StoredArray } from "./compile-loops.js";
import { termsOf, type Write } from "./compile-prepare.js";
import { RUNTIME } from "./compile-runtime.js";
import { convert, isAtomic, kindOf, literal, valueKind, type Code, type Kind } from "./compile-representation.js";
import { Overlay } from "./overlay.js";

export interface Leaves {
  /** a variable that is no slot, held by its width */
  readonly variable: (variable: VariableTerm) => string;
  /** a cell before the step; the index is an expression held by the index width */
  readonly cell: (array: ArrayVariableTerm, index: string) => string;
}

/** Makes a function of the source of a function expression; it knows `known` by name, as constants around it. */
export function bindSource(source: string, known: Readonly<Record<string, unknown>>): unknown {
  const all: Readonly<Record<string, unknown>> = { ...RUNTIME, ...known };
  const head = `const { ${Object.keys(all).join(", ")} } = known;`;
  return (new Function("known", `"use strict";\n${head}\nreturn ${source};`) as (known: Readonly<Record<string, unknown>>) => unknown)(all);
}

export class FunctionWriter {
  private count = 0;
  private readonly temporaries: string[] = [];
  private readonly overlays: Overlay[] = [];

  constructor(readonly leaves: Leaves, readonly loops: LoopParts) {}

  name(): string {
    return `v${this.count++}`;
  }

  temporary(): string {
    const name = `t${this.temporaries.length}`;
    this.temporaries.push(name);
    return name;
  }

  /** An overlay for cells of a width. */
  overlay(width: number): string {
    return `q${this.overlays.push(new Overlay(width)) - 1}`;
  }

  /** What the function knows by name around it. */
  known(): Readonly<Record<string, unknown>> {
    return Object.fromEntries(this.overlays.map((o, i) => [`q${i}`, o]));
  }

  /** The declaration of all temporaries, for the top of the function. */
  declarations(): readonly string[] {
    return this.temporaries.length === 0 ? [] : [`let ${this.temporaries.join(", ")};`];
  }
}

/** Where the cells are that a loop has stored; and what they lie over. */
interface Stored extends StoredArray {
  readonly name: string;
}

export class Emitter {
  private readonly names = new Map<number, string>();
  /** of arrays after loops, and of slots */
  private readonly stored = new Map<number, Stored>();

  constructor(private readonly writer: FunctionWriter, private readonly plan: Plan, private readonly outer?: Emitter, slots?: ReadonlyMap<number, string>, stored: readonly Stored[] = []) {
    for (const [id, name] of slots ?? []) this.names.set(id, name);
    for (const s of stored) this.stored.set(s.slot.id, s);
  }

  /** The statements that compute what is placed in a region. */
  region(region: Region): string[] {
    const lines: string[] = [];
    for (const node of region.order) {
      switch (node.kind) {
        case "item": {
          const text = this.inline(node.term);
          lines.push(`const ${this.define(node.term)} = ${convert(text, kindOf(node.term))};`);
          break;
        }
        case "loop":
          lines.push(...this.loop(node.group));
          break;
        case "block":
          lines.push(...this.block(node.block));
          break;
        case "assign":
          lines.push(`${this.names.get(node.member.id)!} = ${typeof node.value === "boolean" ? String(node.value) : this.as(node.value, kindOf(node.member))};`);
          break;
      }
    }
    return lines;
  }

  /** The value of a term, held by its width. */
  value(term: Term): string {
    return this.as(term, valueKind(term.width));
  }

  /** A 1-bit term as a truth value. */
  truth(term: Term): string {
    if (term.op === "extract" && term.args[0]!.op !== "mul" && !this.isNamed(term)) return testBit(this.value(term.args[0]!), term.args[0]!.width, term.parameters[1]!);
    return this.as(term, "truth");
  }

  /** The overlay that holds what a loop has stored. */
  overlay(array: LoopArrayTerm): string {
    return this.storedBy(array).name;
  }

  private as(term: Term, kind: Kind): string {
    if (term.op === "constant") return kind === "truth" ? String(term.value === 1n) : literal(term.value, term.width);
    return convert(this.code(term), kind);
  }

  private isNamed(term: Term): boolean {
    return this.names.has(term.id) || (this.plan.owns(term) ? this.plan.isNamed(term) : this.outer!.isNamed(term));
  }

  private code(term: Term): Code {
    const name = this.names.get(term.id);
    if (name !== undefined) return { text: name, kind: kindOf(term) };
    if (!this.plan.owns(term)) return this.outer!.code(term);
    if (this.plan.isNamed(term)) throw new Error(`bug: ${term.op} ${term.id} is used before it is computed`);
    return this.inline(term);
  }

  private define(term: Term): string {
    const name = this.writer.name();
    this.names.set(term.id, name);
    return name;
  }

  private inline(term: Term): Code {
    const kind = kindOf(term);
    switch (term.op) {
      case "constant":
        return { text: literal(term.value, term.width), kind };
      case "variable":
        if (term.space === "slot") throw new Error(`bug: slot ${term.name} outside its loop`);
        return { text: this.writer.leaves.variable(term), kind };
      case "select":
        return { text: this.select(term.array, term.index), kind };
      case "cell":
      case "faults":
      case "loop":
        throw new Error(`bug: a ${term.op} is not an expression`);
      default: {
        const text = JAVASCRIPT[term.op]({
          term,
          value: (i) => this.value(term.args[i]!),
          truth: (i) => this.truth(term.args[i]!),
          of: (t) => this.value(t),
          temporary: () => this.writer.temporary(),
        });
        return { text, kind };
      }
    }
  }

  private select(array: Extract<Term, { op: "select" }>["array"], index: Term): string {
    if (array.op !== "array" && array.op !== "loop-array") throw new Error("bug: a read over a write was not flattened");
    return this.read(array, this.value(index));
  }

  private read(array: ArrayVariableTerm | LoopArrayTerm, index: string): string {
    if (array.op === "array" && array.space !== "slot") return this.writer.leaves.cell(array, index);
    const { name, root } = this.storedBy(array);
    const found = this.writer.temporary();
    if (isAtomic(index)) return `((${found} = ${name}.find(${index})) < 0 ? ${this.read(root, index)} : ${name}.values[${found}])`;
    const at = this.writer.temporary();
    return `(${at} = ${index}, (${found} = ${name}.find(${at})) < 0 ? ${this.read(root, at)} : ${name}.values[${found}])`;
  }

  private storedBy(array: ArrayVariableTerm | LoopArrayTerm): Stored {
    const stored = this.stored.get(array.id) ?? this.outer?.storedBy(array);
    if (stored === undefined) throw new Error(`bug: ${array.op} ${array.id} is read outside its loop, or before it`);
    return stored;
  }

  /** Statements that store into an overlay. The writes' terms have names. */
  private store(name: string, writes: readonly Write[]): string[] {
    return writes.flatMap((write) => {
      const line = write.kind === "cell" ? `${name}.set(${this.value(write.index)}, ${this.value(write.value)});` : `${name}.setAll(${this.overlay(write.array)});`;
      if (write.guard.op !== "constant") return [`if (${this.truth(write.guard)}) { ${line} }`];
      return write.guard.value === 1n ? [line] : [];
    });
  }

  private block(block: Block): string[] {
    const names = block.members.map((m) => this.define(m));
    const condition = this.truth(block.condition);
    const then = this.region(block.then), otherwise = this.region(block.otherwise);
    return [`let ${names.join(", ")};`, `if (${condition}) {`, ...then, "} else {", ...otherwise, "}"];
  }

  private loop({ loop, results }: LoopGroup): string[] {
    const { writer } = this;
    const slots = loop.slots.map((s) => ({ slot: s, name: writer.name() }));
    const exceeded = writer.name(), rounds = writer.name();
    const initial = slots.map(({ name }, i) => `${name} = ${this.value(loop.initial[i]!)}`);
    const stored = writer.loops.arrays(loop).map((a): Stored => ({ ...a, name: writer.overlay(a.slot.width) }));
    const before = stored.flatMap((s) => [`${s.name}.clear();`, ...this.store(s.name, s.before)]);
    for (const result of results) {
      if (result.op === "loop-array") this.stored.set(result.id, stored[result.slot]!);
      else this.names.set(result.id, result.slot === -1 ? exceeded : slots[result.slot]!.name);
    }
    return [
      `let ${[...initial, `${exceeded} = false`, `${rounds} = 0`].join(", ")};`,
      ...before,
      "for (;;) {",
      ...this.round(loop, slots.map((s) => s.name), stored, exceeded, rounds),
      "}",
    ];
  }

  private round(loop: Loop, names: readonly string[], stored: readonly Stored[], exceeded: string, rounds: string): string[] {
    const ids = loop.slots.map((s) => s.id);
    const plan = new Plan(this.writer.loops, new Set([...ids, ...stored.map((s) => s.slot.id)]));
    const before = plan.region(), after = plan.region(before);
    plan.use(loop.condition, before);
    for (const next of loop.next) plan.use(next, after, true);
    for (const write of stored.flatMap((s) => s.writes)) for (const term of termsOf(write)) plan.use(term, after, true);
    plan.solve();
    const inside = new Emitter(this.writer, plan, this, new Map(ids.map((id, i) => [id, names[i]!])), stored);
    const first = inside.region(before);
    const condition = inside.truth(loop.condition);
    const second = inside.region(after);
    const changed = loop.next.map((next, i) => ({ next, name: names[i]! })).filter(({ next }, i) => next.id !== ids[i]);
    const values = changed.map(({ next }) => inside.value(next));
    // a slot that takes another slot's value must see it as it was before the round
    const fresh = changed.map(() => this.writer.name());
    return [
      ...first,
      `if (!${condition}) break;`,
      `if (${rounds} === ${loop.limit}) { ${exceeded} = true; break; }`,
      `${rounds}++;`,
      ...second,
      ...changed.map((_, i) => `const ${fresh[i]!} = ${values[i]!};`),
      ...stored.flatMap((s) => inside.store(s.name, s.writes)),
      ...changed.map(({ name }, i) => `${name} = ${fresh[i]!};`),
    ];
  }
}
