/**
 * One side of a comparison: a machine, which is checked now, or a .json file that an earlier check printed or that holds a
 * ledger.
 *
 * A ledger knows classes and answers and names its witnesses by their hashes only; all else is the same.
 */
import type { Instruction } from "../isa/machine.js";
import type { Judged, JudgedInstruction } from "../verdict/compare-checks.js";
import type { Classification } from "../verdict/classify.js";
import { CLASSES, OTHER_CLAIMS, type CheckResult, type ClaimAnswer, type ClaimName, type ClassName } from "../verdict/result.js";
import type { ColorChoice } from "./terminal.js";
import { badInput } from "./failure.js";
import type { EngineChoice } from "./engines.js";
import { loadMachine } from "./load-machine.js";
import { writeTo } from "./output.js";
import { patternTest } from "./patterns.js";
import { configurationOf, performCheck } from "./perform-check.js";
import { CONDITION } from "./ledger.js";
import { readJson, validated } from "./read-json.js";
import { shown } from "./read-files.js";

export interface DiffSide {
  readonly from: "machine" | "check" | "ledger";
  readonly judged: Judged;
  readonly sourceLine?: (file: string, line: number) => string | undefined;
}

export interface SideRequest {
  readonly which: "old" | "new";
  readonly name: string;
  readonly configuration: string | undefined;
  readonly only: string | undefined;
  readonly parameters: ReadonlyMap<string, number>;
  readonly choice: EngineChoice;
  readonly jobs: number | undefined;
  readonly color: ColorChoice;
}

export interface PreparedSide {
  /** whether the pattern names any instruction of this side */
  readonly isAnyChosen: boolean;
  /** `classified`: what is known of instructions that are the same on both sides */
  readonly perform: (classified: Map<string, Promise<Classification>>) => Promise<DiffSide>;
}

/** All that can be wrong with what is given is found here, before anything that takes long. */
export async function prepareSide(request: SideRequest): Promise<PreparedSide> {
  const { which, name, configuration, only, parameters, choice, jobs, color } = request;
  const chosen = only === undefined ? () => true : patternTest(only);
  if (name.endsWith(".json")) {
    if (configuration !== undefined) throw badInput(`--${which}-config is for a machine, and ${shown(name)} is a result`, "what it was checked with stands in it");
    const { from, judged } = await readJudged(name);
    if (only === undefined) return { isAnyChosen: true, perform: async () => ({ from, judged }) };
    const own = new Set(judged.instructions.filter((i) => chosen(namesOf(i))).map((i) => i.id));
    const instructions = judged.instructions.filter(({ id }) => { const parts = partsOf(id, judged); return parts === undefined ? own.has(id) : parts.every((p) => own.has(p)); });
    return { isAnyChosen: own.size > 0, perform: async () => ({ from, judged: { ...judged, instructions } }) };
  }
  const { machine, sourceLine, warnings } = await loadMachine(name, parameters, color);
  await writeTo(process.stderr, warnings);
  const used = configurationOf(machine, configuration);
  const matches = ({ id, mnemonic, family }: Instruction): boolean => chosen([id, mnemonic, family]);
  return {
    isAnyChosen: machine.instructions.some(matches),
    perform: async (classified) => ({ from: "machine", sourceLine, judged: await performCheck({ machine, configuration: used, choice, jobs, only: only === undefined ? undefined : matches, classified }) }),
  };
}

const namesOf = (i: JudgedInstruction): string[] => ["mnemonic" in i ? String(i.mnemonic) : i.id.replace(/\[.*/, ""), i.id];

/** `XCT` and `JSP` of `XCT[JSP]`, where both are instructions. */
function partsOf(id: string, { instructions }: Judged): readonly [string, string] | undefined {
  const first = instructions.find((i) => id.startsWith(`${i.id}[`) && id.endsWith("]") && instructions.some((t) => id === `${i.id}[${t.id}]`));
  return first === undefined ? undefined : [first.id, id.slice(first.id.length + 1, -1)];
}

// ---------------------------------------------------------------- results of before

const WHAT = "what popek check --format json prints, or a ledger";

async function readJudged(path: string): Promise<{ readonly from: "check" | "ledger"; readonly judged: Judged }> {
  const value = readJson(path, WHAT);
  const isLedger = typeof value === "object" && value !== null && "instructions" in value && !Array.isArray(value.instructions);
  return isLedger ? { from: "ledger", judged: await readLedger(path, value) } : { from: "check", judged: await validated<CheckResult>(path, value, "report/check.schema.json", WHAT) };
}

interface LedgerDocument extends Omit<Judged, "machine" | "instructions"> {
  readonly machine: string;
  readonly sha256: string;
  readonly instructions: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

async function readLedger(path: string, value: unknown): Promise<Judged> {
  const { machine, sha256, ...ledger } = await validated<LedgerDocument>(path, value, "report/ledger.schema.json", WHAT);
  return {
    ...ledger, machine: { name: machine, sha256 },
    instructions: Object.entries(ledger.instructions).map(([id, entry]): JudgedInstruction => {
      const { classes = "", ...answers } = entry;
      return {
        id, classes: classes.split(" ").filter((c): c is ClassName => CLASSES.some((known) => known === c)),
        answers: Object.fromEntries(CLAIMS.flatMap((claim): [ClaimName, ClaimAnswer][] => {
          const [answer, strength, ...evidence] = (answers[claim] ?? "").split("; ");
          const condition = evidence.find((e) => e.startsWith(CONDITION))?.slice(CONDITION.length);
          return answer === "holds" || answer === "fails" || answer === "open" ? [[claim, { answer, strength: strength ?? "none", condition }]] : [];
        })),
      };
    }),
  };
}

const CLAIMS: readonly ClaimName[] = [...CLASSES, ...OTHER_CLAIMS];
