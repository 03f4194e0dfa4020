/** `popek export`: an obligation for other solvers, or the checked machine for other tools. */
import { machineJson } from "../../isa/json.js";
import { defineCommand, MACHINE_OPTIONS, MACHINE_POSITIONAL, readParameters } from "../command.js";
import { badInput, EXIT } from "../failure.js";
import { loadMachine } from "../load-machine.js";
import { obligationScript } from "../obligations.js";
import { writeResult, writeTo } from "../output.js";
import { configurationOf } from "../perform-check.js";

export const command = defineCommand({
  positionals: MACHINE_POSITIONAL,
  options: {
    obligation: { type: "string", requiresArg: true, describe: "its name, as popek list <machine> obligations gives it" },
    json: { type: "boolean", default: false, describe: "the machine as JSON, format version 1 (machine.schema.json)" },
    config: { type: "string", requiresArg: true, describe: "the configuration of user states; the machine's default if not given" },
    output: { type: "string", requiresArg: true, describe: "write to this file, whole or not at all" },
    ...MACHINE_OPTIONS,
  },
  run: async (args) => {
    if ((args.obligation === undefined) === !args.json) throw badInput("say what is to be exported", "either --obligation NAME or --json");
    const { machine, warnings } = await loadMachine(args.machine, readParameters(args.set), args.color);
    await writeTo(process.stderr, warnings);
    const text = args.obligation === undefined ? `${JSON.stringify(machineJson(machine))}\n` : obligationScript(machine, configurationOf(machine, args.config), args.obligation);
    await writeResult(text, args.output);
    return EXIT.asExpected;
  },
});
