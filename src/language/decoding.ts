/**
 * All instructions together: the words that each keeps, their identifiers, and what no instruction claims.
 */
import { formsOf } from "../isa/encoded.js";
import type { Cube, Instruction, Machine } from "../isa/machine.js";
import type { Of } from "./declarations.js";
import { complement, resized } from "./encodings.js";
import { readFamily, type Family, type InstructionDeclaration, type InstructionSetting } from "./families.js";
import { instancesOf, runAsStep } from "./instructions.js";
import { visible } from "./lexer.js";
import { resolveOverlaps } from "./overlaps.js";
import { originOf, RIGHTS, type Context } from "./scope.js";
import type { Block, Span } from "./syntax.js";

export interface Decoding {
  readonly instructions: readonly Instruction[];
  /** bits of the first encoding, for machines whose instructions come from outside */
  readonly width: number;
}

const MOST_INSTRUCTIONS = 20_000;

export function declareInstructions(context: Context, list: readonly InstructionDeclaration[], setting: InstructionSetting): Decoding {
  const { report } = context;
  const families: Family[] = [];
  for (const d of list) {
    if (families.length === MOST_INSTRUCTIONS) {
      report.stop("P4033", d.name.span, `there are more than ${MOST_INSTRUCTIONS.toLocaleString("en")} instructions`, { hint: "instructions that differ in a field are one instruction, split on it" });
      break;
    }
    const family = readFamily(context, d, setting);
    if (family !== undefined) families.push(family);
  }
  const isUniform = setting.unit === undefined || families.every((f) => f.encoding.length === undefined && f.encoding.width - f.encoding.front === setting.unit);
  const own = resolveOverlaps(context, families, setting.unit ?? 1);
  const instructions: Instruction[] = [];
  for (const family of families) {
    if (report.isStopped) break;
    instructions.push(...instancesOf(context, family, own.get(family)!, { ...setting, isUniform }));
    if (instructions.length > MOST_INSTRUCTIONS) report.stop("P4033", family.declaration.name.span, `there are more than ${MOST_INSTRUCTIONS.toLocaleString("en")} instructions, with all splits`, { hint: "split on conditions, or on fewer fields" });
  }
  return { instructions: distinct(context, instructions, families), width: families[0]?.encoding.width ?? 1 };
}

/** Instructions of different declarations that share an identifier are told apart by their declarations' names. */
function distinct(context: Context, instructions: readonly Instruction[], families: readonly Family[]): Instruction[] {
  const familiesOf = new Map<string, Set<string>>();
  for (const i of instructions) familiesOf.set(i.id, (familiesOf.get(i.id) ?? new Set()).add(i.family));
  const named = instructions.map((i) => {
    if (familiesOf.get(i.id)!.size === 1) return i;
    const rest = Object.entries(i.split).map(([k, v]) => `${k}=${v}`).join(",");
    return { ...i, id: rest === "" ? i.family : `${i.family}[${rest}]` };
  });
  const declared = new Map(families.map((f) => [f.declaration.name.text, f.declaration]));
  const seen = new Set<string>();
  for (const { id, family, mnemonic } of named) {
    const { span } = declared.get(family)!.syntaxes[0]!.text;
    if (mnemonic === "") context.report.error("P3018", span, "this syntax does not begin with a word for every instance", { hint: "the first word is the mnemonic; a field with names is part of it only if the instruction is split on it" });
    else if (seen.has(id)) context.report.error("P3017", span, `two instructions would be named ${visible(id)}`, { hint: "give different names to different values, or other mnemonics" });
    seen.add(id);
  }
  return named;
}

/** What a word does that no instruction claims. It counts as one unit, for `length` and for `advance`. */
export function declareOtherwise(context: Context, d: Of<"otherwise">, unit: number, advance: Block | undefined): Machine["otherwise"] {
  context.work.begin("otherwise");
  const word = context.terms.variable("field", "word", unit);
  const step = runAsStep(context, {
    rights: RIGHTS.step, name: { text: "otherwise", span: d.title.span }, locals: new Map([["word", { kind: "term", term: word, mutable: false }]]), body: d.body,
    length: { kind: "integer", value: 1n }, advance,
  });
  return step === undefined ? undefined : { title: d.title.text, step, word, origin: originOf(d.span) };
}

/** Front fields and first units that begin no instruction, and an error if there is a word without a meaning. */
export function unallocatedOf(context: Context, instructions: readonly Instruction[], { unit, front }: { readonly unit: number; readonly front: number }, hasOtherwise: boolean, machine: Span): readonly Cube[] {
  const { report, work } = context;
  const claims = (width: number): Cube[] => instructions.flatMap((i) => formsOf(i.encoding, unit).map((form) => resized(form.cube, form.width, width)));
  const find = (width: number): Cube[] | undefined => complement(claims(width), (n) => !work.spend(machine, n));
  work.begin("finding the encodings that belong to no instruction");
  const unallocated = find(front + unit) ?? [];
  if (hasOtherwise) return unallocated;
  const widest = Math.max(front + unit, ...instructions.map((i) => i.encoding.width));
  const first = unallocated[0] ?? find(widest)?.[0];
  if (first !== undefined) {
    const width = unallocated.length > 0 ? front + unit : widest;
    report.error("P4026", machine, "some encodings belong to no instruction", { expected: 'otherwise "Unassigned" { ... }, which says what they do', hint: `one of them is ${width}'0b${first.value.toString(2).padStart(width, "0")}` });
  }
  return unallocated;
}
