/**
 * The ledger of the monitors over a machine: for each kind the answer, the lemmas on the VM map, and instruction by property how it is known. As in
 * `ledger.ts`, a witness is named by its hash, and what a solver proved by the hash of a script that stands beside.
 */
import { createHash } from "node:crypto";
import type { Configuration, Machine } from "../isa/machine.js";
import { witnessKey } from "../report/findings.js";
import type { ClaimAnswer } from "../verdict/result.js";
import { VERSION } from "../verdict/version.js";
import { PROPERTIES, type LemmaProof, type ProveResult } from "../vmm/prove-result.js";
import type { InstructionFacts } from "../vmm/prove-instruction.js";
import { lemmaObligations } from "./lemma-obligations.js";
import { obligationScript } from "./obligations.js";
import { performProve, type ProveWork } from "./perform-prove.js";

export const MONITOR_LEDGER = "vmm-ledger.json";
export const MONITOR_QUERIES = "vmm-queries/";

const digest = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 16);

/** Every kind of monitor that a ledger speaks of; none where the specification declares no VM map. */
export async function provedMonitors(work: Omit<ProveWork, "monitor" | "reading" | "guests" | "leastBlockBits" | "memory">): Promise<ProveResult[]> {
  if (work.machine.monitor === undefined) return [];
  const isLimited = work.configuration.predicate !== work.machine.terms.true;
  const kinds: readonly Pick<ProveWork, "monitor" | "reading" | "guests">[] = [
    { monitor: "trap-and-emulate", reading: "strict", guests: "any" },
    { monitor: "trap-and-emulate", reading: "extended", guests: "any" },
    { monitor: "recursive:5", reading: "extended", guests: "any" },
    { monitor: "hybrid", reading: "extended", guests: "any" },
    ...(isLimited ? [{ monitor: "hybrid", reading: "extended", guests: "within-k" } as const] : []),
  ];
  const results: ProveResult[] = [], memory = new Map<string, Promise<InstructionFacts>>();
  for (const kind of kinds) results.push(await performProve({ ...work, ...kind, leastBlockBits: 0, memory }));
  return results;
}

/** As it was proved: at once, or case by case. */
function lemmaScript(machine: Machine, configuration: Configuration, result: ProveResult, { name, cases }: LemmaProof): string {
  const found = lemmaObligations(machine, configuration, result)(name);
  return cases === undefined ? found.query.text() : found.cases!.text();
}

/** File names in the machine's folder under `proofs`, and their content. */
export function monitorLedgerOf(machine: Machine, configuration: Configuration, results: readonly ProveResult[]): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  if (results.length === 0) return files;
  const keep = (script: string): string => {
    const name = `${MONITOR_QUERIES}${digest(script)}.smt2`;
    files.set(name, script);
    return name;
  };
  const evidence = (a: ClaimAnswer): string => [
    a.answer, a.strength, ...(a.reason === undefined ? [] : [a.reason]), ...(a.witness === undefined ? [] : [`witness ${digest(witnessKey(a.witness))}`]),
    ...(a.answer === "holds" && a.strength.includes("solver(") && a.obligation !== undefined ? [keep(obligationScript(machine, configuration, a.obligation))] : []),
  ].join("; ");
  const monitors = results.map((r) => {
    const lemmas = r.lemmas.map((l) => `        ${JSON.stringify(l.name)}: ${JSON.stringify([l.answer, l.strength, ...(l.values === undefined ? [] : [JSON.stringify(l.values)]), ...(l.strength.includes("solver(") ? [keep(lemmaScript(machine, configuration, r, l))] : [])].join("; "))}`);
    const instructions = r.instructions.map((i) => `        ${JSON.stringify(i.id)}: ${JSON.stringify({ entry: i.entry, ...Object.fromEntries(PROPERTIES.map((p) => [p, evidence(i[p])])) })}`);
    return [
      "    {",
      `      "monitor": ${JSON.stringify(r.monitor)}, "reading": ${JSON.stringify(r.reading)}, "guests": ${JSON.stringify(r.guests)}, "block": ${r.block ?? "null"},`,
      `      "answer": ${JSON.stringify(r.answer)}, "properties": ${JSON.stringify(r.properties)},`,
      `      "statistics": ${JSON.stringify(r.statistics)},`,
      `      "lemmas": {\n${lemmas.join(",\n")}\n      },`,
      `      "instructions": {\n${instructions.join(",\n")}\n      }`,
      "    }",
    ].join("\n");
  });
  files.set(MONITOR_LEDGER, [
    "{",
    `  "popek": ${JSON.stringify(VERSION)},`,
    `  "machine": ${JSON.stringify(machine.name)},`,
    `  "sha256": ${JSON.stringify(machine.sha256)},`,
    `  "configuration": ${JSON.stringify(configuration.name)},`,
    `  "engines": ${JSON.stringify(results[0]!.engines)},`,
    `  "monitors": [\n${monitors.join(",\n")}\n  ]`,
    "}",
    "",
  ].join("\n"));
  return files;
}
