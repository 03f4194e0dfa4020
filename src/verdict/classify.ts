/**
 * From answers to questions to the claims about one instruction.
 *
 * Here the definitions are put together: privileged needs a proof and a witness, innocuous needs three proofs. A claim is open if it
 * leans on an open answer. Nothing is asked whose answer follows from one already given.
 */
import type { Configuration, Instruction, Machine } from "../isa/machine.js";
import { completesAnywhere } from "../requirements/always-traps.js";
import { changesControl, changesControlFromUser } from "../requirements/control-sensitive.js";
import { literallyChangesControl, literallyDependsOnLocation, literallyDependsOnMode, literallyUnprivileged } from "../requirements/literal.js";
import { dependsOnLocation, dependsOnLocationInUser } from "../requirements/location-sensitive.js";
import { dependsOnMode } from "../requirements/mode-sensitive.js";
import { trapsWhereBareCompletes } from "../requirements/partly-trapping.js";
import { completesInSupervisorState, completesInUserState } from "../requirements/privileged.js";
import type { Question } from "../requirements/question.js";
import { dependsOnResources, dependsOnResourcesInUser } from "../requirements/resource-sensitive.js";
import { setting, type Setting } from "../requirements/setting.js";
import { answer } from "./answer.js";
import type { Engines, QuestionAnswer } from "./engines.js";
import { conditionOf } from "./condition.js";
import { CLASSES, type AskedQuestion, type ClaimAnswer, type ClaimName, type ClassName } from "./result.js";
import { describeWitness } from "./witness.js";

export interface Classification {
  readonly classes: readonly ClassName[];
  readonly answers: Readonly<Partial<Record<ClaimName, ClaimAnswer>>>;
  /** how many questions each engine answered */
  readonly answeredBy: Readonly<Record<string, number>>;
  readonly asked: readonly AskedQuestion[];
}

/** Behind the name of a question: the same with the address map left opaque. */
export const OPAQUE_MAP = "/opaque-map";

/** Every question that a check of this instruction may ask, in order; the source for `list` and `export`. */
export const QUESTIONS: Readonly<Record<string, (s: Setting) => Question>> = {
  userCompletes: completesInUserState,
  supervisorCompletes: completesInSupervisorState,
  anywhere: completesAnywhere,
  partly: trapsWhereBareCompletes,
  control: (s) => changesControl(s, "strict"),
  controlExtended: (s) => changesControl(s, "extended"),
  location: dependsOnLocation,
  mode: dependsOnMode,
  resource: (s) => dependsOnResources(s, false),
  resourceWithinK: (s) => dependsOnResources(s, true),
  userControl: (s) => changesControlFromUser(s, "strict", false),
  userControlWithinK: (s) => changesControlFromUser(s, "strict", true),
  userControlExtended: (s) => changesControlFromUser(s, "extended", false),
  userControlExtendedWithinK: (s) => changesControlFromUser(s, "extended", true),
  userLocation: dependsOnLocationInUser,
  userResource: (s) => dependsOnResourcesInUser(s, false),
  userResourceWithinK: (s) => dependsOnResourcesInUser(s, true),
  literalUnprivileged: literallyUnprivileged,
  literalControl: literallyChangesControl,
  literalLocation: literallyDependsOnLocation,
  literalMode: literallyDependsOnMode,
};

export async function classify(machine: Machine, instruction: Instruction, configuration: Configuration, engines: Engines): Promise<Classification> {
  const s = setting(machine, instruction, configuration);
  const answeredBy: Record<string, number> = {};
  const answers = new Map<keyof typeof QUESTIONS, QuestionAnswer>();
  const asked: AskedQuestion[] = [];
  const claims: Partial<Record<ClaimName, ClaimAnswer>> = {};
  /** @param hard why it is not searched long */
  const get = async (name: keyof typeof QUESTIONS, near?: QuestionAnswer, hard?: string): Promise<Found> => {
    const question = QUESTIONS[name]!(s);
    const brief = claims.privileged?.answer === "holds" ? "the instruction is privileged" : hard;
    const beginning = ["userCompletes", "supervisorCompletes"].map((n) => answers.get(n)).find((found) => found?.kind === "found");
    const a = await answer(machine, instruction, question, { ...engines, ...(brief === undefined ? {} : { brief }), ...(beginning === undefined ? {} : { beginning }) }, near);
    answers.set(name, a);
    const by = a.kind === "open" ? "open" : a.kind === "found" && a.isBySolver ? "solver-witness" : a.strength.replace(/\(.*/, "");
    answeredBy[by] = (answeredBy[by] ?? 0) + 1;
    asked.push(askedAs(question, a));
    return { question, answer: a };
  };
  /** The claim "such a state exists". */
  const exists = ({ question, answer: a }: Found): ClaimAnswer => {
    switch (a.kind) {
      case "found": return { answer: "holds", strength: a.strength, witness: describeWitness(s, question, a), obligation: question.id };
      case "none": return { answer: "fails", strength: a.strength, obligation: a.isRefined === true ? undefined : askedAs(question, a).obligation };
      case "open": return { answer: "open", strength: "none", reason: a.reason, obligation: question.id };
    }
  };
  /** A claim that a proof of a wider question refutes, and for which what that found may do. Where nothing leans on it what is open there stays open. */
  const narrower = async (wide: ClaimAnswer, name: keyof typeof QUESTIONS, of?: keyof typeof QUESTIONS): Promise<ClaimAnswer> => {
    if (wide.answer === "fails") return { answer: "fails", strength: wide.strength };
    if (wide.answer === "open" && claims.privileged?.answer === "holds") return wide;
    return exists(await get(name, of === undefined ? undefined : answers.get(of), wide.answer === "open" ? LIKE_OPEN : undefined));
  };

  const inUser = await get("userCompletes");
  const inSupervisor = await get("supervisorCompletes");
  claims.privileged = privileged(exists(inUser), exists(inSupervisor));
  const condition = await conditionOf(s, engines, inUser.answer);
  if (condition !== undefined) {
    claims.privileged = { ...claims.privileged, condition: condition.text };
    asked.push(...condition.asked);
  }
  const completes = [inUser, inSupervisor].find((f) => f.answer.kind === "found");
  const anywhere = completes === undefined ? exists(await get("anywhere")) : exists(completes);
  claims["always-traps"] = negation(anywhere);
  if (anywhere.answer === "fails") claims["partly-trapping"] = { answer: "fails", strength: anywhere.strength, reason: "it always traps" };
  else if (claims.privileged.answer === "holds") claims["partly-trapping"] = { answer: "fails", strength: claims.privileged.strength, reason: "it is privileged" };
  else {
    const partly = exists(await get("partly"));
    claims["partly-trapping"] = claims.privileged.answer === "open" && partly.answer === "holds" ? { ...partly, answer: "open", reason: "whether it is privileged is open" } : partly;
  }

  // The extended questions are wider than the strict ones: where they have no witness, neither have those.
  claims["control-extended"] = exists(await get("controlExtended"));
  claims.control = await narrower(claims["control-extended"], "control", "controlExtended");
  claims.location = exists(await get("location"));
  claims.mode = exists(await get("mode"));
  claims.resource = exists(await get("resource"));
  claims["user-control-extended"] = await narrower(claims["control-extended"], "userControlExtended", "controlExtended");
  claims["user-control"] = claims.control.answer === "fails" ? { answer: "fails", strength: claims.control.strength } : await narrower(claims["user-control-extended"], "userControl", "userControlExtended");
  claims["user-location"] = await narrower(claims.location, "userLocation", "location");
  claims["user-resource"] = await narrower(claims.resource, "userResource", "resource");

  const limited = configuration.predicate !== machine.terms.true;
  const withinK = async (wide: ClaimAnswer, name: keyof typeof QUESTIONS, of?: keyof typeof QUESTIONS): Promise<ClaimAnswer> => (limited ? narrower(wide, name, of) : wide);
  claims["user-control-within-k"] = await withinK(claims["user-control"], "userControlWithinK", "userControl");
  claims["user-control-extended-within-k"] = await withinK(claims["user-control-extended"], "userControlExtendedWithinK", "userControlExtended");
  claims["resource-within-k"] = await withinK(claims.resource, "resourceWithinK", "resource");
  claims["user-resource-within-k"] = await withinK(claims["user-resource"], "userResourceWithinK", "userResource");

  claims.innocuous = none([claims.control, claims.location, claims.mode]);
  claims["innocuous-extended"] = none([claims["control-extended"], claims.location, claims.mode, claims.resource]);

  claims["privileged-literal"] = negation(exists(await get("literalUnprivileged", inUser.answer)));
  claims["control-literal"] = exists(await get("literalControl", answers.get("control")));
  claims["location-literal"] = exists(await get("literalLocation", answers.get("location"), LITERAL));
  claims["mode-literal"] = exists(await get("literalMode", answers.get("mode"), LITERAL));
  return { classes: CLASSES.filter((c) => claims[c]?.answer === "holds"), answers: claims, answeredBy, asked };
}

/** The question and its answer, as a certificate names them. */
export function askedAs({ id }: Question, a: QuestionAnswer): AskedQuestion {
  switch (a.kind) {
    case "found": return { obligation: id, expected: "sat", strength: a.isBySolver ? "witness, found by the solver" : "witness" };
    case "none": return a.isRefined === true ? { obligation: id, expected: "open", strength: `${a.strength}, with windows said to agree at addresses that the query does not name` } : { obligation: a.isOpaque === true ? `${id}${OPAQUE_MAP}` : id, expected: "unsat", strength: a.strength };
    case "open": return { obligation: id, expected: "open", strength: a.reason };
  }
}

const LIKE_OPEN = "a question much like it was left open", LITERAL = "nothing leans on the literal reading";

interface Found { readonly question: Question; readonly answer: QuestionAnswer }

/** No user state completes, and some supervisor state does. */
function privileged(user: ClaimAnswer, supervisor: ClaimAnswer): ClaimAnswer {
  if (user.answer === "holds") return { ...user, answer: "fails" };
  if (supervisor.answer === "fails") return { answer: "fails", strength: supervisor.strength, reason: "it completes in no supervisor state either" };
  if (user.answer === "open" || supervisor.answer === "open") return { answer: "open", strength: "none", reason: user.reason ?? supervisor.reason };
  return { answer: "holds", strength: `${user.strength} + ${supervisor.strength}`, witness: supervisor.witness, obligation: user.obligation };
}

function negation(claim: ClaimAnswer): ClaimAnswer {
  return claim.answer === "open" ? claim : { ...claim, answer: claim.answer === "holds" ? "fails" : "holds" };
}

/** None of the claims holds. */
function none(claims: readonly ClaimAnswer[]): ClaimAnswer {
  const holding = claims.find((c) => c.answer === "holds");
  if (holding !== undefined) return { answer: "fails", strength: holding.strength, witness: holding.witness };
  const open = claims.find((c) => c.answer === "open");
  if (open !== undefined) return { answer: "open", strength: "none", reason: open.reason };
  return { answer: "holds", strength: [...new Set(claims.map((c) => c.strength))].join(" + ") };
}
