/**
 * Stepping by hand: after each instruction, a line from standard input says how to go on.
 *
 * An empty line (or `s`) is one step, a number that many, `c` all the rest, `d` the state, `q` the end; so is the end of the
 * input. It speaks on standard error, and works from a file or pipe as it does at a terminal.
 */
import { createInterface, type Interface } from "node:readline";

export interface Dialogue {
  /** whether to go on; `state` gives the text for `d` */
  readonly next: (state: () => string) => Promise<boolean>;
  readonly close: () => void;
}

export function startDialogue(): Dialogue {
  const lines: Interface = createInterface({ input: process.stdin, terminal: false });
  const waiting: string[] = [];
  let wake: (() => void) | undefined;
  let isClosed = false, free = 0;
  lines.on("line", (line) => { waiting.push(line.trim()); wake?.(); });
  lines.on("close", () => { isClosed = true; wake?.(); });
  const read = async (): Promise<string | undefined> => {
    while (waiting.length === 0 && !isClosed) await new Promise<void>((resolve) => { wake = resolve; });
    return waiting.shift();
  };
  return {
    next: async (state) => {
      if (free > 0) {
        free -= 1;
        return true;
      }
      for (;;) {
        if (process.stdin.isTTY === true) process.stderr.write("step> ");
        const line = await read();
        if (line === undefined || line === "q") return false;
        if (line === "" || line === "s") return true;
        if (line === "c") {
          free = Number.POSITIVE_INFINITY;
          return true;
        }
        if (line === "d") process.stderr.write(state());
        else if (/^[1-9][0-9]{0,8}$/.test(line)) {
          free = Number(line) - 1;
          return true;
        } else process.stderr.write("Enter or s: one step; a number: that many; c: all; d: the state; q: leave\n");
      }
    },
    close: () => lines.close(),
  };
}
