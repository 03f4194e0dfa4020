/**
 * The classes as sets, drawn to scale.
 *
 * Every instruction is one square of the same size, so areas are in proportion to counts exactly, whatever the counts are, and
 * neither circles nor anyone's eye has to be trusted. Squares stand in columns, in an order in which each set is one run, or as few
 * as its members allow; a set is the outline around its squares, and one set within another has its outline within the other's.
 *
 * Nothing is said by colour alone: outlines differ in their dashes, and the table under the picture says the same in numbers.
 */
import type { CheckResult, ClaimName, InstructionResult } from "../../verdict/result.js";
import { holds, theoremOf } from "../standing.js";
import { count } from "../layout.js";
import { html, type Content, type Markup } from "./markup.js";
import { outline, type Cell } from "./outline.js";

export type PictureReading = "strict" | "extended";

const KINDS: Readonly<Record<PictureReading, readonly (readonly [name: string, claims: readonly ClaimName[]])[]>> = {
  strict: [["control-sensitive", ["control"]], ["location-sensitive", ["location"]], ["mode-sensitive", ["mode"]]],
  extended: [["control-sensitive", ["control", "control-extended"]], ["location-sensitive", ["location"]], ["mode-sensitive", ["mode"]], ["resource-sensitive", ["resource"]]],
};

interface Square {
  readonly instruction: InstructionResult;
  readonly fill: "critical" | "open" | "privileged" | "sensitive" | "other";
  /** one bit a kind of sensitivity */
  readonly kinds: number;
}

interface Drawn {
  readonly name: string;
  /** for the style sheet: the colour and dashes of its outline */
  readonly style: string;
  /** in how many of the sets drawn it may lie: so far within its border it is drawn */
  readonly depth: number;
  readonly has: (square: Square) => boolean;
}

/** Both pictures of a reading: all instructions, and, enlarged, the sensitive ones. */
export function pictures(result: CheckResult, reading: PictureReading): Markup {
  const squares = inOrder(result, reading);
  if (squares.length === 0) return html``;
  const isPrivileged = (s: Square): boolean => holds(s.instruction, "privileged");
  const privileged: Drawn = { name: "privileged", style: "privileged", depth: 0, has: isPrivileged };
  const sensitive: Drawn = { name: "sensitive", style: "sensitive", depth: 1, has: (s) => s.kinds !== 0 };
  const critical: Drawn = { name: "critical", style: "critical", depth: 2, has: (s) => s.fill === "critical" };
  const open: Drawn = { name: "open", style: "open", depth: 0, has: (s) => s.fill === "open" };
  const kinds = KINDS[reading].map(([name], i): Drawn => ({ name, style: `kind-${i}`, depth: i + 3, has: (s) => (s.kinds & (1 << i)) !== 0 }));
  const within = squares.filter((s) => s.kinds !== 0);
  return html`${figure(`${capital(reading)} reading: ${count(squares.length, "instruction")}, one square each`, "all", squares, [privileged, sensitive, critical, open], { cell: 24, step: 2, ratio: 2.6 })}
${within.length === 0 ? html`<p class="note">No instruction is known to be sensitive in this reading.</p>` : figure(`${capital(reading)} reading: ${count(within.length, "sensitive instruction")}, enlarged`, "all sensitive", within, [privileged, critical, ...kinds], { cell: 36, step: 1.7, ratio: 2.2 })}`;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Privileged ones first, then those that are sensitive too, then the sensitive alone, then the rest: both sets are one run. */
function inOrder(result: CheckResult, reading: PictureReading): readonly Square[] {
  const theorem = theoremOf(result, 1, reading);
  const critical = new Set(theorem?.critical), open = new Set(theorem?.open);
  const squares = result.instructions.map((instruction): Square => {
    const kinds = KINDS[reading].reduce((bits, [, claims], i) => bits | (claims.some((c) => holds(instruction, c)) ? 1 << i : 0), 0);
    const { id } = instruction;
    const fill = critical.has(id) ? "critical" : open.has(id) ? "open" : holds(instruction, "privileged") ? "privileged" : kinds !== 0 ? "sensitive" : "other";
    return { instruction, kinds, fill };
  });
  const isPrivileged = (s: Square): boolean => holds(s.instruction, "privileged");
  const groups: readonly ((s: Square) => boolean)[] = [
    (s) => isPrivileged(s) && s.kinds === 0, (s) => isPrivileged(s) && s.kinds !== 0, (s) => !isPrivileged(s) && s.kinds !== 0 && s.fill !== "critical", (s) => s.fill === "critical", (s) => s.fill === "open" && s.kinds === 0,
  ];
  const group = (s: Square): number => { const at = groups.findIndex((g) => g(s)); return at < 0 ? groups.length : at; };
  // neighbours in a Gray code differ in one kind: so each kind is in few runs; the other way round in the set beside it
  const key = (s: Square): number => group(s) * 100 + (group(s) === 1 ? 50 - grayRank(s.kinds) : grayRank(s.kinds));
  return squares.map((s, i) => ({ s, i })).sort((a, b) => key(a.s) - key(b.s) || a.i - b.i).map(({ s }) => s);
}

/** The place of a number in the reflected binary code. */
function grayRank(code: number): number {
  let rank = 0;
  for (let rest = code; rest !== 0; rest >>= 1) rank ^= rest;
  return rank;
}

// ---------------------------------------------------------------- drawing

const SIDE = 12, MARGIN = 6;

interface Scale {
  /** a square's share of the picture, in units */
  readonly cell: number;
  /** how much further within its border each set's outline lies than the one's before */
  readonly step: number;
  /** columns to rows */
  readonly ratio: number;
}

function figure(title: string, whole: string, squares: readonly Square[], sets: readonly Drawn[], { cell: unit, step, ratio }: Scale): Markup {
  const rows = Math.max(1, Math.round(Math.sqrt(squares.length / ratio)));
  const columns = Math.max(1, Math.ceil(squares.length / rows));
  const placed = squares.map((square, i) => ({ square, cell: { column: Math.floor(i / rows), row: i % rows } }));
  const shown = sets.map((set) => ({ ...set, members: placed.filter((p) => set.has(p.square)) })).filter((s) => s.members.length > 0);
  const width = columns * unit + 2 * MARGIN, height = rows * unit + 2 * MARGIN;
  const description = `${[{ name: whole, n: squares.length }, ...shown.map((s) => ({ name: s.name, n: s.members.length }))].map(({ name, n }) => `${name}: ${n}`).join(". ")}.`;
  return html`<figure>
<figcaption>${title}</figcaption>
<svg role="img" aria-label="${title}" aria-description="${description}" viewBox="0 0 ${width} ${height}" style="max-width:${Math.round(width * 1.4)}px">
<title>${title}</title><desc>${description}</desc>
<rect class="all" x="1" y="1" width="${width - 2}" height="${height - 2}" rx="6"/>
${placed.map(({ square, cell }) => squareMarkup(square, cell, unit))}
${shown.map((s) => html`<path class="set set-${s.style}" d="${pathOf(s.members.map((m) => m.cell), unit, 1 + s.depth * step)}"/>`)}
</svg>
${legend(shown.map(({ name, style, members }) => ({ name, style, n: members.length })), squares.length, whole)}
</figure>`;
}

function squareMarkup({ instruction, fill }: Square, { column, row }: Cell, unit: number): Markup {
  const x = MARGIN + column * unit + (unit - SIDE) / 2, y = MARGIN + row * unit + (unit - SIDE) / 2;
  return html`<rect class="square square-${fill}" x="${x}" y="${y}" width="${SIDE}" height="${SIDE}" rx="2"><title>${instruction.id}: ${instruction.title}</title></rect>`;
}

function pathOf(cells: readonly Cell[], unit: number, inset: number): string {
  return outline(cells).map((loop) => {
    const corners = loop.map(({ column, row, inwardX, inwardY }) => `${rounded(MARGIN + column * unit + inwardX * inset)} ${rounded(MARGIN + row * unit + inwardY * inset)}`);
    return `M${corners.join("L")}Z`;
  }).join("");
}

const rounded = (n: number): number => Math.round(10 * n) / 10;

function legend(sets: readonly { readonly name: string; readonly style: string; readonly n: number }[], all: number, whole: string): Markup {
  const row = (mark: Content, name: string, n: number): Markup => html`<tr><td>${mark}</td><th scope="row">${name}</th><td class="number">${n.toLocaleString("en-US")}</td><td class="number">${((100 * n) / all).toFixed(1)} %</td></tr>`;
  const swatch = (style: string): Markup => html`<svg class="swatch" viewBox="0 0 30 18" aria-hidden="true"><rect class="square square-${FILLS.includes(style) ? style : "none"}" x="9" y="4" width="10" height="10" rx="2"/><path class="set set-${style}" d="M2 2L28 2L28 16L2 16Z"/></svg>`;
  return html`<table class="legend"><caption class="unseen">The sets of the picture, in numbers</caption>
<thead><tr><th scope="col"><span class="unseen">Outline</span></th><th scope="col">Set</th><th scope="col" class="number">Members</th><th scope="col" class="number">Share</th></tr></thead>
<tbody>${row(undefined, whole, all)}${sets.map((s) => row(swatch(s.style), s.name, s.n))}</tbody></table>`;
}

const FILLS: readonly string[] = ["critical", "open", "privileged", "sensitive"];
