/** GNU objdump of some architecture as a witness of encodings: an image in, its text out by address. Debian's package is installed if it is missing. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { OracleUnavailable } from "./case.js";

export interface Objdump {
  readonly command: string;
  readonly package: string;
  /** of the architecture and of how it prints */
  readonly options: readonly string[];
}

/** The version it tells, once it is there. Throws OracleUnavailable if it can't be had. */
export function findObjdump({ command, package: name }: Objdump, progress: (message: string) => void): string {
  const version = (): string | undefined => {
    const { error, stdout } = spawnSync(command, ["--version"], { encoding: "utf8" });
    return error === undefined ? stdout.split("\n")[0]!.trim() : undefined;
  };
  const found = version();
  if (found !== undefined) return found;
  progress(`${command} is missing: installing Debian's ${name}`);
  spawnSync("apt-get", ["install", "--yes", name], { stdio: "ignore" });
  const now = version();
  if (now === undefined) throw new OracleUnavailable(`found no ${command}, and \`apt-get install ${name}\` failed. Install binutils for this architecture by hand`);
  return now;
}

/** What it prints at an address; asking for one at which it prints nothing is an error. */
export function disassembled(objdump: Objdump, image: Uint8Array): (address: number) => string {
  const lines = disassembledLines(objdump, image);
  return (address) => {
    const text = lines.get(address);
    if (text === undefined) throw new Error(`${objdump.command} printed nothing at ${address.toString(16)}`);
    return text;
  };
}

/** What it prints, by address. */
export function disassembledLines({ command, options }: Objdump, image: Uint8Array): ReadonlyMap<number, string> {
  const folder = mkdtempSync(join(tmpdir(), "popek-"));
  try {
    const file = join(folder, "words");
    writeFileSync(file, image);
    const { error, status, stdout, stderr } = spawnSync(command, [...options, "-b", "binary", "-D", "-z", "--no-show-raw-insn", file], { encoding: "utf8", maxBuffer: 2 ** 29 });
    if (error !== undefined || status !== 0) throw new Error(`${command} failed: ${error?.message ?? stderr}`);
    return new Map([...stdout.matchAll(/^\s*([0-9a-f]+):\s+(.*)$/gm)].map(([, at, text]) => [Number.parseInt(at!, 16), text!.trim().replaceAll(/\s+/g, " ")]));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
