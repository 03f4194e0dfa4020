/** `popek replay`: a trace that somebody gives, taken again on the machine as it is now: does it still show what it showed? */
import { createCpu } from "../../machine/cpu.js";
import { setting } from "../../requirements/setting.js";
import { search } from "../../verdict/engines.js";
import { retrace, type Trace } from "../../verdict/trace.js";
import type { Retaken } from "../../verdict/retake.js";
import { isMonitorObligation, monitorQuestion } from "../../vmm/prove-questions.js";
import { retracePill } from "../../vmm/red-pill-trace.js";
import { defineCommand, MACHINE_OPTIONS, readParameters } from "../command.js";
import { ENGINE_OPTIONS, engineChoice, startEngines } from "../engines.js";
import { badInput, EXIT, type ExitCode } from "../failure.js";
import { bundledMachines, loadMachine, type LoadedMachine } from "../load-machine.js";
import { oneInstruction } from "../one-instruction.js";
import { writeTo } from "../output.js";
import { configurationOf } from "../perform-check.js";
import { shown } from "../read-files.js";
import { readTrace } from "../trace-file.js";

const { jobs: _jobs, ...OPTIONS } = ENGINE_OPTIONS;
const CODES: Readonly<Record<Retaken["kind"], ExitCode>> = { holds: EXIT.asExpected, fails: EXIT.fails, open: EXIT.open };

export const command = defineCommand({
  positionals: { file: { type: "string", demandOption: true, describe: "what popek trace --format json wrote" } },
  options: {
    machine: { type: "string", requiresArg: true, describe: "a bundled machine, or the path of a folder or file; the bundled one that the trace names if not given" },
    ...OPTIONS,
    ...MACHINE_OPTIONS,
  },
  run: async (args) => {
    const trace = await readTrace(args.file);
    const { machine, warnings } = await machineOf(trace, args.machine, args.set, args.color);
    await writeTo(process.stderr, warnings);
    if (machine.radix !== trace.machine.radix) return told(machine.sha256, trace, { kind: "fails", reason: `the machine writes bit strings as ${machine.radix}, the trace as ${trace.machine.radix}` });
    const { instruction } = oneInstruction(machine, trace.instruction.id);
    const configuration = configurationOf(machine, trace.configuration);
    if (trace.guest !== undefined) return told(machine.sha256, trace, retracePill(machine, trace));
    const { engines, close } = await startEngines(engineChoice(args), (what) => { process.stderr.write(`popek: ${what}; going on without\n`); });
    try {
      // what is asked about a monitor's map is asked of a machine with an allotment
      const asked = isMonitorObligation(trace.question) ? monitorQuestion(setting(machine, instruction, configuration), trace.question) : undefined;
      const own = asked?.setting.machine ?? machine, cpu = createCpu(own);
      return await told(machine.sha256, trace, await retrace(own, cpu, configuration, instruction, trace, (formula) => search(own, undefined, formula, formula, { ...engines, cpu }), asked?.question));
    } finally {
      await close();
    }
  },
});

/** The trace may name a bundled machine and no path: whoever wrote it does not say which files are read here. */
async function machineOf(trace: Trace, given: string | undefined, settings: readonly string[], color: "auto" | "always" | "never"): Promise<LoadedMachine> {
  const name = given ?? bundledMachines().find((m) => m === trace.machine.name);
  if (name === undefined) throw badInput(`the trace is of ${shown(trace.machine.name)}, which is no bundled machine`, "--machine PATH says where its specification is");
  const set = readParameters(settings);
  const plain = await loadMachine(name, set, color);
  if (set.size > 0) return plain;
  const others = Object.entries(trace.machine.parameters).filter(([parameter, value]) => parameter in plain.machine.parameters && plain.machine.parameters[parameter] !== value);
  return others.length === 0 ? plain : loadMachine(name, new Map(others), color);
}

async function told(sha256: string, trace: Trace, retaken: Retaken): Promise<ExitCode> {
  const { instruction, claim, answer } = trace;
  const what = shown(`${instruction.id}, ${claim} ${answer}`);
  const changed = sha256 === trace.machine.sha256 ? "" : "The specification has changed since.\n";
  await writeTo(process.stdout, `${what}: ${retaken.kind === "holds" ? `still so. ${shown(trace.shows)}` : retaken.kind === "open" ? `open: ${shown(retaken.reason)}` : `no longer so: ${shown(retaken.reason)}`}\n${changed}`);
  return CODES[retaken.kind];
}
