/** QEMU's Malta board with a 24Kf, whose console is the UART beside its switches and lamps; GXemul's test machine with an R3000. */
import { writeFileSync } from "node:fs";
import { binaryOf } from "../../../src/vmm/hosts/bytes.js";
import { inFolder, runFor } from "../tools.js";
import type { KernelHost } from "./kernel.js";

const TIME_LIMIT_MS = 60_000;
const MALTA = "qemu-system-mips";
const TEST_MACHINE = "gxemul";

/** What the board's ROM does: LUI k0, ORI k0, JR k0 to the kernel, and a delay slot. */
function romThatJumpsTo(entry: bigint): Buffer {
  const rom = Buffer.alloc(16);
  [0x3c1a0000 + Number(entry >> 16n), 0x375a0000 + Number(entry & 0xffffn), 0x03400008, 0].forEach((word, i) => rom.writeUInt32BE(word, 4 * i));
  return rom;
}

export const mipsBoards: readonly KernelHost[] = [
  {
    machine: "mips32r2", name: "qemu", title: "QEMU's Malta board, 24Kf",
    tools: { commands: [MALTA], packages: [MALTA], asking: ["--version"], version: /version (\S+)/, byHand: "QEMU for MIPS" },
    run: async (image, entry) => inFolder(async (file) => {
      writeFileSync(file("program"), binaryOf(image, 4, "big"));
      writeFileSync(file("rom"), romThatJumpsTo(entry));
      return runFor(TIME_LIMIT_MS, MALTA, [
        "-machine", "malta", "-cpu", "24Kf", "-m", "32", "-bios", file("rom"), "-nodefaults", "-display", "none", "-monitor", "none", "-no-reboot",
        "-serial", "null", "-serial", "null", "-serial", "stdio", "-device", `loader,file=${file("program")},addr=0,force-raw=on`,
      ]);
    }),
  },
  {
    machine: "mips-r3000", name: "gxemul", title: "GXemul's test machine, R3000",
    tools: { commands: [TEST_MACHINE], packages: [TEST_MACHINE], asking: ["-h"], version: /^GXemul (\S+)/m, byHand: "GXemul" },
    run: async (image, entry) => inFolder(async (file) => {
      writeFileSync(file("program"), binaryOf(image, 4, "big"));
      return runFor(TIME_LIMIT_MS, TEST_MACHINE, ["-q", "-A", "-E", "testmips", "-C", "R3000", "-M", "16", `0x80000000:0:0x${entry.toString(16)}:${file("program")}`]);
    }),
  },
];
