/**
 * Files that belong to more than one machine, as the parsed files have them.
 *
 * Including is joining, nothing more: the declarations of the file are part of the machine, and stand before those of the file
 * that includes it. A file belongs to a machine once, however often it is included. Whoever read the files has looked for
 * them (`include-paths.ts`); here it is said whether all that is asked for is there, and is asked for in its place.
 */
import type { Diagnostic } from "./diagnostic.js";
import { nearest } from "../isa/nearest.js";
import { includeTarget } from "./include-paths.js";
import { visible } from "./lexer.js";
import { Report } from "./report.js";
import type { Quoted, SourceFile } from "./syntax.js";

interface Include {
  readonly target: string;
  readonly path: Quoted;
}

/** What is wrong with the includes of these files, which are all that there are. */
export function checkIncludes(files: readonly SourceFile[]): readonly Diagnostic[] {
  const report = new Report(new Map(files.map((f, i) => [f.file, i])));
  const names = new Set(files.map((f) => f.file));
  const including = new Map<string, readonly Include[]>();
  for (const source of files) including.set(source.file, includesOf(source, names, report));
  reportCircles(including, report);
  return report.diagnostics();
}

function includesOf({ file, declarations }: SourceFile, names: ReadonlySet<string>, report: Report): readonly Include[] {
  const head = declarations.findIndex((d) => d.kind !== "include");
  return declarations.flatMap((d, i): Include[] => {
    if (d.kind !== "include") return [];
    if (head >= 0 && i > head) {
      report.error("P4038", d.span, "an include behind other declarations", { expected: "includes at the head of the file", hint: "what a file is built on is said first" });
      return [];
    }
    const { path } = d;
    const target = includeTarget(file, path.text);
    if (target === undefined) {
      report.error("P4039", path.span, "this is no path of a file that can be included", { expected: '"name.isa", or with folders "../family/name.isa"', hint: "the path is relative to this file, ends in .isa, and leads into a folder in this one or beside it" });
      return [];
    }
    if (names.has(target)) return [{ target, path }];
    const near = nearest(target, [...names]);
    report.error("P4040", path.span, `there is no file ${visible(target)}`, { hint: near === undefined ? "the path is relative to the file that it stands in" : `did you mean ${visible(near)}?` });
    return [];
  });
}

/** Each include that leads back to a file that it is read for. */
function reportCircles(including: ReadonlyMap<string, readonly Include[]>, report: Report): void {
  const done = new Set<string>();
  const visit = (file: string, way: readonly string[]): void => {
    const here = [...way, file];
    for (const { target, path } of including.get(file) ?? []) {
      const from = here.indexOf(target);
      if (from >= 0) report.error("P4041", path.span, `${here.slice(from).join(" includes ")} includes ${target}`, { hint: "move what both need to a file that includes neither" });
      else if (!done.has(target)) visit(target, here);
    }
    done.add(file);
  };
  for (const file of including.keys()) if (!done.has(file)) visit(file, []);
}
