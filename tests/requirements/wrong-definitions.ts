/**
 * Definitions that are deliberately wrong, each a claim about one instruction like the right one beside it. Most are what one gets by
 * reading the paper's sentences as they stand, or by forgetting one of the things that real machines force on them.
 */
import { RESOURCE_ROLES, type Role } from "../../src/isa/machine.js";
import { substitution } from "../../src/isa/substitute.js";
import type { AnyTerm, ArrayTerm, Term } from "../../src/isa/term.js";
import { completesAnywhere } from "../../src/requirements/always-traps.js";
import { askOne, askTwo, type Condition, type PairDescription, type Side } from "../../src/requirements/ask.js";
import { changesControl, changesControlFromUser } from "../../src/requirements/control-sensitive.js";
import { literallyDependsOnLocation, literallyDependsOnMode, literallyUnprivileged } from "../../src/requirements/literal.js";
import { dependsOnLocation, dependsOnLocationInUser } from "../../src/requirements/location-sensitive.js";
import { dependsOnMode } from "../../src/requirements/mode-sensitive.js";
import { outcomesDiffer } from "../../src/requirements/pair-outcomes.js";
import { controlRoles, mapDependsOnMode, type ReadingName } from "../../src/requirements/parts.js";
import { trapsWhereBareCompletes } from "../../src/requirements/partly-trapping.js";
import { completesInSupervisorState, completesInUserState } from "../../src/requirements/privileged.js";
import type { ArraySource, Question } from "../../src/requirements/question.js";
import { dependsOnResources, dependsOnResourcesInUser } from "../../src/requirements/resource-sensitive.js";
import { supervisor, user, userState, type Setting } from "../../src/requirements/setting.js";
import { changes, changesOutside, visibleDiffers } from "../../src/requirements/visible.js";
import type { ClassName } from "../machines/expected.js";

/** Whether such states exist. */
export type Exists = (question: Question) => Promise<boolean>;
/** Whether an instruction has a class. */
export type Claim = (s: Setting, exists: Exists) => Promise<boolean>;

const either = (question: (s: Setting) => Question): Claim => (s, exists) => exists(question(s));

/** The right ones: put together as in `src/verdict/classify.ts`, but without its shortcuts. */
export const RIGHT: Readonly<Record<Exclude<ClassName, "innocuous" | "innocuous-extended">, Claim>> = {
  privileged: async (s, exists) => !(await exists(completesInUserState(s))) && exists(completesInSupervisorState(s)),
  "always-traps": async (s, exists) => !(await exists(completesAnywhere(s))),
  "partly-trapping": async (s, exists) => !(await RIGHT.privileged(s, exists)) && exists(trapsWhereBareCompletes(s)),
  control: either((s) => changesControl(s, "strict")),
  "control-extended": either((s) => changesControl(s, "extended")),
  location: either(dependsOnLocation),
  mode: either(dependsOnMode),
  resource: either((s) => dependsOnResources(s, false)),
  "user-control": either((s) => changesControlFromUser(s, "strict", false)),
  "user-location": either(dependsOnLocationInUser),
  "user-resource": either((s) => dependsOnResourcesInUser(s, false)),
};

export interface WrongDefinition {
  readonly of: keyof typeof RIGHT;
  readonly but: string;
  readonly claim: Claim;
}

const one = (s: Setting, condition: (run: Side) => Condition): Question => askOne(s, "wrong", "", condition, () => true);
const two = (s: Setting, pair: Omit<PairDescription, "isWitness">): Question => askTwo(s, "wrong", "", { ...pair, isWitness: () => true });

/** In some state of this kind the outcome is of this kind. */
const reaches = (kind: (s: Setting, run: Side) => Term, goal: (s: Setting, run: Side) => Term) => (s: Setting): Question => one(s, (run) => ({ hypothesis: kind(s, run), goal: goal(s, run) }));

const isUser = (s: Setting, run: Side): Term => userState(s, run.view);
const isBareUser = (s: Setting, run: Side): Term => user(s, run.view);
const isSupervisor = (s: Setting, run: Side): Term => supervisor(s, run.view);
const isAny = (s: Setting): Term => s.machine.terms.true;
const completes = (s: Setting, run: Side): Term => s.machine.terms.or(run.outcome.done, run.outcome.halt);
const isDone = (_: Setting, run: Side): Term => run.outcome.done;
const completesOrMemoryTraps = (s: Setting, run: Side): Term => s.machine.terms.or(completes(s, run), run.outcome.memoryTrap);

const privilegedBy = (inUser: (s: Setting) => Question, inSupervisor: (s: Setting) => Question = completesInSupervisorState): Claim =>
  async (s, exists) => !(await exists(inUser(s))) && exists(inSupervisor(s));

/** A completed step that changes components of these roles, or cells outside the window. */
function controls(kind: (s: Setting, run: Side) => Term, roles: readonly Role[], besides: { readonly outside?: boolean; readonly halts?: boolean; readonly traps?: boolean } = {}): Claim {
  return either((s) => one(s, (run) => {
    const { machine: { terms }, machine, step } = s;
    const changed = terms.or(changes(machine, step, run.reading, roles), besides.outside === false ? terms.false : changesOutside(machine, step, run.reading));
    return { hypothesis: kind(s, run), goal: terms.or(terms.and(run.outcome.done, changed), besides.halts === true ? run.outcome.halt : terms.false, besides.traps === true ? run.outcome.traps : terms.false) };
  }));
}

const rolesOf = (reading: ReadingName, ...without: readonly Role[]): readonly Role[] => controlRoles(reading).filter((r) => !without.includes(r));

type Compare = (s: Setting, reference: Side, virtual: Side) => Pick<Condition, "goal" | "beyond">;
const byDirection: Compare = (s, r, v) => outcomesDiffer(s, r, v, true);
const swapped: Compare = (s, r, v) => outcomesDiffer(s, v, r, true);
const whateverMoves: Compare = (s, r, v) => outcomesDiffer(s, r, v, false);
const bothDone: Compare = (s, r, v) => ({ goal: s.machine.terms.and(byDirection(s, r, v).goal, r.outcome.done, v.outcome.done) });
const withoutHalts: Compare = (s, r, v) => ({ goal: s.machine.terms.and(byDirection(s, r, v).goal, s.machine.terms.not(r.outcome.halt), s.machine.terms.not(v.outcome.halt)) });
const bothSurvive: Compare = (s, r, v) => ({ goal: s.machine.terms.and(byDirection(s, r, v).goal, s.machine.terms.not(r.outcome.memoryTrap), s.machine.terms.not(v.outcome.memoryTrap)) });
const trapsCount: Compare = (s, r, v) => ({ goal: s.machine.terms.or(byDirection(s, r, v).goal, s.machine.terms.and(v.outcome.traps, completes(s, r))) });
const onlyOutcomes: Compare = (s, r, v) => ({ goal: s.machine.terms.and(byDirection(s, r, v).goal, s.machine.terms.not(s.machine.terms.and(r.outcome.done, v.outcome.done))) });
const onlyContents: Compare = (s, r, v) => {
  const { terms } = s.machine;
  return { goal: terms.and(r.outcome.done, v.outcome.done, visibleDiffers(s.machine, s.step, r.reading, v.reading), byDirection(s, r, v).goal) };
};

type Suppose = (s: Setting, reference: Side, virtual: Side) => Term;
const asLocation: Suppose = (s, _, v) => s.machine.terms.implies(user(s, v.view), userState(s, v.view));
const bothUsers: Suppose = (s, _, v) => userState(s, v.view);
const supervisorAndUser: Suppose = (s, r, v) => s.machine.terms.and(supervisor(s, r.view), userState(s, v.view));

function pair(differing: readonly Role[] | ((s: Setting) => readonly Role[]), suppose: Suppose, compare: Compare, window: "subset" | "equal" = "subset"): (s: Setting) => Question {
  // exchanged, or with traps counted, the goal is about virtual runs that trap: no one opaque map covers both
  return (s) => two(s, { differing: typeof differing === "function" ? differing(s) : differing, window, isVirtualTrapping: true, condition: (r, v) => ({ hypothesis: suppose(s, r, v), ...compare(s, r, v) }) });
}
const placed: readonly Role[] = ["map", "extent"];
const modes = (s: Setting): readonly Role[] => (mapDependsOnMode(s.machine) ? ["mode", "map"] : ["mode"]);
const rest = (s: Setting): readonly Role[] => [...modes(s), ...RESOURCE_ROLES];

/** The two runs share these components and arrays after all. */
function shared(question: (s: Setting) => Question, names: readonly string[]): Claim {
  return either((s) => {
    const q = question(s), { terms } = s.machine;
    const exact = q.exact?.() ?? q;
    const by = new Map<number, AnyTerm>(s.machine.components.filter((c) => names.includes(c.name)).map((c) => {
      const make = (tag: number): AnyTerm => (c.kind === "register" ? terms.variable("free", `${tag}.${c.name}`, c.width) : terms.array("free", `${tag}.${c.name}`, c.indexWidth, c.width));
      return [make(2).id, make(1)];
    }));
    const put = substitution(terms, by);
    const source = (a: ArraySource): ArraySource => ("array" in a ? { ...a, array: put.any(a.array) as ArrayTerm } : { ...a, outside: put.any(a.outside) as ArrayTerm });
    return {
      ...q, hypothesis: put.term(exact.hypothesis), goal: put.term(exact.goal), beyond: undefined, abstraction: undefined, exact: undefined, isWitness: () => true,
      runs: q.runs.map((run) => ({ ...run, registers: new Map([...run.registers].map(([n, t]) => [n, put.term(t)])), arrays: new Map([...run.arrays].map(([n, a]) => [n, source(a)])) })),
    };
  });
}

/** The runs differ in one resource at most. */
const oneResource: Suppose = (s, r, v) => {
  const { terms } = s.machine;
  const names = s.machine.components.filter((c) => c.kind === "register" && RESOURCE_ROLES.includes(c.role)).map((c) => c.name);
  const differs = names.map((n) => terms.ne(r.view.registers.get(n)!, v.view.registers.get(n)!));
  return terms.and(asLocation(s, r, v), ...differs.flatMap((a, i) => differs.slice(i + 1).map((b) => terms.not(terms.and(a, b)))));
};

const trapsWhere = (differing: (s: Setting) => readonly Role[], window: (s: Setting) => "subset" | "equal", suppose: Suppose, completes_: (s: Setting, run: Side) => Term): ((s: Setting) => Question) =>
  (s) => two(s, { differing: differing(s), window: window(s), isVirtualTrapping: true, condition: (r, v) => ({ hypothesis: suppose(s, r, v), goal: s.machine.terms.and(v.outcome.traps, completes_(s, r)) }) });
const byMap = (s: Setting): "subset" | "equal" => (mapDependsOnMode(s.machine) ? "subset" : "equal");
const partly = (question: (s: Setting) => Question): Claim => async (s, exists) => !(await RIGHT.privileged(s, exists)) && exists(question(s));

export const WRONG: readonly WrongDefinition[] = [
  { of: "privileged", but: "read literally: of each pair exactly the user traps", claim: async (s, exists) => !(await exists(literallyUnprivileged(s))) },
  { of: "privileged", but: "without the supervisor half", claim: async (s, exists) => !(await exists(completesInUserState(s))) },
  { of: "privileged", but: "without the user half", claim: either(completesInSupervisorState) },
  { of: "privileged", but: "users of any configuration", claim: privilegedBy(reaches(isBareUser, completes)) },
  { of: "privileged", but: "supervisors only of the configuration", claim: privilegedBy(completesInUserState, (s) => one(s, (run) => ({ hypothesis: s.machine.terms.and(supervisor(s, run.view), run.reading.term(s.configuration.predicate)), goal: completes(s, run) }))) },
  { of: "privileged", but: "a memory trap lets the user through", claim: privilegedBy(reaches(isUser, completesOrMemoryTraps)) },
  { of: "privileged", but: "a halt of the user does not count", claim: privilegedBy(reaches(isUser, isDone)) },
  { of: "privileged", but: "a halt of the supervisor does not count", claim: privilegedBy(completesInUserState, reaches(isSupervisor, isDone)) },
  { of: "privileged", but: "the supervisor must never trap", claim: async (s, exists) => (await RIGHT.privileged(s, exists)) && !(await exists(reaches(isSupervisor, (_, run) => run.outcome.traps)(s))) },
  { of: "privileged", but: "the modes exchanged", claim: privilegedBy(reaches(isSupervisor, completes), reaches(isUser, completes)) },

  { of: "always-traps", but: "halts do not count", claim: async (s, exists) => !(await exists(reaches(isAny, isDone)(s))) },
  { of: "always-traps", but: "only users are asked", claim: async (s, exists) => !(await exists(completesInUserState(s))) },
  { of: "always-traps", but: "only supervisors are asked", claim: async (s, exists) => !(await exists(completesInSupervisorState(s))) },
  { of: "always-traps", but: "memory traps are no traps", claim: async (s, exists) => !(await exists(reaches(isAny, completesOrMemoryTraps)(s))) },

  { of: "partly-trapping", but: "privileged instructions too", claim: either(trapsWhereBareCompletes) },
  { of: "partly-trapping", but: "wherever a user traps", claim: partly(reaches(isUser, (_, run) => run.outcome.traps)) },
  { of: "partly-trapping", but: "wherever somebody traps and somebody does not", claim: async (s, exists) => (await exists(reaches(isAny, (_, run) => run.outcome.traps)(s))) && !(await RIGHT.privileged(s, exists)) && exists(completesAnywhere(s)) },
  { of: "partly-trapping", but: "equal registers, also where the map looks at the mode", claim: partly(trapsWhere(rest, () => "equal", bothUsers, completes)) },
  { of: "partly-trapping", but: "the reference is a supervisor of the configuration", claim: partly(trapsWhere(modes, byMap, (s, r, v) => s.machine.terms.and(supervisor(s, r.view), userState(s, v.view)), completes)) },
  { of: "partly-trapping", but: "the virtual run is a supervisor too", claim: partly(trapsWhere(rest, byMap, (s, r, v) => s.machine.terms.and(supervisor(s, v.view)), completes)) },
  { of: "partly-trapping", but: "users of any configuration", claim: partly(trapsWhere(rest, byMap, (s, _, v) => user(s, v.view), completes)) },
  { of: "partly-trapping", but: "a bare halt does not count", claim: partly(trapsWhere(rest, byMap, bothUsers, isDone)) },
  { of: "partly-trapping", but: "memory traps are left out", claim: partly((s) => two(s, { differing: rest(s), window: byMap(s), isVirtualTrapping: true, condition: (r, v) => ({ hypothesis: s.machine.terms.and(userState(s, v.view), s.machine.terms.not(v.outcome.memoryTrap)), goal: s.machine.terms.and(v.outcome.traps, completes(s, r)) }) })) },

  { of: "control", but: "the mode is left out", claim: controls(isAny, rolesOf("strict", "mode")) },
  { of: "control", but: "the map is left out", claim: controls(isAny, rolesOf("strict", "map")) },
  { of: "control", but: "cells outside the window are left out", claim: controls(isAny, rolesOf("strict"), { outside: false }) },
  { of: "control", but: "only supervisors are asked", claim: controls(isSupervisor, rolesOf("strict")) },
  { of: "control", but: "only users are asked", claim: controls(isBareUser, rolesOf("strict")) },
  { of: "control", but: "only states of the configuration are asked", claim: controls((s, run) => run.reading.term(s.configuration.predicate), rolesOf("strict")) },
  { of: "control", but: "a trap is a change of the mode", claim: controls(isAny, rolesOf("strict"), { traps: true }) },
  { of: "control", but: "halts count in the strict reading", claim: controls(isAny, rolesOf("strict"), { halts: true }) },
  { of: "control", but: "other resources count in the strict reading", claim: controls(isAny, rolesOf("extended")) },
  { of: "control", but: "general registers count", claim: controls(isAny, [...rolesOf("strict"), "general", "program-counter"]) },
  { of: "control", but: "a change counts where the step traps", claim: either((s) => one(s, (run) => ({ hypothesis: s.machine.terms.true, goal: changes(s.machine, s.step, run.reading, controlRoles("strict")) }))) },
  { of: "control-extended", but: "halts do not count", claim: controls(isAny, rolesOf("extended")) },
  { of: "control-extended", but: "other resources do not count", claim: controls(isAny, rolesOf("strict"), { halts: true }) },
  { of: "user-control", but: "of any mode", claim: RIGHT.control },
  { of: "user-control", but: "from a supervisor (as some books print it)", claim: controls(isSupervisor, rolesOf("strict")) },
  { of: "user-control", but: "users only of the configuration", claim: controls(isUser, rolesOf("strict")) },

  { of: "location", but: "read literally: both done, and only the map differs", claim: either(literallyDependsOnLocation) },
  { of: "location", but: "the storage size is the same", claim: shared(dependsOnLocation, ["q"]) },
  { of: "location", but: "the relocation is the same", claim: shared(dependsOnLocation, ["l", "base"]) },
  { of: "location", but: "the bound is the same", claim: shared(dependsOnLocation, ["b", "last"]) },
  { of: "location", but: "cells outside the windows are the same", claim: shared(dependsOnLocation, ["E"]) },
  { of: "location", but: "the window is not clipped", claim: either(pair(placed, asLocation, byDirection, "equal")) },
  { of: "location", but: "only pairs that are done", claim: either(pair(placed, asLocation, bothDone)) },
  { of: "location", but: "only outcomes are compared", claim: either(pair(placed, asLocation, onlyOutcomes)) },
  { of: "location", but: "a virtual trap is a difference", claim: either(pair(placed, asLocation, trapsCount)) },
  { of: "location", but: "steps that change the map count", claim: either(pair(placed, asLocation, whateverMoves)) },
  { of: "location", but: "only users are asked", claim: either(pair(placed, bothUsers, byDirection)) },
  { of: "user-location", but: "supervisors too", claim: RIGHT.location },
  { of: "user-location", but: "from supervisors (as some books print it)", claim: either(pair(placed, (s, _, v) => supervisor(s, v.view), byDirection)) },
  { of: "user-location", but: "users of any configuration", claim: either(pair(placed, (s, _, v) => user(s, v.view), byDirection)) },

  { of: "mode", but: "read literally: both done", claim: either(literallyDependsOnMode) },
  { of: "mode", but: "the direction exchanged", claim: either(pair(modes, supervisorAndUser, swapped)) },
  { of: "mode", but: "a virtual trap is a difference", claim: either(pair(modes, supervisorAndUser, trapsCount)) },
  { of: "mode", but: "halts are left out", claim: either(pair(modes, supervisorAndUser, withoutHalts)) },
  { of: "mode", but: "pairs with a memory trap are left out", claim: either(pair(modes, supervisorAndUser, bothSurvive)) },
  { of: "mode", but: "only outcomes are compared", claim: either(pair(modes, supervisorAndUser, onlyOutcomes)) },
  { of: "mode", but: "only visible contents are compared", claim: either(pair(modes, supervisorAndUser, onlyContents)) },
  { of: "mode", but: "steps that change the mode count", claim: either(pair(modes, supervisorAndUser, whateverMoves)) },
  { of: "mode", but: "users of any configuration", claim: either(pair(modes, (s, r, v) => s.machine.terms.and(supervisor(s, r.view), user(s, v.view)), byDirection)) },
  { of: "mode", but: "the map differs too, where it does not look at the mode", claim: either(pair(["mode", "map"], supervisorAndUser, byDirection)) },

  { of: "resource", but: "one component at a time", claim: either(pair(RESOURCE_ROLES, oneResource, whateverMoves, "equal")) },
  { of: "resource", but: "the reference keeps to the configuration", claim: either((s) => dependsOnResources(s, true)) },
  { of: "resource", but: "users of any configuration", claim: either(pair(RESOURCE_ROLES, (s) => s.machine.terms.true, whateverMoves, "equal")) },
  { of: "resource", but: "steps that change the map do not count", claim: either(pair(RESOURCE_ROLES, asLocation, byDirection, "equal")) },
  { of: "resource", but: "only users are asked", claim: either(pair(RESOURCE_ROLES, bothUsers, whateverMoves, "equal")) },
  { of: "user-resource", but: "supervisors too", claim: RIGHT.resource },
  { of: "user-resource", but: "the reference keeps to the configuration", claim: either((s) => dependsOnResourcesInUser(s, true)) },
];
