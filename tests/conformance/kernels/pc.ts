/**
 * A PC, by Bochs and by QEMU: the ROM of `boot.asm` brings the program in as a boot sector would. The console is port E9 of both. A program
 * says a line and halts with interrupts off, which ends neither emulator: its line does. QEMU has no local APIC here: there is no BIOS to tell it to pass interrupts of the older controllers on.
 */
import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { inFolder, run } from "../tools.js";
import type { Image } from "../../../src/machine/image.js";
import type { KernelHost } from "./kernel.js";

const TIME_LIMIT_MS = 60_000;
const BOCHS = "bochs", QEMU = "qemu-system-i386", NASM = "nasm";
/** where the ROM has the program, how much it brings in, and where that comes to be; `boot.asm` says so too */
const IN_ROM = 0x1000, MOST = 0x8000, AT = 0x7c00;
/** What Bochs's debugger says before the first instruction. */
const BEGUN = /^\(0\) \[.*\n/m;

function romOf({ words }: Image, file: (name: string) => string): Buffer {
  run(NASM, ["-f", "bin", "-o", file("boot"), fileURLToPath(new URL("boot.asm", import.meta.url))]);
  const rom = readFileSync(file("boot"));
  for (const [at, value] of words) {
    const place = Number(at) - AT;
    if (place < 0 || place >= MOST) throw new Error(`bug: a program for a PC has a byte at ${at.toString(16)}`);
    rom[IN_ROM + place] = Number(value);
  }
  return rom;
}

/** What it has said, by `own`, when that is a line. Rejects with what it said if it ends before, or says none for too long. */
function lineOf(command: string, options: readonly string[], own: (said: string) => string): Promise<string> {
  return new Promise((resolve, reject) => {
    const running = spawn(command, options, { stdio: ["ignore", "pipe", "ignore"] });
    let said = "", isOver = false;
    const timer = setTimeout(() => running.kill("SIGKILL"), TIME_LIMIT_MS);
    running.stdout.on("data", (part: Buffer) => {
      said += part.toString("latin1");
      isOver ||= own(said).endsWith("\n");
      if (isOver) running.kill("SIGKILL");
    });
    running.on("error", reject);
    running.on("close", () => {
      clearTimeout(timer);
      if (isOver) resolve(own(said));
      else reject(Object.assign(new Error(`${command} has not said a line`), { stdout: own(said) }));
    });
  });
}

export const pcs: readonly KernelHost[] = [
  {
    machine: "x86", name: "bochs", title: "Bochs, p2_klamath",
    tools: { commands: [BOCHS, NASM], packages: [BOCHS, NASM], asking: ["--help"], version: /Bochs x86 Emulator (\S+)/, byHand: "Bochs and nasm" },
    run: async (image) => inFolder(async (file) => {
      writeFileSync(file("rom"), romOf(image, file));
      writeFileSync(file("configuration"), [
        "megs: 16", `romimage: file=${file("rom")}, address=0xffff0000`, "vgaromimage: file=/usr/share/bochs/VGABIOS-lgpl-latest", "cpu: model=p2_klamath, ips=50000000, reset_on_triple_fault=0",
        "pci: enabled=1, chipset=i440fx", "port_e9_hack: enabled=1", "sound: waveoutdrv=dummy, waveindrv=dummy, midioutdrv=dummy", "speaker: enabled=0", 'display_library: rfb, options="timeout=0"',
        `log: ${file("log")}`, "panic: action=fatal", "error: action=ignore", "info: action=ignore", "debug: action=ignore", "",
      ].join("\n"));
      writeFileSync(file("commands"), "c\n");
      const after = (said: string): string => (BEGUN.test(said) ? said.slice(said.search(BEGUN)).replace(BEGUN, "") : "");
      return lineOf(BOCHS, ["-q", "-f", file("configuration"), "-rc", file("commands")], after);
    }),
  },
  {
    machine: "x86", name: "qemu", title: "QEMU's PC, pentium2",
    tools: { commands: [QEMU, NASM], packages: ["qemu-system-x86", NASM], asking: ["--version"], version: /version (\S+)/, byHand: "QEMU for x86, and nasm" },
    run: async (image) => inFolder(async (file) => {
      writeFileSync(file("rom"), romOf(image, file));
      return lineOf(QEMU, ["-M", "pc", "-accel", "tcg", "-cpu", "pentium2,-apic", "-m", "16", "-bios", file("rom"), "-display", "none", "-nodefaults", "-no-reboot", "-debugcon", "stdio"], (said) => said);
    }),
  },
];
