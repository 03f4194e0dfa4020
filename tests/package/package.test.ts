/** The package as it was last built, in an empty project; `npm run package` builds it first. Where there is no build, or the registry can't be reached, nothing is checked. */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { expect, test } from "vitest";

const REGISTRY_MISSING = 75;

test.skipIf(!existsSync("dist/cli/main.js"))("the package installs into an empty project and works there", (context) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--import", import.meta.resolve("tsx"), "tests/package/main.ts", "--as-built"], { encoding: "utf8", timeout: 600_000 });
  if (status === REGISTRY_MISSING) return context.skip(stderr.trim());
  expect(stderr).not.toMatch(/Error/);
  expect({ status, stdout }).toEqual({ status: 0, stdout: "the package installs into an empty project and works there\n" });
}, 600_000);
