/**
 * A headless Chromium of the system, driven over its own debugging pipe: no package, no download.
 *
 * Messages go as JSON with a NUL behind each, over two file descriptors of the browser's process (3 in, 4 out). Everything here is
 * for checks: it starts one browser, opens pages in it, and ends exactly that browser.
 */
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";

const NAMES = ["chromium", "chromium-browser", "google-chrome"];

/** The browser's command, or nothing where none is installed. */
export function chromium(): string | undefined {
  return NAMES.find((name) => spawnSync(name, ["--version"]).status === 0);
}

export interface Viewport {
  readonly width: number;
  readonly height: number;
  readonly scheme?: "light" | "dark";
  readonly isPhone?: boolean;
  readonly isPrint?: boolean;
}

export interface Page {
  readonly show: (viewport: Viewport) => Promise<void>;
  /** The value of an expression in the page, awaited. Throws what it throws. */
  readonly evaluate: <T>(expression: string) => Promise<T>;
  readonly press: (key: string) => Promise<void>;
  readonly type: (text: string) => Promise<void>;
  readonly screenshot: (file: string, isWhole?: boolean) => Promise<void>;
  readonly pdf: (file: string) => Promise<void>;
  /** what the page asked of the network, and what it complained about */
  readonly requests: readonly string[];
  readonly complaints: readonly string[];
  readonly accessibility: () => Promise<readonly AccessibleNode[]>;
}

export interface AccessibleNode {
  readonly role?: { readonly value: string };
  readonly name?: { readonly value: string };
  readonly description?: { readonly value: string };
  readonly ignored: boolean;
}

export interface Browser {
  readonly open: (url: string) => Promise<Page>;
  readonly close: () => Promise<void>;
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly sessionId?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly message: string };
}

const PATIENCE = 60_000;

export async function startBrowser(command: string): Promise<Browser> {
  const profile = mkdtempSync(join(tmpdir(), "popek-browser-"));
  const child: ChildProcess = spawn(command, ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--remote-debugging-pipe", `--user-data-dir=${profile}`, "about:blank"], { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] });
  const connection = connect(child.stdio[3] as Writable, child.stdio[4] as Readable);
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  child.once("exit", () => connection.end());
  return {
    open: (url) => openPage(connection, url),
    close: async () => {
      await connection.send("Browser.close").catch(() => child.kill());
      await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, 5_000).unref())]);
      if (child.exitCode === null) child.kill("SIGKILL");
      await ended;
      rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}

interface Connection {
  readonly send: (method: string, params?: object, sessionId?: string) => Promise<Readonly<Record<string, unknown>>>;
  readonly listen: (listener: (message: Message) => void) => void;
  readonly end: () => void;
}

function connect(input: Writable, output: Readable): Connection {
  const waiting = new Map<number, { readonly resolve: (result: Readonly<Record<string, unknown>>) => void; readonly reject: (error: Error) => void }>();
  const listeners: ((message: Message) => void)[] = [];
  let last = 0, rest = "";
  const take = (text: string): void => {
    const message = JSON.parse(text) as Message;
    if (message.id === undefined) return listeners.forEach((l) => l(message));
    const asked = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.error !== undefined) asked?.reject(new Error(message.error.message));
    else asked?.resolve(message.result ?? {});
  };
  output.setEncoding("utf8").on("data", (text: string) => {
    const pieces = (rest + text).split("\0");
    rest = pieces.pop()!;
    pieces.forEach(take);
  });
  input.on("error", () => undefined); // the browser has gone: whoever waits is told by `end`
  return {
    send: (method, params = {}, sessionId) => new Promise((resolve, reject) => {
      const id = ++last;
      const timer = setTimeout(() => { waiting.delete(id); reject(new Error(`the browser did not answer ${method}`)); }, PATIENCE);
      waiting.set(id, { resolve: (r) => { clearTimeout(timer); resolve(r); }, reject: (e) => { clearTimeout(timer); reject(e); } });
      input.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    }),
    listen: (listener) => { listeners.push(listener); },
    end: () => { for (const { reject } of waiting.values()) reject(new Error("the browser has ended")); waiting.clear(); },
  };
}

async function openPage(connection: Connection, url: string): Promise<Page> {
  const { targetId } = await connection.send("Target.createTarget", { url: "about:blank" });
  const { sessionId } = await connection.send("Target.attachToTarget", { targetId, flatten: true });
  const send = (method: string, params?: object): Promise<Readonly<Record<string, unknown>>> => connection.send(method, params, sessionId as string);
  const requests: string[] = [], complaints: string[] = [];
  let loaded: (() => void) | undefined;
  connection.listen(({ method, params, sessionId: own }) => {
    if (own !== sessionId) return;
    if (method === "Network.requestWillBeSent") requests.push((params!["request"] as { url: string }).url);
    if (method === "Runtime.exceptionThrown") complaints.push(JSON.stringify(params!["exceptionDetails"]));
    if (method === "Runtime.consoleAPICalled" && params!["type"] === "error") complaints.push(JSON.stringify(params!["args"]));
    if (method === "Log.entryAdded") complaints.push(JSON.stringify(params!["entry"]));
    if (method === "Page.loadEventFired") loaded?.();
  });
  for (const domain of ["Page", "Runtime", "Network", "Log", "Accessibility"]) await send(`${domain}.enable`);
  const isLoaded = new Promise<void>((resolve) => { loaded = resolve; });
  await send("Page.navigate", { url });
  await isLoaded;
  const evaluate = async <T>(expression: string): Promise<T> => {
    const { result, exceptionDetails } = await send("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true });
    if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails));
    return (result as { value: T }).value;
  };
  return {
    requests, complaints, evaluate,
    show: async ({ width, height, scheme = "light", isPhone = false, isPrint = false }) => {
      await send("Emulation.setDeviceMetricsOverride", { width, height, deviceScaleFactor: isPhone ? 2 : 1, mobile: isPhone });
      await send("Emulation.setEmulatedMedia", { media: isPrint ? "print" : "", features: [{ name: "prefers-color-scheme", value: scheme }, { name: "prefers-reduced-motion", value: "reduce" }] });
    },
    press: async (key) => {
      const code = KEY_CODES[key] ?? 0;
      const text = key === "Enter" ? "\r" : key === " " ? " " : undefined;
      await send("Input.dispatchKeyEvent", { type: text === undefined ? "rawKeyDown" : "keyDown", key, code: key === " " ? "Space" : key, windowsVirtualKeyCode: code, text });
      await send("Input.dispatchKeyEvent", { type: "keyUp", key, windowsVirtualKeyCode: code });
    },
    type: async (text) => { await send("Input.insertText", { text }); },
    screenshot: async (file, isWhole = false) => {
      const { data } = await send("Page.captureScreenshot", { format: "png", captureBeyondViewport: isWhole });
      writeFileSync(file, Buffer.from(data as string, "base64"));
    },
    pdf: async (file) => {
      const { data } = await send("Page.printToPDF", { printBackground: false });
      writeFileSync(file, Buffer.from(data as string, "base64"));
    },
    accessibility: async () => (await send("Accessibility.getFullAXTree"))["nodes"] as readonly AccessibleNode[],
  };
}

const KEY_CODES: Readonly<Record<string, number>> = { Tab: 9, Enter: 13, Escape: 27, " ": 32 };
