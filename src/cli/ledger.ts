/**
 * The ledger of a machine: every verdict with its strength and the hash of its evidence, small enough to be read in a diff.
 *
 * A witness is named by the hash of its JSON; what a solver proved is named by the hash of the SMT-LIB script,
 * which stands beside the ledger so that anyone can run it again.
 */
import { createHash } from "node:crypto";
import type { Configuration, Machine } from "../isa/machine.js";
import { witnessKey } from "../report/findings.js";
import type { CheckResult, ClaimAnswer } from "../verdict/result.js";
import { obligationScript } from "./obligations.js";

export const LEDGER = "ledger.json";

/** Before the condition under which an instruction is privileged. */
export const CONDITION = "exactly if ";

export interface Ledger {
  /** file name in the machine's folder under `proofs`, and its content */
  readonly files: ReadonlyMap<string, string>;
}

const digest = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 16);

export function ledgerOf(machine: Machine, configuration: Configuration, result: CheckResult): Ledger {
  const files = new Map<string, string>();
  const evidence = (a: ClaimAnswer): string => {
    const parts = [a.answer, a.strength];
    if (a.condition !== undefined) parts.push(`${CONDITION}${a.condition}`);
    if (a.witness !== undefined) parts.push(`witness ${digest(witnessKey(a.witness))}`);
    if (a.strength.includes("solver(") && a.obligation !== undefined) {
      const script = obligationScript(machine, configuration, a.obligation);
      const name = `queries/${digest(script)}.smt2`;
      files.set(name, script);
      parts.push(name);
    }
    return parts.join("; ");
  };
  const instructions = result.instructions.map((i) => [
    `    ${JSON.stringify(i.id)}: {`,
    `      "classes": ${JSON.stringify(i.classes.join(" "))}`,
    ...Object.entries(i.answers).map(([claim, a]) => `      ${JSON.stringify(claim)}: ${JSON.stringify(evidence(a))}`),
  ]).map(([head, ...rest]) => `${head}\n${rest.join(",\n")}\n    }`);
  const ledger = [
    "{",
    `  "popek": ${JSON.stringify(result.popek)},`,
    `  "machine": ${JSON.stringify(result.machine.name)},`,
    `  "sha256": ${JSON.stringify(result.machine.sha256)},`,
    `  "configuration": ${JSON.stringify(result.configuration)},`,
    `  "engines": ${JSON.stringify(result.engines)},`,
    `  "statistics": ${JSON.stringify(result.statistics)},`,
    `  "theorems": [\n${result.theorems.map((t) => `    ${JSON.stringify(t)}`).join(",\n")}\n  ],`,
    `  "premises": [\n${result.premises.map((p) => `    ${JSON.stringify(p)}`).join(",\n")}\n  ],`,
    `  "instructions": {\n${instructions.join(",\n")}\n  }`,
    "}",
    "",
  ].join("\n");
  files.set(LEDGER, ledger);
  return { files };
}
