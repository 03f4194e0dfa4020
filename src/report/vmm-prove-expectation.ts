/**
 * What the proofs about a monitor are expected to come to, in a line:
 *
 *     answer=holds                   all of it
 *     fidelity=fails                 a property, over all instructions
 *     JRST[f=1].fidelity=fails       a property of an instruction; the other instructions are not looked at
 */
import { nearest } from "../isa/nearest.js";
import type { AnswerKind } from "../verdict/result.js";
import { PROPERTIES, type Property, type ProveResult } from "../vmm/prove-result.js";
import { ExpectationError, type Comparison } from "./expectation.js";

interface Item {
  readonly instruction?: string;
  readonly of: Property | "answer";
  readonly expected: AnswerKind;
}

export type ProveExpectation = readonly Item[];

const KEYS: readonly (Property | "answer")[] = ["answer", ...PROPERTIES];
const ANSWERS: readonly AnswerKind[] = ["holds", "fails", "open"];

/** @throws ExpectationError */
export function readProveExpectation(text: string): ProveExpectation {
  const items = text.split(/,(?![^[]*\])/).map((i) => i.trim()).filter((i) => i !== "");
  if (items.length === 0) throw new ExpectationError("the expectation is empty", "for example answer=holds");
  return items.map((item): Item => {
    const at = item.lastIndexOf("=");
    const key = item.slice(0, Math.max(at, 0)), expected = ANSWERS.find((a) => a === item.slice(at + 1));
    const dot = key.lastIndexOf(".");
    const name = key.slice(dot + 1), of = KEYS.find((k) => k === name);
    if (expected === undefined || of === undefined || (dot >= 0 && of === "answer")) {
      const near = of === undefined ? nearest(name, KEYS) : undefined;
      throw new ExpectationError(`${item} is no expectation`, near === undefined ? "write them as answer=holds, safety=fails or JRST[f=1].fidelity=fails" : `did you mean ${near}?`);
    }
    return dot < 0 ? { of, expected } : { instruction: key.slice(0, dot), of, expected };
  });
}

/** @throws ExpectationError where the result has no such instruction */
export function compareProof(result: ProveResult, expectation: ProveExpectation): Comparison {
  const findings = expectation.flatMap(({ instruction, of, expected }) => {
    const found = instruction === undefined ? (of === "answer" ? result.answer : result.properties[of]) : instructionNamed(result, instruction)[of as Property].answer;
    return found === expected ? [] : [{ isOpen: found === "open", text: `${instruction === undefined ? "" : `${instruction}, `}${of}: expected ${expected}, found ${found}` }];
  });
  return findings.length === 0 ? { kind: "as-expected" } : { kind: "otherwise", isOpen: findings.every((f) => f.isOpen), differences: findings.map((f) => f.text) };
}

function instructionNamed(result: ProveResult, id: string): ProveResult["instructions"][number] {
  const found = result.instructions.find((i) => i.id === id);
  if (found !== undefined) return found;
  const near = nearest(id, result.instructions.map((i) => i.id));
  throw new ExpectationError(`${result.machine.name} has no instruction ${id}`, near === undefined ? "see `popek list` for their names" : `did you mean ${near}?`);
}
