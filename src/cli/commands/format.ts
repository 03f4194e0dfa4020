/** `popek format`: the canonical layout, printed, written in place, or only compared with. */
import { decodeSource, parse } from "../../language/parse.js";
import { format } from "../../language/format.js";
import type { Diagnostic } from "../../language/diagnostic.js";
import { renderDiagnostics } from "../../language/render-diagnostic.js";
import { defineCommand, MACHINE_OPTIONS } from "../command.js";
import { badInput, EXIT, Rejected } from "../failure.js";
import { writeResult, writeTo, writeWhole } from "../output.js";
import { readFileOrFolder, shown } from "../read-files.js";
import { colorFor } from "../terminal.js";

interface Formatted { readonly path: string; readonly before: string; readonly after: string }

export const command = defineCommand({
  positionals: { path: { type: "string", demandOption: true, describe: "a .isa file, or a folder of them" } },
  options: {
    check: { type: "boolean", default: false, describe: "name the files that are laid out otherwise; exit code 1 if there are any" },
    write: { type: "boolean", default: false, describe: "put the files into the canonical layout" },
    color: MACHINE_OPTIONS.color,
  },
  run: async (args) => {
    if (args.check && args.write) throw badInput("--check and --write exclude each other");
    const files = readFileOrFolder(args.path, ".isa");
    if (files.length > 1 && !args.check && !args.write) throw badInput(`${shown(args.path)} has ${files.length} files`, "add --check or --write, or name one file");
    const diagnostics: Diagnostic[] = [];
    const texts = new Map<string, string>();
    const formatted = files.flatMap(({ path, bytes }): Formatted[] => {
      const decoded = decodeSource(path, bytes);
      if (decoded.kind === "refused") {
        diagnostics.push(decoded.diagnostic);
        return [];
      }
      texts.set(path, decoded.text);
      const parsed = parse(path, decoded.text);
      diagnostics.push(...parsed.diagnostics);
      return parsed.diagnostics.length > 0 ? [] : [{ path, before: decoded.text, after: format(parsed.source, decoded.text) }];
    });
    // one bad file, and none is written
    if (diagnostics.length > 0) throw new Rejected(renderDiagnostics(diagnostics, (file) => texts.get(file), { color: colorFor(process.stderr, args.color) }));
    const changed = formatted.filter((f) => f.before !== f.after);
    if (args.write) {
      for (const { path, after } of changed) writeWhole(path, after);
      await writeTo(process.stderr, changed.map((f) => `formatted ${shown(f.path)}\n`).join(""));
      return EXIT.asExpected;
    }
    if (args.check) {
      await writeResult(changed.map((f) => `${shown(f.path)}\n`).join(""));
      return changed.length > 0 ? EXIT.fails : EXIT.asExpected;
    }
    await writeResult(formatted.map((f) => f.after).join(""));
    return EXIT.asExpected;
  },
});
