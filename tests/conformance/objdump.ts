/** GNU objdump of some architecture as a witness of encodings: an image in, its text out by address. Debian's package is installed if it is missing. */
import { writeFileSync } from "node:fs";
import { findTools, inFolder, run } from "./tools.js";

export interface Objdump {
  readonly command: string;
  readonly package: string;
  /** of the architecture and of how it prints */
  readonly options: readonly string[];
}

/** The version it tells, once it is there. Throws OracleUnavailable if it can't be had. */
export const findObjdump = ({ command, package: name }: Objdump, progress: (message: string) => void): string =>
  findTools({ commands: [command], packages: [name], asking: ["--version"], version: /^(.*\S)/, byHand: "binutils for this architecture" }, progress);

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
  const stdout = inFolder((file) => {
    writeFileSync(file("words"), image);
    return run(command, [...options, "-b", "binary", "-D", "-z", "--no-show-raw-insn", file("words")]);
  });
  return new Map([...stdout.matchAll(/^\s*([0-9a-f]+):\s+(.*)$/gm)].map(([, at, text]) => [Number.parseInt(at!, 16), text!.trim().replaceAll(/\s+/g, " ")]));
}
