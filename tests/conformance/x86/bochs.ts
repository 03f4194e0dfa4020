/**
 * Bochs as a witness. Its storage can't be a file, so the table stands in the ROM in front of the program; the debugger that Debian's
 * Bochs has in it stops where the program ends, and writes the answers to a file.
 */
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { OracleUnavailable } from "../case.js";
import { ARENA } from "./storage-map.js";
import { endOf, MEGABYTES, OUTPUT, provide, ROM_LENGTH, type Emulator } from "./emulator.js";

/** Bochs takes no greater ROM. */
const MOST_ROM = 0x20_0000;
/** The debugger stops whenever the processor is reset: it is told to go on as often as this. */
const RESETS = 2000;
const TIME_LIMIT_MS = 30_000;
/** where the program finds the table's address and length */
const TABLE_AT = 0xf000, TABLE_LENGTH = 0xf004;

/** `model` is one of Bochs's processors. Throws OracleUnavailable. */
export function connectBochs(model: string, progress: (message: string) => void): Emulator {
  provide(["bochs", "nasm"], ["bochs", "nasm"], progress);
  const { stdout, stderr } = spawnSync("bochs", ["--help"], { encoding: "utf8" });
  const found = /Bochs x86 Emulator (\S+)/.exec(stdout + stderr);
  if (found === null) throw new OracleUnavailable("bochs does not tell its version");
  return { name: "bochs", version: `Bochs ${found[1]}, ${model}`, dialect: { isTaskIdle: false, tellsUsable: true }, most: (MOST_ROM - ROM_LENGTH - 8) / 4, run: (rom, table, length) => runTable(model, rom, table, length) };
}

async function runTable(model: string, program: Buffer, table: Buffer, outputLength: number): ReturnType<Emulator["run"]> {
  const folder = mkdtempSync(join(tmpdir(), "popek-"));
  try {
    const file = (name: string): string => join(folder, name);
    let length = ROM_LENGTH;
    while (length < table.length + ROM_LENGTH) length *= 2;
    const rom = Buffer.alloc(length);
    table.copy(rom);
    program.copy(rom, length - ROM_LENGTH);
    rom.writeUInt32LE(2 ** 32 - length, length - ROM_LENGTH + TABLE_AT);
    rom.writeUInt32LE(table.length, length - ROM_LENGTH + TABLE_LENGTH);
    writeFileSync(file("rom"), rom);
    writeFileSync(file("configuration"), [
      `megs: ${MEGABYTES}`, `romimage: file=${file("rom")}, address=0x${(2 ** 32 - length).toString(16)}`, "vgaromimage: file=/usr/share/bochs/VGABIOS-lgpl-latest",
      `cpu: model=${model}, ips=50000000, reset_on_triple_fault=1, ignore_bad_msrs=0`, "pci: enabled=1, chipset=i440fx",
      // there may be no sound device, which Bochs 2.7 does not survive
      "sound: waveoutdrv=dummy, waveindrv=dummy, midioutdrv=dummy", "speaker: enabled=0", 'display_library: rfb, options="timeout=0"',
      `log: ${file("log")}`, "panic: action=fatal", "error: action=ignore", "info: action=ignore", "debug: action=ignore", "",
    ].join("\n"));
    writeFileSync(file("commands"), `pb 0x${endOf(program).toString(16)}\n${"c\n".repeat(RESETS + 1)}writemem "${file("output")}" 0x${OUTPUT.toString(16)} ${outputLength}\nwritemem "${file("arena")}" 0 ${ARENA}\nq\n`);
    const said = await finished(spawn("bochs", ["-q", "-f", file("configuration"), "-rc", file("commands")], { stdio: ["ignore", "pipe", "pipe"] }));
    if (!existsSync(file("arena"))) throw new Error(`bochs did not finish; it says: ${said.slice(-600)}`);
    const output = readFileSync(file("output"));
    if (output.readUInt32LE(0) !== 1) throw new Error(`bochs did not work through its table; it says: ${said.slice(-600)}`);
    return { output, arena: readFileSync(file("arena")) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What the process has said when it ends; it is ended when its time is up. */
function finished(bochs: ChildProcess): Promise<string> {
  let said = "";
  for (const stream of [bochs.stdout, bochs.stderr]) stream?.on("data", (text: Buffer) => (said += text.toString("utf8")));
  const timer = setTimeout(() => bochs.kill("SIGKILL"), TIME_LIMIT_MS);
  return new Promise((resolve, reject) => {
    bochs.on("error", reject);
    bochs.on("close", () => {
      clearTimeout(timer);
      resolve(said);
    });
  });
}
