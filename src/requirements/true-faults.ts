/**
 * True faults: memory traps of the real machine that are the guest's own.
 *
 * A memory trap that leaves part of an instruction's work done can be met in two ways. Trying again is right where that comes to the same;
 * but a byte pointer that holds its own address is stepped on by its first part and means another word the second time. Where the guest's own
 * window faults at this address too, the bare machine has come to the same trap with the same work done: then the trap
 * is the guest's as it stands, and nothing is tried again. That is told from what is left, so what is left must be nothing that a
 * map looks at: `reflectsFaults`. Where translations are made when they are missing, the monitor's own faults must be tried again, and all are.
 *
 * The lemma says that there are no other faults: in every state of the guest, whatever address faults on the real machine faults on the bare one,
 * by the same trap with the same arguments. Where the specification says of no cell that it does not exist, that leaves out
 * addresses of cells that the guest has not got, of which nothing is said.
 */
import { lowering } from "../isa/lower.js";
import { ACCESS, type Machine, type Window } from "../isa/machine.js";
import { substitution } from "../isa/substitute.js";
import { reachable, type AnyTerm, type Term } from "../isa/term.js";
import { inLevel } from "./parts.js";
import { Reading } from "./run.js";
import { inView } from "./views.js";
import { hasAmount, isPlacedWell, mappedViews, type MapAsked, type MapLemma } from "./vm-map.js";

const ACCESSES: readonly number[] = Object.values(ACCESS);

/** Whether a monitor over this machine reflects a memory trap as it stands, where the guest's own window faults. */
export function reflectsFaults(machine: Machine): boolean {
  if (machine.monitor === undefined || machine.monitor.shadow !== undefined) return false;
  const left = new Set(machine.instructions.flatMap(({ step }) => step.exits.flatMap((e) => (e.kind === "memory-trap" && e.leaving !== undefined ? [...e.leaving.keys()] : []))));
  const looked = lookedAt(machine);
  return left.size > 0 && machine.components.every((c) => !left.has(c.name) || !looked.has(c.variable.id));
}

/** The components that windows look at, by the identity of their variables. */
export function lookedAt(machine: Machine): ReadonlySet<number> {
  const lower = lowering(machine);
  return new Set(reachable(machine.windows.flatMap((w) => [w.cell, ...w.traps.flatMap((t) => [t.guard, ...t.args])]).map((t) => lower.any(t))).map((t) => t.id));
}

/** For an access: whether the window takes its trap number `trap` there, and what it tells. */
export function faultTaken({ terms }: Machine, { traps, access }: Window, kind: number, trap: number): { readonly taken: Term; readonly args: readonly Term[] } {
  const known = substitution(terms, new Map<number, AnyTerm>([[access.id, terms.constant(kind, access.width)]]));
  const { guard, args } = traps[trap]!;
  return { taken: terms.and(known.term(guard), ...traps.slice(0, trap).map((t) => terms.not(known.term(t.guard)))), args: args.map((a) => known.term(a)) };
}

/** A lemma for each window over the storage that the monitor gives out. */
export function trueFaultLemmas({ mapped, direct }: MapAsked): MapLemma[] {
  const { machine, storage } = mapped;
  const { terms } = machine;
  const [guest, image] = mappedViews(mapped);
  const s = new Reading(machine, guest), f = new Reading(machine, image);
  const lower = lowering(machine);
  const hypothesis = terms.and(isPlacedWell(mapped, guest, image), direct === "user" ? inView(machine, guest, inLevel(machine, "user")) : terms.true);
  // a part of the machine as it is specified, not the allotments that stand among the windows
  return machine.windows.filter((w) => w.over === storage.name && w.traps.every((t) => t.trap !== "")).map((w): MapLemma => {
    const a = terms.variable("free", `at.${w.name}`, w.addressWidth);
    const at = substitution(terms, new Map([[w.address.id, a]]));
    const read = (reading: Reading, t: Term): Term => reading.term(lower.term(at.term(t)));
    const isDescribed = (kind: number): Term => (hasAmount(mapped) ? terms.true : terms.or(s.faults(w, kind, a), isBelow(s.cell(w, kind, a), mapped.size.variable)));
    const isBelow = (x: Term, y: Term): Term => terms.apply("ult", [terms.zeroExtend(x, Math.max(x.width, y.width)), terms.zeroExtend(y, Math.max(x.width, y.width))]);
    const isHidden = (kind: number, trap: number): Term => {
      const { taken, args } = faultTaken(machine, w, kind, trap);
      return terms.and(read(f, taken), isDescribed(kind), terms.not(terms.and(read(s, taken), ...args.map((x) => terms.eq(read(f, x), read(s, x))))));
    };
    return {
      name: `faults of ${w.name}`, statement: `where f of a state faults the state does, by the same trap: no memory trap of ${w.name} is hidden from the guest, so one that leaves results is the guest's as it stands`, isNeeded: false,
      hypothesis, violation: terms.or(...ACCESSES.flatMap((kind) => w.traps.map((_, trap) => isHidden(kind, trap)))),
      otherwise: "an instruction that a memory trap leaves part done has to be tried again",
    };
  });
}

export const isOfFaults = ({ name }: { readonly name: string }): boolean => name.startsWith("faults of ");
