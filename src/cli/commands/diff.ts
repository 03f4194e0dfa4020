/** `popek diff`: two checks held against each other; a gate that shuts when something became critical. */
import { compareChecks, worstOf } from "../../verdict/compare-checks.js";
import type { Classification } from "../../verdict/classify.js";
import { VERSION } from "../../verdict/version.js";
import { diffJson, type DiffReport } from "../../report/diff-json.js";
import { diffText } from "../../report/diff-text.js";
import { READINGS, type ReadingName } from "../../report/standing.js";
import { defineCommand, MACHINE_OPTIONS, readParameters } from "../command.js";
import { prepareSide, type SideRequest } from "../diff-side.js";
import { ENGINE_OPTIONS, engineChoice } from "../engines.js";
import { badInput, EXIT } from "../failure.js";
import { writeResult } from "../output.js";
import { shown } from "../read-files.js";
import { colorFor, widthOf } from "../terminal.js";

export const command = defineCommand({
  positionals: {
    old: { type: "string", demandOption: true, describe: "a machine, or a .json file that an earlier check printed, or a ledger" },
    new: { type: "string", demandOption: true, describe: "the same, afterwards" },
  },
  options: {
    "old-config": { type: "string", requiresArg: true, describe: "the configuration of the old machine's user states; its default if not given" },
    "new-config": { type: "string", requiresArg: true, describe: "the same of the new machine" },
    reading: { choices: [...READINGS, "all"] as const, default: "all" as const, describe: "in which reading of R critical is meant; all: strict and extended" },
    only: { type: "string", requiresArg: true, describe: "instructions by identifier or mnemonic, with * for anything" },
    ...ENGINE_OPTIONS,
    format: { choices: ["text", "json"] as const, default: "text" as const, describe: "for people, or for tools" },
    verbose: { type: "boolean", default: false, describe: "every witness of a change" },
    output: { type: "string", requiresArg: true, describe: "write the result to this file, whole or not at all" },
    ...MACHINE_OPTIONS,
  },
  run: async (args) => {
    const request = (which: "old" | "new"): SideRequest => ({
      which, name: args[which], configuration: which === "old" ? args["old-config"] : args["new-config"], only: args.only,
      parameters: readParameters(args.set), choice: engineChoice(args), jobs: args.jobs, color: args.color,
    });
    const prepared = [await prepareSide(request("old")), await prepareSide(request("new"))] as const;
    if (!prepared.some((p) => p.isAnyChosen)) throw badInput(`neither side has an instruction ${shown(args.only ?? "")}`, "popek list <machine> instructions shows them");
    const classified = new Map<string, Promise<Classification>>();
    const old = await prepared[0].perform(classified), now = await prepared[1].perform(classified);
    const readings: readonly ReadingName[] = args.reading === "all" ? ["strict", "extended"] : [args.reading];
    const isPartial = args.only !== undefined;
    const comparison = compareChecks(old.judged, now.judged, { readings, isPartial });
    const report: DiffReport = { popek: VERSION, old, new: now, readings, isPartial, comparison };
    const isToFile = args.output !== undefined;
    const text = args.format === "json" ? diffJson(report) : diffText(report, {
      color: !isToFile && colorFor(process.stdout, args.color), width: isToFile ? 100 : widthOf(process.stdout), verbose: args.verbose, sourceLine: now.sourceLine, oldSourceLine: old.sourceLine,
    });
    await writeResult(text, args.output);
    const worst = worstOf(comparison);
    return worst === "became-critical" ? EXIT.fails : worst === "became-open" ? EXIT.open : EXIT.asExpected;
  },
});
