/**
 * The classes of a generated machine by brute force: section 3 of `model.md` read off the states themselves.
 *
 * Steps come from the enumerator; states, windows and pairs are plain numbers. Nothing of `src/requirements` or `src/verdict` is used:
 * this is the third opinion beside sampling with a solver and running the formulas.
 */
import type { Machine } from "../../src/isa/machine.js";
import { enumerator, FIRST_TRAP, OUTCOME, type Enumerator } from "../../src/machine/enumerate.js";

interface State {
  /** among the states considered */
  readonly index: number;
  readonly packed: number;
  readonly E: readonly number[];
  readonly q: number; readonly M: number; readonly P: number; readonly A: number; readonly l: number; readonly b: number; readonly IF: number;
  /** what each address means: a cell, or -1 */
  readonly window: readonly number[];
}
type Kind = "done" | "halt" | "trap";
interface Taken { readonly kind: Kind; readonly next: State }
/** Of one word and choice, the step from every state, by index. */
type Step = readonly Taken[];

export interface Options { readonly isExecMap: boolean; readonly configuration: "any" | "enabled"; readonly isReserved?: boolean }

export function classesByPairs(machine: Machine, options: Options): Map<string, Set<string>> {
  const runner = enumerator(machine)!;
  const { all, states, pairs } = space(runner, options);
  const steps = new Map<string, Step[]>(machine.instructions.map((i) => [i.id, []]));
  for (const [word, { instruction }] of runner.words.entries()) {
    for (let choice = 0; choice < 2 ** runner.choiceBits(word); choice++) {
      steps.get(instruction.id)!.push(states.map((s) => {
        const packed = runner.successor(word, s.packed, choice);
        return { kind: kindOf(Math.floor(packed / runner.states)), next: all[packed % runner.states]! };
      }));
    }
  }
  return new Map([...steps].map(([id, list]) => [id, classesOf(states, pairs, list, options)]));
}

interface Space { readonly all: readonly State[]; readonly states: readonly State[]; readonly pairs: AllPairs }
const spaces = new Map<string, Space>();

/** All states, those that the invariants allow, and their pairs: the same for all machines of one kind, since they declare the same components. */
function space(runner: Enumerator, options: Options): Space {
  const key = `${options.isExecMap} ${options.isReserved === true}`;
  const known = spaces.get(key);
  if (known !== undefined) return known;
  const all = Array.from({ length: runner.states }, (_, packed) => stateOf(runner.state, packed, options));
  const states = all.filter((s) => s.q >= 1 && s.q <= 2 && (options.isReserved === true ? s.b <= 1 && s.l === 0 : s.b <= 2)).map((s, index) => Object.assign(s, { index }));
  const made = { all, states, pairs: allPairs(states, options) };
  spaces.set(key, made);
  return made;
}

function kindOf(code: number): Kind {
  if (code === OUTCOME.done) return "done";
  if (code === OUTCOME.halt) return "halt";
  if (code >= FIRST_TRAP) return "trap";
  throw new Error(`bug: outcome ${code} of a generated machine`);
}

function stateOf(packing: { get(s: number, c: string): bigint; getCell(s: number, c: string, i: bigint): bigint }, packed: number, { isExecMap }: Options): State {
  const get = (name: string): number => Number(packing.get(packed, name));
  const E = [0n, 1n].map((i) => Number(packing.getCell(packed, "E", i)));
  const q = get("q"), M = get("M"), P = get("P"), A = get("A"), l = get("l"), b = get("b"), IF = get("IF");
  const window = [0, 1].map((a) => {
    if (isExecMap && M === 0) return a < q ? a : -1;
    return a + l < q && a < b ? a + l : -1;
  });
  return { index: -1, packed, E, q, M, P, A, l, b, IF, window };
}

type Pairs = readonly (readonly [reference: State, virtual: State])[];
interface AllPairs { readonly location: Pairs; readonly mode: Pairs; readonly resource: Pairs; readonly partly: Pairs }

/** The virtual window shows no more than the reference's, and the same where it shows. */
const shows = (r: State, v: State): boolean => v.window.every((p, a) => p < 0 || (r.window[a]! >= 0 && r.E[r.window[a]!] === v.E[p]));

function allPairs(states: readonly State[], { isExecMap }: Options): AllPairs {
  const grouped = (key: (s: State) => string): State[][] => {
    const groups = new Map<string, State[]>();
    for (const s of states) groups.set(key(s), [...(groups.get(key(s)) ?? []), s]);
    return [...groups.values()];
  };
  const within = (groups: State[][], fits: (r: State, v: State) => boolean): Pairs => groups.flatMap((g) => g.flatMap((r) => g.flatMap((v) => (r !== v && fits(r, v) ? [[r, v] as const] : []))));
  const rest = (s: State): string => `${s.P}${s.A}`;
  const place = (s: State): string => `${s.E}|${s.q}${s.l}${s.b}`;
  const where = isExecMap ? (s: State): string => `${s.q}` : place;
  return {
    location: within(grouped((s) => `${rest(s)}${s.M}${s.IF}`), shows),
    mode: within(grouped((s) => `${rest(s)}${s.IF}/${where(s)}`), (r, v) => r.M === 0 && v.M === 1 && shows(r, v)),
    resource: within(grouped((s) => `${rest(s)}${s.M}/${place(s)}`), () => true),
    // equal windows; where the map looks at the mode, the user's may show less
    partly: within(grouped((s) => `${rest(s)}/${where(s)}`), (r, v) => v.M === 1 && shows(r, v)),
  };
}

function classesOf(states: readonly State[], pairs: AllPairs, steps: readonly Step[], { configuration }: Options): Set<string> {
  const isK = (s: State): boolean => configuration === "any" || s.IF === 1;
  const isUser = (s: State): boolean => s.M === 1 && isK(s);
  const goesOn = (t: Taken): boolean => t.kind !== "trap";
  const someState = (fits: (s: State, t: Taken) => boolean): boolean => steps.some((step) => states.some((s) => fits(s, step[s.index]!)));
  const somePair = (list: Pairs, fits: (r: State, v: State, step: Step) => boolean): boolean => steps.some((step) => list.some(([r, v]) => fits(r, v, step)));
  const differs = (isKept: boolean) => (r: State, v: State, step: Step): boolean => {
    const x = step[r.index]!, y = step[v.index]!;
    if (y.kind === "trap") return false;
    if (isKept && ((x.kind === "done" && isMoved(r, x.next)) || (y.kind === "done" && isMoved(v, y.next)))) return false;
    if (x.kind !== y.kind) return true;
    return x.kind === "done" && (x.next.P !== y.next.P || x.next.A !== y.next.A || looksUnlike(0, r, v, x, y) || looksUnlike(1, r, v, x, y));
  };
  const controls = (isExtended: boolean) => (s: State, t: Taken): boolean => {
    if (t.kind === "halt") return isExtended;
    return t.kind === "done" && (isMoved(s, t.next) || (isExtended && s.IF !== t.next.IF) || writesUnseen(0, s, t.next) || writesUnseen(1, s, t.next));
  };

  const found = new Set<string>();
  const add = (name: string, holds: boolean): boolean => {
    if (holds) found.add(name);
    return holds;
  };
  const always = add("always-traps", !someState((_, t) => goesOn(t)));
  const privileged = add("privileged", !always && !someState((s, t) => isUser(s) && goesOn(t)) && someState((s, t) => s.M === 0 && goesOn(t)));
  add("partly-trapping", !privileged && !always && somePair(pairs.partly, (r, v, step) => isUser(v) && step[v.index]!.kind === "trap" && goesOn(step[r.index]!)));
  const control = add("control", someState(controls(false)));
  const controlExtended = add("control-extended", someState(controls(true)));
  const isVirtual = (s: State): boolean => s.M === 0 || isK(s);
  const location = add("location", somePair(pairs.location, (r, v, step) => isVirtual(v) && differs(true)(r, v, step)));
  const mode = add("mode", somePair(pairs.mode, (r, v, step) => isUser(v) && differs(true)(r, v, step)));
  const resource = add("resource", somePair(pairs.resource, (r, v, step) => isVirtual(v) && differs(false)(r, v, step)));
  // of what is not so of any pair nothing is so of some of them
  add("resource-within-k", resource && somePair(pairs.resource, (r, v, step) => isVirtual(v) && isVirtual(r) && differs(false)(r, v, step)));
  for (const isExtended of [false, true]) {
    const name = `user-control${isExtended ? "-extended" : ""}`;
    add(name, someState((s, t) => s.M === 1 && controls(isExtended)(s, t)));
    add(`${name}-within-k`, someState((s, t) => isUser(s) && controls(isExtended)(s, t)));
  }
  add("user-location", location && somePair(pairs.location, (r, v, step) => isUser(v) && differs(true)(r, v, step)));
  add("user-resource", resource && somePair(pairs.resource, (r, v, step) => isUser(v) && differs(false)(r, v, step)));
  add("user-resource-within-k", resource && somePair(pairs.resource, (r, v, step) => isUser(v) && isUser(r) && differs(false)(r, v, step)));
  add("innocuous", !control && !location && !mode);
  add("innocuous-extended", !controlExtended && !location && !mode && !resource);
  return found;
}

/** Both windows show address a, and not the same there afterwards. */
function looksUnlike(a: number, r: State, v: State, x: Taken, y: Taken): boolean {
  const p = r.window[a]!, q = v.window[a]!;
  return p >= 0 && q >= 0 && x.next.E[p] !== y.next.E[q];
}

const writesUnseen = (p: number, s: State, t: State): boolean => s.E[p] !== t.E[p] && !s.window.includes(p);
const isMoved = (s: State, t: State): boolean => s.M !== t.M || s.l !== t.l || s.b !== t.b;
