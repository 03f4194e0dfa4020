/** `popek trace`: a witness as two runs, step by step, for a person or for tools that show traces. */
import type { Configuration, Instruction, Machine } from "../../isa/machine.js";
import { createCpu } from "../../machine/cpu.js";
import { startState } from "../../machine/start-state.js";
import { setting } from "../../requirements/setting.js";
import { SHOWING } from "../../report/findings.js";
import { traceItf } from "../../report/trace-itf.js";
import { traceJson } from "../../report/trace-json.js";
import { traceText } from "../../report/trace-text.js";
import { traceVcd } from "../../report/trace-vcd.js";
import { CLASSES, OTHER_CLAIMS, type AnswerKind, type ClaimName, type InstructionResult, type Witness } from "../../verdict/result.js";
import { traceOf, type Trace } from "../../verdict/trace.js";
import { KINDS } from "../../vmm/decisions.js";
import { beginsOf } from "../../vmm/hosts/hosts.js";
import { PROPERTIES, type MonitorName } from "../../vmm/prove-result.js";
import { monitorQuestion } from "../../vmm/prove-questions.js";
import { createPillFinder } from "../../vmm/red-pill.js";
import { traceOfPill } from "../../vmm/red-pill-trace.js";
import { defineCommand, MACHINE_OPTIONS, MACHINE_POSITIONAL, readParameters } from "../command.js";
import { ENGINE_OPTIONS, engineChoice } from "../engines.js";
import { badInput, EXIT, Failure } from "../failure.js";
import { loadMachine } from "../load-machine.js";
import { monitorNamed } from "../monitor-named.js";
import { oneInstruction } from "../one-instruction.js";
import { writeResult, writeTo } from "../output.js";
import { configurationOf, performCheck, type CheckWork } from "../perform-check.js";
import { performProve } from "../perform-prove.js";
import { shown } from "../read-files.js";
import { colorFor, widthOf } from "../terminal.js";

const FORMATS = ["text", "json", "itf", "vcd"] as const;

export const command = defineCommand({
  positionals: { ...MACHINE_POSITIONAL, instruction: { type: "string", demandOption: true, describe: "its identifier, as JRST[f=1]; or XCT[JSP], for one that executes another" } },
  options: {
    monitor: { type: "string", requiresArg: true, describe: "a witness against a monitor instead, trap-and-emulate, hybrid, recursive:N or hybrid:N: its runs are the bare machine's, and the real one's under it" },
    "red-pill": { type: "boolean", default: false, describe: "the shortest guest program that can tell instead, bare and under the monitor, instruction by instruction; --monitor says under which" },
    question: { type: "string", requiresArg: true, describe: "the claim whose witness is traced, as mode or privileged, or with --monitor fidelity, safety or efficiency; the one that says most if not given" },
    config: { type: "string", requiresArg: true, describe: "the configuration of user states; the machine's default if not given" },
    ...ENGINE_OPTIONS,
    format: { choices: FORMATS, default: "text" as const, describe: "text for people; json for popek replay; itf for the trace viewers of Apalache and Quint; vcd for waveform viewers" },
    output: { type: "string", requiresArg: true, describe: "write the result to this file, whole or not at all" },
    ...MACHINE_OPTIONS,
  },
  run: async (args) => {
    const { machine, sourceLine, warnings } = await loadMachine(args.machine, readParameters(args.set), args.color);
    await writeTo(process.stderr, warnings);
    const { instruction, only } = oneInstruction(machine, args.instruction);
    const configuration = configurationOf(machine, args.config);
    const work = { machine, configuration, choice: engineChoice(args), jobs: args.jobs, only };
    const layout = (): Parameters<typeof traceText>[1] => ({ color: args.output === undefined && colorFor(process.stdout, args.color), width: args.output === undefined ? widthOf(process.stdout) : 100, sourceLine });
    if (args["red-pill"]) {
      await writeResult(formatted(args.format, pillTrace(machine, configuration, instruction, args.monitor, args.question), layout()), args.output);
      return EXIT.asExpected;
    }
    if (args.monitor !== undefined) {
      await writeResult(formatted(args.format, await tracedUnder(monitorNamed(args.monitor), work, instruction, args.question), layout()), args.output);
      return EXIT.asExpected;
    }
    const claim = args.question === undefined ? undefined : claimNamed(args.question);
    const result = await performCheck(work);
    const found = result.instructions.find((i) => i.id === instruction.id);
    if (found === undefined) throw badInput(`${instruction.id} is of each class as its target, which is not critical`, "trace the target by itself");
    const chosen = chosenWitness(found, claim);
    const trace = traceOf(machine, createCpu(machine), configuration, instruction, chosen.claim, chosen.answer, chosen.witness);
    await writeResult(formatted(args.format, trace, layout()), args.output);
    return EXIT.asExpected;
  },
});

/** The shortest program of a guest that can tell, run both ways. */
function pillTrace(machine: Machine, configuration: Configuration, instruction: Instruction, monitor: string | undefined, question: string | undefined): Trace {
  if (question !== undefined) throw badInput("--question is about a witness, and --red-pill about none");
  const kind = KINDS.find((k) => k === (monitor ?? "trap-and-emulate"));
  if (kind === undefined) throw badInput(`--monitor ${shown(monitor ?? "")} has no red pills`, `monitors: ${KINDS.join(", ")}`);
  const finder = createPillFinder(machine, kind, new Set([instruction.id]), (addresses) => startState(machine, addresses), { begins: beginsOf(machine.name) });
  if ("reason" in finder) throw badInput(finder.reason);
  const { pill, trials } = finder.find(instruction);
  if (pill === undefined) throw new Failure(EXIT.fails, `none of ${trials.toLocaleString("en-US")} programs with ${instruction.id} tells the two apart`);
  return traceOfPill(machine, configuration, instruction, kind, pill);
}

/** A witness against a property of the monitor: that asked for, or the first that there is. Its machine may be one with an allotment. */
async function tracedUnder(monitor: MonitorName, work: CheckWork, instruction: Instruction, asked: string | undefined): Promise<Trace> {
  if (asked !== undefined && !PROPERTIES.some((p) => p === asked)) throw badInput(`--question ${shown(asked)} is no property of a monitor`, `properties: ${PROPERTIES.join(", ")}`);
  const proof = await performProve({ ...work, monitor, reading: "extended", guests: "any", leastBlockBits: 0 });
  const own = proof.instructions.find((i) => i.id === instruction.id);
  if (own === undefined) throw badInput(`${instruction.id} is proved as its target is`, "trace the target by itself");
  for (const property of PROPERTIES) {
    const { answer, witness } = own[property];
    if (witness?.asked === undefined || (asked ?? property) !== property) continue;
    const found = monitorQuestion(setting(work.machine, instruction, work.configuration), witness.asked.question);
    if (found === undefined) throw new Error(`bug: ${instruction.id} has no question ${witness.asked.question}`);
    const { machine } = found.setting;
    return traceOf(machine, createCpu(machine), work.configuration, instruction, property, answer, witness);
  }
  const open = PROPERTIES.find((p) => own[p].answer === "open" && (asked ?? p) === p);
  if (open !== undefined) throw new Failure(EXIT.open, `whether ${open} of ${instruction.id} holds is open: ${own[open].reason ?? "not decided"}`);
  throw new Failure(EXIT.fails, `nothing about ${instruction.id} under this monitor has a witness: ${PROPERTIES.map((p) => `${p} ${own[p].answer}`).join(", ")}`);
}

function formatted(format: (typeof FORMATS)[number], trace: Trace, options: Parameters<typeof traceText>[1]): string {
  switch (format) {
    case "text": return traceText(trace, options);
    case "json": return traceJson(trace);
    case "itf": return traceItf(trace);
    case "vcd": return traceVcd(trace);
  }
}

const CLAIMS: readonly ClaimName[] = [...SHOWING, ...[...CLASSES, ...OTHER_CLAIMS].filter((c) => !SHOWING.includes(c))];

function claimNamed(name: string): ClaimName {
  const found = CLAIMS.find((c) => c === name);
  if (found === undefined) throw badInput(`--question ${shown(name)} is no claim`, `claims: ${CLAIMS.join(", ")}`);
  return found;
}

/** The claim asked for, or the first sensitivity that holds, or else the first claim that has a witness. */
function chosenWitness(i: InstructionResult, claim: ClaimName | undefined): { readonly claim: ClaimName; readonly answer: AnswerKind; readonly witness: Witness } {
  const all = CLAIMS.flatMap((c) => { const a = i.answers[c]; return a?.witness === undefined ? [] : [{ claim: c, answer: a.answer, witness: a.witness }]; });
  const chosen = claim === undefined ? all[0] : all.find((w) => w.claim === claim);
  if (chosen !== undefined) return chosen;
  const asked = claim === undefined ? undefined : i.answers[claim];
  if (asked?.answer === "open") throw new Failure(EXIT.open, `whether ${i.id} is ${claim} is open: ${asked.reason ?? "not decided"}`);
  throw new Failure(EXIT.fails, claim === undefined ? `nothing about ${i.id} has a witness` : `${i.id} has no witness for ${claim}: it ${asked?.answer ?? "was not asked"}${asked === undefined ? "" : `, known by ${asked.strength}`}`, all.length === 0 ? undefined : `there are witnesses for ${[...new Set(all.map((w) => w.claim))].join(", ")}`);
}

