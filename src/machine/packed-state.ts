/**
 * A whole machine state in one integer of at most 31 bits: registers and cells side by side, in the order in which the
 * machine declares them, the first one lowest.
 */
import type { Component, Machine, Register } from "../isa/machine.js";
import type { Commit } from "./compile-step.js";

export const PACKED_BITS = 31;

interface Place { readonly component: Component; readonly low: number }

export class PackedState {
  /** bits of the state */
  readonly bits: number;
  private readonly places = new Map<string, Place>();
  private readonly rests: readonly { readonly low: number; readonly mask: number; readonly value: number }[];

  /** @throws never: ask `fits` first */
  constructor(machine: Machine) {
    let low = 0;
    for (const component of machine.components) {
      this.places.set(component.name, { component, low });
      low += bitsOf(component);
    }
    this.bits = low;
    this.rests = machine.components.filter((c): c is Register => c.kind === "register" && c.rest !== undefined)
      .map((c) => ({ low: this.place(c.name).low, mask: 2 ** c.width - 1, value: Number(c.rest!) }));
  }

  static fits(machine: Machine): boolean {
    return machine.components.reduce((n, c) => n + bitsOf(c), 0) <= PACKED_BITS;
  }

  // ---------------------------------------------------------------- values

  get(state: number, component: string): bigint {
    const { component: c, low } = this.place(component);
    return BigInt((state >>> low) & (2 ** c.width - 1));
  }

  set(state: number, component: string, value: bigint): number {
    const { component: c, low } = this.place(component);
    return this.put(state, low, c.width, value);
  }

  getCell(state: number, component: string, index: bigint): bigint {
    const { component: c, low } = this.place(component);
    return BigInt((state >>> (low + Number(index) * c.width)) & (2 ** c.width - 1));
  }

  setCell(state: number, component: string, index: bigint, value: bigint): number {
    const { component: c, low } = this.place(component);
    return this.put(state, low + Number(index) * c.width, c.width, value);
  }

  private put(state: number, low: number, width: number, value: bigint): number {
    const mask = 2 ** width - 1;
    return (state & ~(mask << low)) | ((Number(value) & mask) << low);
  }

  // ---------------------------------------------------------------- generated code

  /** A register's value in the state that `s` names. */
  registerSource(component: string): string {
    const { component: c, low } = this.place(component);
    return fieldSource("s", low, c.width);
  }

  cellSource(component: string, index: string): string {
    const { component: c, low } = this.place(component);
    return `((s >>> (${low} + ${index} * ${c.width})) & ${2 ** c.width - 1})`;
  }

  /** Statements that set `x` to the state `s` with a step's effects. `rests`: and with transient components at rest. */
  commitSource(commit: Commit, rests: boolean): string[] {
    const parts: string[] = [];
    let kept = 2 ** this.bits - 1;
    const put = (low: number, mask: number, text: string): void => {
      kept &= ~(mask << low);
      parts.push(low === 0 ? text : `${text} << ${low}`);
    };
    const resting = new Set(rests ? this.rests.map((r) => r.low) : []);
    for (const { component, value } of commit.registers) {
      const { component: c, low } = this.place(component);
      if (!resting.has(low)) put(low, 2 ** c.width - 1, value);
    }
    if (rests) for (const { low, mask, value } of this.rests) put(low, mask, String(value));
    const base = kept === 0 ? "0" : kept === 2 ** this.bits - 1 ? "s" : `s & ${kept}`;
    const lines = [`x = ${[base, ...parts].join(" | ")};`];
    for (const write of commit.writes) {
      const { component: c, low } = this.place(write.component);
      const cell = (index: string, value: string): string => {
        const at = `(${low} + ${index} * ${c.width})`;
        return `x = x & ~(${2 ** c.width - 1} << ${at}) | ${value} << ${at};`;
      };
      const line = write.kind === "cell" ? cell(write.index, write.value) : `for (let j = 0; j < ${write.overlay}.size; j++) ${cell(`${write.overlay}.keys[j]`, `${write.overlay}.values[j]`)}`;
      lines.push(write.guard === undefined ? line : `if (${write.guard}) ${line}`);
    }
    return lines;
  }

  private place(component: string): Place {
    const place = this.places.get(component);
    if (place === undefined) throw new Error(`bug: no component ${component}`);
    return place;
  }
}

export function fieldSource(name: string, low: number, width: number): string {
  return low === 0 ? `(${name} & ${2 ** width - 1})` : `((${name} >>> ${low}) & ${2 ** width - 1})`;
}

function bitsOf(component: Component): number {
  return component.kind === "register" ? component.width : component.width * 2 ** component.indexWidth;
}
