/**
 * npm run conformance -- <machine> [--live | --disassembly | --red-pills | --kernels] [--cases 2000] [--seed 1] [--only 270,271] [--witness NAME] [--record FILE]
 *
 * Without `--live`: the recorded cases again, and their summaries written anew. With it: an emulator is asked about fresh
 * cases, every topic as often as the others, and its summary is written; where a machine has several, `--witness` says which one. With `--disassembly` a disassembler is asked about words. With
 * `--red-pills` each red pill that an emulator can host is run there, where it has to say that it is on the bare machine (with `--only` these, and what is recorded of the others stays). With
 * `--kernels` the machine's kernels are run on independent systems, where they have to say what they say here. `--record` keeps the cases that were drawn.
 * A summary is written, and reasons that cover nothing are complained of, only where all topics had 2,000 cases. Exit 1 if anything is left unsettled, 2 for bad input.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { OracleUnavailable } from "./case.js";
import { encodeCases } from "./case-file.js";
import { disassemblyFile, readSpecification, summaryFile, type ConformanceMachine } from "./conformance-machine.js";
import { describeDisagreement } from "./describe.js";
import { compareDisassembly, encodeListed, idleReasons, writtenDisassembly } from "./disassembly.js";
import { hosts, runKernels, withoutHost } from "./kernels/kernels.js";
import { askLive, type LiveOptions } from "./live.js";
import { machines, underWay } from "./machines.js";
import { Random } from "./random.js";
import { runRedPills } from "./red-pills.js";
import { compareRecording, complaints, readRecording } from "./recorded.js";
import { writtenSummary, type Exclusion, type Tally } from "./summary.js";

/** fewer may miss what a reason is about */
const ENOUGH_CASES = 2000;

class BadInput extends Error {}

const say = (message: string): void => void process.stderr.write(`${message}\n`);

async function main(): Promise<boolean> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      live: { type: "boolean", default: false },
      disassembly: { type: "boolean", default: false },
      "red-pills": { type: "boolean", default: false },
      kernels: { type: "boolean", default: false },
      cases: { type: "string", default: `${ENOUGH_CASES}` },
      seed: { type: "string", default: "1" },
      only: { type: "string" },
      witness: { type: "string" },
      record: { type: "string" },
      show: { type: "string", default: "3" },
    },
  });
  const all = [...machines, ...underWay];
  const conformance = all.find(({ name }) => name === positionals[0]);
  if (conformance === undefined || positionals.length > 1) throw new BadInput(`found machine ${positionals.join(" ") || "(none)"}, expected one of: ${all.map(({ name }) => name).join(", ")}`);
  const show = counting("--show", values.show);
  if (values.kernels) {
    if (values.live || values.disassembly || values["red-pills"] || values.only !== undefined || values.witness !== undefined || values.record !== undefined) throw new BadInput("--kernels stands alone");
    if (!hosts.some((h) => h.machine === conformance.name)) throw new BadInput(`no independent system loads kernels of ${conformance.name}: ${withoutHost.get(conformance.name) ?? "there are none"}`);
    return runKernels(conformance.name, say);
  }
  if (values["red-pills"]) {
    if (values.live || values.disassembly || values.witness !== undefined || values.record !== undefined) throw new BadInput("--red-pills goes with --only alone");
    return runRedPills(conformance.name, say, values.only?.split(/,(?![^[]*\])/)); // not within brackets
  }
  if (values.disassembly) {
    if (values.live || values.only !== undefined || values.witness !== undefined) throw new BadInput("--disassembly goes with none of --live, --only and --witness");
    return disassembly(conformance, { cases: counting("--cases", values.cases), seed: values.seed }, values.record, show);
  }
  if (!values.live) {
    if (values.record !== undefined || values.only !== undefined || values.witness !== undefined) throw new BadInput("--record, --only and --witness need --live");
    return recorded(conformance, show);
  }
  return live(conformance, { cases: counting("--cases", values.cases), seed: values.seed, only: values.only?.split(",") }, values.witness, values.record, show);
}

function counting(option: string, text: string): number {
  const n = Number(text);
  if (!Number.isInteger(n) || n < 1) throw new BadInput(`found ${option} ${text}, expected a whole number of 1 or more`);
  return n;
}

function recorded(conformance: ConformanceMachine, show: number): boolean {
  const machine = readSpecification(conformance.name);
  return conformance.recordings.map((recording) => {
    const file = readRecording(recording);
    const tally = compareRecording(conformance, machine, recording, file);
    return report(conformance, recording.witness, tally, { radix: machine.radix, seed: file.header.seed, excluded: [], show, isWhole: !recording.isSample });
  }).every(Boolean);
}

async function live(conformance: ConformanceMachine, options: LiveOptions, witness: string | undefined, record: string | undefined, show: number): Promise<boolean> {
  const emulators = conformance.live.filter((emulator) => witness === undefined || emulator.witness === witness);
  const names = conformance.live.map((emulator) => emulator.witness).join(", ");
  if (conformance.live.length === 0) throw new BadInput(`no emulator of ${conformance.name} can be asked`);
  if (emulators.length === 0) throw new BadInput(`found --witness ${witness}, expected one of: ${names}`);
  if (emulators.length > 1 && (record !== undefined || options.only !== undefined)) throw new BadInput(`--record and --only are about one emulator; say --witness and one of: ${names}`);
  const machine = readSpecification(conformance.name);
  const settled: boolean[] = [];
  const compared: Parameters<typeof askLive>[6] = new Map();
  for (const emulator of emulators) {
    const unknown = options.only?.filter((topic) => !emulator.topics.includes(topic)) ?? [];
    if (unknown.length > 0) throw new BadInput(`--only: ${emulator.witness} is not asked about ${unknown.join(", ")}`);
    const { tally, kept, oracle } = await askLive(conformance, machine, emulator, options, record !== undefined, say, compared);
    if (record !== undefined) {
      const header = { machine: conformance.name, witness: oracle.witness, seed: options.seed, radix: machine.radix, observes: emulator.observes };
      writeFileSync(record, encodeCases({ header, cases: kept }));
      say(`${kept.length} cases recorded in ${record}`);
    }
    settled.push(report(conformance, emulator.witness, tally, { radix: machine.radix, seed: options.seed, excluded: emulator.excluded, show, isWhole: options.only === undefined && options.cases >= ENOUGH_CASES }));
  }
  return settled.every(Boolean);
}

function disassembly(conformance: ConformanceMachine, { cases, seed }: LiveOptions, record: string | undefined, show: number): boolean {
  const asked = conformance.disassembly;
  if (asked === undefined) throw new BadInput(`no disassembler of ${conformance.name} can be asked`);
  const witness = asked.connect(say);
  const words = asked.list(new Random(seed, "disassembly"), cases);
  if (record !== undefined) writeFileSync(record, encodeListed(words));
  const tally = compareDisassembly(asked, readSpecification(conformance.name), words);
  for (const text of tally.unsettled.slice(0, show)) say(text);
  const idle = idleReasons(asked, tally);
  for (const id of idle) say(`reason ${id} covers nothing${cases < ENOUGH_CASES ? "" : " any more: remove it"}`);
  process.stdout.write(`${conformance.name} against ${asked.witness}: ${tally.words} words, ${tally.agree} agree, ${tally.words - tally.agree - tally.unsettled.length} settled by ${tally.settled.size} reasons, ${tally.unsettled.length} unsettled\n`);
  const isWhole = cases >= ENOUGH_CASES;
  const isSettled = tally.unsettled.length === 0 && (idle.length === 0 || !isWhole);
  if (isSettled && isWhole) {
    const file = disassemblyFile(conformance.name, asked.witness);
    mkdirSync(new URL(".", file), { recursive: true });
    writeFileSync(file, writtenDisassembly(conformance.name, witness, seed, asked, tally));
  }
  return isSettled;
}

interface ReportOptions {
  readonly radix: Parameters<typeof describeDisagreement>[1];
  readonly seed: string | undefined;
  readonly excluded: readonly Exclusion[];
  readonly show: number;
  readonly isWhole: boolean;
}

function report(conformance: ConformanceMachine, witness: string, tally: Tally, { radix, seed, excluded, show, isWhole }: ReportOptions): boolean {
  const shown = new Map<string, number>();
  for (const d of tally.unsettled) {
    const n = (shown.get(d.group) ?? 0) + 1;
    shown.set(d.group, n);
    if (n <= show) say(describeDisagreement(d, radix));
  }
  const summary = tally.summary(conformance.name, seed, excluded);
  const { unsettled, idle } = complaints(tally);
  for (const id of isWhole ? idle : []) say(`reason ${id} covers nothing any more: remove it`);
  process.stdout.write(`${conformance.name} against ${witness}: ${summary.cases} cases in ${Object.keys(summary.groups).length} groups, ${summary.agree} agree, ${summary.settled} settled by ${summary.reasons.length} reasons, ${unsettled} unsettled\n`);
  const isSettled = unsettled === 0 && (idle.length === 0 || !isWhole);
  if (isSettled && isWhole) {
    const file = summaryFile(conformance.name, witness);
    mkdirSync(new URL(".", file), { recursive: true });
    writeFileSync(file, writtenSummary(summary));
  }
  return isSettled;
}

try {
  process.exitCode = (await main()) ? 0 : 1;
} catch (error) {
  if (!(error instanceof BadInput || error instanceof OracleUnavailable || (error instanceof TypeError && "code" in error))) throw error;
  say(error.message);
  process.exitCode = 2;
}
