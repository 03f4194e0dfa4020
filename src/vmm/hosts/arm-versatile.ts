/**
 * QEMU's Versatile board (Debian's `qemu-system-arm`) as a host for red pills of ARM, with a core of each architecture version.
 *
 * A binary is loaded at 0, where the board has its memory. It starts in Supervisor mode with exceptions masked and a flag set, popek's
 * machine in System mode with all of that 0, so the first instruction is an MSR that makes the two alike; on popek's machine it
 * changes nothing, bare or virtual. The program prints by the board's UART and ends by resetting the board. Both are at addresses
 * where popek's machine has nothing, so it looks at the main identification register first, which is 0 there.
 *
 * Whatever mode a pill ends in can do this: without a map, User mode reaches devices too.
 */
import type { Machine } from "../../isa/machine.js";
import { assemble } from "../../machine/assembler.js";
import type { ProgramPill } from "../red-pill-result.js";
import { binaryOf, hex, lineAt, lineInWords } from "./bytes.js";
import { fileNameOf, SAYS, type HostedPill, type PillHost } from "./host.js";
import { signOf, type Sign } from "./sign.js";

/** A core that the board can have: what QEMU calls it, and how the version's specification writes the look at the main identification register. */
interface Core {
  readonly machine: string;
  readonly title: string;
  readonly name: string;
  readonly identification: string;
}

const CORES: readonly Core[] = [
  { machine: "armv4t", title: "a TI925T", name: "ti925t", identification: "MRC p15,0,r0,c0,c0,0" },
  { machine: "armv5te", title: "an ARM926", name: "arm926", identification: "MRC p15,0,r0,c0,c0,0" },
  { machine: "armv6", title: "an ARM1176", name: "arm1176", identification: "MRC.ID r0,c0,0" },
  { machine: "armv7a", title: "a Cortex-A8", name: "cortex-a8", identification: "MRC.ID r0,c0,0" },
];

const boardWith = (core: Core): PillHost => ({
  machine: core.machine, name: "qemu", title: titleOf(core), command: "qemu-system-arm", debian: "qemu-system-arm",
  refuses: (id) => (/^(AND|EOR|RSB|ADD|ADC|SBC|RSC|ORR|BIC|MVN)S\[d=pc/.test(id) ? "of the data-processing instructions QEMU returns from an exception by MOVS and SUBS only; this one is a jump there, and the mode stays" : undefined),
  host: (machine, id, pill) => {
    if (pill.isSettled === false) return { kind: "refused", because: "what it does on the bare machine rests on what the manual leaves undefined" };
    const sign = signOf(pill, { registers: "R", mostRegister: 14, storage: "core", firstCell: 0 });
    if (sign === undefined) return { kind: "refused", because: "what differs is nothing that the program could look at and print" };
    if (!pill.lines.some((l) => l.part === "end")) return { kind: "refused", because: "it has no end at which the program could go on and print" };
    return hosted(core, machine, id, pill, sign);
  },
});

const titleOf = ({ title }: Core): string => `QEMU's Versatile board with ${title}`;

export const versatileBoards: readonly PillHost[] = CORES.map(boardWith);

// ---------------------------------------------------------------- the program

/** Cells; an address has four to each. */
const ENTRY = 0x60, CODE = 0x80, DATA = 0x100, LINE = 0x140;
const REGISTERS = ["r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11", "r12", "sp", "lr"] as const;

function hosted(core: Core, machine: Machine, id: string, pill: ProgramPill, sign: Sign): HostedPill {
  const source = sourceOf(core, machine, id, pill, sign);
  const { image, diagnostics } = assemble(machine, source, "red pill");
  if (diagnostics.length > 0) throw new Error(`bug: the red pill of ${id} for the Versatile board is not taken by the assembler: ${diagnostics[0]!.message}\n${source}`);
  const name = fileNameOf(id);
  return {
    kind: "hosted", image, size: pill.size,
    files: new Map<string, string | Uint8Array>([
      [`${name}.s`, source], [`${name}.bin`, binaryOf(image, 4, "little")],
      [`${name}.run`, `#!/bin/sh
# runs the red pill of ${id} on ${titleOf(core)} (Debian: apt-get install qemu-system-arm)
cd "$(dirname "$0")" && QEMU_AUDIO_DRV=none exec qemu-system-arm -M versatilepb -cpu ${core.name} -m 8 -nodefaults -display none -serial stdio -monitor none -no-reboot \\
  -device loader,file=${name}.bin,addr=0,force-raw=on -device loader,addr=${hex(ENTRY * 4)},cpu-num=0 </dev/null
`],
    ]),
    said: (cpu) => lineAt(cpu, "core", LINE, "little"),
  };
}

function sourceOf(core: Core, machine: Machine, id: string, pill: ProgramPill, sign: Sign): string {
  const cells = new Map(assemble(machine, pill.source, "red pill").image.words);
  const own = pill.lines.map(({ address, text, part }) => {
    const word = cells.get(BigInt(`0x${address}`)) ?? 0n, whole = part === "data" ? word : asManualHasIt(word);
    const line = part === "end" ? "B look-.-2" : whole === word ? text : `.cell ${hex(whole)}`;
    return `        .org ${hex(Number.parseInt(address, 16))}\n        ${line.padEnd(32)}; ${part}${whole === word || part === "end" ? "" : `: ${text}`}\n`;
  }).join("");
  const entry = /\.entry (\S+)/.exec(pill.source)?.[1];
  if (entry === undefined) throw new Error(`bug: the red pill of ${id} says no entry`);
  const base = sign.place === "register" && sign.number === 12 ? "r11" : "r12"; // leads to the data; not what is looked at
  const seeing = sign.place === "register" ? `look:   MOV ${base},#1,0xb
        STR ${REGISTERS[sign.number]!},[${base},#4]` : `look:   MOV ${base},#1,0xb
        LDR r0,[${base},#0x20]
        LDR r0,[r0,#0]
        STR r0,[${base},#4]`;
  return `; A red pill: ${id} of ${machine.name}, as a program that prints which world it is in.
; It runs on popek's own machine, bare and under a monitor, and on ${titleOf(core)}. Cells are words.
        .entry ${hex(ENTRY * 4)}

        .org ${hex(ENTRY)}
        .cell 0xe32ff01f                ; MSR CPSR_fsxc,#0x1f: System mode, nothing masked, no flag: popek's machine is there already
        ${core.identification}
        MOV r12,#1,0xb                  ; ${hex(DATA * 4)}
        STR r0,[r12,#0]
        MOV r0,#0
        MOV r12,#0
        B ${hex(Number(entry) / 4)}-.-2

${own}
        .org ${hex(CODE)}
${seeing}
        LDR r0,[${base},#4]
        LDR r1,[${base},#8]
        AND r0,r0,r1                    ; the bits that the two worlds make different
        LDR r1,[${base},#0xc]
        ADD r2,${base},#0x40
        CMP r0,r1
        ADDNE r2,${base},#0x60
        ADD r3,${base},#1,0xc              ; ${hex(LINE * 4)}
copy:   LDRB r4,[r2,#0]                 ; kept in a line in storage as well
        STRB r4,[r3,#0]
        ADD r2,r2,#1
        ADD r3,r3,#1
        CMP r4,#0
        BNE copy-.-2
        LDR r0,[${base},#0]
        CMP r0,#0
        BEQ done-.-2                    ; popek's machine has no board around it
        ADD r2,${base},#1,0xc
        LDR r3,[${base},#0x10]
print:  LDRB r4,[r2,#0]
        STR r4,[r3,#0]
        ADD r2,r2,#1
        CMP r4,#0
        BNE print-.-2
        LDR r3,[${base},#0x14]
        LDR r4,[${base},#0x18]
        STR r4,[r3,#0x20]
        LDR r4,[${base},#0x1c]
        STR r4,[r3,#0x40]
done:   B done-.-2

        .org ${hex(DATA)}
        .word 0                         ; what processor this is
        .word 0                         ; what is seen
        .word ${hex(sign.mask)}
        .word ${hex(sign.bare)}
        .word 0x101f1000                ; the UART
        .word 0x10000000                ; the board's own registers: to unlock them, and to reset it
        .word 0xa05f
        .word 0x100
        .word ${hex(sign.place === "cell" ? sign.number * 4 : 0)}
        .org ${hex(DATA + 0x10)}
        .word ${lineInWords(SAYS.bare, "little")}
        .org ${hex(DATA + 0x18)}
        .word ${lineInWords(SAYS.virtual, "little")}
`;
}

/** Bits that should be one and popek ignores, as the manual has them: QEMU takes the words for undefined otherwise. */
const SHOULD_BE_ONE: readonly { readonly mask: bigint; readonly value: bigint; readonly ones: bigint; readonly isConditional: boolean }[] = [
  { mask: 0x0fb00000n, value: 0x03200000n, ones: 0xf000n, isConditional: true }, // MSR, immediate
  { mask: 0x0fb000f0n, value: 0x01200000n, ones: 0xf000n, isConditional: true }, // MSR
  { mask: 0x0fb000f0n, value: 0x01000000n, ones: 0xf0000n, isConditional: true }, // MRS
  { mask: 0xfe500000n, value: 0xf8100000n, ones: 0xa00n, isConditional: false }, // RFE
  { mask: 0xfe500000n, value: 0xf8400000n, ones: 0x500n, isConditional: false }, // SRS
];

/** The word as a processor has to find it. */
export function asManualHasIt(word: bigint): bigint {
  const isConditional = word >> 28n !== 15n;
  const found = SHOULD_BE_ONE.find((s) => s.isConditional === isConditional && (word & s.mask) === s.value);
  return found === undefined ? word : word | found.ones;
}
