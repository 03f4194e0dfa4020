/** What a check asks, by name: `<instruction>/<claim>/<part>`, and as an SMT-LIB file that stands by itself. */
import { compose } from "../isa/compose.js";
import type { Configuration, Instruction, Machine } from "../isa/machine.js";
import { nearest } from "../isa/nearest.js";
import { setting } from "../requirements/setting.js";
import { encode } from "../smt/query.js";
import { opaque } from "../verdict/answer.js";
import { OPAQUE_MAP, QUESTIONS } from "../verdict/classify.js";
import { configurationNamed } from "../verdict/check.js";
import { VERSION } from "../verdict/version.js";
import { isMonitorObligation, monitorParts, monitorQuestion } from "../vmm/prove-questions.js";
import { readSlice, sliceOf } from "../verdict/classify-slice.js";
import { badInput } from "./failure.js";
import { shown } from "./read-files.js";

/** The names of an instruction's obligations, behind its identifier; the same for every instruction. */
export function obligationParts(machine: Machine, configuration: Configuration): string[] {
  const instruction = machine.instructions[0];
  if (instruction === undefined) return [];
  const s = setting(machine, instruction, configuration);
  return Object.values(QUESTIONS).map((ask) => ask(s).id.slice(instruction.id.length + 1));
}

/** Throws a `Failure` with a hint if there is no such obligation. */
export function obligationScript(machine: Machine, configuration: Configuration, id: string): string {
  const instruction = instructionOf(machine, id);
  // by itself, so that the file does not depend on what else was looked at
  const { machine: alone, instruction: own } = readSlice(sliceOf(machine, instruction));
  const s = setting(alone, own, configurationNamed(alone, configuration.name)!);
  const isOpaque = id.endsWith(OPAQUE_MAP);
  const name = isOpaque ? id.slice(0, -OPAQUE_MAP.length) : id;
  const question = isMonitorObligation(name) ? monitorQuestion(s, name)?.question : Object.values(QUESTIONS).map((ask) => ask(s)).find((q) => q.id === name);
  if (question === undefined || (isOpaque && question.abstraction === undefined)) {
    const ids = [...obligationParts(machine, configuration), ...(isMonitorObligation(name) ? monitorParts(s) : [])].map((part) => `${instruction.id}/${part}`);
    const near = nearest(id, ids);
    throw badInput(`${instruction.id} has no obligation ${shown(id)}`, near === undefined ? `obligations: ${ids.join(", ")}` : `did you mean ${near}?`);
  }
  const term = isOpaque ? opaque(alone, question.abstraction!) : alone.terms.and(question.hypothesis, question.beyond ?? question.goal);
  const comments = [
    `Popek ${VERSION}, obligation ${question.id}`,
    `machine ${machine.name}, ${machine.title}; specification ${machine.sha256}; configuration ${configuration.name}`,
    `Is there ${question.asks}?`,
    isOpaque ? "The address map is left opaque. unsat: there is none, whatever the map. sat: not known." : "unsat: there is none, whatever the operands. sat: there is one, if the states replay on the machine.",
    ...(question.abstraction === alone.terms.false ? ["Answered without a solver: with the address map left opaque the question is false already."] : []),
  ];
  return `${comments.map((c) => `; ${c.replace(/[\r\n]+/g, " ")}\n`).join("")}${encode(alone.terms, term).script.trimEnd()}\n`;
}

function instructionOf(machine: Machine, id: string): Instruction {
  const found = machine.instructions.find((i) => id.startsWith(`${i.id}/`)) ?? composedOf(machine, id);
  if (found !== undefined) return found;
  const name = id.split("/")[0]!;
  const near = nearest(name, machine.instructions.map((i) => i.id));
  throw badInput(`${machine.name} has no obligation ${shown(id)}`, near === undefined ? `popek list ${machine.name} obligations shows them` : `did you mean ${near}/...?`);
}

/** `XCT[JRST[f=1]]`: an instruction that executes another one, with its target. */
function composedOf(machine: Machine, id: string): Instruction | undefined {
  const first = machine.instructions.find((i) => i.step.execute !== undefined && id.startsWith(`${i.id}[`));
  const target = first && machine.instructions.find((i) => i.step.execute === undefined && id.startsWith(`${first.id}[${i.id}]/`));
  return first && target && compose(machine, first, target);
}
