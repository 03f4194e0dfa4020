/**
 * Hercules 3.13 (Debian's `hercules`) as a host for red pills of the System/370.
 *
 * A core image is loaded at 0, and the restart PSW in it starts the program, in supervisor state and basic control. It prints by a
 * channel program for the console at 009, which popek's specification leaves to the outside: there SIO is answered with condition
 * code 0, and nothing is printed. In the end it loads a PSW that waits for ever.
 *
 * All that the program adds lies above the pill and below 4096, so that no base register is needed and all of the registers are
 * the pill's.
 */
import type { Machine } from "../../isa/machine.js";
import { assemble } from "../../machine/assembler.js";
import type { Image } from "../../machine/image.js";
import type { ProgramPill } from "../red-pill-result.js";
import { binaryOf, hex } from "./bytes.js";
import { fileNameOf, SAYS, type HostedPill, type PillHost } from "./host.js";
import { signOf, type Sign } from "./sign.js";

export const hercules: PillHost = {
  machine: "s370", name: "hercules", title: "Hercules 3.13", command: "hercules", debian: "hercules",
  host: (machine, id, pill) => {
    const cells = new Map(assembled(machine, pill.source).words);
    const own = pill.lines.filter((l) => l.part === "set-up" || l.part === "instruction" || l.part === "observation").map((l) => Number.parseInt(l.address, 16));
    const code = own.map((at) => Number(cells.get(BigInt(at)) ?? 0n));
    const other = code.find((c) => OTHERWISE.some((o) => o.codes.includes(c)));
    if (other !== undefined) return { kind: "refused", because: OTHERWISE.find((o) => o.codes.includes(other))!.because };
    const sign = tellingOf(pill);
    if (sign === undefined) return { kind: "refused", because: "what differs is nothing that the program could look at and print" };
    const last = Math.max(...own);
    return hosted(machine, id, pill, sign, last + lengthOf(code[own.indexOf(last)]!));
  },
};

const OTHERWISE: readonly { readonly codes: readonly number[]; readonly because: string }[] = [
  { codes: [0x83], because: "what DIAGNOSE does is each model's own affair" },
  { codes: [0x9c, 0x9d, 0x9e, 0x9f], because: "what a channel answers depends on the devices there" },
  { codes: [0xae], because: "SIGP speaks of other processors, and Hercules is told to be one alone" },
];

/** Bytes of an instruction, by its code. */
const lengthOf = (code: number): number => (code < 0x40 ? 2 : code < 0xc0 ? 4 : 6);

function assembled(machine: Machine, source: string): Image {
  const { image, diagnostics } = assemble(machine, source, "red pill");
  if (diagnostics.length > 0) throw new Error(`bug: a red pill is not taken by the assembler: ${diagnostics[0]!.message}\n${source}`);
  return image;
}

// ---------------------------------------------------------------- how the program can tell

/** That a program interruption comes on the bare machine only, or under the monitor only. */
interface Interruption {
  readonly place: "interruption";
  readonly world: keyof typeof SAYS;
}

/** Where a program interruption leaves the old PSW. */
const OLD_PSW = { first: 0x28, last: 0x2f } as const;
/** Below this storage is the hardware's. */
const FIXED = 0x200;

function tellingOf(pill: ProgramPill): Interruption | Sign | undefined {
  const { parting } = pill;
  const parted = /^core\[([0-9a-f]+)\]$/.exec(parting.what);
  const at = parted === null ? undefined : Number.parseInt(parted[1]!, 16);
  if (at !== undefined && at >= OLD_PSW.first && at <= OLD_PSW.last) {
    const isZero = (text: string): boolean => /^0*$/.test(text);
    if (isZero(parting.virtual) !== isZero(parting.bare)) return { place: "interruption", world: isZero(parting.virtual) ? "bare" : "virtual" };
  }
  return signOf(pill, { registers: "R", mostRegister: 15, storage: "core", firstCell: FIXED });
}

// ---------------------------------------------------------------- the program

const ORIGIN = 0x400;
const LONGEST_LINE = 16;

function hosted(machine: Machine, id: string, pill: ProgramPill, sign: Interruption | Sign, next: number): HostedPill {
  const source = sourceOf(machine, id, pill, sign, next);
  const { image, symbols, diagnostics } = assemble(machine, source, "red pill");
  if (diagnostics.length > 0) throw new Error(`bug: the red pill of ${id} for Hercules is not taken by the assembler: ${diagnostics[0]!.message}\n${source}`);
  const line = symbols.get("line")!;
  const name = fileNameOf(id);
  return {
    kind: "hosted", image, size: pill.size,
    files: new Map<string, string | Uint8Array>([
      [`${name}.s`, source], [`${name}.core`, binaryOf(image, 1, "big")],
      [`${name}.cnf`, "CPUSERIAL 000611\nCPUMODEL 3090\nMAINSIZE 2\nNUMCPU 1\nARCHMODE S/370\nOSTAILOR QUIET\n0009 3215-C / noprompt\n"],
      [`${name}.rc`, `archmode S/370\nsysclear\nloadcore ${name}.core 0\nrestart\npause 2\nexit\n`],
      [`${name}.run`, `#!/bin/sh\n# runs the red pill of ${id} on Hercules (Debian: apt-get install hercules)\ncd "$(dirname "$0")" && HERCULES_RC=${name}.rc exec hercules -d -f ${name}.cnf </dev/null\n`],
    ]),
    said: (cpu) => Array.from({ length: LONGEST_LINE }, (_, i) => ofEbcdic(Number(cpu.getCell("core", line + BigInt(i))))).join("").trimEnd(),
  };
}

function sourceOf(machine: Machine, id: string, pill: ProgramPill, sign: Interruption | Sign, next: number): string {
  const cells = (bytes: readonly number[]): string => `.cell ${bytes.map(hex).join(",")}`;
  const psw = (address: string): string => `.word 0,0,0,${address}`; // in halfwords
  const own = pill.lines.filter((l) => l.part !== "end" && l.part !== "vector").map(({ address, text, part }) => `        .org ${hex(Number.parseInt(address, 16))}\n        ${text.padEnd(24)}; ${part}\n`).join("");
  const entry = Math.min(...pill.lines.filter((l) => l.part !== "data").map((l) => Number.parseInt(l.address, 16)));
  const word = (value: bigint, bytes: number): string => cells(Array.from({ length: bytes }, (_, i) => Number((value >> BigInt(8 * (bytes - 1 - i))) & 0xffn)));
  const comparing = (bytes: number, store: string, mask: bigint, bare: bigint): string => `look:   ${store}
        NC seen(${bytes - 1},0),mask(0)   ; the bits that the two worlds make different
        CLC seen(${bytes - 1},0),value(0)
        BC 8,bare(0,0)
        BC 0xF,virtual(0,0)
trapped: BC 0xF,virtual(0,0)
mask:   ${word(mask, bytes)}
value:  ${word(bare, bytes)}
`;
  const looking = sign.place === "interruption" ? `look:   BC 0xF,${sign.world === "bare" ? "virtual" : "bare"}(0,0)
trapped: BC 0xF,${sign.world}(0,0)   ; the instruction is interrupted in one of the worlds
`
    : sign.place === "register" ? comparing(4, `ST ${hex(sign.number)},seen(0,0)`, sign.mask, sign.bare) : comparing(1, `MVC seen(0,0),${hex(sign.number)}(0)`, sign.mask, sign.bare);
  return `; A red pill: ${id} of ${machine.name}, as a program that prints which world it is in.
; It runs on popek's own machine, bare and under a monitor, and on Hercules.
        .entry ${hex(entry)}

        .org 0
        ${psw(hex(entry))}   ; where a restart begins
        .org 0x48
        .word 0,${hex(ORIGIN)}   ; the channel program
        .org 0x68
        ${psw("trapped")}   ; where a program interruption goes on

${own}        .org ${hex(next)}
        BC 0xF,look(0,0)

        .org ${hex(ORIGIN)}
        .word 0x900,line,0x2000,${hex(LONGEST_LINE)}   ; write a line
${looking}bare:   MVC line(${hex(LONGEST_LINE - 1)},0),ofBare(0)
        BC 0xF,say(0,0)
virtual: MVC line(${hex(LONGEST_LINE - 1)},0),ofVirtual(0)
say:    SIO 9(0)                ; the console of Hercules
wait:   TIO 9(0)
        BC 7,wait(0,0)
        LPSW done(0)
        .org 0x4c0
done:   .word 2,0,0,0   ; a PSW that waits for ever
ofBare: ${cells(ebcdic(SAYS.bare))}
ofVirtual: ${cells(ebcdic(SAYS.virtual))}
seen:   .cell 0,0,0,0
line:   ${cells(ebcdic(""))}
`;
}

/** Letters, and a space for all else; as many as a line has. */
function ebcdic(text: string): number[] {
  return [...text.padEnd(LONGEST_LINE)].map((c) => {
    const row = ROWS.find((r) => r.letters.includes(c));
    return row === undefined ? 0x40 : row.first + row.letters.indexOf(c);
  });
}

function ofEbcdic(code: number): string {
  const row = ROWS.find((r) => code >= r.first && code < r.first + r.letters.length);
  return row?.letters[code - row.first] ?? " ";
}

const ROWS = [{ first: 0x81, letters: "abcdefghi" }, { first: 0x91, letters: "jklmnopqr" }, { first: 0xa2, letters: "stuvwxyz" }] as const;
