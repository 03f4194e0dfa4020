/**
 * The state that a program starts in: all 0, in supervisor mode, with all of storage there and mapped.
 *
 * What that means for a machine's registers is worked out from its own words: components of role `extent` hold as much as
 * there is, and those of role `mode` and `map` are 0, or all ones, whichever first makes the machine a supervisor that keeps its
 * invariants and for which every address means the cell of that number. If no choice of registers does, small arrays are tried too (limits of
 * segments, say). Where no such state is found they stay 0; `--init` sets any register to anything.
 */
import { mask } from "../bits/bits.js";
import { Evaluator } from "../isa/evaluate.js";
import { lowering } from "../isa/lower.js";
import { ACCESS, componentNamed, type Component, type Machine, type Register, type Window } from "../isa/machine.js";
import { substitution } from "../isa/substitute.js";
import type { Cpu } from "./cpu.js";
import type { Image, Setting } from "./image.js";
import { reachable, type AnyTerm, type Term } from "../isa/term.js";

/** Values by component; what an array has here, each of its cells has. What is not named is 0. */
export type StartState = ReadonlyMap<string, bigint>;

/** Components that are tried; states grow with two to this power. */
const MOST_TRIED = 10;
/** Index bits of arrays that are as small as registers. */
const WIDEST_INDEX = 4;

export function startState(machine: Machine, program: readonly bigint[]): StartState {
  const registers = machine.components.filter((c): c is Register => c.kind === "register" && c.rest === undefined);
  const fixed = new Map(registers.filter((r) => r.role === "extent").map((r) => [r.name, extentOf(machine, r)]));
  const isTried = (c: Component): boolean => c.role === "mode" || c.role === "map";
  const first = bestOf(machine, program, fixed, registers.filter(isTried));
  if (first.isMapped) return first.state;
  return bestOf(machine, program, first.state, machine.components.filter((c) => c.kind === "array" && c.indexWidth <= WIDEST_INDEX && isTried(c))).state;
}

interface Found {
  readonly state: StartState;
  /** every address means the cell of that number */
  readonly isMapped: boolean;
}

/** The first of the states in which the most addresses do, by setting some of these components to all ones. */
function bestOf(machine: Machine, program: readonly bigint[], fixed: StartState, components: readonly Component[]): Found {
  const tried = components.slice(0, MOST_TRIED);
  const supervisors = machine.modes.filter((m) => m.level === "supervisor").map((m) => m.predicate);
  let best: Found & { readonly mapped: number } = { state: fixed, isMapped: false, mapped: -1 };
  for (const ones of subsets(tried.length)) {
    const state = new Map([...fixed, ...ones.map((i): [string, bigint] => [tried[i]!.name, mask(tried[i]!.width)])]);
    const evaluator = evaluatorAt(state);
    const holds = (term: Term): boolean => evaluator.isTrue(lowering(machine).term(term));
    if (!supervisors.some(holds) || !machine.invariants.every((i) => holds(i.predicate))) continue;
    const asked = machine.windows.flatMap((window) => addressesOf(window, program).map((address) => meansItself(machine, evaluator, window, address)));
    const mapped = asked.filter((m) => m).length;
    if (mapped > best.mapped) best = { state, mapped, isMapped: mapped === asked.length };
    if (best.isMapped) break;
  }
  return best;
}

/** Terms over such a state. */
export function evaluatorAt(state: StartState): Evaluator {
  return new Evaluator({ variable: (v) => state.get(v.name) ?? 0n, cell: (array) => state.get(array.name) ?? 0n });
}

/** Puts the state into a CPU. */
export function begin(cpu: Cpu, state: StartState): void {
  for (const [name, value] of state) {
    const component = componentNamed(cpu.machine, name);
    if (component.kind === "register") cpu.set(name, value);
    else for (let i = 0n; i < 1n << BigInt(component.indexWidth); i++) cpu.setCell(name, i, value);
  }
}

/** The state that an image starts in, before what it sets itself: an image that says what the machine begins with needs no guess. */
export function startStateOf(machine: Machine, { words, settings }: Image): StartState {
  return startState(machine, settings === undefined ? words.map(([address]) => address) : []);
}

/** The state with registers of role `identity` as an image has them: a monitor can't make another processor of the real one. */
export function asProcessorOf(machine: Machine, state: StartState, settings: readonly Setting[] = []): StartState {
  const identities = settings.flatMap(({ component, index, value }): [string, bigint][] => (index === undefined && componentNamed(machine, component).role === "identity" ? [[component, value]] : []));
  return identities.length === 0 ? state : new Map([...state, ...identities]);
}

/** All there is: the cells of the largest storage, or as many as the register can say; less where an invariant on it alone says so. */
function extentOf(machine: Machine, r: Register): bigint {
  const cells = Math.max(...machine.components.map((c) => (c.kind === "array" && c.role === "storage" ? c.indexWidth : 0)));
  const all = 1n << BigInt(cells);
  const most = all > mask(r.width) ? mask(r.width) : all;
  const own = machine.invariants.filter(({ predicate }) => reachable([predicate]).every((t) => t === r.variable || (t.op !== "variable" && t.op !== "array")));
  const isKept = (n: bigint): boolean => own.every((i) => new Evaluator({ variable: () => n, cell: () => 0n }).isTrue(i.predicate));
  for (let n = most, half = all >> 1n; n > 0n; n = half, half >>= 1n) if (isKept(n)) return n;
  return most;
}

/** The program's own addresses, and the ends of what the window can address in storage. */
function addressesOf(window: Window, program: readonly bigint[]): bigint[] {
  const few = program.length <= 16 ? program : program.filter((_, i) => i % Math.ceil(program.length / 16) === 0);
  return [...new Set([0n, ...few])].filter((a) => a <= mask(window.addressWidth));
}

function meansItself(machine: Machine, evaluator: Evaluator, window: Window, address: bigint): boolean {
  const by = new Map<number, AnyTerm>([[window.access.id, machine.terms.constant(ACCESS.execute, window.access.width)], [window.address.id, machine.terms.constant(address, window.addressWidth)]]);
  const put = (t: Term): Term => lowering(machine).term(substitution(machine.terms, by).term(t));
  return !window.traps.some((t) => evaluator.isTrue(put(t.guard))) && evaluator.value(put(window.cell)) === address;
}

/** The subsets of 0 .. n - 1, small ones first. */
function subsets(n: number): number[][] {
  const all = Array.from({ length: 2 ** n }, (_, bits) => Array.from({ length: n }, (_, i) => i).filter((i) => (bits >> i) % 2 === 1));
  return all.sort((a, b) => a.length - b.length);
}
