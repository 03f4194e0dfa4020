/** The monitor that `--monitor` names, for the proofs about it. */
import type { MonitorName } from "../vmm/prove-result.js";
import { readMonitor } from "../vmm/prove.js";
import { badInput } from "./failure.js";
import { shown } from "./read-files.js";

/** Throws a `Failure` with a hint if there is none of that name. */
export function monitorNamed(text: string): MonitorName {
  const monitor = readMonitor(text);
  if (monitor === undefined) throw badInput(`--monitor ${shown(text)} is no monitor`, "trap-and-emulate, hybrid, recursive:N or hybrid:N");
  return monitor.name;
}
