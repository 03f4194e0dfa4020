/**
 * The definitions are themselves tested: each wrong variant gives some instruction of a tiny machine another class than
 * `tests/machines/expected.ts` says. Where the tiny machines leave a variant alone, one more machine is written here, and its classes
 * are those that running all pairs of states gives.
 */
import { beforeAll, describe, expect, test } from "vitest";
import type { Instruction, Machine } from "../../src/isa/machine.js";
import type { Question } from "../../src/requirements/question.js";
import { setting } from "../../src/requirements/setting.js";
import { judge, type Known } from "../../src/requirements/theorems.js";
import { answer } from "../../src/verdict/answer.js";
import { checkMachine, configurationNamed } from "../../src/verdict/check.js";
import type { ClaimName, InstructionResult } from "../../src/verdict/result.js";
import { classesByPairs } from "../laws/all-pairs.js";
import { machineText, type InstructionPlan, type MachinePlan } from "../laws/generated-machines.js";
import { expected } from "../machines/expected.js";
import { enginesFor, machineOf, tinyMachine } from "../machines/tiny.js";
import { RIGHT, WRONG, type Claim } from "./wrong-definitions.js";

interface Subject {
  readonly name: string;
  readonly machine: Machine;
  readonly configuration: string;
  readonly instruction: Instruction;
  readonly classes: ReadonlySet<string>;
}

const only = (exits: InstructionPlan["exits"], ...assignments: InstructionPlan["assignments"]): InstructionPlan => ({ exits, assignments });

/** What the tiny machines do not have. */
const FURTHER: readonly (MachinePlan & { readonly why: string })[] = [
  { why: "K: only a supervisor of another configuration completes", isExecMap: false, configuration: "enabled", instructions: [only([{ kind: "trap operation()", guard: "M == 1" }, { kind: "trap operation()", guard: "IF == 1" }])] },
  { why: "K: a user traps where one of another configuration completes", isExecMap: false, configuration: "enabled", instructions: [only([{ kind: "trap operation()", guard: "IF == 1 && A == 1" }])] },
  { why: "a user traps where a supervisor halts", isExecMap: false, configuration: "any", instructions: [only([{ kind: "trap operation()", guard: "M == 1 && A == 1" }, { kind: "halt", guard: "A == 1" }])] },
  { why: "what the hardware keeps in storage is in nobody's window", isExecMap: false, configuration: "any", isReserved: true, instructions: [only([], { target: "A", value: "E[1][0]" })] },
  { why: "how large the window is: only clipping shows it", isExecMap: false, configuration: "any", instructions: [only([], { target: "A", value: "if l == 0 && b == 2 && q == 2 then 1 else 0" })] },
  { why: "the relocation is shown, and changed at once", isExecMap: false, configuration: "any", instructions: [only([], { target: "A", value: "l" }, { target: "l", value: "~l" })] },
  { why: "the mode is shown, and changed at once", isExecMap: false, configuration: "any", instructions: [only([], { target: "A", value: "M" }, { target: "M", value: "~M" })] },
  { why: "the flag is shown, and the map changed", isExecMap: false, configuration: "any", instructions: [only([], { target: "A", value: "IF" }, { target: "l", value: "~l" })] },
  { why: "the flag is shown to supervisors", isExecMap: false, configuration: "any", instructions: [only([], { target: "A", value: "IF", guard: "M == 0" })] },
];

let known: Subject[] | undefined;

function subjects(): Subject[] {
  return (known ??= allSubjects());
}

function allSubjects(): Subject[] {
  const tiny = expected.flatMap((e) => {
    const machine = tinyMachine(e.file);
    return machine.instructions.map((instruction): Subject => ({ name: `${e.file} ${e.configuration} ${instruction.id}`, machine, configuration: e.configuration, instruction, classes: new Set(e.classes[instruction.id]!) }));
  });
  const further = FURTHER.flatMap((plan) => {
    const machine = machineOf("further.isa", machineText(plan)), classes = classesByPairs(machine, plan);
    return machine.instructions.map((instruction): Subject => ({ name: plan.why, machine, configuration: plan.configuration, instruction, classes: classes.get(instruction.id)! }));
  });
  return [...tiny, ...further];
}

async function has(subject: Subject, claim: Claim): Promise<boolean> {
  const { machine, instruction } = subject;
  const engines = enginesFor(machine, ["structural", "sampled", "exhaustive"], undefined, 30);
  return claim(setting(machine, instruction, configurationNamed(machine, subject.configuration)!), async (question: Question) => {
    const a = await answer(machine, instruction, question, engines);
    if (a.kind === "open" && !a.reason.startsWith("vacuous")) throw new Error(`${question.id}: ${a.reason}`);
    return a.kind === "found";
  });
}

test("the right definitions give every class that is expected", async () => {
  for (const subject of subjects()) {
    for (const [name, claim] of Object.entries(RIGHT)) expect({ subject: subject.name, name, has: await has(subject, claim) }).toEqual({ subject: subject.name, name, has: subject.classes.has(name) });
  }
}, 60_000);

test("every wrong definition is caught by some instruction", async () => {
  const all = subjects();
  const caught = new Map<string, string>();
  for (const wrong of WRONG) {
    // the first that catches it is enough; the later a machine, the more it was made for this
    for (const subject of all) {
      if ((await has(subject, wrong.claim)) === subject.classes.has(wrong.of)) continue;
      caught.set(`${wrong.of}: ${wrong.but}`, subject.name);
      break;
    }
  }
  const lines = WRONG.map((w) => `  ${(caught.get(`${w.of}: ${w.but}`) ?? "NOT CAUGHT").padEnd(60)} ${w.of}: ${w.but}`);
  console.log(`wrong definitions caught: ${caught.size} of ${WRONG.length}\n${lines.join("\n")}`);
  expect(WRONG.filter((w) => !caught.has(`${w.of}: ${w.but}`))).toEqual([]);
}, 60_000);

interface WrongTheorem {
  readonly of: 1 | 3;
  readonly reading: "strict" | "extended";
  readonly but: string;
  readonly sensitivities: readonly ClaimName[];
  readonly privileged?: (i: InstructionResult) => Known;
  /** the subset the other way round */
  readonly isConverse?: boolean;
}

const answered = (i: InstructionResult, c: ClaimName): Known => i.answers[c]!.answer;

const WRONG_THEOREMS: readonly WrongTheorem[] = [
  { of: 1, reading: "strict", but: "the converse", sensitivities: ["control", "location", "mode"], isConverse: true },
  { of: 1, reading: "strict", but: "nothing may be sensitive, privileged or not", sensitivities: ["control", "location", "mode"], privileged: () => "fails" },
  { of: 1, reading: "strict", but: "control is left out", sensitivities: ["location", "mode"] },
  { of: 1, reading: "strict", but: "location is left out", sensitivities: ["control", "mode"] },
  { of: 1, reading: "strict", but: "mode is left out", sensitivities: ["control", "location"] },
  { of: 1, reading: "strict", but: "what always traps is counted with what is sensitive", sensitivities: ["control", "location", "mode", "always-traps"] },
  { of: 1, reading: "extended", but: "halts and other resources are left out", sensitivities: ["control", "location", "mode", "resource"] },
  { of: 3, reading: "strict", but: "mode counts", sensitivities: ["user-control", "user-location", "mode"] },
  { of: 3, reading: "strict", but: "sensitive from any mode", sensitivities: ["control", "location"] },
  { of: 3, reading: "strict", but: "control is left out", sensitivities: ["user-location"] },
  { of: 3, reading: "strict", but: "location is left out", sensitivities: ["user-control"] },
  { of: 3, reading: "extended", but: "a halt from user mode is left out", sensitivities: ["user-control", "user-location", "user-resource"] },
];

describe("theorems", () => {
  const results = new Map<string, { readonly entry: (typeof expected)[number]; readonly instructions: readonly InstructionResult[] }>();
  beforeAll(async () => {
    for (const entry of expected) {
      const machine = tinyMachine(entry.file);
      const { instructions } = await checkMachine(machine, { configuration: configurationNamed(machine, entry.configuration)!, engines: enginesFor(machine, ["structural", "sampled", "exhaustive"]) });
      results.set(`${entry.file} ${entry.configuration}`, { entry, instructions });
    }
  });

  test.each(WRONG_THEOREMS)("theorem $of, $reading, but $but", (wrong) => {
    const caught = [...results].filter(([, { entry, instructions }]) => {
      const facts = instructions.map((i) => {
        const sensitive: Known = wrong.sensitivities.some((c) => answered(i, c) === "holds") ? "holds" : "fails";
        const privileged = wrong.privileged?.(i) ?? answered(i, "privileged");
        return wrong.isConverse === true ? { id: i.id, privileged: sensitive, sensitivities: [privileged] } : { id: i.id, privileged, sensitivities: [sensitive] };
      });
      const condition = wrong.of === 1 ? entry.theorem1 : entry.theorem3;
      return (judge(facts).answer === "holds") !== condition[wrong.reading];
    });
    expect(caught.map(([name]) => name)).not.toEqual([]);
  });
});
