/**
 * QEMU's PC with a Pentium II (Debian's `qemu-system-x86`) as a host for red pills of x86.
 *
 * A program begins in real-address mode, as a boot sector does, with what a reset leaves in the segment registers. A ROM of the host's own, which is
 * no part of the program, puts the processor into that state, brings storage in from its own cells and goes to where the pill
 * begins. Behind the pill, and wherever an exception leads, the program looks at what differs, prints by port E9 (popek's machine has that
 * console, too) and resets the board.
 *
 * What is added is written as bytes, for what an assembler would choose depends on the size of the code segment. It needs no stack, and reaches its data
 * through CS, so that it runs whatever the pill has done to the other segment registers.
 */
import type { Machine } from "../../isa/machine.js";
import { assemble } from "../../machine/assembler.js";
import type { Image, Setting } from "../../machine/image.js";
import { settingsText } from "../red-pill-program.js";
import type { ProgramPill } from "../red-pill-result.js";
import { binaryOf, hex } from "./bytes.js";
import { fileNameOf, SAYS, type HostedPill, type PillHost } from "./host.js";
import { signOf, type Sign } from "./sign.js";

/** Of storage: the pill is below, and its stack. */
const STACK = 0x1000, LOOK = 0x1000, DATA = 0x1100, SIZE = 0x2000;
/** In DATA. */
const SEEN = DATA, MASK = DATA + 4, BARE = DATA + 8, SAY_BARE = DATA + 0x20, SAY_VIRTUAL = DATA + 0x40, LINE = DATA + 0x80;
const EXCEPTIONS = 32, LONGEST_LINE = 32;

/** What a reset leaves, and what the ROM adds: all exceptions have a vector, and there is a stack. */
const BEGINS: readonly Setting[] = [
  ...[0n, 1n, 2n, 3n, 4n, 5n].flatMap((index): Setting[] => [{ component: "Limit", index, value: 0xffffn }, { component: "Rights", index, value: 0x93n }]),
  { component: "GlobalLimit", value: 0xffffn }, { component: "InterruptLimit", value: 0x3ffn }, { component: "G", index: 4n, value: BigInt(STACK) },
  { component: "CD", value: 1n }, { component: "NW", value: 1n }, { component: "Later", value: 1n },
];

export const pc: PillHost = {
  machine: "x86", name: "qemu", title: "QEMU's PC with a Pentium II", command: "qemu-system-i386", debian: "qemu-system-x86", begins: BEGINS,
  host: (machine, id, pill) => {
    if (pill.isSettled === false) return { kind: "refused", because: "what it does on the bare machine rests on what the manual leaves undefined" };
    // of the cells that vectors have the program makes a use of its own
    const looking = { registers: "G", mostRegister: 7, storage: "core" };
    const sign = signOf(pill, { ...looking, firstCell: 4 * EXCEPTIONS }) ?? signOf(pill, { ...looking, firstCell: 0 });
    if (sign === undefined) return { kind: "refused", because: "what differs is nothing that the program could look at and print" };
    if (!pill.lines.some((l) => l.part === "end")) return { kind: "refused", because: "it has no end at which the program could go on and print" };
    return hosted(machine, id, pill, sign);
  },
};

function hosted(machine: Machine, id: string, pill: ProgramPill, sign: Sign): HostedPill {
  const source = sourceOf(machine, id, pill, sign);
  const { image, diagnostics } = assemble(machine, source, "red pill");
  if (diagnostics.length > 0) throw new Error(`bug: the red pill of ${id} for a PC is not taken by the assembler: ${diagnostics[0]!.message}\n${source}`);
  const name = fileNameOf(id);
  return {
    kind: "hosted", image, size: SIZE,
    files: new Map<string, string | Uint8Array>([
      [`${name}.s`, source], [`${name}.rom`, romOf(image)],
      [`${name}.run`, `#!/bin/sh
# runs the red pill of ${id} on QEMU's PC with a Pentium II (Debian: apt-get install qemu-system-x86)
cd "$(dirname "$0")" && exec qemu-system-i386 -M pc -accel tcg -cpu pentium2,-apic -m 16 -bios ${name}.rom -display none -nodefaults -no-reboot -debugcon stdio </dev/null
`],
    ]),
    said: (cpu) => {
      const codes = Array.from({ length: LONGEST_LINE }, (_, i) => Number(cpu.getCell("core", BigInt(LINE + i))));
      return String.fromCharCode(...codes.slice(0, codes.findIndex((c) => c < 0x20)));
    },
  };
}

// ---------------------------------------------------------------- the program

function sourceOf(machine: Machine, id: string, pill: ProgramPill, sign: Sign): string {
  const entry = /\.entry (\S+)/.exec(pill.source)?.[1];
  if (entry === undefined) throw new Error(`bug: the red pill of ${id} says no entry`);
  const own = pill.lines.map(({ address, text, part, means }) => {
    const at = Number.parseInt(address, 16);
    const line = part === "end" ? `.cell ${bytesOf([0xe9, ...low(LOOK - at - 3, 2)])}` : text;
    return `        .org ${hex(at)}\n        ${line.padEnd(32)}; ${part}${part === "end" ? `: jmp ${hex(LOOK)}` : means === undefined ? "" : `: ${means}`}\n`;
  }).join("");
  return `; A red pill: ${id} of ${machine.name}, as a program that prints which world it is in.
; It runs on popek's own machine, bare and under a monitor, and on QEMU's PC with a Pentium II. Cells are bytes.
        .entry ${entry}
${settingsText(machine, BEGINS)}
        .org 0
${Array.from({ length: EXCEPTIONS }, (_, i) => `        .cell ${bytesOf([...low(LOOK, 2), 0, 0]).padEnd(28)}; vector ${hex(i)}\n`).join("")}
${own}
        .org ${hex(LOOK)}
${[...lookingAt(sign), ...TELLING].map(([bytes, means]) => `        .cell ${bytesOf(bytes).padEnd(28)}; ${means}\n`).join("")}
        .org ${hex(SEEN)}
        .cell ${bytesOf(low(0, 4)).padEnd(28)}; what is seen
        .cell ${bytesOf(low(sign.mask, 4)).padEnd(28)}; the bits of it that the two worlds make different
        .cell ${bytesOf(low(sign.bare, 4)).padEnd(28)}; what they are on the bare machine
        .org ${hex(SAY_BARE)}
        .cell ${bytesOf(lineOf(SAYS.bare))}
        .org ${hex(SAY_VIRTUAL)}
        .cell ${bytesOf(lineOf(SAYS.virtual))}
`;
}

type Line = readonly [bytes: readonly number[], means: string];

const REGISTERS = ["eax", "ecx", "edx", "ebx", "esp", "ebp", "esi", "edi"] as const;
const low = (value: number | bigint, bytes: number): readonly number[] => Array.from({ length: bytes }, (_, i) => Number((BigInt(value) >> BigInt(8 * i)) & 0xffn));
const bytesOf = (bytes: readonly number[]): string => bytes.map(hex).join(",");
const lineOf = (text: string): readonly number[] => [...`${text}\n\0`].map((c) => c.charCodeAt(0));

function lookingAt({ place, number }: Sign): readonly Line[] {
  if (place === "register") return [[[0x2e, 0x66, 0x89, 0x06 | (number << 3), ...low(SEEN, 2)], `mov [cs:${hex(SEEN)}],${REGISTERS[number]!}`]];
  return [
    [[0x2e, 0xa0, ...low(number, 2)], `mov al,[cs:${hex(number)}]`],
    [[0x2e, 0xa2, ...low(SEEN, 2)], `mov [cs:${hex(SEEN)}],al`],
  ];
}

/** Says what it has seen, and ends. */
const TELLING: readonly Line[] = [
  [[0x2e, 0x66, 0xa1, ...low(SEEN, 2)], `mov eax,[cs:${hex(SEEN)}]`],
  [[0x2e, 0x66, 0x23, 0x06, ...low(MASK, 2)], `and eax,[cs:${hex(MASK)}]`],
  [[0xbe, ...low(SAY_BARE, 2)], `mov si,${hex(SAY_BARE)}`],
  [[0x2e, 0x66, 0x3b, 0x06, ...low(BARE, 2)], `cmp eax,[cs:${hex(BARE)}]`],
  [[0x74, 0x03], "je over the next"],
  [[0xbe, ...low(SAY_VIRTUAL, 2)], `mov si,${hex(SAY_VIRTUAL)}`],
  [[0xbf, ...low(LINE, 2)], `mov di,${hex(LINE)}`],
  [[0x2e, 0x8a, 0x04], "mov al,[cs:si]"],
  [[0x2e, 0x88, 0x05], "mov [cs:di],al: kept in a line in storage as well"],
  [[0x46], "inc si"],
  [[0x47], "inc di"],
  [[0x08, 0xc0], "or al,al"],
  [[0x74, 0x04], "jz over the next two"],
  [[0xe6, 0xe9], "out 0xe9,al"],
  [[0xeb, 0xf0], "jmp to the first load"],
  [[0xb0, 0xfe], "mov al,0xfe"],
  [[0xe6, 0x64], "out 0x64,al: a reset, by the controller of the keyboard"],
  [[0xfa], "cli"],
  [[0xf4], "hlt"],
];

// ---------------------------------------------------------------- the ROM

const ROM = 0x10000, BOOT = 0x100, IN_ROM = 0x1000, RESET = 0xfff0, TABLES = 0x180, SEGMENT = 0xf000;

/** 64 KB below 4 GB: what the processor begins with, and storage as it is to be. */
function romOf(image: Image): Uint8Array {
  const rom = new Uint8Array(ROM);
  rom.set(binaryOf(image, 1, "little"), IN_ROM);
  const far = (segment: number, offset: number): readonly number[] => [0xea, ...low(offset, 2), ...low(segment, 2)];
  rom.set(far(SEGMENT, BOOT), RESET);
  rom.set([...low(0xffff, 2), ...low(0, 6), ...low(0x3ff, 2), ...low(0, 6)], TABLES); // limits and bases of the global and of the interrupt table
  rom.set([
    0xfa, 0xfc, // cli, cld
    0xb8, ...low(SEGMENT, 2), 0x8e, 0xd8, // mov ds,F000
    0x31, 0xc0, 0x8e, 0xc0, // mov es,0
    0xbe, ...low(IN_ROM, 2), 0x31, 0xff, 0xb9, ...low(SIZE / 2, 2), 0xf3, 0xa5, // storage
    0x0f, 0x01, 0x16, ...low(TABLES, 2), 0x0f, 0x01, 0x1e, ...low(TABLES + 8, 2), // lgdt, lidt
    0x8e, 0xd8, 0x8e, 0xd0, 0x8e, 0xe0, 0x8e, 0xe8, // ds, ss, fs, gs: 0
    ...[0, 1, 2, 3, 5, 6, 7].flatMap((r) => [0x66, 0x31, 0xc0 | (r << 3) | r]), // the other registers: 0
    0x66, 0xbc, ...low(STACK, 4), // mov esp
    0x9e, // sahf: the flags are 0
    ...far(0, Number(image.start)),
  ], BOOT);
  return rom;
}
