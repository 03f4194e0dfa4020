/**
 * A witness on a page: the states side by side in one table, before and after the step, with what differs marked.
 *
 * A mark is a word in the row and a highlight of the digits, so that it is seen, heard and printed. A component that a run does
 * not list is 0 there.
 */
import type { Witness, WitnessRun } from "../../verdict/result.js";
import { wordOf } from "../findings.js";
import { marksOf, orderOf } from "../witness-text.js";
import { html, type Content, type Markup } from "./markup.js";
import type { SourceLine } from "./page.js";

export function witnessTable(witness: Witness, caption: string, sourceLine: SourceLine): Markup {
  const { runs } = witness;
  const names = orderOf(witness, [...new Set(runs.flatMap((r) => r.components.map((c) => c.name)))]);
  const choices = Object.entries(witness.choices).sort(([a], [b]) => (a < b ? -1 : 1));
  return html`<div class="wide" role="region" aria-label="${caption}" tabindex="0"><table class="witness">
<caption>${caption}: ${witness.shows}<br><code>${wordOf(witness)}</code></caption>
<thead><tr><th scope="col">Component</th>${runs.map((r) => html`<th scope="col">${r.name === "S" ? undefined : html`<b>${r.name}</b> `}${r.title}</th>`)}<th scope="col">Marks</th></tr></thead>
<tbody>
<tr><th scope="row">mode</th>${runs.map((r) => html`<td>${r.mode}</td>`)}<td></td></tr>
${names.map((name) => componentRow(witness, name))}
</tbody>
<tfoot><tr class="${runs.length > 1 && runs[0]!.outcome !== runs[1]!.outcome ? "marked" : "plain"}"><th scope="row">outcome</th>${runs.map((r) => html`<td>${r.outcome}</td>`)}<td>${runs.length > 1 && runs[0]!.outcome !== runs[1]!.outcome ? html`<span class="mark">differs</span>` : undefined}</td></tr></tfoot>
</table></div>
${choices.length === 0 ? undefined : html`<p class="note">Needs, of what the manual leaves undefined: ${choices.map(([n, v]) => `${n} = ${v}`).join(", ")}.</p>`}
${witness.source === undefined ? undefined : place(witness.source.file, witness.source.line, sourceLine)}`;
}

function componentRow(witness: Witness, name: string): Markup {
  const marks = marksOf(witness, name).split(" ").filter((m) => m !== "");
  const values = witness.runs.map((run) => valuesOf(run, name));
  const other = (i: number): Values | undefined => (values.length === 2 ? values[1 - i] : undefined);
  return html`<tr class="${marks.length > 0 ? "marked" : "plain"}"><th scope="row"><code>${name}</code></th>${values.map((v, i) => html`<td><code>${change(v, other(i))}</code></td>`)}<td>${marks.map((m) => html`<span class="mark mark-${m}">${m}</span> `)}</td></tr>`;
}

interface Values {
  readonly before: string;
  readonly after?: string;
}

function valuesOf(run: WitnessRun, name: string): Values {
  const c = run.components.find((x) => x.name === name);
  if (c === undefined) return { before: "0" };
  return c.after === undefined || c.after === c.before ? { before: c.before } : { before: c.before, after: c.after };
}

/** `000100 → 000101`, the digits that are others in the other run highlighted. */
function change({ before, after }: Values, other: Values | undefined): Content {
  const first = digits(before, other?.before);
  return after === undefined ? first : [first, html` <span class="arrow">→<span class="unseen"> becomes </span></span> `, digits(after, other === undefined ? before : other.after ?? other.before)];
}

function digits(text: string, other: string | undefined): Content {
  if (other === undefined || text === other) return text;
  const wide = Math.max(text.length, other.length);
  const against = other.padStart(wide, "0"), own = text.padStart(wide, "0");
  const from = wide - text.length;
  const pieces: { readonly differs: boolean; readonly text: string }[] = [];
  for (let i = from; i < wide; i++) {
    const differs = own[i] !== against[i], last = pieces.at(-1);
    if (last !== undefined && last.differs === differs) pieces[pieces.length - 1] = { differs, text: last.text + own[i]! };
    else pieces.push({ differs, text: own[i]! });
  }
  return pieces.map((p) => (p.differs ? html`<mark>${p.text}</mark>` : p.text));
}

/** `10-control.isa:197` and the line itself. */
export function place(file: string, line: number, sourceLine: SourceLine): Markup {
  const text = sourceLine?.(file, line)?.trim();
  return html`<p class="place"><span>${file}:${line}</span>${text === undefined || text === "" ? undefined : html` <code>${text}</code>`}</p>`;
}
