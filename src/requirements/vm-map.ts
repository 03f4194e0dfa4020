/**
 * The VM map f (the paper's virtual machine map; model, section 5), and the lemma that every proof about a monitor leans on.
 *
 * A guest's machine is the bare machine with `size` cells; its allotment begins at cell `base` of the real one. f takes the state S
 * of the guest's machine to a state of the real one: general registers and P the same; mode, map and resources as the machine's
 * `monitor` declaration says, or as the real machine has them; cell p at base + p. The lemma, for all S, base and size with the
 * allotment inside real storage:
 *
 * - f(S) is a user state of K and keeps the invariants, if the real machine satisfied K before (what f leaves alone nobody changes: safety);
 * - where f(S) does not fault S does not either, and the cell meant is the one f put there, in the allotment (without the clipping of
 *   the bounds, f(S) would reach what lies behind);
 * - f takes nothing from the window: where S does not fault, f(S) does not (where the map looks at the mode, that need not be so);
 * - S is recovered from f(S) and what the monitor keeps: f is one-one on what it carries (with it, Lemma 2: interpreted, the
 *   bare machine's own step is taken, from S itself);
 * - under a monitor under a monitor: f of f is f again, with the bases added and the inner size. So by induction the map of depth n
 *   is one map, and all that is proved of one holds of it.
 *
 * The allotment is made part of the machine: two registers that nothing assigns, and a window over storage. So a state f(S) is a state
 * like any other, to be asked about, run and shown.
 */
import { isGuestsOwn, type Component, type ComponentArray, type Configuration, type Machine, type Monitor, type Register, type Role, type Window } from "../isa/machine.js";
import { lowering } from "../isa/lower.js";
import { substitution } from "../isa/substitute.js";
import type { AnyTerm, Term } from "../isa/term.js";
import type { DirectMode } from "./fidelity.js";
import { componentsOf, inLevel, isTransient, mapDependsOnMode } from "./parts.js";
import type { ArraySource } from "./question.js";
import { Reading, type View } from "./run.js";
import { inView } from "./views.js";
import { changesBeyond } from "./safety.js";
import { shadowLemmas, transitiveLemma } from "./shadow-map.js";

/** A machine with an allotment in it. */
export interface MappedMachine {
  /** the machine, with `base` and `size` among its registers and the allotment among its windows */
  readonly machine: Machine;
  readonly monitor: Monitor;
  readonly base: Register;
  readonly size: Register;
  readonly storage: ComponentArray;
  /** allotments are whole blocks of 2^blockBits cells, at least one; the monitor keeps the first block of the machine it runs on */
  readonly blockBits: number;
}

/** Undefined where the specification says nothing about a monitor. */
export function mappedMachine(machine: Machine, blockBits = 0): MappedMachine | undefined {
  const { monitor, terms } = machine;
  if (monitor === undefined) return undefined;
  const register = (name: string): Register => ({ kind: "register", name, width: monitor.base.width, role: "extent", origin: monitor.origin, variable: terms.variable("state", name, monitor.base.width) });
  const base = register("allotment.base"), size = register("allotment.size");
  const storage = componentsOf(machine, ["storage"]).find((c): c is ComponentArray => c.kind === "array");
  if (storage === undefined) throw new Error(`bug: ${machine.name} has a monitor and no storage`);
  const at = (term: Term, where: Term): Term => substitution(terms, new Map<number, AnyTerm>([[monitor.base.id, where], [monitor.size.id, size.variable]])).term(term);
  const windows = [allotmentWindow(machine, storage, base.variable, size.variable)];
  for (const [name, first] of monitor.placed) {
    const array = machine.components.find((c): c is ComponentArray => c.name === name && c.kind === "array");
    if (array === undefined) throw new Error(`bug: ${machine.name} places ${name}, which is no array`);
    const begin = at(first, base.variable), end = at(first, terms.apply("add", [base.variable, size.variable]));
    windows.push(allotmentWindow(machine, array, begin, terms.apply("sub", [end, begin])));
  }
  return { machine: { ...machine, components: [...machine.components, base, size], windows: [...machine.windows, ...windows] }, monitor, base, size, storage, blockBits };
}

export function allotmentOf(component: string): string {
  return `allotment of ${component}`;
}

/** Cells 0 to count - 1 of the guest's array are cells first to first + count - 1 of the real one. */
function allotmentWindow({ terms }: Machine, over: ComponentArray, first: Term, count: Term): Window {
  const name = allotmentOf(over.name);
  const address = terms.variable("parameter", `${name}: address`, over.indexWidth), access = terms.variable("parameter", `${name}: access`, 2);
  const cell = terms.variable("parameter", `${name}: cell`, over.indexWidth);
  const width = Math.max(count.width, over.indexWidth);
  const shift = first.width >= over.indexWidth ? terms.extract(first, over.indexWidth - 1, 0) : terms.zeroExtend(first, over.indexWidth);
  const isOutside = terms.apply("ule", [terms.zeroExtend(count, width), terms.zeroExtend(address, width)]);
  return {
    name, over: over.name, addressWidth: over.indexWidth, width: over.width, address, access,
    traps: [{ guard: isOutside, trap: "", args: [], origin: over.origin }],
    cell: terms.apply("add", [address, shift]), inverse: { parameter: cell, value: terms.apply("sub", [cell, shift]) }, origin: over.origin, latched: false,
  };
}

/** S, and f(S). `tag` names what f(S) has of the real machine's own: two with different tags share none of it, but for registers of the roles `shared`. */
export function mappedViews(mapped: MappedMachine, tag = "2", shared: readonly Role[] = []): readonly [View, View] {
  const { machine } = mapped;
  const { terms } = machine;
  const registers = new Map<string, Term>();
  const arrays = new Map<string, ArraySource>();
  for (const c of machine.components) {
    if (c.kind === "register") registers.set(c.name, isTransient(c) ? terms.constant(c.rest!, c.width) : isAmount(mapped, c) ? mapped.size.variable : c.variable);
    else arrays.set(c.name, { kind: "plain", array: c.variable });
  }
  const guest: View = { name: "S1", registers, arrays, isExact: true };
  return [guest, imageOf(mapped, guest, tag, shared)];
}

/** The component that says how much storage there is: in the guest's machine, the size of its allotment. */
function isAmount({ base, size }: MappedMachine, c: Component): boolean {
  return c.role === "extent" && c.name !== base.name && c.name !== size.name;
}

/** Whether the specification says how much storage exists. */
export function hasAmount(mapped: MappedMachine): boolean {
  return mapped.machine.components.some((c) => isAmount(mapped, c));
}

/** f of a state, where the allotment is the one that the machine's own registers say. */
function imageOf(mapped: MappedMachine, guest: View, tag: string, shared: readonly Role[]): View {
  const { machine, monitor } = mapped;
  const { terms } = machine;
  const image = registersOf(mapped, guest.registers, { base: mapped.base.variable, size: mapped.size.variable }, tag, shared);
  const arrays = new Map<string, ArraySource>();
  for (const c of machine.components) {
    if (c.kind === "register") continue;
    const source = guest.arrays.get(c.name)!;
    const own = terms.array("free", `${tag}.${c.name}`, c.indexWidth, c.width);
    if (c === mapped.storage || monitor.placed.has(c.name)) {
      if (source.kind !== "plain") throw new Error("bug: f is taken of a state that is an image already");
      arrays.set(c.name, { kind: "placed", window: allotmentOf(c.name), contents: source.array, outside: own });
    } else arrays.set(c.name, isGuestsOwn(c) || monitor.given.has(c.name) ? source : { kind: "plain", array: own });
  }
  return { name: "S2", registers: image, arrays, isExact: true };
}

/** `area`: where the monitor's own cells are, if it is not where the machine's parameter says */
interface Place { readonly base: Term; readonly size: Term; readonly area?: Term }

function registersOf({ machine, monitor, base, size }: MappedMachine, guest: ReadonlyMap<string, Term>, place: Place, tag: string, shared: readonly Role[] = []): Map<string, Term> {
  const { terms } = machine;
  const by = new Map<number, AnyTerm>([[monitor.base.id, place.base], [monitor.size.id, place.size]]);
  if (place.area !== undefined && monitor.shadow !== undefined) by.set(monitor.shadow.area.id, place.area);
  for (const c of machine.components) if (c.kind === "register") by.set(c.variable.id, guest.get(c.name)!);
  const put = substitution(terms, by);
  const lower = lowering(machine);
  return new Map(machine.components.flatMap((c): [string, Term][] => {
    if (c.kind !== "register") return [];
    const next = monitor.next.get(c.name);
    if (next !== undefined) return [[c.name, put.term(lower.term(next))]];
    if (isTransient(c) || isGuestsOwn(c) || c.name === base.name || c.name === size.name) return [[c.name, guest.get(c.name)!]];
    return [[c.name, terms.variable("free", `${shared.includes(c.role) ? "2" : tag}.${c.name}`, c.width)]];
  }));
}

/** The allotment lies in real storage, and the guest's machine is one of the kind: its invariants hold, and so do the real one's. */
export function isPlacedWell(mapped: MappedMachine, guest: View, image: View): Term {
  const { machine, base, size } = mapped;
  const { terms } = machine;
  return terms.and(isAMachine(mapped, guest), isWhole(mapped, { base: base.variable, size: size.variable }), within(mapped, { base: base.variable, size: size.variable }, amount(mapped, image.registers)), outsideKeeps(mapped, image));
}

function isAMachine({ machine }: MappedMachine, view: View): Term {
  const { terms } = machine;
  return terms.and(...machine.invariants.map((i) => inView(machine, view, i.predicate)), inView(machine, view, terms.or(inLevel(machine, "supervisor"), inLevel(machine, "user"))));
}

/** The invariants that speak only of what f leaves alone: of the real machine, whatever the guest. */
function outsideKeeps(mapped: MappedMachine, image: View): Term {
  const { machine } = mapped;
  const { terms } = machine;
  const real = realBefore(mapped, image);
  return terms.and(...machine.invariants.map((i) => inView(machine, real, i.predicate)));
}

/** The real machine before f set it to f(S): what f assigns was something else. */
function realBefore({ machine, monitor }: MappedMachine, image: View): View {
  const { terms } = machine;
  return { ...image, registers: new Map([...image.registers].map(([name, value]) => [name, monitor.next.has(name) ? terms.variable("free", `0.${name}`, value.width) : value])) };
}

function amount(mapped: MappedMachine, registers: ReadonlyMap<string, Term>): Term {
  const { machine, storage } = mapped;
  const { terms } = machine;
  const q = machine.components.find((c) => isAmount(mapped, c));
  return q === undefined ? terms.constant(1n << BigInt(storage.indexWidth), storage.indexWidth + 1) : registers.get(q.name)!;
}

/** So many blocks, and not the first. */
function isWhole({ machine, blockBits }: MappedMachine, { base, size }: Place): Term {
  const { terms } = machine;
  return terms.and(...[base, size].flatMap((t) => [
    terms.ne(t, terms.zeros(t.width)), ...(blockBits === 0 ? [] : [terms.eq(terms.extract(t, blockBits - 1, 0), terms.zeros(blockBits))]),
  ]));
}

/** base + size <= end, and nothing wraps. */
function within({ machine, base }: MappedMachine, place: Place, end: Term): Term {
  const { terms } = machine;
  const width = Math.max(base.width, end.width) + 1;
  const wide = (t: Term): Term => terms.zeroExtend(t, width);
  return terms.apply("ule", [terms.apply("add", [wide(place.base), wide(place.size)]), wide(end)]);
}

/** A statement about f that holds if no state satisfies hypothesis and violation; the hypothesis alone is its twin. */
export interface MapLemma {
  readonly name: string;
  readonly statement: string;
  /** 1 bit, lowered */
  readonly hypothesis: Term;
  readonly violation: Term;
  /** what it means where it fails */
  readonly otherwise: string;
  /** the monitor is none without it */
  readonly isNeeded: boolean;
  /** the violation, case by case, where that is easier: each is asked by itself, and they are all there are */
  readonly cases?: () => readonly Term[];
  /** where a state that contradicts it is no proof that it is not so: why */
  readonly contradicted?: string;
}

export interface MapAsked {
  readonly mapped: MappedMachine;
  readonly configuration: Configuration;
  readonly direct: DirectMode;
}

/** The lemma that tells how large blocks have to be: the cells that are meant are the right ones. */
export function cellLemmas(asked: MapAsked): MapLemma[] {
  return mapLemmas(asked).filter((l) => l.name.startsWith(CELLS));
}

const CELLS = "cells of ", ALL = "all of ";

/** Whether the lemma is that f takes nothing from the window, on which efficiency leans. */
export const isOfEfficiency = ({ name }: { readonly name: string }): boolean => name.startsWith(ALL);

export function mapLemmas(asked: MapAsked): MapLemma[] {
  const { mapped, configuration, direct } = asked;
  const { machine, base, storage } = mapped;
  const { terms } = machine;
  const [guest, image] = mappedViews(mapped);
  const s = new Reading(machine, guest), f = new Reading(machine, image);
  const isUser = inLevel(machine, "user");
  const placed = terms.and(isPlacedWell(mapped, guest, image), direct === "user" ? inView(machine, guest, isUser) : terms.true);
  const wasK = inView(machine, realBefore(mapped, image), configuration.predicate);
  const lemmas: MapLemma[] = [{
    name: "user state of the configuration", statement: "f of a state is a user state of the configuration, and keeps the invariants", isNeeded: true,
    hypothesis: terms.and(placed, wasK), violation: terms.not(terms.and(inView(machine, image, terms.and(isUser, configuration.predicate)), ...machine.invariants.map((i) => inView(machine, image, i.predicate)))),
    otherwise: "guests would run in states that the other proofs know nothing about",
  }];
  const contexts = machine.front.flatMap(({ source }) => (source.kind === "context" ? [source.value] : []));
  if (contexts.length > 0) {
    lemmas.push({
      name: "decoding", statement: "f of a state decodes as the state does", isNeeded: true,
      hypothesis: placed, violation: terms.or(...contexts.map((value) => terms.not(terms.eq(inView(machine, guest, value), inView(machine, image, value))))),
      otherwise: "the real machine would take a guest's words for other instructions",
    });
  }
  const whole = storage.indexWidth + 2;
  const wide = (t: Term): Term => terms.zeroExtend(t, Math.max(whole, t.width));
  for (const w of machine.windows) {
    if (w.over !== storage.name || w.name === allotmentOf(storage.name)) continue;
    if (mapped.monitor.shadow?.window === w.name) {
      // storage as it may be, whatever the guest's: more states than there are
      const own: View = { ...image, arrays: new Map([...image.arrays, [storage.name, { kind: "plain", array: terms.array("free", `2.${storage.name}`, storage.indexWidth, storage.width) }]]) };
      lemmas.push(...shadowLemmas(asked, mapped.monitor.shadow, s, new Reading(machine, own), placed));
      continue;
    }
    const a = terms.variable("free", `at.${w.name}`, w.addressWidth);
    const small = (x: Term, y: Term): Term => terms.apply("ult", [wide(x), wide(y)]);
    const strays = (access: number): Term => {
      const own = s.cell(w, access, a), real = f.cell(w, access, a);
      const end = terms.apply("add", [wide(base.variable), wide(mapped.size.variable)]);
      const isWithin = terms.and(terms.not(small(real, base.variable)), terms.apply("ult", [wide(real), end]));
      const isMoved = terms.eq(wide(real), terms.apply("add", [wide(own), wide(base.variable)]));
      // where no cell is said not to exist, nothing is said of a guest that reaches beyond its storage, but that it stays in the allotment
      const isOwn = hasAmount(mapped) ? isMoved : terms.implies(small(own, mapped.size.variable), isMoved);
      return terms.or(s.faults(w, access, a), terms.not(isWithin), terms.not(isOwn));
    };
    const exists = (access: number): Term => (hasAmount(mapped) ? terms.true : small(s.cell(w, access, a), mapped.size.variable));
    lemmas.push({
      name: `${CELLS}${w.name}`, statement: `where f of a state does not fault the state does not, and ${w.name} means the guest's own cell, within the allotment`, isNeeded: true,
      hypothesis: placed, violation: terms.or(...[0, 1, 2].map((access) => terms.and(terms.not(f.faults(w, access, a)), strays(access)))),
      otherwise: "a guest that runs directly reaches what is not its own, or not what it means",
    });
    if (direct === "user" || !mapDependsOnMode(machine)) lemmas.push({
      name: `${ALL}${w.name}`, statement: `f takes nothing from ${w.name}: where a state does not fault f of it does not`, isNeeded: false,
      hypothesis: placed, violation: terms.or(...[0, 1, 2].map((access) => terms.and(terms.not(s.faults(w, access, a)), exists(access), f.faults(w, access, a)))),
      otherwise: "ordinary instructions enter the monitor where the bare machine goes on",
    });
  }
  for (const name of [storage.name, ...mapped.monitor.placed.keys()]) lemmas.push(recovered(mapped, name, s, f, placed));
  const amounts = machine.components.filter((c) => isAmount(mapped, c));
  const deliveries = [...machine.traps.map((t) => ({ ...t, accepted: terms.true })), ...machine.interrupts.map((t) => ({ ...t, accepted: s.term(lowering(machine).term(t.accepted)) }))];
  const writing = deliveries.filter(({ delivery }) => delivery.next.has(storage.name));
  if (writing.length > 0) lemmas.push({
    name: "deliveries", statement: "delivering traps and interrupts inside the guest's machine writes only cells that it has", isNeeded: false,
    hypothesis: placed, violation: terms.or(...writing.map(({ delivery, accepted }) => terms.and(accepted, changesBeyond(machine, delivery.next, s, amounts)))),
    otherwise: "what the bare machine does there is not described; the interpreter, whose storage is the allotment, leaves such writes out",
  });
  return lemmas;
}

/** Cell p of the guest is read back from where f put it. */
function recovered({ machine }: MappedMachine, name: string, s: Reading, f: Reading, placed: Term): MapLemma {
  const { terms } = machine;
  const c = machine.components.find((x) => x.name === name) as ComponentArray;
  const w = machine.windows.find((x) => x.name === allotmentOf(name))!;
  const p = terms.variable("free", `at.${name}`, c.indexWidth);
  return {
    name: `recovery of ${name}`, statement: `every cell of ${name} that the guest's machine has is read back from where f put it: with what the monitor keeps, f is one-one`, isNeeded: true,
    hypothesis: terms.and(placed, terms.not(s.faults(w, 0, p))),
    violation: terms.ne(f.read(c.variable, f.cell(w, 0, p)), s.read(c.variable, p)),
    otherwise: "the interpreter would start from another state than the guest's",
  };
}

/**
 * f under f. The inner guest S has `inner.size` cells at `inner.base` of the outer guest's machine, which is a machine of `outer.size` cells at
 * `outer.base` of the real one. What is assigned is compared; what is not is the real machine's in both.
 */
export function compositionLemmas(asked: MapAsked): MapLemma[] {
  const { shadow } = asked.mapped.monitor;
  return [compositionLemma(asked), ...(shadow === undefined ? [] : [transitiveLemma(asked.mapped, shadow)])];
}

function compositionLemma({ mapped, direct }: MapAsked): MapLemma {
  const { machine, base, monitor } = mapped;
  const { terms } = machine;
  const free = (name: string): Term => terms.variable("free", name, base.width);
  const outer: Place = { base: free("outer.base"), size: free("outer.size"), area: free("outer.area") }, inner: Place = { base: free("inner.base"), size: free("inner.size"), area: free("inner.area") };
  const [state] = mappedViews(mapped);
  const amountIs = (registers: ReadonlyMap<string, Term>, n: Term): Map<string, Term> => new Map([...registers].map(([name, value]) => [name, isAmount(mapped, machine.components.find((c) => c.name === name)!) ? terms.zeroExtend(n, Math.max(n.width, value.width)) : value]));
  const guest = { ...state, registers: amountIs(state.registers, inner.size) };
  const middle = { ...guest, registers: amountIs(registersOf(mapped, guest.registers, inner, "1"), outer.size) };
  const twice = registersOf(mapped, middle.registers, outer, "2");
  const once = registersOf(mapped, guest.registers, { base: terms.apply("add", [outer.base, inner.base]), size: inner.size, area: outer.area }, "2");
  const isUser = inView(machine, guest, inLevel(machine, "user"));
  return {
    name: "monitor under a monitor", statement: "f of f is f, with the bases added and the inner size: the map of any depth is one map", isNeeded: true,
    hypothesis: terms.and(isAMachine(mapped, guest), ...machine.invariants.map((i) => inView(machine, middle, i.predicate)), direct === "user" ? isUser : terms.true, isWhole(mapped, inner), isWhole(mapped, outer), within(mapped, inner, outer.size), within(mapped, outer, amount(mapped, twice)),
      ...machine.invariants.map((i) => inView(machine, { ...realBefore(mapped, { ...guest, registers: twice }) }, i.predicate))),
    violation: terms.or(...[...monitor.next.keys()].map((name) => terms.ne(twice.get(name)!, once.get(name)!))),
    otherwise: "a monitor under a monitor shows its guests another machine",
  };
}
