/** The hosts there are. A further system is a file of its own, and a line here. */
import { versatileBoards } from "./arm-versatile.js";
import type { PillHost } from "./host.js";
import { hercules } from "./s370-hercules.js";
import { malta } from "./mips32r2-malta.js";
import { ks10 } from "./pdp10-ks10.js";

const HOSTS: readonly PillHost[] = [ks10, hercules, ...versatileBoards, malta];

export const HOSTED_MACHINES: readonly string[] = HOSTS.map((h) => h.machine);

export function hostOf(machine: string): PillHost | undefined {
  return HOSTS.find((h) => h.machine === machine);
}
