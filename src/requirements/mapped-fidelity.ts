/**
 * Fidelity, safety and efficiency asked of the VM map f itself.
 *
 * `fidelity.ts` and its neighbours compare a state with any user state of K that shows the same. That proves most at a
 * glance, and of every monitor at once; but a pair that they find may be none that f makes. Here S2 is f(S1), spelt out: the
 * same questions of exactly the pairs that occur. An instruction that reads the relocation wherever it is 0, say, is sensitive and not
 * privileged; but no guest runs at 0, where the monitor lives. What is compared is T = f(S'), whole: every cell of the
 * allotment, not only what the window shows.
 */
import { RESOURCE_ROLES, type Role } from "../isa/machine.js";
import type { ArrayTerm, Term } from "../isa/term.js";
import { cellsRead } from "./addresses.js";
import type { Side } from "./ask.js";
import { outcomeOf } from "./outcome.js";
import { departure, didDepart, isSimulated, partName, type Monitoring } from "./fidelity.js";
import { componentsOf, controlRoles, isTransient } from "./parts.js";
import type { ConcreteRun, Question } from "./question.js";
import { Reading, type View } from "./run.js";
import { didEndUnlike, didOverreach, outcomesUnlike } from "./safety.js";
import { anyState, userState, type Setting } from "./setting.js";
import { changes } from "./visible.js";
import { allotmentOf, hasAmount, isPlacedWell, mappedViews, type MappedMachine } from "./vm-map.js";

/** A setting whose machine is the mapped one. */
export interface MappedSetting extends Setting {
  readonly mapped: MappedMachine;
}

/** In the name of a question, before the size of the blocks in which storage is given out, where it is not a single cell. */
export const BLOCKS = "/blocks-of-";

interface Mapped { readonly guest: Side; readonly real: Side; readonly hypothesis: Term }

function side({ machine, step }: MappedSetting, view: View): Side {
  const reading = new Reading(machine, view);
  return { view, reading, outcome: outcomeOf(machine, step, reading) };
}

function mappedPair(s: MappedSetting, m: Monitoring, tag = "2", shared: readonly Role[] = []): Mapped {
  const { terms } = s.machine;
  const [v1, v2] = mappedViews(s.mapped, tag, shared);
  const guest = side(s, v1), real = side(s, v2);
  return {
    guest, real, hypothesis: terms.and(
      anyState(s, guest.reading), anyState(s, real.reading), userState(s, real.view), isPlacedWell(s.mapped, v1, v2), isSimulated(s, m, v1), isDescribed(s, guest.reading, real.reading),
    ),
  };
}

/**
 * A machine whose specification says of no cell that it does not exist says nothing of a guest with less storage that reaches beyond it. Such
 * states are left out: at the addresses that the step translates and the real machine shows.
 */
function isDescribed({ machine, mapped, step }: MappedSetting, guest: Reading, real: Reading): Term {
  const { terms } = machine;
  if (hasAmount(mapped)) return terms.true;
  const width = mapped.storage.indexWidth + 1;
  const size = terms.extract(terms.zeroExtend(mapped.size.variable, Math.max(width, mapped.size.width)), width - 1, 0);
  return terms.and(...machine.windows.filter((w) => w.over === mapped.storage.name && w.name !== allotmentOf(mapped.storage.name)).flatMap((w) =>
    cellsRead(step, w, terms).map(([access, address]) => {
      const at = guest.term(address);
      return terms.or(real.faults(w, access, at), guest.faults(w, access, at), terms.apply("ult", [terms.zeroExtend(guest.cell(w, access, at), width), size]));
    })));
}

function question(s: MappedSetting, part: string, asks: string, runs: readonly View[], hypothesis: Term, goal: Term, beyond: Term, isWitness: Question["isWitness"]): Question {
  const { terms } = s.machine;
  const blocks = s.mapped.blockBits === 0 ? "" : `${BLOCKS}${2 ** s.mapped.blockBits}`;
  return { id: `${s.instruction.id}/${part}${blocks}`, asks, runs, hypothesis, goal, beyond: beyond === terms.false ? undefined : terms.or(goal, beyond), isWitness };
}

export function departsUnderMap(s: MappedSetting, m: Monitoring): Question {
  const { guest, real, hypothesis } = mappedPair(s, m);
  const { goal, beyond } = departure(s, guest, real, m.reading, s.machine.terms.or(registersDiffer(s, guest, real), allotmentDiffers(s, guest, real)));
  return question(s, `${partName(m, "fidelity")}/departs-under-map`, "a simulated state from whose image under the VM map the real machine goes another way than the bare one",
    [guest.view, real.view], hypothesis, goal, beyond ?? s.machine.terms.false,
    ([r, v]) => didDepart(r!, v!, m.reading, () => didRegistersDiffer(s, r!, v!) || didAllotmentDiffer(s, r!, v!)));
}

export function overreachesUnderMap(s: MappedSetting, m: Monitoring): Question {
  const { machine, step } = s;
  const { terms } = machine;
  const { guest, real, hypothesis } = mappedPair(s, m);
  const goal = terms.or(
    terms.and(real.outcome.done, terms.or(changes(machine, step, real.reading, controlRoles(m.reading)), changesOutsideAllotment(s, real))),
    m.reading === "extended" ? real.outcome.halt : terms.false,
  );
  return question(s, `${partName(m, "safety")}/overreaches-under-map`, "a simulated state from whose image under the VM map the step changes what is not the guest's",
    [guest.view, real.view], hypothesis, goal, real.outcome.beyond, ([, v]) => didOverreach(v!, m.reading, (run) => didWriteOutside(s, run)));
}

/** Two real machines with the same guest in the same place; what else is in them differs. */
export function seesOthersUnderMap(s: MappedSetting, m: Monitoring): Question {
  const { terms } = s.machine;
  // one real machine has one amount of storage; in the strict reading it has no resources that guests could tell apart
  const shared: readonly Role[] = m.reading === "strict" ? ["extent", ...RESOURCE_ROLES] : ["extent"];
  const one = mappedPair(s, m, "1", shared), other = mappedPair(s, m, "2", shared);
  const differ = (): Term => terms.or(registersDiffer(s, one.real, other.real), ownCellsDiffer(s, one.real, other.real));
  return question(s, `${partName(m, "safety")}/sees-others-under-map`, "one guest in one place, in two real machines that otherwise differ, that goes two ways",
    [{ ...one.real.view, name: "S1" }, other.real.view], terms.and(one.hypothesis, other.hypothesis), outcomesUnlike(s.machine, one.real, other.real, differ), terms.or(one.real.outcome.beyond, other.real.outcome.beyond),
    ([a, b]) => didEndUnlike(a!, b!) || (a!.outcome === "done" && b!.outcome === "done" && (didRegistersDiffer(s, a!, b!) || didOwnCellsDiffer(s, a!, b!))));
}

export function entersNeedlesslyUnderMap(s: MappedSetting, m: Monitoring): Question {
  const { terms } = s.machine;
  const { guest, real, hypothesis } = mappedPair(s, m);
  return question(s, `${partName(m, "efficiency")}/enters-needlessly-under-map`, "a simulated state from which the bare machine goes on, and whose image under the VM map traps",
    [guest.view, real.view], hypothesis, terms.and(real.outcome.traps, terms.or(guest.outcome.done, guest.outcome.halt)), terms.false,
    ([r, v]) => (v!.outcome === "trap" || v!.outcome === "memory-trap") && (r!.outcome === "done" || r!.outcome === "halt"));
}

// ---------------------------------------------------------------- what completed steps leave, as terms

function registersDiffer({ machine, step }: MappedSetting, a: Side, b: Side): Term {
  const { terms } = machine;
  return terms.or(...componentsOf(machine, ["general", "program-counter"]).filter((c) => !isTransient(c)).map((c) => {
    const next = step.next.get(c.name);
    if (c.kind === "register") return next === undefined ? terms.false : terms.ne(a.reading.term(next as Term), b.reading.term(next as Term));
    if (next === undefined) return terms.false;
    const index = terms.variable("free", `at.${c.name}`, c.indexWidth);
    return terms.ne(a.reading.read(next as ArrayTerm, index), b.reading.read(next as ArrayTerm, index));
  }));
}

/** A cell that the guest has is not, in the real machine, what it is in the guest's own. */
function allotmentDiffers(s: MappedSetting, guest: Side, real: Side): Term {
  const { machine, mapped, step } = s;
  const { terms } = machine;
  const next = step.next.get(mapped.storage.name) as ArrayTerm | undefined;
  if (next === undefined) return terms.false;
  const { window, index } = allotment(s);
  return terms.and(terms.not(guest.reading.faults(window, 0, index)), terms.ne(guest.reading.read(next, index), real.reading.read(next, real.reading.cell(window, 0, index))));
}

function ownCellsDiffer(s: MappedSetting, a: Side, b: Side): Term {
  const { machine, mapped, step } = s;
  const { terms } = machine;
  const next = step.next.get(mapped.storage.name) as ArrayTerm | undefined;
  if (next === undefined) return terms.false;
  const { window, index } = allotment(s);
  const cell = a.reading.cell(window, 0, index);
  return terms.and(terms.not(a.reading.faults(window, 0, index)), terms.ne(a.reading.read(next, cell), b.reading.read(next, cell)));
}

function changesOutsideAllotment(s: MappedSetting, real: Side): Term {
  const { machine, mapped, step } = s;
  const { terms } = machine;
  return terms.or(...componentsOf(machine, ["storage"]).map((c) => {
    const next = step.next.get(c.name);
    if (next === undefined) return terms.false;
    if (c.kind === "register") return terms.ne(real.reading.term(next as Term), real.reading.term(c.variable));
    const index = terms.variable("free", `at.${c.name}`, c.indexWidth);
    const isOwn = c === mapped.storage ? real.reading.shows(allotment(s).window, index) : terms.false;
    return terms.and(terms.not(isOwn), terms.ne(real.reading.read(next as ArrayTerm, index), real.reading.read(c.variable, index)));
  }));
}

function allotment({ machine, mapped }: MappedSetting): { readonly window: (typeof machine.windows)[number]; readonly index: Term } {
  const name = allotmentOf(mapped.storage.name);
  return { window: machine.windows.find((w) => w.name === name)!, index: machine.terms.variable("free", `at.${mapped.storage.name}`, mapped.storage.indexWidth) };
}

// ---------------------------------------------------------------- and on concrete runs

function didRegistersDiffer({ machine }: MappedSetting, a: ConcreteRun, b: ConcreteRun): boolean {
  return componentsOf(machine, ["general", "program-counter"]).some((c) => {
    if (isTransient(c)) return false;
    if (c.kind === "register") return a.after.register(c.name) !== b.after.register(c.name);
    return [...(a.written.get(c.name) ?? []), ...(b.written.get(c.name) ?? [])].some((i) => a.after.cell(c.name, i) !== b.after.cell(c.name, i));
  });
}

const stretch = ({ mapped }: MappedSetting, run: ConcreteRun): { readonly base: bigint; readonly size: bigint } => ({ base: run.before.register(mapped.base.name), size: run.before.register(mapped.size.name) });

function didAllotmentDiffer(s: MappedSetting, guest: ConcreteRun, real: ConcreteRun): boolean {
  const { base, size } = stretch(s, real);
  const { name } = s.mapped.storage;
  const looked = [...(guest.written.get(name) ?? []), ...(real.written.get(name) ?? []).map((p) => p - base)].filter((p) => p >= 0n && p < size);
  return looked.some((p) => guest.after.cell(name, p) !== real.after.cell(name, base + p));
}

function didOwnCellsDiffer(s: MappedSetting, a: ConcreteRun, b: ConcreteRun): boolean {
  const { base, size } = stretch(s, a);
  const { name } = s.mapped.storage;
  return [a, b].flatMap((r) => r.written.get(name) ?? []).some((p) => p >= base && p < base + size && a.after.cell(name, p) !== b.after.cell(name, p));
}

function didWriteOutside(s: MappedSetting, run: ConcreteRun): boolean {
  const { base, size } = stretch(s, run);
  return componentsOf(s.machine, ["storage"]).some((c) => {
    if (c.kind === "register") return run.before.register(c.name) !== run.after.register(c.name);
    const isOwn = (p: bigint): boolean => c === s.mapped.storage && p >= base && p < base + size;
    return (run.written.get(c.name) ?? []).some((p) => !isOwn(p) && run.before.cell(c.name, p) !== run.after.cell(c.name, p));
  });
}
