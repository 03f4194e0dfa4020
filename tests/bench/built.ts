/**
 * The build, which is what users run and so what is measured. Its types are those of the sources: this way the type check
 * does not need a build.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../../", import.meta.url));
export const COMMAND = join(ROOT, "dist/cli/main.js");

export function assertBuilt(): void {
  if (!existsSync(COMMAND)) throw new Error(`${COMMAND} is missing: npm run build`);
}

/** Where a module of the build is. */
export const builtUrl = (path: string): string => new URL(`../../dist/${path}`, import.meta.url).href;

export const built = {
  enumerate: async () => (await import(builtUrl("machine/enumerate.js"))) as typeof import("../../src/machine/enumerate.js"),
  cpu: async () => (await import(builtUrl("machine/cpu.js"))) as typeof import("../../src/machine/cpu.js"),
  assembler: async () => (await import(builtUrl("machine/assembler.js"))) as typeof import("../../src/machine/assembler.js"),
  readSpecification: async () => (await import(builtUrl("cli/read-specification.js"))) as typeof import("../../src/cli/read-specification.js"),
  loadMachine: async () => (await import(builtUrl("cli/load-machine.js"))) as typeof import("../../src/cli/load-machine.js"),
};

export const textOf = (path: string): string => readFileSync(join(ROOT, path), "utf8");
