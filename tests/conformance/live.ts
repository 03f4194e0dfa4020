/**
 * Fresh cases: drawn, put to an emulator and compared, one topic at a time.
 *
 * Every topic has its own stream of random numbers, so what is drawn for one does not depend on the others, and a case that
 * disagrees is drawn again by asking about its topic alone.
 */
import type { Machine } from "../../src/isa/machine.js";
import type { Case, Oracle } from "./case.js";
import { comparisonOf, type ConformanceMachine, type Live } from "./conformance-machine.js";
import { Random } from "./random.js";
import type { SubjectOptions } from "./subject.js";
import { Tally, type Comparison } from "./summary.js";

/** Questions that are put to an emulator together. */
const AT_ONCE = 4000;

export interface LiveOptions {
  /** for each topic */
  readonly cases: number;
  readonly seed: string;
  /** absent: all topics */
  readonly only?: readonly string[];
}

export interface Asked {
  readonly tally: Tally;
  readonly oracle: Oracle;
  /** all the cases, if they were to be kept */
  readonly kept: readonly Case[];
}

/** @param compared comparisons of this machine that there are already: what a processor has made ready for one witness does for the next, too */
export async function askLive(conformance: ConformanceMachine, machine: Machine, live: Live, options: LiveOptions, keep: boolean, progress: (message: string) => void, compared = new Map<SubjectOptions, Comparison>()): Promise<Asked> {
  const oracle = await live.connect(progress);
  const comparison = compared.get(live.subject) ?? comparisonOf(conformance, machine, live.subject);
  compared.set(live.subject, comparison);
  const tally = new Tally(comparison, oracle.witness);
  const kept: Case[] = [];
  const topics = live.topics.filter((topic) => options.only?.includes(topic) ?? true);
  // an emulator is started for several topics at once
  const together = Math.max(1, Math.floor(AT_ONCE / options.cases));
  for (let from = 0; from < topics.length; from += together) {
    const questions = topics.slice(from, from + together).flatMap((topic) => {
      const random = new Random(options.seed, topic);
      return Array.from({ length: options.cases }, () => live.draw(topic, random));
    });
    const cases = await oracle.ask(questions);
    if (cases.length !== questions.length) throw new Error(`bug: ${questions.length} questions, ${cases.length} answers`);
    for (const c of cases) tally.add(c);
    if (keep) kept.push(...cases);
    progress(`${Math.min(from + together, topics.length)} of ${topics.length} topics, ${tally.unsettled.length} cases unsettled`);
  }
  return { tally, oracle, kept };
}
