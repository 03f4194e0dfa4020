/**
 * What is known of one instruction: each claim with its answer and how that is known, and each witness once.
 *
 * Folded away unless the instruction is critical. Claims with the same answer for the same reason stand together, for most of them
 * are alike.
 */
import { CLASSES, OTHER_CLAIMS, type CheckResult, type ClaimAnswer, type ClaimName, type InstructionResult } from "../../verdict/result.js";
import { repeats } from "../explain-text.js";
import { distinctWitnesses, SHOWING } from "../findings.js";
import { standings, type Standing } from "../standing.js";
import { VERDICTS } from "../class-table.js";
import { anchorOf } from "./instruction-table.js";
import { html, type Markup } from "./markup.js";
import type { SourceLine } from "./page.js";
import { place, witnessTable } from "./witness-table.js";

const CLAIMS: readonly ClaimName[] = [...CLASSES, ...OTHER_CLAIMS];

/** Those that one came for (critical, or open whether they are), or the others; nothing where there are none. */
export function instructionDetails(result: CheckResult, which: "grave" | "others", sourceLine: SourceLine): Markup | undefined {
  const standing = standings(result);
  const shown = result.instructions.flatMap((i, n) => (isGrave(standing.get(i.id)!) === (which === "grave") ? [details(i, n, standing.get(i.id)!, sourceLine)] : []));
  return shown.length === 0 ? undefined : html`${shown}`;
}

const isGrave = (standing: Standing): boolean => standing === "critical" || standing === "critical-extended" || standing === "open";

function details(i: InstructionResult, n: number, standing: Standing, sourceLine: SourceLine): Markup {
  const claims = CLAIMS.filter((c) => i.answers[c] !== undefined && !repeats(i, c));
  return html`<details class="instruction" id="${anchorOf(n)}"${isGrave(standing) ? html` open` : undefined}>
<summary><h3>${i.id}</h3> <span>${i.title}</span> <span class="badge badge-${standing}">${VERDICTS[standing].toLowerCase()}</span></summary>
${i.cite === undefined ? undefined : html`<p class="cite">${i.cite}</p>`}
${place(i.source.file, i.source.line, sourceLine)}
${i.executes === undefined ? undefined : html`<p>${i.executes.note}</p>`}
<table class="claims"><caption class="unseen">Claims about ${i.id}</caption>
<thead><tr><th scope="col">Claims</th><th scope="col">Answer</th><th scope="col">Known by</th><th scope="col">Because</th></tr></thead>
<tbody>${grouped(i, claims).map(({ names, claim }) => claimRow(names, claim))}</tbody></table>
${distinctWitnesses(i, [...SHOWING, ...CLAIMS.filter((c) => !SHOWING.includes(c))].filter((c) => claims.includes(c))).map(({ claims: names, witness }) => witnessTable(witness, names.map((c) => `${c} ${i.answers[c]!.answer}`).join(", "), sourceLine))}
</details>
`;
}

function claimRow(names: readonly ClaimName[], { answer, strength, condition, reason }: ClaimAnswer): Markup {
  const because = [condition === undefined ? undefined : `exactly if ${condition}`, reason].filter((t) => t !== undefined).join("; ");
  return html`<tr><td>${names.join(", ")}</td><td class="answer-${answer}">${answer}</td><td>${strength === "none" ? "" : strength}</td><td>${because}</td></tr>`;
}

const ORDER = ["holds", "open", "fails"] as const;

function grouped(i: InstructionResult, claims: readonly ClaimName[]): readonly { readonly names: readonly ClaimName[]; readonly claim: ClaimAnswer }[] {
  const groups = new Map<string, { readonly names: ClaimName[]; readonly claim: ClaimAnswer }>();
  for (const name of claims) {
    const claim = i.answers[name]!;
    const key = JSON.stringify([claim.answer, claim.strength, claim.condition, claim.reason]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { names: [name], claim });
    else group.names.push(name);
  }
  return [...groups.values()].sort((a, b) => ORDER.indexOf(a.claim.answer) - ORDER.indexOf(b.claim.answer));
}
