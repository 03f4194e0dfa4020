/** The hosts there are. A further system is a file of its own, and a line here. */
import { versatileBoards } from "./arm-versatile.js";
import type { Setting } from "../../machine/image.js";
import type { PillHost } from "./host.js";
import { hercules } from "./s370-hercules.js";
import { malta } from "./mips32r2-malta.js";
import { pc } from "./x86-pc.js";
import { ks10 } from "./pdp10-ks10.js";

const HOSTS: readonly PillHost[] = [ks10, hercules, ...versatileBoards, malta, pc];

export const HOSTED_MACHINES: readonly string[] = HOSTS.map((h) => h.machine);

/** What programs for these systems begin with, the first one's of a machine; nothing is said of most. */
export function beginsOf(machine: string): readonly Setting[] {
  return hostOf(machine)?.begins ?? [];
}

export function hostOf(machine: string): PillHost | undefined {
  return HOSTS.find((h) => h.machine === machine);
}
