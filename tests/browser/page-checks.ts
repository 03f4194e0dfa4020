/**
 * What is expected of the page in a browser: with the keyboard, with a screen reader, on a phone, in the dark, on paper, without its
 * script, and with a specification that means harm. Each check throws with what it found.
 */
import assert from "node:assert/strict";
import type { Page, Viewport } from "./chromium.js";

export const VIEWS: Readonly<Record<string, Viewport>> = {
  "desktop-light": { width: 1280, height: 900 }, "desktop-dark": { width: 1280, height: 900, scheme: "dark" },
  "window-light": { width: 1200, height: 900 }, "small-window-light": { width: 1000, height: 800 },
  "phone-light": { width: 390, height: 844, isPhone: true }, "phone-dark": { width: 390, height: 844, isPhone: true, scheme: "dark" },
  "small-phone": { width: 320, height: 640, isPhone: true }, print: { width: 800, height: 1100, isPrint: true },
};

/** Whatever a page shows: no traffic, no complaint, nothing run that is not its own, no sideways scrolling, contrast. */
export async function soundPage(page: Page, url: string): Promise<void> {
  assert.deepEqual(page.requests, [url], "the page asks for nothing");
  assert.deepEqual(page.complaints, [], "nothing breaks the page's policy, and its script does not fail");
  assert.equal(await page.evaluate("globalThis.harmed"), undefined, "nothing of the specification runs");
  for (const [name, view] of Object.entries(VIEWS)) {
    await page.show(view);
    const [wide, shown] = await page.evaluate<[number, number]>("[document.documentElement.scrollWidth, document.documentElement.clientWidth]");
    if (view.isPrint !== true) assert.ok(wide <= shown, `${name}: the page scrolls sideways, ${wide} in ${shown}`);
    const poor = await page.evaluate<readonly string[]>(POOR_CONTRAST);
    assert.deepEqual(poor, [], `${name}: text without contrast`);
  }
}

/** Elements with text of their own whose contrast with what is behind them is below 4.5, as WCAG 2 counts it. */
const POOR_CONTRAST = `(() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (color) => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = color; canvas.fillRect(0, 0, 1, 1); return [...canvas.getImageData(0, 0, 1, 1).data]; };
  const luminance = ([r, g, b]) => [r, g, b].map((c) => c / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)).reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const known = new Map();
  const contrast = (a, b) => { const [x, y] = [luminance(rgba(a)), luminance(rgba(b))].sort((p, q) => q - p); return (x + 0.05) / (y + 0.05); };
  const ground = (e) => { for (let at = e; at !== null; at = at.parentElement) { const c = getComputedStyle(at).backgroundColor; if (c !== "rgba(0, 0, 0, 0)") return c; } return "white"; };
  const poor = new Set();
  for (const e of document.querySelectorAll("body *")) {
    if (e.closest("svg, script") || ![...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim() !== "")) continue;
    const key = getComputedStyle(e).color + " on " + ground(e);
    if (!known.has(key)) known.set(key, contrast(getComputedStyle(e).color, ground(e)));
    if (known.get(key) < 4.5) poor.add(e.tagName + "." + e.className + ": " + key + " " + known.get(key).toFixed(2));
  }
  return [...poor];
})()`;

const SHOWN_ROWS = `[...document.querySelectorAll("#table tbody tr")].filter((r) => !r.hidden).map((r) => r.cells[0].textContent)`;

/** Filter, sort and links, with the keyboard alone. */
export async function keyboard(page: Page, expected: { readonly all: number; readonly critical: readonly string[] }): Promise<void> {
  await page.show(VIEWS["desktop-light"]!);
  const rows = (): Promise<readonly string[]> => page.evaluate<readonly string[]>(SHOWN_ROWS);
  const said = (): Promise<string> => page.evaluate<string>(`document.getElementById("shown").textContent`);
  const reached = new Set<string>();
  for (let i = 0; i < 40; i++) {
    await page.press("Tab");
    reached.add(await page.evaluate<string>(`document.activeElement.className || document.activeElement.id || document.activeElement.tagName`));
  }
  for (const name of ["skip", "find", "verdict", "class"]) assert.ok(reached.has(name), `the Tab key reaches ${name}`);

  const inOrder = await rows();
  assert.equal(inOrder.length, expected.all);

  await page.evaluate(`document.getElementById("find").focus()`);
  await page.type("no instruction is called so");
  assert.equal(await said(), `0 of ${expected.all} shown`);
  assert.equal(await page.evaluate(`document.getElementById("none").hidden`), false);
  await page.evaluate(`document.querySelector("#filter button[type=reset]").focus()`);
  await page.press("Enter");
  await page.evaluate("new Promise((r) => setTimeout(r, 50))");
  assert.deepEqual(await rows(), inOrder, "Clear shows them all again");

  await page.evaluate(`(() => { const v = document.getElementById("verdict"); v.value = "critical"; v.dispatchEvent(new Event("input", { bubbles: true })); })()`);
  assert.deepEqual(await rows(), expected.critical);
  await page.evaluate(`document.getElementById("filter").reset()`);
  await page.evaluate("new Promise((r) => setTimeout(r, 50))");

  await page.evaluate(`document.querySelector("#table thead th:nth-child(2) button").focus()`);
  await page.press("Enter");
  assert.equal(await page.evaluate(`document.querySelector("#table thead th:nth-child(2)").getAttribute("aria-sort")`), "ascending");
  assert.deepEqual((await rows()).slice(0, expected.critical.length), expected.critical, "the gravest first, and otherwise in the order that was there");
  await page.press(" ");
  assert.equal(await page.evaluate(`document.querySelector("#table thead th:nth-child(2)").getAttribute("aria-sort")`), "descending");
  assert.deepEqual((await rows()).slice(-expected.critical.length), expected.critical);
  await page.evaluate(`document.querySelector("#table thead th:last-child button").focus()`);
  await page.press("Enter");
  assert.deepEqual(await rows(), inOrder, "sorted by place they are as the specification has them");

  await page.evaluate(`document.querySelector('#table a[href="#i0"]').focus()`);
  await page.press("Enter");
  await page.evaluate("new Promise((r) => setTimeout(r, 50))");
  assert.equal(await page.evaluate(`document.getElementById("i0").open`), true, "a link opens its instruction");
  assert.equal(await page.evaluate(`document.activeElement.closest("details").id`), "i0", "and the focus is there");
}

/** What a screen reader is told: every table and picture has a name, every scrolling region too, and headings skip no level. */
export async function screenReader(page: Page): Promise<void> {
  await page.show(VIEWS["desktop-light"]!);
  const nodes = (await page.accessibility()).filter((n) => !n.ignored);
  const of = (role: string): typeof nodes => nodes.filter((n) => n.role?.value === role);
  for (const role of ["table", "image", "region", "navigation", "searchbox", "combobox"]) {
    assert.ok(of(role).length > 0, `there is a ${role}`);
    for (const n of of(role)) assert.notEqual(n.name?.value ?? "", "", `each ${role} has a name`);
  }
  assert.deepEqual(await page.evaluate(`[...document.querySelectorAll(".wide")].filter((e) => e.getAttribute("role") !== "region" || !e.getAttribute("aria-label") || e.tabIndex !== 0).length`), 0, "what scrolls is a region with a name that the keyboard reaches");
  for (const n of of("image")) assert.match(n.description?.value ?? "", /: \d+/, "each picture says its numbers");
  assert.ok(of("columnheader").length > 5 && of("rowheader").length > 5, "tables have heads");
  assert.deepEqual(await page.evaluate(`[document.documentElement.lang, document.querySelectorAll("h1").length, document.querySelectorAll("main").length]`), ["en", 1, 1]);
  const levels = await page.evaluate<readonly number[]>(`[...document.querySelectorAll("h1,h2,h3,h4")].map((h) => Number(h.tagName[1]))`);
  levels.forEach((level, i) => assert.ok(i === 0 || level <= levels[i - 1]! + 1, "headings skip no level"));
}

/** On paper there are no controls, and what is marked is marked without colour. */
export async function paper(page: Page): Promise<void> {
  await page.show(VIEWS["print"]!);
  assert.deepEqual(await page.evaluate(`["nav", "#filter", "#folding"].map((s) => getComputedStyle(document.querySelector(s)).display)`), ["none", "none", "none"]);
  assert.notEqual(await page.evaluate(`getComputedStyle(document.querySelector("mark")).textDecorationLine`), "none");
}
