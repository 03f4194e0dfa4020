/** `popek trace`: a witness as two runs, step by step, for a person or for tools that show traces. */
import { createCpu } from "../../machine/cpu.js";
import { SHOWING } from "../../report/findings.js";
import { traceItf } from "../../report/trace-itf.js";
import { traceJson } from "../../report/trace-json.js";
import { traceText } from "../../report/trace-text.js";
import { traceVcd } from "../../report/trace-vcd.js";
import { CLASSES, OTHER_CLAIMS, type AnswerKind, type ClaimName, type InstructionResult, type Witness } from "../../verdict/result.js";
import { traceOf, type Trace } from "../../verdict/trace.js";
import { defineCommand, MACHINE_OPTIONS, MACHINE_POSITIONAL, readParameters } from "../command.js";
import { ENGINE_OPTIONS, engineChoice } from "../engines.js";
import { badInput, EXIT, Failure } from "../failure.js";
import { loadMachine } from "../load-machine.js";
import { oneInstruction } from "../one-instruction.js";
import { writeResult, writeTo } from "../output.js";
import { configurationOf, performCheck } from "../perform-check.js";
import { shown } from "../read-files.js";
import { colorFor, widthOf } from "../terminal.js";

const FORMATS = ["text", "json", "itf", "vcd"] as const;

export const command = defineCommand({
  positionals: { ...MACHINE_POSITIONAL, instruction: { type: "string", demandOption: true, describe: "its identifier, as JRST[f=1]; or XCT[JSP], for one that executes another" } },
  options: {
    question: { type: "string", requiresArg: true, describe: "the claim whose witness is traced, as mode or privileged; the one that says most if not given" },
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
    const claim = args.question === undefined ? undefined : claimNamed(args.question);
    const configuration = configurationOf(machine, args.config);
    const result = await performCheck({ machine, configuration, choice: engineChoice(args), jobs: args.jobs, only });
    const found = result.instructions.find((i) => i.id === instruction.id);
    if (found === undefined) throw badInput(`${instruction.id} is of each class as its target, which is not critical`, "trace the target by itself");
    const chosen = chosenWitness(found, claim);
    const trace = traceOf(machine, createCpu(machine), configuration, instruction, chosen.claim, chosen.answer, chosen.witness);
    const isToFile = args.output !== undefined;
    await writeResult(formatted(args.format, trace, { color: !isToFile && colorFor(process.stdout, args.color), width: isToFile ? 100 : widthOf(process.stdout), sourceLine }), args.output);
    return EXIT.asExpected;
  },
});

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

