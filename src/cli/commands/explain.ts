/** `popek explain`: all claims about one instruction, or the few that a pattern names, and why each is so. */
import { explainJson, explainText } from "../../report/explain-text.js";
import { CLASSES } from "../../verdict/result.js";
import { defineCommand, MACHINE_OPTIONS, MACHINE_POSITIONAL, readParameters } from "../command.js";
import { ENGINE_OPTIONS, engineChoice } from "../engines.js";
import { badInput, EXIT } from "../failure.js";
import { loadMachine } from "../load-machine.js";
import { writeResult, writeTo } from "../output.js";
import { composedNamed } from "../one-instruction.js";
import { matcher } from "../patterns.js";
import { performCauses } from "../perform-causes.js";
import { configurationOf, performCheck } from "../perform-check.js";
import { colorFor, widthOf } from "../terminal.js";

export const command = defineCommand({
  positionals: { ...MACHINE_POSITIONAL, instruction: { type: "string", demandOption: true, describe: "its identifier or mnemonic, with * for anything" } },
  options: {
    config: { type: "string", requiresArg: true, describe: "the configuration of user states; the machine's default if not given" },
    ...ENGINE_OPTIONS,
    format: { choices: ["text", "json"] as const, default: "text" as const, describe: "for people, or for tools" },
    output: { type: "string", requiresArg: true, describe: "write the result to this file, whole or not at all" },
    ...MACHINE_OPTIONS,
  },
  run: async (args) => {
    const { machine, sourceLine, warnings } = await loadMachine(args.machine, readParameters(args.set), args.color);
    await writeTo(process.stderr, warnings);
    const composed = composedNamed(machine, args.instruction);
    const only = composed?.only ?? matcher(machine, args.instruction);
    const configuration = configurationOf(machine, args.config), choice = engineChoice(args);
    const checked = await performCheck({ machine, configuration, choice, jobs: args.jobs, only });
    // of a composed one the parts were looked at too
    const result = composed === undefined ? checked : { ...checked, instructions: checked.instructions.filter((i) => i.id === composed.instruction.id) };
    if (result.instructions.length === 0) throw badInput(`${composed!.instruction.id} is of each class as its target, which is not critical`, "explain the target by itself");
    const causes = await performCauses(machine, configuration, choice, result);
    const isToFile = args.output !== undefined;
    const text = args.format === "json" ? explainJson(result, causes) : explainText(result, { color: !isToFile && colorFor(process.stdout, args.color), width: isToFile ? 100 : widthOf(process.stdout), sourceLine }, causes);
    await writeResult(text, args.output);
    return result.instructions.some((i) => CLASSES.some((c) => i.answers[c]?.answer === "open")) ? EXIT.open : EXIT.asExpected;
  },
});
