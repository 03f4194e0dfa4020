/** What a step came to, in the words of witnesses and traces. */
import { formatBits } from "../bits/bits.js";
import type { Machine } from "../isa/machine.js";
import type { Outcome } from "../machine/outcome.js";

/** "done", "trap uuo(047000000001)" */
export function outcomeText(machine: Machine, outcome: Outcome): string {
  switch (outcome.kind) {
    case "done": return "done";
    case "halt": return "halt";
    case "beyond": return `beyond the specification: ${outcome.why}`;
    case "trap":
    case "memory-trap": {
      const trap = machine.traps.find((t) => t.name === outcome.cause);
      const shown = outcome.args.map((a, i) => formatBits(a, trap?.parameters[i]?.width ?? 1, machine.radix)).join(", ");
      return `${outcome.kind === "trap" ? "trap" : "memory trap"} ${outcome.cause}(${shown})`;
    }
  }
}
