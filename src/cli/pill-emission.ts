/**
 * Red pills written out for an independent system: a folder of programs, and `red-pills.json`, the result that they come from.
 */
import type { Machine } from "../isa/machine.js";
import { saidInBothWorlds } from "../vmm/hosts/both-worlds.js";
import { fileNameOf, hostedBy, SAYS } from "../vmm/hosts/host.js";
import { hostOf, HOSTED_MACHINES } from "../vmm/hosts/hosts.js";
import type { Kind } from "../vmm/decisions.js";
import type { EmittedPill, InstructionPill, RedPillResult } from "../vmm/red-pill-result.js";
import { badInput } from "./failure.js";
import { startOutputFolder } from "./output-folder.js";
import { startState } from "../machine/start-state.js";

const RESULT = "red-pills.json";

export interface Emission {
  readonly add: (pills: readonly InstructionPill[]) => NonNullable<RedPillResult["emitted"]>;
  readonly finish: (result: string) => void;
}

/** Throws a `Failure` where there is no such system, or the folder is not to be written, before any work is done. */
export function startEmission(machine: Machine, kind: Kind, path: string): Emission {
  const host = hostOf(machine.name);
  if (host === undefined) throw badInput(`no independent system is known that runs programs of ${machine.name}`, `there is one for ${HOSTED_MACHINES.join(", ")}`);
  const folder = startOutputFolder(path, RESULT);
  const emit = ({ id, result }: InstructionPill): EmittedPill => {
    switch (result.answer) {
      case "as-target": return { id, kind: "refused", because: `it executes ${result.target}, whose program shows the same` };
      case "none":
      case "open": return { id, kind: "refused", because: result.reason };
      case "found": {
        if (result.pill.form === "states") return { id, kind: "refused", because: "there are states that show it, and no program" };
        const hosted = hostedBy(host, machine, id, result.pill);
        if (hosted.kind === "refused") return { id, kind: "refused", because: hosted.because };
        const said = saidInBothWorlds(machine, hosted, kind, (addresses) => startState(machine, addresses));
        if (said.bare !== SAYS.bare || said.virtual !== SAYS.virtual) return { id, kind: "refused", because: `with what ${host.title} needs around it, the program does not tell: bare it prints "${said.bare}", under the monitor "${said.virtual}"` };
        for (const [name, content] of hosted.files) folder.add(name, content, name.endsWith(".run") ? 0o777 : 0o666);
        return { id, kind: "hosted", run: `${fileNameOf(id)}.run`, ...said };
      }
    }
  };
  return {
    add: (pills) => ({ system: host.name, title: host.title, debian: host.debian, pills: pills.map(emit) }),
    finish: (result) => {
      folder.add(RESULT, result);
      folder.finish();
    },
  };
}
