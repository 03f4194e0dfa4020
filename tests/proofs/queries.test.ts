/** The SMT-LIB queries that the ledgers name: each stands by itself, and is unsatisfiable when it is run again. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startEmbeddedZ3 } from "../../src/smt/embedded-z3.js";
import type { Solver } from "../../src/smt/solver.js";

let solver: Solver;
beforeAll(async () => { solver = await startEmbeddedZ3(); });
afterAll(() => solver.close());

const machines = (readdirSync("proofs", { recursive: true }) as string[]).filter((path) => path.endsWith("/ledger.json")).map((path) => dirname(path)).sort();

describe.each(machines)("%s", (machine) => {
  const ledger = readFileSync(`proofs/${machine}/ledger.json`, "utf8");
  const folder = `proofs/${machine}/queries`;
  const files = existsSync(folder) ? readdirSync(folder) : [];

  test("the ledger names every query, and every query is there", () => {
    expect([...new Set([...ledger.matchAll(/queries\/(\w+\.smt2)/g)].map((m) => m[1]!))].sort()).toEqual([...files].sort());
  });

  test.each(files.map((f) => [f]))("%s", async (file) => {
    expect((await solver.check({ script: readFileSync(`${folder}/${file}`, "utf8"), ask: [] }, { resource: 40_000_000 })).answer).toBe("unsat");
  });
});
