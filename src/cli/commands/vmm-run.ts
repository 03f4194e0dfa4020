/** `popek vmm run`: guests under a monitor. */
import { basename } from "node:path";
import { setImmediate } from "node:timers/promises";
import { formatBits } from "../../bits/bits.js";
import type { Machine } from "../../isa/machine.js";
import { vmmRunJson, vmmRunText, type VmmRunResult } from "../../report/vmm-run.js";
import { vmmRunResult } from "../../report/vmm-run-result.js";
import { storageGivenOut } from "../../vmm/allocator.js";
import { bareMachine, cellsNeeded, cellsThereAre, createControlProgram, largestSize, USUAL_SIZE, type ControlProgram, type GuestProgram, type MonitorSetting } from "../../vmm/control-program.js";
import { LockStep, type Divergence } from "../../vmm/lock-step.js";
import { defineCommand, MACHINE_OPTIONS, MACHINE_POSITIONAL, readParameters, wholeNumber } from "../command.js";
import { badInput, EXIT, type ExitCode } from "../failure.js";
import { loadMachine } from "../load-machine.js";
import { writeResult, writeTo } from "../output.js";
import { readProgram } from "../program-file.js";
import { startProgress } from "../progress.js";
import { readRegularFile, shown } from "../read-files.js";
import { startState, startStateOf } from "../../machine/start-state.js";
import { colorFor, widthOf } from "../terminal.js";
import { readEvents } from "../vmm-events.js";

const DEFAULT_LIMIT = 100_000_000;
const DEFAULT_QUANTUM = 10_000;
const DEEPEST = 16;
/** Instructions between two looks at the signal. */
const SLICE = 4_000_000;

export const command = defineCommand({
  positionals: MACHINE_POSITIONAL,
  options: {
    guest: { type: "string", array: true, demandOption: true, requiresArg: true, describe: "a program as `popek run` takes it; may be given several times" },
    monitor: { type: "string", default: "trap-and-emulate", requiresArg: true, describe: "trap-and-emulate, hybrid, or either as recursive:N (trap-and-emulate) or hybrid:N: N monitors, one on the other" },
    size: { coerce: wholeNumber("size", 1, Number.MAX_SAFE_INTEGER), requiresArg: true, describe: "cells of each guest's storage", defaultDescription: "as many as fit, 4 million at most" },
    quantum: { coerce: wholeNumber("quantum", 1, Number.MAX_SAFE_INTEGER), requiresArg: true, describe: "instructions of one guest before it is the next one's turn", defaultDescription: "10 thousand" },
    limit: { coerce: wholeNumber("limit", 0, Number.MAX_SAFE_INTEGER), requiresArg: true, describe: "stop before this many instructions of guests in all are exceeded", defaultDescription: "100 million" },
    events: { type: "string", requiresArg: true, describe: "a file of events from outside: lines such as `1000 clock` or `every 500 clock`" },
    "lock-step": { type: "boolean", default: false, describe: "compare each guest with its bare machine all the way" },
    format: { choices: ["text", "json"] as const, default: "text" as const, describe: "for people, or for tools" },
    output: { type: "string", requiresArg: true, describe: "write the result to this file, whole or not at all" },
    ...MACHINE_OPTIONS,
  },
  run: async (args) => {
    const { machine, warnings } = await loadMachine(args.machine, readParameters(args.set), args.color);
    await writeTo(process.stderr, warnings);
    if (machine.fetch === undefined) throw badInput(`${machine.name} does not fetch its instructions, so it runs no programs`, "its instructions are supplied from outside; give it a fetch rule");
    if (machine.monitor === undefined) throw badInput(`${machine.name} says nothing about a monitor`, "declare it: monitor (base, size) { ... }, as isa-specs/README.md describes");
    const limit = args.limit ?? DEFAULT_LIMIT;
    const setting = settingOf(machine, args.guest.length, args.monitor, args.size, args.quantum ?? DEFAULT_QUANTUM);
    const programs = guestsOf(machine, args.guest, setting, args.events, limit, args.color);
    const start = startState(machine, []);
    const program = createControlProgram(machine, programs, setting, start);

    const stop = new AbortController();
    const onSignal = (): void => stop.abort();
    process.on("SIGINT", onSignal).on("SIGTERM", onSignal);
    const lockStep = args["lock-step"] ? new LockStep(machine, program, setting.size) : undefined;
    const divergence = await runOn(program, lockStep, limit, stop.signal);
    process.off("SIGINT", onSignal).off("SIGTERM", onSignal);

    const result = vmmRunResult(machine, program, setting, { isInterrupted: stop.signal.aborted, lockStep: lockStep && { comparisons: lockStep.compared, divergence } });
    const layout = { color: args.output === undefined && colorFor(process.stdout, args.color), width: args.output === undefined ? widthOf(process.stdout) : 100 };
    await writeResult(args.format === "json" ? vmmRunJson(result) : vmmRunText(result, layout), args.output);
    return exitCodeOf(result, args.limit !== undefined);
  },
});

/** Runs to the limit or the end, in slices; the first divergence ends it. */
async function runOn(program: ControlProgram, lockStep: LockStep | undefined, limit: number, signal: AbortSignal): Promise<Divergence | undefined> {
  const progress = await startProgress("running");
  try {
    for (let begun = 0; begun < limit && !program.isOver();) {
      await setImmediate();
      if (signal.aborted) return undefined;
      progress.update(begun, limit, "instructions of guests");
      const slice = Math.min(SLICE, limit - begun);
      if (lockStep === undefined) begun += program.advance(slice);
      else {
        const { begun: more, divergence } = lockStep.advance(slice);
        if (divergence !== undefined) return divergence;
        begun += more;
      }
    }
    return undefined;
  } finally {
    progress.stop();
  }
}

function settingOf(machine: Machine, guests: number, monitor: string, size: number | undefined, quantum: number): MonitorSetting {
  const parts = /^(trap-and-emulate|hybrid|recursive)(?::(\d{1,3}))?$/.exec(monitor);
  const depth = Number(parts?.[2] ?? "1");
  if (parts === null || depth < 1 || depth > DEEPEST || (parts[1] === "recursive" && parts[2] === undefined)) throw badInput(`--monitor ${shown(monitor)} is no monitor`, `trap-and-emulate, hybrid, recursive:2 to recursive:${DEEPEST}, or hybrid:2 to hybrid:${DEEPEST}`);
  const kind = parts[1] === "hybrid" ? "hybrid" : "trap-and-emulate";
  const largest = largestSize(machine, guests, depth);
  const setting: MonitorSetting = { kind, depth, quantum, size: size ?? Math.min(largest, USUAL_SIZE) };
  const unit = 2 ** (machine.monitor?.shadow?.unit ?? 0);
  if (setting.size % unit !== 0) throw badInput(`--size ${setting.size} is no multiple of ${unit}`, `${machine.name} maps storage in units of ${unit} cells`);
  const cells = cellsThereAre(machine);
  if (largest === 0 || cellsNeeded(machine, guests, setting) > cells) throw badInput(`${guests} guests of ${setting.size} cells and their monitors do not fit into ${cells} cells`, largest === 0 ? "give more storage with --set, or fewer guests" : `--size ${largest} fits`);
  return setting;
}

function guestsOf(machine: Machine, paths: readonly string[], setting: MonitorSetting, eventsFile: string | undefined, limit: number, color: "auto" | "always" | "never"): readonly GuestProgram[] {
  const events = eventsFile === undefined ? paths.map(() => []) : readEvents(machine, new TextDecoder().decode(readRegularFile(eventsFile)), eventsFile, paths.length, limit);
  const programs = paths.map((path, i): GuestProgram => {
    const { image } = readProgram(machine, path, false, color);
    const outside = image.words.find(([address]) => address >= BigInt(setting.size));
    if (outside !== undefined) throw badInput(`${shown(path)} places a word at ${formatBits(outside[0], storageGivenOut(machine).indexWidth, machine.radix)}, outside its ${setting.size} cells`, "give a larger --size");
    const same = paths.filter((p) => basename(p) === basename(path)).length > 1;
    return { name: same ? `${i + 1}: ${basename(path)}` : basename(path), image, events: events[i]!, start: startStateOf(machine, image) };
  });
  for (const program of programs) checkInvariants(machine, program, setting.size);
  return programs;
}

/** A bare machine of so few cells has to be one that the specification knows. */
function checkInvariants(machine: Machine, program: GuestProgram, size: number): void {
  const { cpu } = bareMachine(machine, program, size).platform;
  for (const { predicate, because } of machine.invariants) {
    if (cpu.value(predicate) === 0n) throw badInput(`a ${machine.name} with ${size} cells breaks an invariant of its specification`, because ?? "give another --size");
  }
}

/** A divergence or a lost monitor is a failure; so is a guest that traps while it delivers a trap, as in `run`. */
function exitCodeOf({ guests, lockStep }: VmmRunResult, isLimited: boolean): ExitCode {
  const ends = new Set(guests.map((g) => g.end.why));
  if (lockStep?.divergence !== undefined || ends.has("escape") || ends.has("double-fault")) return EXIT.fails;
  if (ends.has("interrupted")) return EXIT.interrupted;
  if (ends.has("beyond") || (ends.has("limit") && !isLimited)) return EXIT.open;
  return EXIT.asExpected;
}
