/**
 * What a check is expected to come to, so that a machine that is supposed to fail can be part of a test run.
 *
 * Written in a line, items stand between commas:
 *
 *     theorem1=fails                 the condition of Theorem 1, in the strict and the extended reading
 *     theorem3.extended=holds        in one reading
 *     critical=JRST[f=1]             is critical (strict); critical.extended=..., critical.literal=...
 *     critical=none                  nothing is
 *     privileged=HLT                 a class and an instruction that has it
 *     partly-trapping!=MOVE          or that has it not
 *
 * Or written as JSON: what `check --format json` printed, or a part of it. Only `theorems` and `instructions` are compared,
 * by what they name: answers, critical sets and classes exactly; strengths, witnesses and hashes not at all.
 */
import { nearest } from "../isa/nearest.js";
import { CLASSES, OTHER_CLAIMS, type AnswerKind, type CheckResult, type ClaimName, type TheoremResult } from "../verdict/result.js";
import { READINGS, theoremOf, type ReadingName } from "./standing.js";

export type Comparison =
  | { readonly kind: "as-expected" }
  /** `isOpen`: nothing contradicts the expectation, but something that it needs is open */
  | { readonly kind: "otherwise"; readonly isOpen: boolean; readonly differences: readonly string[] };

/** One thing found, against what was expected of it. */
interface Finding {
  readonly what: string;
  readonly expected: string;
  readonly found: string;
  readonly isOpen: boolean;
}

/** What is asked of a result; throws `ExpectationError` where the result has no such thing. */
export type Expectation = (result: CheckResult) => readonly Finding[];

/** The expectation cannot be read, or speaks of what is not there. */
export class ExpectationError extends Error {
  constructor(message: string, readonly hint?: string) {
    super(message);
  }
}

export function compare(result: CheckResult, expectation: Expectation): Comparison {
  const findings = expectation(result);
  if (findings.length === 0) return { kind: "as-expected" };
  return { kind: "otherwise", isOpen: findings.every((f) => f.isOpen), differences: findings.map((f) => `${f.what}: expected ${f.expected}, found ${f.found}`) };
}

const CLAIMS: readonly ClaimName[] = [...CLASSES, ...OTHER_CLAIMS];
const KEYS: readonly string[] = ["theorem1", "theorem2", "theorem3", "critical", ...CLAIMS];
const ANSWERS: readonly AnswerKind[] = ["holds", "fails", "open"];

// ---------------------------------------------------------------- in a line

export function readExpectation(text: string): Expectation {
  const items = splitOutsideBrackets(text).map(readItem);
  if (items.length === 0) throw new ExpectationError("the expectation is empty", "for example theorem1=fails");
  return (result) => items.flatMap((item) => item(result));
}

/** Identifiers have commas of their own: `X[f=1,g=2]`. */
function splitOutsideBrackets(text: string): string[] {
  const items: string[] = [];
  let depth = 0, item = "";
  for (const c of text) {
    if (c === "," && depth === 0) {
      items.push(item);
      item = "";
      continue;
    }
    depth += c === "[" ? 1 : c === "]" ? -1 : 0;
    item += c;
  }
  return [...items, item].map((i) => i.trim()).filter((i) => i !== "");
}

function readItem(item: string): Expectation {
  const parts = /^([\w-]+?)(?:\.(\w+))?(!?=)(.+)$/.exec(item);
  if (parts === null) throw new ExpectationError(`${item} is no expectation`, "write them as theorem1=fails, critical=JRST[f=1], privileged=HLT or privileged!=MOVE");
  const [, key, readingText, operator, value] = parts as unknown as [string, string, string | undefined, "=" | "!=", string];
  const reading = readingText === undefined ? undefined : readingNamed(readingText);
  const isNegated = operator === "!=";
  const theorem = /^theorem([123])$/.exec(key);
  if (theorem !== null) {
    const answer = ANSWERS.find((a) => a === value);
    if (answer === undefined || isNegated) throw new ExpectationError(`${item}: expected ${key}=holds, ${key}=fails or ${key}=open`);
    return expectTheorem(Number(theorem[1]) as TheoremResult["theorem"], reading, answer);
  }
  if (key === "critical") return expectCritical(reading ?? "strict", value, isNegated);
  const claim = CLAIMS.find((c) => c === key);
  if (claim === undefined || reading !== undefined) {
    const near = nearest(key, KEYS);
    throw new ExpectationError(`${item}: ${claim === undefined ? `there is no claim ${key}` : `${key} has no readings`}`, near === undefined || near === key ? `one of ${KEYS.join(", ")}` : `did you mean ${near}?`);
  }
  return expectClaim(claim, value, isNegated ? "fails" : "holds");
}

function readingNamed(text: string): ReadingName {
  const reading = READINGS.find((r) => r === text);
  if (reading === undefined) throw new ExpectationError(`there is no reading ${text}`, `one of ${READINGS.join(", ")}`);
  return reading;
}

function expectTheorem(theorem: TheoremResult["theorem"], reading: ReadingName | undefined, expected: AnswerKind): Expectation {
  return (result) => (reading === undefined ? (["strict", "extended"] as const) : [reading]).flatMap((r) => {
    const t = theoremOf(result, theorem, r);
    if (t === undefined) throw new ExpectationError(`the result has no Theorem ${theorem} in the ${r} reading`);
    return finding(`Theorem ${theorem}, ${r}`, expected, t.answer);
  });
}

function expectCritical(reading: ReadingName, value: string, isNegated: boolean): Expectation {
  return (result) => {
    const t = theoremOf(result, 1, reading);
    if (t === undefined) throw new ExpectationError(`the result has no Theorem 1 in the ${reading} reading`);
    if (value === "none") {
      if (t.critical.length > 0) return [{ what: `critical, ${reading}`, expected: "none", found: t.critical.join(" "), isOpen: false }];
      return t.open.length > 0 ? [{ what: `critical, ${reading}`, expected: "none", found: `open: ${t.open.join(" ")}`, isOpen: true }] : [];
    }
    known(result, value);
    const found: AnswerKind = t.critical.includes(value) ? "holds" : t.open.includes(value) ? "open" : "fails";
    return finding(`${value} is critical, ${reading}`, isNegated ? "fails" : "holds", found);
  };
}

function expectClaim(claim: ClaimName, id: string, expected: AnswerKind): Expectation {
  return (result) => finding(`${id} is ${claim}`, expected, known(result, id).answers[claim]?.answer ?? "open");
}

function finding(what: string, expected: AnswerKind, found: AnswerKind): Finding[] {
  return expected === found ? [] : [{ what, expected, found, isOpen: found === "open" }];
}

function known(result: CheckResult, id: string): CheckResult["instructions"][number] {
  const instruction = result.instructions.find((i) => i.id === id);
  if (instruction !== undefined) return instruction;
  const near = nearest(id, result.instructions.map((i) => i.id));
  throw new ExpectationError(`${result.machine.name} has no instruction ${id}`, near === undefined ? "see `popek list` for their names" : `did you mean ${near}?`);
}

// ---------------------------------------------------------------- as JSON

export function readJsonExpectation(text: string): Expectation {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new ExpectationError(`the expectation is no JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  const document = object(value, "the expectation");
  const theorems = list(document["theorems"], "theorems").map((t) => object(t, "a theorem"));
  const instructions = list(document["instructions"], "instructions").map((i) => object(i, "an instruction"));
  if (theorems.length + instructions.length === 0) throw new ExpectationError("the expectation names neither theorems nor instructions", "give a part of what `check --format json` prints");
  return (result) => [...theorems.flatMap((t) => jsonTheorem(result, t)), ...instructions.flatMap((i) => jsonInstruction(result, i))];
}

type Json = Readonly<Record<string, unknown>>;

function jsonTheorem(result: CheckResult, expected: Json): Finding[] {
  const found = result.theorems.find((t) => t.theorem === expected["theorem"] && t.reading === expected["reading"] && t.assumption === (expected["assumption"] ?? "any"));
  if (found === undefined) throw new ExpectationError(`the result has no Theorem ${String(expected["theorem"])} in the ${String(expected["reading"])} reading`);
  const what = `Theorem ${found.theorem}, ${found.reading}${found.assumption === "any" ? "" : `, ${found.assumption}`}`;
  return [...exactly(what, expected["answer"], found.answer), ...sameSet(`${what}, critical`, expected["critical"], found.critical), ...sameSet(`${what}, open`, expected["open"], found.open)];
}

function jsonInstruction(result: CheckResult, expected: Json): Finding[] {
  const id = String(expected["id"]);
  const found = known(result, id);
  const answers = expected["answers"] === undefined ? {} : object(expected["answers"], `the answers of ${id}`);
  return [
    ...sameSet(`${id}, classes`, expected["classes"], found.classes),
    ...Object.entries(answers).flatMap(([claim, a]) => exactly(`${id}, ${claim}`, object(a, claim)["answer"], found.answers[claim as ClaimName]?.answer ?? "open")),
  ];
}

function exactly(what: string, expected: unknown, found: AnswerKind): Finding[] {
  return expected === undefined || expected === found ? [] : [{ what, expected: String(expected), found, isOpen: found === "open" }];
}

function sameSet(what: string, expected: unknown, found: readonly string[]): Finding[] {
  if (expected === undefined) return [];
  const names = list(expected, what).map(String);
  const missing = names.filter((n) => !found.includes(n)), more = found.filter((n) => !names.includes(n));
  if (missing.length + more.length === 0) return [];
  const parts = [...(missing.length > 0 ? [`not ${missing.join(" ")}`] : []), ...(more.length > 0 ? [`also ${more.join(" ")}`] : [])];
  return [{ what, expected: names.join(" ") || "none", found: parts.join(", "), isOpen: false }];
}

function object(value: unknown, what: string): Json {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new ExpectationError(`${what} is no JSON object`);
  return value as Json;
}

function list(value: unknown, what: string): readonly unknown[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw new ExpectationError(`${what} is no JSON list`);
  return value;
}
