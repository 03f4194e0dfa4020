/**
 * What a monitor over a generated machine comes to, by brute force: section 5 of `model.md` read off the states themselves.
 *
 * Steps come from the enumerator; states and the VM map are plain numbers. Nothing of `src/requirements`, `src/verdict` or `src/vmm` is
 * used. For every amount of real storage, every allotment in it, every state of the guest's machine and every rest of the
 * real one, the bare step is held against the real one.
 */
import type { Machine } from "../../src/isa/machine.js";
import { enumerator, FIRST_TRAP, OUTCOME, type Enumerator } from "../../src/machine/enumerate.js";
import type { MachinePlan } from "./generated-machines.js";

export interface Monitored {
  readonly fidelity: boolean;
  /** nothing of the monitor's changes, and other guests are invisible */
  readonly safety: boolean;
  /** from some state of the image the real machine enters the monitor where the bare one goes on */
  readonly entersNeedlessly: boolean;
}

interface State {
  readonly packed: number;
  readonly cells: readonly [number, number];
  readonly q: number; readonly M: number; readonly P: number; readonly A: number; readonly l: number; readonly b: number; readonly IF: number;
}
type Kind = "done" | "halt" | "trap";

/** The declaration to put behind the machine's text; `plan` says what the supervisor's addresses are and what K asks. */
export function monitorText({ isExecMap, configuration }: Pick<MachinePlan, "isExecMap" | "configuration">): string {
  return `
monitor (base, size) {
  let first = ${isExecMap ? "if M == 0 then 0 else l" : "l"}
  let bound = ${isExecMap ? "if M == 0 then size else b" : "b"}
  let room = if zext(first, 2) < size then size - zext(first, 2) else 0
  M := 1
  l := first + base[0]
  b := if bound < room then bound else room${configuration === "enabled" ? "\n  IF := 1" : ""}
}
`;
}

/** The same map on numbers. */
function image(s: State, base: number, size: number, { isExecMap, configuration }: Pick<MachinePlan, "isExecMap" | "configuration">): { l: number; b: number; ifs: readonly number[] } {
  const isExec = isExecMap && s.M === 0;
  const first = isExec ? 0 : s.l, bound = isExec ? size : s.b;
  return { l: (first + base) & 1, b: Math.max(0, Math.min(bound, size - first)), ifs: configuration === "enabled" ? [1] : [0, 1] };
}

export function monitoredByStates(machine: Machine, plan: Pick<MachinePlan, "isExecMap" | "configuration">, direct: "any" | "user"): Map<string, Monitored> {
  const runner = enumerator(machine)!;
  const found = new Map<string, { fidelity: boolean; safety: boolean; entersNeedlessly: boolean }>(machine.instructions.map((i) => [i.id, { fidelity: true, safety: true, entersNeedlessly: false }]));
  const situations = situationsOf(runner, plan, direct), states = statesOf(runner);
  for (const [word, { instruction }] of runner.words.entries()) {
    const result = found.get(instruction.id)!;
    for (let choice = 0; choice < 2 ** runner.choiceBits(word); choice++) {
      const taken = (packed: number): { kind: Kind; next: State } => {
        const code = runner.successor(word, packed, choice);
        return { kind: kindOf(Math.floor(code / runner.states)), next: states[code % runner.states]! };
      };
      for (const { s, base, size, images } of situations) {
        const bare = taken(s.packed);
        // what the guest sees of a real step: how it ended, and if it is done, its registers and cells
        const seen = ({ kind, next }: { kind: Kind; next: State }, first: number): number => (kind === "done" ? next.P | (next.A << 1) | (digits(next.cells, first, size) << 2) : kind === "halt" ? -1 : -2);
        const expected = seen(bare, 0);
        let one: number | undefined;
        for (const packed of images) {
          const before = states[packed]!, real = taken(packed), { kind, next } = real;
          const own = seen(real, base);
          if (kind === "halt" || (kind === "done" && (isMoved(before, next) || next.cells.some((c, p) => (p < base || p >= base + size) && c !== before.cells[p])))) result.safety = false;
          if (kind === "trap" && bare.kind !== "trap") result.entersNeedlessly = true;
          if (kind === "halt" || (kind === "done" && (bare.kind !== "done" || isMoved(s, bare.next) || isMoved(before, next) || own !== expected))) result.fidelity = false;
          if (one !== undefined && one !== own) result.safety = false;
          one = own;
        }
      }
    }
  }
  return found;
}

let every: readonly State[] | undefined;

/** All machines declare the same components, so their states are the same. */
function statesOf({ states }: Enumerator): readonly State[] {
  if (every?.length !== states) every = Array.from({ length: states }, (_, packed) => stateOf(packed));
  return every;
}

const digits = (cells: readonly number[], first: number, count: number): number => {
  let value = 0;
  for (let p = first; p < first + count; p++) value = (value << 2) | cells[p]!;
  return value;
};

interface Situation { readonly s: State; readonly base: number; readonly size: number; readonly images: readonly number[] }
const known = new Map<string, readonly Situation[]>();

/** The same for all machines of one kind: they declare the same components. The monitor keeps cell 0, if the machine has more. */
function situationsOf(runner: Enumerator, plan: Pick<MachinePlan, "isExecMap" | "configuration">, direct: "any" | "user"): readonly Situation[] {
  const key = `${plan.isExecMap} ${plan.configuration} ${direct}`;
  const made = known.get(key);
  if (made !== undefined) return made;
  const all = statesOf(runner);
  const list: Situation[] = [];
  const q = 2, base = 1, size = 1; // the only allotment in two cells that leaves the monitor one
  for (const s of all) {
    if (s.q !== size || s.b > 2 || (direct === "user" && s.M === 0)) continue;
    const { l, b, ifs } = image(s, base, size, plan);
    const images = ifs.flatMap((IF) => [0, 1, 2, 3].map((rest) => pack({ cells: [rest, s.cells[0]], q, M: 1, P: s.P, A: s.A, l, b, IF })));
    list.push({ s, base, size, images });
  }
  known.set(key, list);
  return list;
}

function isMoved(a: State, b: State): boolean {
  return a.M !== b.M || a.l !== b.l || a.b !== b.b || a.IF !== b.IF;
}

function kindOf(code: number): Kind {
  if (code === OUTCOME.done) return "done";
  if (code === OUTCOME.halt) return "halt";
  if (code >= FIRST_TRAP) return "trap";
  throw new Error(`bug: outcome ${code} of a generated machine`);
}

// The order in which the generated machines declare their components, the first one lowest: E, q, M, P, A, l, b, IF.
function stateOf(packed: number): State {
  const bits = (low: number, width: number): number => (packed >>> low) & (2 ** width - 1);
  return { packed, cells: [bits(0, 2), bits(2, 2)], q: bits(4, 2), M: bits(6, 1), P: bits(7, 1), A: bits(8, 1), l: bits(9, 1), b: bits(10, 2), IF: bits(12, 1) };
}

function pack(s: Omit<State, "packed">): number {
  return s.cells[0] | (s.cells[1] << 2) | (s.q << 4) | (s.M << 6) | (s.P << 7) | (s.A << 8) | (s.l << 9) | (s.b << 10) | (s.IF << 12);
}
