/**
 * A certificate made: the check first, for what is asked and expected; then every question to every solver, several processes at
 * a time. Answers are kept by the content of the query, so that after Ctrl-C the same command goes on from there.
 */
import { createHash } from "node:crypto";
import { availableParallelism } from "node:os";
import { setImmediate } from "node:timers/promises";
import { compose } from "../isa/compose.js";
import type { Configuration, Instruction, Machine } from "../isa/machine.js";
import { createPool } from "../smt/pool.js";
import type { Solver, SolverAnswer } from "../smt/solver.js";
import { solverNamed, SOLVER_FAMILIES } from "../smt/solvers.js";
import { cachingSolver } from "../verdict/caching-solver.js";
import { CERTIFICATE_FORMAT, CERTIFICATE_VERSION, standingOf, type Certificate, type CertifiedObligation, type Opinion } from "../verdict/certificate.js";
import { OPAQUE_MAP } from "../verdict/classify.js";
import { Interrupted } from "../verdict/check.js";
import { mapInOrder } from "../verdict/map-in-order.js";
import type { AskedQuestion, CheckResult, InstructionResult, Premise } from "../verdict/result.js";
import { VERSION } from "../verdict/version.js";
import type { MonitorName, ProveResult } from "../vmm/prove-result.js";
import { openAnswerCache } from "./answer-cache.js";
import type { EngineChoice } from "./engines.js";
import { badInput } from "./failure.js";
import { lemmaObligations } from "./lemma-obligations.js";
import { obligationsOf, POSSIBLE, premiseObligations, type ObligationQuery } from "./obligations.js";
import { matcher } from "./patterns.js";
import { performCheck } from "./perform-check.js";
import { performProve } from "./perform-prove.js";
import { startProgress } from "./progress.js";

export type CertifyingSolver = keyof typeof SOLVER_FAMILIES;

export interface CertifyWork {
  readonly machine: Machine;
  readonly configuration: Configuration;
  readonly choice: EngineChoice;
  readonly jobs: number | undefined;
  readonly only: string | undefined;
  readonly solvers: readonly CertifyingSolver[];
  readonly isSpeltOut: boolean;
  /** the proofs about it are certified, too */
  readonly monitor: MonitorName | undefined;
  /** each query as a file that stands by itself */
  readonly onQuery: (obligation: CertifiedObligation, text: string) => void;
  readonly signal: AbortSignal;
}

/** What solvers said that is not what is expected, in their own words. */
export interface Story {
  readonly obligation: CertifiedObligation;
  readonly text: string;
  readonly said: readonly { readonly solver: string; readonly answer: string }[];
}

export interface Certified {
  readonly certificate: Certificate;
  readonly stories: readonly Story[];
}

export async function performCertify(work: CertifyWork): Promise<Certified> {
  const { machine, configuration, choice, jobs, only, isSpeltOut } = work;
  const lanes = jobs ?? availableParallelism();
  const solvers = await startSolvers(work.solvers, lanes);
  work.signal.addEventListener("abort", () => { for (const s of solvers) void s.close(); }); // no process is left behind
  try {
    const own = { machine, configuration, choice, jobs, only: only === undefined ? undefined : matcher(machine, only) };
    const check = await performCheck(own);
    const proof = work.monitor === undefined ? undefined : await performProve({ ...own, monitor: work.monitor, reading: "extended", guests: "any", leastBlockBits: 0 });
    const answered = await askAll(work, check, proof, solvers, lanes);
    const certificate: Certificate = {
      format: CERTIFICATE_FORMAT, version: CERTIFICATE_VERSION, popek: VERSION,
      machine: { name: machine.name, sha256: machine.sha256 }, configuration: configuration.name,
      settings: { seed: choice.seed, runs: choice.runs, resource: choice.resource, only, isSpeltOut, monitor: work.monitor },
      solvers: solvers.map(({ name, version }) => ({ name, version })),
      obligations: answered.map((a) => a.obligation),
    };
    return { certificate, stories: answered.flatMap(({ story }) => (story === undefined ? [] : [story])) };
  } finally {
    await Promise.all(solvers.map((s) => s.close()));
  }
}

/** Throws a `Failure` that says what to install where one is missing. */
async function startSolvers(names: readonly CertifyingSolver[], lanes: number): Promise<readonly Solver[]> {
  if (new Set(names.map((n) => SOLVER_FAMILIES[n])).size < 2) throw badInput(`--solvers ${names.join(",")} is one opinion, and a certificate needs two`, "embedded and z3 are the same program; name cvc5 and one of them");
  const started: Solver[] = [];
  for (const name of names) {
    try {
      started.push(await createPool(() => solverNamed(name), name === "embedded" ? 1 : lanes));
    } catch (error) {
      await Promise.all(started.map((s) => s.close()));
      throw badInput(`a certificate needs the solver ${name}: ${error instanceof Error ? error.message : String(error)}`, name === "embedded" ? undefined : `on Debian and Ubuntu: apt-get install ${name}; others: --solvers, at least two of ${Object.keys(SOLVER_FAMILIES).join(", ")}`);
    }
  }
  return started;
}

interface Answered {
  readonly obligation: CertifiedObligation;
  readonly story?: Story;
}

/** What is asked together, and made only when its turn comes: texts take room. */
interface Subject {
  readonly what: string;
  readonly asked: () => readonly Asked[];
}

function subjectsOf({ machine, configuration, isSpeltOut }: CertifyWork, check: CheckResult, proof: ProveResult | undefined): readonly Subject[] {
  const ofInstruction = ({ id, asked = [] }: Pick<InstructionResult, "id" | "asked">): Subject => ({ what: id, asked: () => askedOf(machine, configuration, id, asked, isSpeltOut) });
  return [
    ...check.instructions.map(ofInstruction), { what: "premises", asked: () => askedOfPremises(machine, check.premises) },
    ...(proof === undefined ? [] : [...proof.instructions.map(ofInstruction), { what: "lemmas", asked: () => askedOfLemmas(machine, configuration, proof) }]),
  ];
}

async function askAll(work: CertifyWork, check: CheckResult, proof: ProveResult | undefined, solvers: readonly Solver[], lanes: number): Promise<readonly Answered[]> {
  const { choice, signal } = work;
  const cache = choice.cacheFolder === undefined ? undefined : openAnswerCache(choice.cacheFolder, (what) => process.stderr.write(`popek: ${what}; going on without\n`));
  const asking = solvers.map((s) => (cache === undefined ? s : cachingSolver(s, cache)));
  const subjects = subjectsOf(work, check, proof);
  const progress = await startProgress("certifying");
  try {
    const answered = await mapInOrder(subjects, lanes, async (subject) => {
      if (signal.aborted) throw new Interrupted();
      await setImmediate(); // signals and the progress bar have their turn
      const own: Answered[] = [];
      for (const { question, query } of subject.asked()) {
        if (signal.aborted) throw new Interrupted();
        own.push(await askOne(work, question, query, asking));
      }
      return own;
    }, (done) => progress.update(done, subjects.length, subjects[done - 1]!.what));
    return answered.flat();
  } finally {
    progress.stop();
  }
}

const TWIN_STRENGTH = "a state was found that satisfies what is supposed";

interface Asked {
  readonly question: AskedQuestion;
  readonly query: ObligationQuery | undefined;
}

function askedOf(machine: Machine, configuration: Configuration, id: string, asked: readonly AskedQuestion[], isSpeltOut: boolean): Asked[] {
  const obligations = obligationsOf(machine, configuration, instructionOf(machine, id));
  return asked.flatMap((question): Asked[] => {
    if (question.expected === "open") return [{ question, query: undefined }];
    const own = { question, query: obligations(question.obligation, isSpeltOut, question.bad) };
    if (question.expected === "sat") return [own];
    const twin = `${question.obligation.replace(OPAQUE_MAP, "")}${POSSIBLE}`;
    return [own, { question: { obligation: twin, expected: "sat", strength: TWIN_STRENGTH }, query: obligations(twin, false, question.bad) }];
  });
}

function instructionOf(machine: Machine, id: string): Instruction {
  const own = machine.instructions.find((i) => i.id === id);
  if (own !== undefined) return own;
  const first = machine.instructions.find((i) => i.step.execute !== undefined && id.startsWith(`${i.id}[`)), target = machine.instructions.find((i) => id === `${first?.id ?? ""}[${i.id}]`);
  if (target === undefined || first === undefined) throw new Error(`bug: ${id} is no instruction of ${machine.name}`);
  return compose(machine, first, target);
}

function askedOfPremises(machine: Machine, premises: readonly Premise[]): Asked[] {
  const queries = premiseObligations(machine);
  return premises.map((p): Asked => {
    const expected = p.answer === "holds" ? "unsat" : p.answer === "fails" ? "sat" : "open";
    return { question: { obligation: `premise/${p.name}`, expected, strength: p.answer === "open" ? p.reason ?? "open" : p.strength }, query: expected === "open" ? undefined : queries.get(p.name) };
  });
}

function askedOfLemmas(machine: Machine, configuration: Configuration, proof: ProveResult): Asked[] {
  const obligations = lemmaObligations(machine, configuration, proof);
  return proof.lemmas.flatMap(({ name, answer, strength, reason, cases }): Asked[] => {
    const obligation = `lemma/${name}`;
    if (answer === "open") return [{ question: { obligation, expected: "open", strength: reason ?? "open" }, query: undefined }];
    const { query, twin, cases: apart } = obligations(name);
    if (answer === "fails") return [{ question: { obligation, expected: "sat", strength }, query }];
    const asked = cases === undefined || apart === undefined ? [{ question: { obligation, expected: "unsat", strength } as const, query }]
      : apart.queries().map((own, n) => ({ question: { obligation: `${obligation}/case-${n}`, expected: "unsat", strength } as const, query: own }));
    return [...asked, { question: { obligation: `${obligation}${POSSIBLE}`, expected: "sat", strength: TWIN_STRENGTH }, query: twin }];
  });
}

async function askOne({ choice, onQuery }: CertifyWork, { obligation: id, expected, strength }: AskedQuestion, query: ObligationQuery | undefined, solvers: readonly Solver[]): Promise<Answered> {
  if (query === undefined || expected === "open") return { obligation: { id, expected, known: strength, answers: {} } };
  const text = query.text(expected);
  const named = { id, expected, known: strength, query: createHash("sha256").update(text).digest("hex") };
  const isNothingToAsk = query.isFalse && expected === "unsat";
  const said = isNothingToAsk ? [] : await Promise.all(solvers.map((s) => opinionOf(s, query, expected, choice.resource)));
  const obligation: CertifiedObligation = { ...named, answers: Object.fromEntries(said.map(({ opinion }, i) => [solvers[i]!.name, opinion])) };
  onQuery(obligation, text);
  const standing = standingOf(obligation);
  return standing === "disagreed" || standing === "undecided" ? { obligation, story: { obligation, text, said: said.map(({ words }, i) => ({ solver: `${solvers[i]!.name} ${solvers[i]!.version}`, answer: words })) } } : { obligation };
}

async function opinionOf(solver: Solver, { query }: ObligationQuery, expected: "sat" | "unsat", resource: number): Promise<{ readonly opinion: Opinion; readonly words: string }> {
  const answer: SolverAnswer = await solver.check(query, { resource });
  switch (answer.answer) {
    case "unsat": return { opinion: "unsat", words: "unsat" };
    case "unknown": return { opinion: "unknown", words: `unknown: ${answer.reason}` };
    case "sat": {
      const words = valuesText(answer.values);
      // nobody is taken at his word: values that do not satisfy the query are no answer
      if (!query.isModel(answer.values)) return { opinion: "unknown", words: `sat, but its values do not satisfy the query: ${words}` };
      // and with loops cut off more is allowed than there is, so that only unsat is an answer
      if (query.approximated && expected === "unsat") return { opinion: "unknown", words: `sat, where a loop is cut off, which says nothing, with ${words}` };
      return { opinion: "sat", words: `sat, with ${words}` };
    }
  }
}

const MOST_VALUES = 12;

function valuesText(values: ReadonlyMap<string, bigint>): string {
  const told = [...values].filter(([, v]) => v !== 0n).map(([name, v]) => `${name} = 0x${v.toString(16)}`);
  return told.length === 0 ? "all values 0" : `${told.slice(0, MOST_VALUES).join(", ")}${told.length > MOST_VALUES ? `, and ${told.length - MOST_VALUES} more that are not 0` : ""}`;
}
