/**
 * The KS10 of SIMH 3.8 (Debian's `simh`, the program `pdp10`) as a host for red pills of the PDP-10.
 *
 * It is a later processor than the specification's KA10: executive mode without paging, where addresses are physical, is as on a KA10,
 * and so are JRST 0, 2 and 4 and the PC word's User bit. Its front end prints the character in cell 33, with bit 400 added, when CONO
 * APR with 12000 tells it to, and clears the cell; on a KA10 that CONO clears conditions of the processor, which does no harm, and nobody
 * clears the cell, so the program waits a while and goes on. A user program that traps comes to the cell that 41 names on
 * a KA10, and to what 434 of the process table names on a KS10; both lead to the same place.
 *
 * The facts on the KS10 are what SIMH's does; the format of the binary is that of its loader, RIM10.
 */
import type { Machine } from "../../isa/machine.js";
import { assemble } from "../../machine/assembler.js";
import type { Image } from "../../machine/image.js";
import type { ProgramPill } from "../red-pill-result.js";
import { fileNameOf, SAYS, type HostedPill, type PillHost, type RefusedPill } from "./host.js";

export const ks10: PillHost = {
  machine: "pdp10", name: "ks10", title: "the KS10 of SIMH 3.8", command: "pdp10", debian: "simh",
  host: (machine, id, pill) => {
    const words = assembled(machine, pill.source);
    const refused = refusalOf(machine, pill, words);
    if (refused !== undefined) return { kind: "refused", because: refused };
    const sign = signOf(pill);
    return sign === undefined ? { kind: "refused", because: "what differs is nothing that the program could look at and print" } : hosted(machine, id, pill, sign);
  },
};

/** Above the cells that either processor keeps for itself. */
const ORIGIN = 0o1000;
const SIZE = 4096;

function assembled(machine: Machine, source: string): Image {
  const { image, diagnostics } = assemble(machine, source, "red pill");
  if (diagnostics.length > 0) throw new Error(`bug: a red pill is not taken by the assembler: ${diagnostics[0]!.message}\n${source}`);
  return image;
}

// ---------------------------------------------------------------- what the KS10 is not

const OTHERWISE: readonly { readonly from: number; readonly to: number; readonly because: string }[] = [
  { from: 0o000, to: 0o000, because: "a monitor operation takes its new PC word from the process table of a KS10; a KA10 executes the word in 41" },
  { from: 0o040, to: 0o077, because: "a monitor operation takes its new PC word from the process table of a KS10; a KA10 executes the word in 41" },
  { from: 0o100, to: 0o127, because: "the code is unassigned on a KA10, and a KS10 has further instructions there" },
  { from: 0o130, to: 0o131, because: "software double precision is no instruction of a KS10" },
  { from: 0o247, to: 0o247, because: "the code does nothing on a KA10 and traps on a KS10" },
  { from: 0o257, to: 0o257, because: "the code does nothing on a KA10 and is MAP on a KS10" },
  { from: 0o700, to: 0o777, because: "in-out is another set of instructions on a KS10, with other devices" },
];
const JRST = 0o254;
const JRST_FORMS: Readonly<Record<number, string>> = {
  1: "JRST 1 enters user mode on a KA10; on a KS10 it is PORTAL, which enters no mode",
  3: "JRST 3 restores flags and enters user mode on a KA10; on a KS10 it is not assigned, and traps",
};

function refusalOf(machine: Machine, { lines }: ProgramPill, { words }: Image): string | undefined {
  const cells = new Map(words);
  for (const { part, address } of lines) {
    if (part !== "set-up" && part !== "instruction" && part !== "observation") continue;
    const word = cells.get(BigInt(`0o${address}`));
    if (word === undefined) throw new Error(`bug: the red pill has no word at ${address} of ${machine.name}`);
    const code = Number(word >> 27n), form = Number((word >> 23n) & 0o17n);
    const own = OTHERWISE.find((o) => code >= o.from && code <= o.to)?.because ?? (code === JRST && form !== 0 && form !== 2 && form !== 4 ? JRST_FORMS[form] ?? `JRST ${form.toString(8)} concerns interrupts and PC words that the two processors do not share` : undefined);
    if (own !== undefined) return own;
  }
  return undefined;
}

// ---------------------------------------------------------------- how the program can tell

/** What shows the world: a word in which the two runs differ; or that a privileged instruction is trapped on the bare machine, which is in user mode. */
type Sign =
  | { readonly kind: "word"; readonly address: number; readonly mask: bigint; readonly bare: bigint }
  | { readonly kind: "trap" };

const HIGHEST_VECTOR = 0o77;

function signOf({ differences }: ProgramPill): Sign | undefined {
  for (const { what, isVisible, bare, virtual } of differences) {
    const place = /^(AC|core)\[([0-7]+)\]$/.exec(what);
    if (!isVisible || place === null) continue;
    const address = Number.parseInt(place[2]!, 8);
    if (place[1] === "core" && address <= HIGHEST_VECTOR) return { kind: "trap" };
    const own = BigInt(`0o${bare}`), mask = own ^ BigInt(`0o${virtual}`);
    return { kind: "word", address, mask, bare: own & mask };
  }
  return undefined;
}

// ---------------------------------------------------------------- the program

function hosted(machine: Machine, id: string, pill: ProgramPill, sign: Sign): HostedPill | RefusedPill {
  const end = pill.lines.find((l) => l.part === "end");
  if (end === undefined) return { kind: "refused", because: "it has no end at which the program could go on and print" };
  const source = sourceOf(machine, id, pill, sign, Number.parseInt(end.address, 8));
  const { image, symbols, diagnostics } = assemble(machine, source, "red pill");
  if (diagnostics.length > 0) throw new Error(`bug: the red pill of ${id} for the KS10 is not taken by the assembler: ${diagnostics[0]!.message}\n${source}`);
  const line = symbols.get("line")!;
  const name = fileNameOf(id);
  return {
    kind: "hosted", image, size: SIZE,
    files: new Map<string, string | Uint8Array>([
      [`${name}.s`, source], [`${name}.rim`, rim10(image)], [`${name}.ini`, `load ${name}.rim\ngo\nexit\n`],
      [`${name}.run`, `#!/bin/sh\n# runs the red pill of ${id} on SIMH's KS10 (Debian: apt-get install simh)\ncd "$(dirname "$0")" && exec pdp10 ${name}.ini </dev/null\n`],
    ]),
    said: (cpu) => {
      let text = "";
      for (let at = line; ; at++) {
        const character = Number(cpu.getCell("core", at));
        if (character < 0o40) return text;
        text += String.fromCharCode(character);
      }
    },
  };
}

function sourceOf(machine: Machine, id: string, pill: ProgramPill, sign: Sign, end: number): string {
  const octal = (n: number | bigint): string => n.toString(8);
  const kept = pill.lines.filter((l) => l.part !== "end" && l.part !== "vector");
  const own = kept.map(({ address, text, part }) => `        .org ${octal(Number.parseInt(address, 8))}\n        ${text.padEnd(24)}; ${part}\n`).join("");
  const characters = (text: string): string => `${[...`${text}\r\n`].map((c) => `        .word ${octal(c.charCodeAt(0))}`).join("\n")}\n        .word 0`;
  const looking = sign.kind === "trap"
    ? `        CONI APR,conditions     ; a user program may not: on the bare machine this is one, and is trapped\n        JRST 0,virtual          ; the monitor believes that it is still in executive mode\n`
    : `        JRST 0,look\n`;
  return `; A red pill: ${id} of ${machine.name}, as a program that prints which world it is in.
; It runs on popek's own machine, bare and under a monitor, and on the KS10 of SIMH.
        .entry ${octal(kept[0] === undefined ? end : Math.min(...kept.filter((l) => l.part !== "data").map((l) => Number.parseInt(l.address, 8))))}

        .org 41
        JSR trapped             ; where a KA10 goes on when a user program is trapped
        .org 434
        .word trapped+1         ; and where a KS10 does

${own}        .org ${octal(end)}
${looking}
        .org ${octal(ORIGIN)}
${sign.kind === "word" ? `look:   MOVE 16,${octal(sign.address)}
        AND 16,mask             ; the bits that the two worlds make different
        CAMN 16,value
        JRST 0,bare
        JRST 0,virtual
mask:   .word ${octal(sign.mask)}
value:  .word ${octal(sign.bare)}
` : "conditions: .word 0\n"}trapped: .word 0
bare:   MOVEI 10,ofBare
        JRST 0,say
virtual: MOVEI 10,ofVirtual
say:    MOVEI 11,line
next:   MOVE 12,0(10)
        MOVEM 12,0(11)          ; kept in a line of cells as well
        JUMPE 12,done
        IORI 12,400
        MOVEM 12,33
        CONO APR,12000          ; the front end of a KS10 prints the character in 33
        MOVEI 13,4000
wait:   SKIPN 0,33
        JRST 0,sent
        SOJG 13,wait
        SETZM 0,33              ; a KA10 has no front end
sent:   AOJ 10,0
        AOJ 11,0
        JRST 0,next
done:   JRST 4,done
ofBare:
${characters(SAYS.bare)}
ofVirtual:
${characters(SAYS.virtual)}
line:   .word 0
`;
}

// ---------------------------------------------------------------- the binary

/** RIM10: six frames a word, each with its highest bit; blocks of -count,,address-1, words and a sum that makes 0; a jump to the beginning. */
function rim10({ start, words }: Image): Uint8Array {
  const frames: number[] = [];
  const put = (word: bigint): void => { for (let shift = 30n; shift >= 0n; shift -= 6n) frames.push(0o200 | Number((word >> shift) & 0o77n)); };
  const sorted = [...words].sort(([a], [b]) => (a < b ? -1 : 1));
  for (let from = 0; from < sorted.length;) {
    let to = from + 1;
    while (to < sorted.length && sorted[to]![0] === sorted[to - 1]![0] + 1n) to++;
    const block = sorted.slice(from, to);
    const header = (((1n << 18n) - BigInt(block.length)) << 18n) | ((block[0]![0] - 1n) & 0o777777n);
    put(header);
    let sum = header;
    for (const [, word] of block) {
      put(word);
      sum += word;
    }
    put((-sum) & ((1n << 36n) - 1n));
    from = to;
  }
  put((BigInt(JRST) << 27n) | start);
  return Uint8Array.from(frames);
}
