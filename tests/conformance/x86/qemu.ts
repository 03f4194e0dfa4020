/** QEMU as a witness: a PC whose storage is a file, into which the table is written before and from which the answers are read afterwards. */
import { execFile, spawnSync } from "node:child_process";
import { closeSync, ftruncateSync, mkdtempSync, openSync, readSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { OracleUnavailable } from "../case.js";
import { ARENA } from "./storage-map.js";
import { INPUT, MEGABYTES, OUTPUT, provide, type Emulator } from "./emulator.js";

/** For 64 bits: the map of system management mode is then that of Bochs. */
const COMMAND = "qemu-system-x86_64";
const TIME_LIMIT_MS = 30_000;
const MEMORY = MEGABYTES * 2 ** 20;

/** `model` is one of QEMU's processors. Throws OracleUnavailable. */
export function connectQemu(model: string, progress: (message: string) => void): Emulator {
  provide([COMMAND, "nasm"], ["qemu-system-x86", "nasm"], progress);
  const found = /version (\S+)/.exec(spawnSync(COMMAND, ["--version"], { encoding: "utf8" }).stdout);
  if (found === null) throw new OracleUnavailable(`${COMMAND} does not tell its version`);
  return { name: "qemu", version: `QEMU ${found[1]}, ${model}`, dialect: { isTaskIdle: true, tellsUsable: false }, most: 0x80_0000 / 4, run: (rom, table, length) => runTable(model, rom, table, length) };
}

async function runTable(model: string, rom: Buffer, table: Buffer, outputLength: number): ReturnType<Emulator["run"]> {
  const folder = mkdtempSync(join(tmpdir(), "popek-"));
  try {
    const file = (name: string): string => join(folder, name);
    writeFileSync(file("rom"), rom);
    const before = openSync(file("memory"), "w");
    ftruncateSync(before, MEMORY);
    writeSync(before, table, 0, table.length, INPUT);
    closeSync(before);
    const options = [
      "-M", "pc,memory-backend=ram", "-object", `memory-backend-file,id=ram,size=${MEMORY},mem-path=${file("memory")},share=on`, "-accel", "tcg", "-cpu", model, "-m", `${MEGABYTES}`, "-bios", file("rom"),
      "-display", "none", "-nodefaults", "-device", "isa-debug-exit,iobase=0xf4,iosize=1",
    ];
    const why = await promisify(execFile)(COMMAND, options, { timeout: TIME_LIMIT_MS, killSignal: "SIGKILL" }).then(() => "", String);
    const after = openSync(file("memory"), "r");
    const output = Buffer.alloc(outputLength), arena = Buffer.alloc(ARENA);
    readSync(after, output, 0, outputLength, OUTPUT);
    readSync(after, arena, 0, ARENA, 0);
    closeSync(after);
    if (output.readUInt32LE(0) !== 1) throw new Error(`${COMMAND} did not finish: ${why.slice(-600)}`);
    return { output, arena };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
