/** The library in a browser's worker: bundled from the sources as they are, and held against the same check in Node, byte for byte. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { check, checkJson, readMachine } from "../../src/index.js";
import type { Browser } from "./chromium.js";

const MACHINE = "location.isa";

export async function libraryInWorker(browser: Browser): Promise<void> {
  const files = [{ file: MACHINE, text: readFileSync(new URL(`../machines/${MACHINE}`, import.meta.url), "utf8") }];
  const bundled = await build({ entryPoints: [fileURLToPath(new URL("./worker.ts", import.meta.url))], bundle: true, format: "iife", platform: "browser", target: "es2022", write: false, logLevel: "error" });
  const script = bundled.outputFiles[0]!.text;
  const server = createServer((request, response) => {
    const isScript = request.url === "/worker.js";
    response.writeHead(200, { "content-type": isScript ? "text/javascript" : "text/html" }).end(isScript ? script : "<!doctype html><title>worker</title>");
  });
  await new Promise<void>((resolve) => { server.listen(0, "127.0.0.1", resolve); });
  try {
    const page = await browser.open(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    const answer = await page.evaluate<{ json?: string; replayed?: object; error?: string }>(`new Promise((resolve) => {
      const worker = new Worker("/worker.js");
      worker.onmessage = ({ data }) => resolve(data);
      worker.onerror = ({ message }) => resolve({ error: message });
      worker.postMessage(${JSON.stringify({ files, traced: { id: "STL", claim: "location" } })});
    })`);
    assert.equal(answer.error, undefined);
    assert.equal(answer.json, checkJson(await check(readMachine(files).machine!)));
    assert.deepEqual(answer.replayed, { kind: "holds" });
  } finally {
    await new Promise((resolve) => { server.close(resolve); server.closeAllConnections(); });
  }
}
