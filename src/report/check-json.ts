/**
 * The JSON form of a check: the documented shape (`check.schema.json`), keys in one order, two spaces, a newline at the
 * end. Same result, same bytes.
 */
import { CLASSES, OTHER_CLAIMS, type CheckResult, type ClaimAnswer, type ClaimName, type InstructionResult, type Premise, type TheoremResult, type Witness, type WitnessRun } from "../verdict/result.js";

export function checkJson(result: CheckResult): string {
  const { popek, machine, configuration, engines, instructions, theorems, premises, notModelled, statistics } = result;
  return `${JSON.stringify({
    popek,
    machine: { name: machine.name, title: machine.title, sha256: machine.sha256, radix: machine.radix },
    configuration,
    engines: { solver: engines.solver, seed: engines.seed, runs: engines.runs },
    instructions: instructions.map(instructionJson),
    theorems: theorems.map(({ theorem, reading, assumption, answer, critical, open, reason }: TheoremResult) => ({ theorem, reading, assumption, answer, critical, open, reason })),
    premises: premises.map(({ name, statement, answer, strength, reason }: Premise) => ({ name, statement, answer, strength, reason })),
    notModelled: notModelled.map(({ what, because }) => ({ what, because })),
    statistics: { questions: statistics.questions, answeredBy: sorted(statistics.answeredBy), open: statistics.open },
  }, undefined, 2)}\n`;
}

export function instructionJson({ id, mnemonic, title, split, cite, source, executes, classes, answers }: InstructionResult): object {
  const claims: readonly ClaimName[] = [...CLASSES, ...OTHER_CLAIMS];
  return {
    id, mnemonic, title, split, cite,
    source: { file: source.file, line: source.line },
    executes: executes && { note: executes.note },
    classes: CLASSES.filter((c) => classes.includes(c)),
    answers: Object.fromEntries(claims.flatMap((claim) => { const a = answers[claim]; return a === undefined ? [] : [[claim, answerJson(a)]]; })),
  };
}

export function answerJson({ answer, strength, condition, reason, obligation, witness }: ClaimAnswer): object {
  return { answer, strength, condition, reason, obligation, witness: witness && witnessJson(witness) };
}

export function witnessJson({ shows, word, assembly, runs, differs, necessary, observed, choices, source }: Witness): object {
  return {
    shows, word, assembly, runs: runs.map(runJson), differs, necessary, observed, choices: sorted(choices),
    source: source && { file: source.file, line: source.line, column: source.column },
  };
}

function runJson({ name, title, mode, components, outcome }: WitnessRun): object {
  return { name, title, mode, components: components.map(({ name: n, role, before, after }) => ({ name: n, role, before, after })), outcome };
}

export function sorted<T>(record: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}
