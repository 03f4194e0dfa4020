/**
 * QEMU's Malta board with a 24Kf (Debian's `qemu-system-mips`) as a host for red pills of MIPS32 release 2.
 *
 * The program is loaded at physical address 0, and runs where popek's machine starts too: at error level, where the first two gigabytes
 * are not mapped. A few words of boot memory, which are no part of the program, put the board's processor into that state and
 * leave a mark in storage; where it stands, the program prints by the serial port of the board's own (no bus has to be set up for that one) and ends by resetting the board. On popek's machine nothing
 * has left one, and the line stays in storage.
 *
 * Whatever follows the pill goes on to where the program looks, and so do exceptions.
 */
import type { Machine } from "../../isa/machine.js";
import { assemble } from "../../machine/assembler.js";
import type { ProgramPill } from "../red-pill-result.js";
import { binaryOf, hex, lineAt, lineInWords } from "./bytes.js";
import { fileNameOf, SAYS, type HostedPill, type PillHost } from "./host.js";
import { signOf, type Sign } from "./sign.js";

export const malta: PillHost = {
  machine: "mips32r2", name: "qemu", title: "QEMU's Malta board with a 24Kf", command: "qemu-system-mips", debian: "qemu-system-mips",
  host: (machine, id, pill) => {
    if (pill.isSettled === false) return { kind: "refused", because: "what it does on the bare machine rests on what the manual leaves undefined" };
    if (pill.lines.some(({ text }) => COUNTING.test(text))) return { kind: "refused", because: "the register counts by itself there" };
    const sign = signOf(pill, { registers: "GPR", mostRegister: 31, storage: "core", firstCell: CODE });
    if (sign === undefined) return { kind: "refused", because: "what differs is nothing that the program could look at and print" };
    return hosted(machine, id, pill, sign);
  },
};

const COUNTING = /^MFC0 .*,(Random|Count)$/;

// ---------------------------------------------------------------- the program

/** Cells; an address has four to each. */
const GENERAL = 0x60, CODE = 0x100, DATA = 0x200, LINE = 0x240;
const REGISTERS = ["zero", "at", "v0", "v1", "a0", "a1", "a2", "a3", "t0", "t1", "t2", "t3", "t4", "t5", "t6", "t7", "s0", "s1", "s2", "s3", "s4", "s5", "s6", "s7", "t8", "t9", "k0", "k1", "gp", "sp", "fp", "ra"] as const;

function hosted(machine: Machine, id: string, pill: ProgramPill, sign: Sign): HostedPill {
  const source = sourceOf(machine, id, pill, sign);
  const { image, diagnostics } = assemble(machine, source, "red pill");
  if (diagnostics.length > 0) throw new Error(`bug: the red pill of ${id} for the Malta board is not taken by the assembler: ${diagnostics[0]!.message}\n${source}`);
  const name = fileNameOf(id);
  return {
    kind: "hosted", image, size: pill.size,
    files: new Map<string, string | Uint8Array>([
      [`${name}.s`, source], [`${name}.bin`, binaryOf(image, 4, "big")], [`${name}.boot`, bytesOf(boot(Number(image.start)))],
      [`${name}.run`, `#!/bin/sh
# runs the red pill of ${id} on QEMU's Malta board with a 24Kf (Debian: apt-get install qemu-system-mips)
cd "$(dirname "$0")" && exec qemu-system-mips -M malta -cpu 24Kf -m 32 -nodefaults -display none -serial null -serial null -serial stdio -monitor none -no-reboot \\
  -bios ${name}.boot -device loader,file=${name}.bin,addr=0,force-raw=on </dev/null
`],
    ]),
    said: (cpu) => lineAt(cpu, "core", LINE, "big"),
  };
}

function sourceOf(machine: Machine, id: string, pill: ProgramPill, sign: Sign): string {
  const code = pill.lines.filter(({ part }) => part !== "end" && part !== "vector");
  const own = code.map(({ address, text, part }) => `        .org ${hex(Number.parseInt(address, 16))}\n        ${text.padEnd(32)}; ${part}\n`).join("");
  const behind = Math.max(...code.filter(({ part }) => part !== "data").map(({ address }) => Number.parseInt(address, 16))) + 1;
  const entry = /\.entry (\S+)/.exec(pill.source)?.[1];
  if (entry === undefined) throw new Error(`bug: the red pill of ${id} says no entry`);
  const at = (cell: number): string => `${hex(4 * cell)}(zero)`;
  const seeing = sign.place === "register" ? `look:   SW ${REGISTERS[sign.number]!},${at(DATA + 1)}` : `look:   LW k0,${at(sign.number)}
        SW k0,${at(DATA + 1)}`;
  return `; A red pill: ${id} of ${machine.name}, as a program that prints which world it is in.
; It runs on popek's own machine, bare and under a monitor, and on QEMU's Malta board with a 24Kf. Cells are words.
        .entry ${entry}

${own}
        .org ${hex(behind)}
        J look
        SLL zero,zero,0
        .org ${hex(GENERAL)}                       ; exceptions
        J look
        SLL zero,zero,0

        .org ${hex(CODE)}
${seeing}
        LW k0,${at(DATA + 1)}
        LW k1,${at(DATA + 2)}
        AND k0,k0,k1                    ; the bits that the two worlds make different
        LW k1,${at(DATA + 3)}
        ADDIU t0,zero,${hex(4 * (DATA + 0x10))}
        BEQ k0,k1,known-.-1
        ADDIU t1,zero,${hex(4 * LINE)}
        ADDIU t0,zero,${hex(4 * (DATA + 0x18))}
known:  LBU t2,0(t0)                    ; kept in a line in storage as well
        SB t2,0(t1)
        ADDIU t0,t0,1
        BNE t2,zero,known-.-1
        ADDIU t1,t1,1
        LW t3,${at(DATA)}
        BEQ t3,zero,done-.-1            ; popek's machine has no board around it
        ADDIU t1,zero,${hex(4 * LINE)}
        LUI t3,0xbf00                   ; the board's own devices
print:  LBU t2,0(t1)
        SLL zero,zero,0
        BEQ t2,zero,printed-.-1
        SB t2,0x900(t3)
        BEQ zero,zero,print-.-1
        ADDIU t1,t1,1
printed: ADDIU t2,zero,0x42
        SW t2,0x500(t3)                 ; to reset the board
done:   BEQ zero,zero,done-.-1
        SLL zero,zero,0

        .org ${hex(DATA)}
        .cell 0                         ; the board's mark
        .cell 0                         ; what is seen
        .cell ${hex(sign.mask)}
        .cell ${hex(sign.bare)}
        .org ${hex(DATA + 0x10)}
        .cell ${lineInWords(SAYS.bare, "big")}
        .org ${hex(DATA + 0x18)}
        .cell ${lineInWords(SAYS.virtual, "big")}
`;
}

/** What the board starts with, at BFC00000: all that popek's machine has 0 is 0, and only the error level is not. */
function boot(entry: number): readonly number[] {
  const K0 = 26, STATUS = 12;
  const cleared = [0, 2, 3, 4, 5, 6, 7, 10, 13, 14, 11];
  return [
    0x34000000 | (K0 << 16) | 0x4, // ORI k0,zero,4: error level
    mtc0(K0, STATUS), ...cleared.map((register) => mtc0(0, register)),
    0x34000000 | (K0 << 16) | 0x1,
    0xac000000 | (K0 << 16) | (4 * DATA), // SW k0: the mark
    0x34000000 | (K0 << 16) | entry,
    (K0 << 21) | 0x8, // JR k0
    K0 << 11 | 0x21, // ADDU k0,zero,zero
  ];
}

const mtc0 = (from: number, register: number): number => (0x40800000 | (from << 16) | (register << 11)) >>> 0;

/** Words, each with its most significant byte first. */
function bytesOf(list: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(4 * list.length);
  const view = new DataView(bytes.buffer);
  for (const [i, word] of list.entries()) view.setUint32(4 * i, word >>> 0);
  return bytes;
}
