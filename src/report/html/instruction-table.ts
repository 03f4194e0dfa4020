/**
 * The table of classes on a page: one row an instruction, filtered and sorted by the page's script.
 *
 * The rows carry what the script needs (`data-` attributes); without the script the table is complete and in the order of the
 * specification, and the form that would filter it is not shown.
 */
import type { CheckResult, InstructionResult } from "../../verdict/result.js";
import { cellsOf, VERDICTS } from "../class-table.js";
import { standings, type Standing } from "../standing.js";
import { html, type Markup } from "./markup.js";

/** The gravest first: the order of "Verdict" when sorted. */
const GRAVITY: readonly Standing[] = ["critical", "critical-extended", "open", "privileged", "always-traps", "innocuous"];

const COLUMNS = ["Privileged", "Control", "Location", "Mode", "Resource", "Traps", "User"] as const;

/** The anchor of an instruction's own section. */
export const anchorOf = (index: number): string => `i${index}`;

export function instructionTable(result: CheckResult): Markup {
  const standing = standings(result);
  const present = GRAVITY.filter((s) => [...standing.values()].includes(s));
  return html`<form id="filter" hidden>
<p><label for="find">Find</label> <input id="find" type="search" autocomplete="off" placeholder="identifier or title"></p>
<p><label for="verdict">Verdict</label> <select id="verdict"><option value="">all</option>${present.map((s) => html`<option value="${s}">${VERDICTS[s].toLowerCase()}</option>`)}</select></p>
<p><label for="class">Class</label> <select id="class"><option value="">any</option>${COLUMNS.map((c, i) => html`<option value="${i}">${c.toLowerCase()}</option>`)}</select></p>
<p><button type="reset">Clear</button> <output id="shown" for="find verdict class"></output></p>
</form>
<div class="wide" role="region" aria-label="Table of instructions" tabindex="0"><table id="table">
<caption>Every instruction and its classes. <span class="note">ext: in the extended reading only. Traps: always, or partly (in some user states in which the bare machine goes on). User: sensitive in user states, by C control (c: extended only), L location, R resources.</span></caption>
<thead><tr>${["Instruction", "Verdict", ...COLUMNS, "Title", "Place"].map((c, i) => html`<th scope="col" data-column="${i}">${c}</th>`)}</tr></thead>
<tbody>
${result.instructions.map((i, n) => row(i, n, standing.get(i.id)!))}
</tbody>
</table></div>
<p id="none" class="note" hidden>No instruction is like that.</p>`;
}

function row(i: InstructionResult, n: number, standing: Standing): Markup {
  const cells = cellsOf(i, standing, false).slice(0, -1);
  return html`<tr data-verdict="${standing}">
<th scope="row"><a href="#${anchorOf(n)}">${i.id}</a></th><td data-key="${GRAVITY.indexOf(standing)}"><span class="badge badge-${standing}">${VERDICTS[standing].toLowerCase()}</span></td>${cells.map((c) => (c === "-" ? html`<td class="no">no</td>` : html`<td class="${c.includes("?") ? "unknown" : "yes"}">${c.replace("?", " open").trim()}</td>`))}<td>${i.title}</td><td data-key="${n}">${i.source.file}:${i.source.line}</td></tr>
`;
}
