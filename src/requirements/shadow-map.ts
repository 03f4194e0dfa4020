/**
 * Shadow structures: lemmas on a VM map that is made of tables or of a translation buffer, which change while the guest runs.
 *
 * Between two clearings the monitor adds translations, one unit of addresses at a time, each as the guest's own map has it then (`Shadow`
 * in `isa/machine.ts`). The real window is told by the structure, so there is no one f(S) to look at. What is proved, of every state of the
 * structure X in which what the specification `keeps` is so of all addresses, every guest's state S and every place of the allotment:
 *
 * - clearing leaves no translation at all; what is kept is so then; installing keeps it;
 * - installing the unit of a for the unit of cell p adds nothing elsewhere: another address means afterwards what it meant before, or
 *   faults; and of that unit, the cells are those of p's unit, and stores fault unless they may;
 * - where the guest's own window has the whole unit of a at p - base, in its allotment, and the real one shows p's unit there, the real window does
 *   not fault at an address of the unit only where the guest's does not, and means the guest's own cell, moved;
 *   (the guest's map may tell parts of a unit apart, its grain: it has the unit whole if it has all parts, next to each other, and a unit may be
 *   stored into or executed if all of it may);
 * - what tells translations lies in the monitor's own cells, and these lie outside every allotment.
 *
 * By induction on what the monitor and the guest do in turn: whatever address does not fault on the real machine means the cell, moved by
 * base, that it meant in the guest's own window at some moment since translations were last cleared. A guest that changes its tables without the
 * flush that the architecture asks for may so see a translation as it was: as on every machine with a lookaside buffer, but not on the machine of the
 * specification, if that looks its tables up each time. Under a monitor under a monitor the same is so of the sum of the bases, since
 * the inner monitor's clearing makes the outer one clear.
 */
import { lowering } from "../isa/lower.js";
import { mapStep } from "../isa/map-step.js";
import { ACCESS, windowNamed, type Machine, type Shadow, type Step, type Window } from "../isa/machine.js";
import { Rewriter, substitution } from "../isa/substitute.js";
import { reachable, type AnyTerm, type Term } from "../isa/term.js";
import { mapDependsOnMode } from "./parts.js";
import { Reading } from "./run.js";
import type { MapAsked, MapLemma, MappedMachine } from "./vm-map.js";

const ACCESSES: readonly number[] = Object.values(ACCESS);
/** Why a state that contradicts a lemma does not refute the monitor. */
const INDUCTIVE = "a state of the structure was found for which it is not so; whether the monitor can make it is not known";

/** Bits of a number of a place up to which each place is looked at by itself. */
const FEW_BITS = 6;

/** A window as the real machine has it: before or after a step of the monitor's. */
interface Translations {
  readonly faults: (access: number, address: Term) => Term;
  readonly cell: (access: number, address: Term) => Term;
  readonly keeps: (address: Term) => Term;
}

/** @param placed the allotment lies well, and the guest's state is one that there is */
export function shadowLemmas({ mapped, direct }: MapAsked, shadow: Shadow, guest: Reading, real: Reading, placed: Term): MapLemma[] {
  const { machine, base, size, storage } = mapped;
  const { terms } = machine;
  const window = windowNamed(machine, shadow.window);
  const now = translations(mapped, shadow, window, real, (t) => t);
  const after = (step: Step, parameters: ReadonlyMap<number, AnyTerm>): Translations => translations(mapped, shadow, window, real, stepped(mapped, step, parameters));
  const a = terms.variable("free", `at.${window.name}`, window.addressWidth), missing = terms.variable("free", `missing.${window.name}`, window.addressWidth);
  const p = terms.variable("free", "installed.cell", storage.indexWidth), writable = terms.variable("free", "installed.writable", 1), executable = terms.variable("free", "installed.executable", 1);
  const cleared = after(shadow.clear, new Map());
  const { install } = shadow;
  const arguments_ = new Map<number, AnyTerm>([[install.address.id, missing], [install.cell.id, p], [install.writable.id, writable], ...(install.executable === undefined ? [] : [[install.executable.id, executable] as const])]);
  const made = after(install.step, arguments_);
  /** What is said of the structure after installing, for each of the few places where a translation may be put. */
  const byPlace = (violation: (made: Translations) => Term): Pick<MapLemma, "cases"> => {
    const index = placeOf(mapped, install.step);
    if (index === undefined) return {};
    const own = real.term(substitution(terms, arguments_).term(index));
    return { cases: () => Array.from({ length: 2 ** index.width }, (_, n) => {
      const place = terms.constant(n, index.width);
      return terms.and(terms.eq(own, place), violation(after(mapStep(install.step, new Rewriter(terms, (t) => (t === index ? place : undefined))), arguments_)));
    }) };
  };
  /** Whether the unit is installed for an access, as far as that is told. */
  const isGranted = (access: number): Term => (access === ACCESS.write ? writable : access === ACCESS.execute && install.executable !== undefined ? executable : terms.true);
  const givesMore = (then: Translations): Term => terms.or(
    ...ACCESSES.map((k) => terms.and(terms.not(then.faults(k, within)), terms.or(terms.ne(unit(then.cell(k, within)), unit(p)), terms.not(isGranted(k))))),
    ...ACCESSES.map((k) => terms.and(terms.not(isSameUnit), terms.not(then.faults(k, a)), terms.or(now.faults(k, a), terms.ne(then.cell(k, a), now.cell(k, a))))),
  );
  const isDisordered = (then: Translations): Term => terms.or(terms.not(then.keeps(within)), terms.and(terms.not(isSameUnit), terms.not(then.keeps(a))));
  const offset = shadow.unit + ignoredBits(machine, window);
  const isSameUnit = terms.eq(unitOf(mapped, a, offset), unitOf(mapped, missing, offset));
  // of the unit that is missing, an address: the same as `a`, told otherwise
  const within = offset === 0 ? missing : terms.concat(unitOf(mapped, missing, offset), terms.extract(a, offset - 1, 0));
  const unit = (cell: Term): Term => unitOf(mapped, cell, shadow.unit);
  const place = terms.and(placed, isStorage(mapped), areaLiesWell(mapped, shadow));
  const inOrder = terms.and(now.keeps(a), now.keeps(missing));

  // where the guest's own map has the missing address, and where that is in the real machine
  const own = guest.cell(window, ACCESS.read, missing), isOwn = terms.and(terms.not(guest.faults(window, ACCESS.read, missing)), fits(mapped, own, shadow.unit));
  // what is so of all parts of a unit, said of that of the missing address and that of `a`: the address in the part of `a` that is otherwise the missing one
  const part = (t: Term, bits: number): Term => terms.extract(t, bits + shadow.unit - shadow.grain - 1, bits);
  const besides = shadow.grain === shadow.unit ? [] : [besideOf(mapped, shadow, missing, a, offset)];
  const isInPlace = (address: Term): Term => {
    const cell = guest.cell(window, ACCESS.read, address);
    return terms.and(terms.not(guest.faults(window, ACCESS.read, address)), terms.eq(unit(cell), unit(own)), terms.eq(part(cell, shadow.grain), part(address, offset - shadow.unit + shadow.grain)));
  };
  const isWhole = terms.and(terms.true, ...(besides.length === 0 ? [] : [missing, ...besides]).map(isInPlace));
  const moved = (cell: Term): Term => terms.apply("add", [cell, low(mapped, base.variable, storage.indexWidth)]);
  const may = (access: number): Term => terms.and(...[missing, ...besides].map((address) => terms.not(guest.faults(window, access, address))));
  const mayWrite = may(ACCESS.write);
  /** What the monitor's making of a translation for this access goes by, beside that it can be read. */
  const isMade = (access: number): Term => (access === ACCESS.write ? mayWrite : access === ACCESS.execute && install.executable !== undefined ? may(access) : terms.true);
  const strays = (access: number): Term => terms.and(
    isSameUnit, terms.not(now.faults(access, a)), terms.eq(unit(now.cell(access, a)), unit(moved(own))), isMade(access), isWhole,
    terms.or(guest.faults(window, access, a), terms.ne(now.cell(access, a), moved(guest.cell(window, access, a))), terms.not(lies(mapped, now.cell(access, a)))),
  );
  const otherwise = "a guest that runs directly reaches what is not its own, or not what it means";
  const name = (what: string): string => `${what} ${window.name}`;
  const lemmas: MapLemma[] = [{
    name: name("clearing"), statement: `after clearing, ${window.name} faults at every address, and the structure is as it is kept`, isNeeded: true,
    hypothesis: place, violation: terms.or(...ACCESSES.map((k) => terms.not(cleared.faults(k, a))), terms.not(cleared.keeps(a))), otherwise: "a guest could reach what was another's",
  }, {
    name: name("installing"), statement: `installing one unit gives nothing but that unit, in ${window.name}: of it the cells told, stores only where they may; any other address faults, or means what it meant`, isNeeded: true, contradicted: INDUCTIVE,
    hypothesis: terms.and(place, inOrder, lies(mapped, p)), otherwise,
    violation: givesMore(made), ...byPlace(givesMore),
  }, {
    name: name("order of"), statement: "installing leaves the structure as it is kept", isNeeded: true, contradicted: INDUCTIVE,
    hypothesis: terms.and(place, inOrder, lies(mapped, p)), violation: isDisordered(made), ...byPlace(isDisordered), otherwise,
  }, {
    name: name("units of"), statement: `where the guest's own map has a unit in its allotment and the real machine has the same unit, moved, the real window does not fault only where the guest's does not, and ${window.name} means the guest's own cell, within the allotment; so whatever does not fault means what it meant to the guest when translations were made, and none was made before the last flush`,
    isNeeded: true, contradicted: INDUCTIVE, hypothesis: terms.and(place, isOwn), violation: terms.or(...ACCESSES.map(strays)), otherwise,
  }, {
    name: name("cells behind"), statement: `translations are told by the monitor's own cells alone, which lie outside every allotment: whatever else stands in storage, ${window.name} is the same`, isNeeded: true, contradicted: INDUCTIVE,
    hypothesis: terms.and(place, now.keeps(a)), otherwise: "guests could change translations, their own or another's",
    violation: differs(mapped, shadow, now, a, real),
  }];
  if (direct === "user" || !mapDependsOnMode(machine)) {
    // what the monitor makes of a unit is what may be done everywhere in it
    const isLess = terms.or(terms.not(isWhole), ...ACCESSES.map((k) => terms.and(terms.not(guest.faults(window, k, missing)), terms.not(may(k)))));
    lemmas.push({
      name: name("all of"), statement: `what was missing is there once it is installed: where the guest's ${window.name} has an address in its allotment, the real one does not fault there then`, isNeeded: false, contradicted: INDUCTIVE,
      hypothesis: terms.and(place, now.keeps(missing), isOwn, ...(besides.length === 0 ? [] : [terms.not(isLess)]), terms.eq(p, moved(own)), terms.eq(writable, mayWrite), ...(install.executable === undefined ? [] : [terms.eq(executable, may(ACCESS.execute))])), otherwise: "the monitor would do instructions itself for which a translation was missing",
      violation: terms.or(...ACCESSES.map((k) => terms.and(terms.not(guest.faults(window, k, missing)), made.faults(k, missing)))),
    });
    if (besides.length > 0) lemmas.push({
      name: `${name("all of")} by whole units`, statement: `where the guest's ${window.name} has an address in its allotment, it has the unit as a whole, and what may be done there may be done everywhere in it`, isNeeded: false,
      hypothesis: terms.and(place, isOwn), violation: isLess, otherwise: "of a unit whose parts the guest's map tells apart no translation is made, or one for less: the monitor does instructions itself there",
    });
  }
  return lemmas;
}

/**
 * A translation of a translation is one, with the bases added: of three windows at one address, whatever they are. The innermost guest's means
 * cell c of its `inner.size` ...
 */
export function transitiveLemma({ machine, base, storage }: MappedMachine, shadow: Shadow): MapLemma {
  const { terms } = machine;
  const width = Math.max(base.width, storage.indexWidth) + 2;
  const free = (name: string, bits: number): Term => terms.zeroExtend(terms.variable("free", name, bits), width);
  const less = (x: Term, y: Term): Term => terms.apply("ult", [x, y]), sum = (x: Term, y: Term): Term => terms.apply("add", [x, y]);
  const [guestFaults, middleFaults, realFaults] = ["guest.faults", "middle.faults", "real.faults"].map((name) => terms.variable("free", name, 1)) as [Term, Term, Term];
  const [guest, middle, real] = ["guest.cell", "middle.cell", "real.cell"].map((name) => free(name, storage.indexWidth)) as [Term, Term, Term];
  const [innerBase, innerSize, outerBase, outerSize] = ["inner.base", "inner.size", "outer.base", "outer.size"].map((name) => free(name, base.width)) as [Term, Term, Term, Term];
  const shows = (upper: readonly [Term, Term], lower: readonly [Term, Term], at: Term, size: Term): Term => terms.or(lower[0], terms.and(terms.not(upper[0]), terms.eq(lower[1], sum(upper[1], at)), less(upper[1], size)));
  return {
    name: `${shadow.window} under a monitor`, statement: `a translation of the outer monitor's for what the inner one has translated is one of the innermost guest's, with the bases added and within its own allotment`, isNeeded: true,
    hypothesis: terms.and(terms.apply("ule", [sum(innerBase, innerSize), outerSize]), shows([guestFaults, guest], [middleFaults, middle], innerBase, innerSize), shows([middleFaults, middle], [realFaults, real], outerBase, outerSize)),
    violation: terms.not(shows([guestFaults, guest], [realFaults, real], sum(outerBase, innerBase), innerSize)),
    otherwise: "a guest of a monitor under a monitor reaches what is not its own",
  };
}

/** The allotment is made of cells that have a number. */
function isStorage({ machine: { terms }, base, size, storage }: MappedMachine): Term {
  const width = Math.max(base.width, size.width, storage.indexWidth) + 2;
  const wide = (t: Term): Term => terms.zeroExtend(t, width);
  return terms.apply("ule", [terms.apply("add", [wide(base.variable), wide(size.variable)]), terms.constant(1n << BigInt(storage.indexWidth), width)]);
}

/** The monitor's own cells, at a multiple of a power of two that holds them, end before the allotment. */
export function areaLiesWell({ machine, base }: MappedMachine, { area, cells }: Shadow): Term {
  const { terms } = machine;
  if (cells === 0) return terms.true;
  const bits = Math.ceil(Math.log2(cells)), width = Math.max(area.width, base.width, bits + 1) + 1;
  const wide = (t: Term): Term => terms.zeroExtend(t, width);
  return terms.and(
    terms.ne(area, terms.zeros(area.width)), bits === 0 ? terms.true : terms.eq(terms.extract(area, bits - 1, 0), terms.zeros(bits)),
    terms.apply("ule", [terms.apply("add", [wide(area), terms.constant(1n << BigInt(bits), width)]), wide(base.variable)]),
  );
}

function translations({ machine }: MappedMachine, shadow: Shadow, window: Window, real: Reading, then: (t: Term) => Term): Translations {
  const { terms } = machine;
  const lower = lowering(machine);
  const defined = (definition: Term, by: ReadonlyMap<number, AnyTerm>): Term => real.term(then(lower.term(substitution(terms, by).term(definition))));
  const at = (access: number, address: Term): ReadonlyMap<number, AnyTerm> => new Map<number, AnyTerm>([[window.access.id, terms.constant(access, window.access.width)], [window.address.id, address]]);
  return {
    faults: (access, address) => terms.or(...window.traps.map((t) => defined(t.guard, at(access, address)))),
    cell: (access, address) => defined(window.cell, at(access, address)),
    keeps: (address) => (shadow.keeps === undefined ? terms.true : defined(shadow.keeps.holds, new Map([[shadow.keeps.address.id, address]]))),
  };
}

/** Terms over the state after a step, as terms over the state before it. */
function stepped({ machine }: MappedMachine, step: Step, parameters: ReadonlyMap<number, AnyTerm>): (t: Term) => Term {
  const { terms } = machine;
  const lower = lowering(machine), put = substitution(terms, parameters);
  const by = new Map([...step.next].map(([name, value]): [number, AnyTerm] => [machine.components.find((c) => c.name === name)!.variable.id, put.any(lower.any(value))]));
  const after = substitution(terms, by);
  return (t) => after.term(t);
}

/** The same address means something else where storage differs in cells that are not the structure's. */
function differs({ machine, storage }: MappedMachine, { area, cells }: Shadow, now: Translations, a: Term, real: Reading): Term {
  const { terms } = machine;
  const kept = real.keyed(storage.name), other = terms.array("free", "elsewhere", storage.indexWidth, storage.width);
  const width = Math.max(area.width, storage.indexWidth) + 1;
  const wide = (t: Term): Term => terms.zeroExtend(t, width);
  const isArea = (index: Term): Term => terms.and(terms.apply("ule", [wide(area), wide(index)]), terms.apply("ult", [wide(index), terms.apply("add", [wide(area), terms.constant(cells, width)])]));
  const elsewhere = new Rewriter(terms, (t, args) => {
    if (t.op !== "select" || t.array !== kept) return undefined;
    const index = args[1] as Term;
    return terms.ite(isArea(index), terms.select(kept, index), terms.select(other, index));
  });
  const changes = (t: Term): Term => terms.ne(t, elsewhere.term(t));
  return terms.or(changes(now.keeps(a)), ...ACCESSES.map((k) => terms.or(changes(now.faults(k, a)), terms.and(terms.not(now.faults(k, a)), changes(now.cell(k, a))))));
}

/**
 * How many of an address's lowest bits no translation looks at, as far as its terms show: what a unit of addresses is. The lemmas
 * are right whatever it is, but only of the right one can they be proved.
 */
export function ignoredBits(machine: Machine, window: Window): number {
  const { terms } = machine;
  const definitions = [window.cell, ...window.traps.map((t) => t.guard)].map((t) => lowering(machine).term(t));
  const ignores = (bits: number): boolean => {
    const lowest = terms.variable("free", "lowest", bits);
    const address = terms.concat(terms.extract(window.address, window.addressWidth - 1, bits), lowest);
    const put = new Rewriter(terms, (t, args) => (t === window.address ? address : t.op === "extract" ? sliced(machine, args[0] as Term, t.parameters[0]!, t.parameters[1]!) : undefined));
    return !reachable(definitions.map((t) => put.term(t))).includes(lowest);
  };
  let bits = 0;
  while (bits + 1 < window.addressWidth && ignores(bits + 1)) bits++;
  return bits;
}

/** A slice of a choice as a choice of slices; also where the choice stands in something that the slice is a part of. */
function sliced(machine: Machine, t: Term, high: number, lowest: number): Term {
  const { terms } = machine;
  if (t.op === "ite") return terms.ite(t.args[0]!, sliced(machine, t.args[1]!, high, lowest), sliced(machine, t.args[2]!, high, lowest));
  const slice = terms.extract(t, high, lowest);
  return slice.op === "extract" && slice.args[0]!.op === "ite" ? sliced(machine, slice.args[0]!, slice.parameters[0]!, slice.parameters[1]!) : slice;
}

/** Where the step puts what it makes, if that is one of a few cells of components that are no storage. */
function placeOf({ storage }: MappedMachine, step: Step): Term | undefined {
  const indices = new Set(reachable([...step.next].filter(([name]) => name !== storage.name).map(([, value]) => value)).flatMap((t) => (t.op === "store" ? [t.index] : [])));
  const [index] = indices;
  return index !== undefined && indices.size === 1 && index.width <= FEW_BITS && index.op !== "constant" ? index : undefined;
}

/** All but the lowest bits. */
function unitOf({ machine: { terms } }: MappedMachine, t: Term, bits: number): Term {
  return terms.extract(t, t.width - 1, bits);
}

/** In the unit of one address and the part of another: in all else as the one. */
function besideOf({ machine: { terms } }: MappedMachine, { unit, grain }: Shadow, one: Term, other: Term, offset: number): Term {
  const low = offset - unit + grain;
  return terms.concat(terms.extract(one, one.width - 1, offset), terms.extract(other, offset - 1, low), ...(low === 0 ? [] : [terms.extract(one, low - 1, 0)]));
}

/** The guest's whole unit lies in its allotment. */
function fits({ machine: { terms }, size }: MappedMachine, own: Term, unit: number): Term {
  const width = Math.max(own.width, size.width) + 1;
  const first = terms.concat(terms.extract(terms.zeroExtend(own, width), width - 1, unit), ...(unit === 0 ? [] : [terms.zeros(unit)]));
  return terms.apply("ule", [terms.apply("add", [first, terms.constant(1n << BigInt(unit), width)]), terms.zeroExtend(size.variable, width)]);
}

/** A real cell lies in the allotment. */
function lies({ machine: { terms }, base, size }: MappedMachine, cell: Term): Term {
  const width = Math.max(cell.width, base.width, size.width) + 1;
  const wide = (t: Term): Term => terms.zeroExtend(t, width);
  return terms.and(terms.apply("ule", [wide(base.variable), wide(cell)]), terms.apply("ult", [wide(cell), terms.apply("add", [wide(base.variable), wide(size.variable)])]));
}

function low({ machine: { terms } }: MappedMachine, t: Term, width: number): Term {
  return t.width >= width ? terms.extract(t, width - 1, 0) : terms.zeroExtend(t, width);
}
