/**
 * The report and the library in headless Chromium: `npm run browser`. Runs the library in a worker, looks at the page of a machine's check, of the sample and of the hostile
 * sample, and leaves screenshots for a person in the folder given (or a temporary one).
 *
 * What takes no check of a whole machine is part of `npm test`. It needs a browser, which tests/browser/install.sh puts there on Debian.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { CheckResult } from "../../src/verdict/result.js";
import { checkHtml } from "../../src/report/html/page.js";
import { hostile } from "../report/hostile.js";
import { sample } from "../report/sample.js";
import { chromium, startBrowser, type Browser } from "./chromium.js";
import { libraryInWorker } from "./library-check.js";
import { keyboard, paper, screenReader, soundPage, VIEWS } from "./page-checks.js";

const command = chromium();
if (command === undefined) {
  process.stderr.write("there is no Chromium here; sh tests/browser/install.sh installs it on Debian\n");
  process.exit(2);
}
const folder = process.argv[2] ?? mkdtempSync(join(tmpdir(), "popek-pages-"));
mkdirSync(folder, { recursive: true });
const browser = await startBrowser(command);
try {
  await libraryInWorker(browser);
  process.stdout.write("the library in a worker: as in Node\n");
  for (const [name, page] of [["sample", checkHtml(sample, {})], ["hostile", checkHtml(hostile, { sourceLine: () => "</code><script>globalThis.harmed=1</script>" })], ["pdp10", checked("pdp10")]] as const) {
    const file = join(folder, `${name}.html`);
    writeFileSync(file, page);
    await look(browser, name, pathToFileURL(file).href, name === "hostile" ? undefined : criticalOf(name));
    process.stdout.write(`${name}: as expected\n`);
  }
} finally {
  await browser.close();
}
process.stdout.write(`screenshots: ${folder}\n`);

/** The page as the command writes it. */
function checked(machine: string): string {
  const file = join(folder, `${machine}.html`), json = join(folder, `${machine}.json`);
  for (const [format, output] of [["html", file], ["json", json]] as const) {
    const run = spawnSync(process.execPath, ["--import", import.meta.resolve("tsx"), "src/cli/main.ts", "check", machine, "--format", format, "--output", output], { stdio: "inherit" });
    if (run.status !== 1) throw new Error(`popek check ${machine} came to ${run.status}`);
  }
  return readFileSync(file, "utf8");
}

function criticalOf(name: string): { readonly all: number; readonly critical: readonly string[] } {
  const result = name === "sample" ? sample : JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8")) as CheckResult;
  const { critical } = result.theorems.find((t) => t.theorem === 1 && t.reading === "strict")!;
  return { all: result.instructions.length, critical };
}

async function look(within: Browser, name: string, url: string, expected: { readonly all: number; readonly critical: readonly string[] } | undefined): Promise<void> {
  const page = await within.open(url);
  await soundPage(page, url);
  await screenReader(page);
  await paper(page);
  await page.pdf(join(folder, `${name}.pdf`));
  if (expected !== undefined) await keyboard(page, expected);
  for (const [view, viewport] of Object.entries(VIEWS)) {
    await page.show(viewport);
    for (const part of ["main", "classes", "instructions", "critical"]) {
      await page.evaluate(`document.getElementById("${part}").scrollIntoView()`);
      await page.screenshot(join(folder, `${name}-${view}-${part}.png`));
    }
  }
}
