/**
 * The report and the library in headless Chromium, as far as it takes no check of a whole machine: that, and screenshots, are `npm run browser`. Where there is no Chromium
 * it is installed, from Debian by somebody who may; where that is not so, nothing is checked, and that is said.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { checkHtml } from "../../src/report/html/page.js";
import { hostile } from "../report/hostile.js";
import { sample } from "../report/sample.js";
import { chromium, startBrowser, type Browser } from "./chromium.js";
import { libraryInWorker } from "./library-check.js";
import { keyboard, paper, screenReader, soundPage } from "./page-checks.js";

vi.setConfig({ testTimeout: 240_000, hookTimeout: 400_000 });

const mayInstall = process.getuid?.() === 0 && spawnSync("apt-get", ["--version"]).status === 0;
if (chromium() === undefined && mayInstall) spawnSync("sh", ["tests/browser/install.sh"], { timeout: 300_000 });
const command = chromium();

describe.skipIf(command === undefined)("in headless Chromium (none: sh tests/browser/install.sh)", () => {
  const folder = mkdtempSync(join(tmpdir(), "popek-pages-"));
  let browser: Browser;
  beforeAll(async () => { browser = await startBrowser(command!); });
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });
  const page = (name: string, html: string): string => {
    const file = join(folder, `${name}.html`);
    writeFileSync(file, html);
    return pathToFileURL(file).href;
  };

  test("the library in a worker says what it says in Node", () => libraryInWorker(browser));

  test("the page: alone, in every size, by keyboard, for a screen reader, on paper", async () => {
    const url = page("sample", checkHtml(sample, {})), own = await browser.open(url);
    const { critical } = sample.theorems.find((t) => t.theorem === 1 && t.reading === "strict")!;
    expect(critical.length).toBeGreaterThan(0);
    await soundPage(own, url);
    await screenReader(own);
    await paper(own);
    await keyboard(own, { all: sample.instructions.length, critical });
  });

  test("nothing of a specification that means harm is run", async () => {
    const url = page("hostile", checkHtml(hostile, { sourceLine: () => "</code><script>globalThis.harmed=1</script>" }));
    const own = await browser.open(url);
    await soundPage(own, url);
  });
});
