/** `popek run`: a program on the machine's CPU. */
import { basename } from "node:path";
import { formatBits, RADIX_BASE } from "../../bits/bits.js";
import type { Machine, Register } from "../../isa/machine.js";
import { createCpu, type Cpu } from "../../machine/cpu.js";
import { loadImage } from "../../machine/image.js";
import { nearest } from "../../isa/nearest.js";
import { listenTo } from "../../vmm/platform.js";
import { consoleText } from "../../report/vmm-run-result.js";
import { runJson, runText, stateText, traceText, type RunEnd, type RunResult, type TraceLine } from "../../report/run-report.js";
import { VERSION } from "../../verdict/version.js";
import { defineCommand, MACHINE_OPTIONS, MACHINE_POSITIONAL, readParameters, wholeNumber } from "../command.js";
import { badInput, EXIT, type ExitCode } from "../failure.js";
import { loadMachine } from "../load-machine.js";
import { cellTexts, changedCells, momentOf, registerTexts, type Moment } from "../machine-state.js";
import { writeResult, writeTo } from "../output.js";
import { readProgram, type Program } from "../program-file.js";
import { counterOf, runAtSpeed, runStepByStep, type Ran } from "../program-run.js";
import { shown } from "../read-files.js";
import { begin, startStateOf } from "../../machine/start-state.js";
import { startDialogue } from "../step-dialogue.js";
import { colorFor, widthOf } from "../terminal.js";

const DEFAULT_LIMIT = 100_000_000;
/** Lines of a trace that are kept for JSON. */
const LONGEST_TRACE = 100_000;

export const command = defineCommand({
  positionals: { ...MACHINE_POSITIONAL, program: { type: "string", demandOption: true, describe: "assembly, or an image of lines `address: word`" } },
  options: {
    limit: { coerce: wholeNumber("limit", 0, Number.MAX_SAFE_INTEGER), requiresArg: true, describe: "stop before this many instructions are exceeded", defaultDescription: "100 million" },
    break: { type: "string", array: true, default: [] as string[], requiresArg: true, describe: "stop before the instruction at this address (a number in the machine's radix, or a label)" },
    trace: { type: "boolean", default: false, describe: "tell every instruction" },
    step: { type: "boolean", default: false, describe: "wait for a line of input after every instruction: Enter, a number, c, d or q" },
    init: { type: "string", array: true, default: [] as string[], requiresArg: true, describe: "another starting value for a register: NAME=VALUE, in the machine's radix" },
    dump: { type: "boolean", default: false, describe: "all of the state in the end, not only what has changed" },
    image: { type: "boolean", default: false, describe: "the program is an image, however it begins" },
    format: { choices: ["text", "json"] as const, default: "text" as const, describe: "for people, or for tools" },
    output: { type: "string", requiresArg: true, describe: "write the result to this file, whole or not at all" },
    ...MACHINE_OPTIONS,
  },
  run: async (args) => {
    const { machine, warnings } = await loadMachine(args.machine, readParameters(args.set), args.color);
    await writeTo(process.stderr, warnings);
    if (machine.fetch === undefined) throw badInput(`${machine.name} does not fetch its instructions, so it runs no programs`, "its instructions are supplied from outside; give it a fetch rule");
    const program = readProgram(machine, args.program, args.image, args.color);
    const cpu = createCpu(machine);
    begin(cpu, startStateOf(machine, program.image));
    loadImage(machine, program.image, cpu);
    for (const setting of args.init) initialise(cpu, setting);
    const sent = listenTo(cpu);
    const breakpoints = new Set(args.break.map((b) => address(machine, program, b)));
    const start = momentOf(cpu);

    const isToFile = args.output !== undefined;
    const layout = { color: !isToFile && colorFor(process.stdout, args.color), width: isToFile ? 100 : widthOf(process.stdout) };
    const limit = args.limit ?? DEFAULT_LIMIT;
    const lines: TraceLine[] = [];
    const dialogue = args.step ? startDialogue() : undefined;
    const tell = async (line: TraceLine): Promise<boolean> => {
      if (args.format === "json" || isToFile) {
        if (lines.push(line) > LONGEST_TRACE) throw badInput(`a trace of more than ${LONGEST_TRACE} instructions is not kept`, "give a --limit, or trace as text to standard output");
        if (args.step) await writeTo(process.stderr, traceText(line, { ...layout, color: false }));
      } else await writeTo(process.stdout, traceText(line, layout));
      return dialogue?.next(() => stateText(stateOf(cpu, start, true), { ...layout, color: false })) ?? !process.stdout.destroyed;
    };
    const stop = new AbortController();
    const onSignal = (): void => stop.abort();
    process.on("SIGINT", onSignal).on("SIGTERM", onSignal);
    const ran = await (args.trace || args.step ? runStepByStep(cpu, limit, breakpoints, stop.signal, tell) : runAtSpeed(cpu, limit, breakpoints, stop.signal));
    process.off("SIGINT", onSignal).off("SIGTERM", onSignal);
    dialogue?.close();

    const result: RunResult = { ...resultOf(cpu, args.program, ran, start, args.dump), console: sent.length === 0 ? undefined : consoleText(sent), trace: lines.length > 0 || (args.trace && args.format === "json") ? lines : undefined };
    const text = args.format === "json" ? runJson(result) : `${lines.map((l) => traceText(l, layout)).join("")}${args.trace || args.step ? "\n" : ""}${runText(result, layout)}`;
    await writeResult(text, args.output);
    return exitCodeOf(ran.end, args.limit !== undefined);
  },
});

function resultOf(cpu: Cpu, program: string, { end, instructions, traps }: Ran, start: Moment, isWhole: boolean): RunResult {
  const { machine } = cpu;
  return {
    popek: VERSION, machine: { name: machine.name, title: machine.title, sha256: machine.sha256 }, program: basename(program),
    end: end.why === "breakpoint" ? { ...end, detail: counterText(cpu) } : end, instructions, traps,
    ...stateOf(cpu, start, isWhole),
  };
}

function stateOf(cpu: Cpu, start: Moment, isWhole: boolean): Pick<RunResult, "registers" | "changed" | "cells"> {
  const now = momentOf(cpu);
  return { registers: registerTexts(cpu), changed: changedCells(cpu.machine, start, now), cells: isWhole ? cellTexts(cpu.machine, now) : undefined };
}

function counterText(cpu: Cpu): string | undefined {
  const counter = counterOf(cpu);
  return counter === undefined ? undefined : formatBits(cpu.get(counter.name), counter.width, cpu.machine.radix);
}

/** A halt and a breakpoint are what one runs a program for; so is a limit that was asked for. */
function exitCodeOf({ why }: RunEnd, isLimited: boolean): ExitCode {
  switch (why) {
    case "halt":
    case "breakpoint":
    case "quit": return EXIT.asExpected;
    case "limit": return isLimited ? EXIT.asExpected : EXIT.open;
    case "double-fault": return EXIT.fails;
    case "beyond": return EXIT.open;
    case "interrupted": return EXIT.interrupted;
  }
}

function address(machine: Machine, { symbols }: Program, text: string): bigint {
  const value = symbols.get(text) ?? numberIn(machine, text);
  if (value === undefined) {
    const near = nearest(text, symbols.keys());
    throw badInput(`--break ${shown(text)} is neither a label of the program nor a number in ${machine.radix}`, near === undefined ? undefined : `did you mean ${near}?`);
  }
  return value;
}

function initialise(cpu: Cpu, setting: string): void {
  const { machine } = cpu;
  const at = setting.indexOf("=");
  const name = setting.slice(0, Math.max(at, 0));
  const register = machine.components.find((c): c is Register => c.kind === "register" && c.name === name);
  const value = numberIn(machine, setting.slice(at + 1));
  if (register === undefined) {
    const names = machine.components.filter((c) => c.kind === "register").map((c) => c.name);
    const near = nearest(name, names);
    throw badInput(`--init ${shown(setting)}: ${machine.name} has no register ${shown(name)}`, near === undefined ? `registers: ${names.join(", ")}` : `did you mean ${near}?`);
  }
  if (value === undefined || value >> BigInt(register.width) !== 0n) throw badInput(`--init ${shown(setting)}: no value of ${register.width} bits`, `write it in ${machine.radix}, or with 0x, 0o or 0b`);
  cpu.set(name, value);
}

const DIGITS: Readonly<Record<number, RegExp>> = { 2: /^[01]+$/, 8: /^[0-7]+$/, 10: /^[0-9]+$/, 16: /^[0-9a-f]+$/i };

/** In the machine's radix, or with a prefix. */
function numberIn(machine: Machine, text: string): bigint | undefined {
  if (text.length > 128) return undefined;
  if (/^0(x[\da-f]+|o[0-7]+|b[01]+)$/i.test(text)) return BigInt(text);
  const base = RADIX_BASE[machine.radix];
  if (DIGITS[base]?.test(text) !== true) return undefined;
  return [...text].reduce((value, digit) => value * BigInt(base) + BigInt(parseInt(digit, base)), 0n);
}
