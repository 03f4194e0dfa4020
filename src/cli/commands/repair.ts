/** `popek repair`: the smallest changes with which a machine would meet the condition of Theorem 1 or 3, and what they would cost. */
import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { lowering } from "../../isa/lower.js";
import type { Machine, Trap } from "../../isa/machine.js";
import { nearest } from "../../isa/nearest.js";
import { createCpu } from "../../machine/cpu.js";
import { repairJson, repairText, type RepairCost, type RepairPlan, type RepairReport } from "../../report/repair.js";
import { knownBy } from "../../report/theorem-text.js";
import { inLevel } from "../../requirements/parts.js";
import { completesInUserState } from "../../requirements/privileged.js";
import { setting } from "../../requirements/setting.js";
import { answer, isPossible } from "../../verdict/answer.js";
import type { Engines } from "../../verdict/engines.js";
import { conditionOf, type Condition } from "../../verdict/condition.js";
import type { Classification } from "../../verdict/classify.js";
import { findRepairs, type Repair, type RepairSearch } from "../../verdict/repair.js";
import { trapOfUserMode } from "../../verdict/repair-machine.js";
import type { CheckResult } from "../../verdict/result.js";
import { VERSION } from "../../verdict/version.js";
import type { GuestProgram } from "../../vmm/control-program.js";
import { countExecutions, type Executions } from "../../vmm/executions.js";
import { defineCommand, MACHINE_OPTIONS, MACHINE_POSITIONAL, readParameters, wholeNumber } from "../command.js";
import { ENGINE_OPTIONS, engineChoice, startEngines } from "../engines.js";
import { badInput, EXIT, type ExitCode } from "../failure.js";
import { bundledMachines, loadMachine, SPECIFICATIONS } from "../load-machine.js";
import { writeResult, writeTo } from "../output.js";
import { configurationOf, performCheck } from "../perform-check.js";
import { readProgram } from "../program-file.js";
import { shown } from "../read-files.js";
import { startStateOf } from "../../machine/start-state.js";
import { colorFor, widthOf, type ColorChoice } from "../terminal.js";

export const command = defineCommand({
  positionals: MACHINE_POSITIONAL,
  options: {
    theorem: { choices: ["1", "3"] as const, default: "1" as const, describe: "whose condition is to be met" },
    reading: { choices: ["strict", "extended"] as const, default: "extended" as const, describe: "in which reading of R" },
    trap: { type: "string", requiresArg: true, describe: "the trap that instructions are made to take", defaultDescription: "the one that most take because of the mode" },
    guest: { type: "string", array: true, default: [] as string[], requiresArg: true, describe: "a program on which the cost is counted; may be given several times", defaultDescription: "the machine's own, in its folder `programs`" },
    limit: { default: 1_000_000, coerce: wholeNumber("limit", 1, 1_000_000_000), requiresArg: true, describe: "instructions of each guest that are counted at most" },
    config: { type: "string", requiresArg: true, describe: "the configuration of user states; the machine's default if not given" },
    ...ENGINE_OPTIONS,
    format: { choices: ["text", "json"] as const, default: "text" as const, describe: "for people, or for tools" },
    output: { type: "string", requiresArg: true, describe: "write the result to this file, whole or not at all" },
    ...MACHINE_OPTIONS,
  },
  run: async (args) => {
    const { machine, warnings } = await loadMachine(args.machine, readParameters(args.set), args.color);
    await writeTo(process.stderr, warnings);
    const configuration = configurationOf(machine, args.config), choice = engineChoice(args);
    const trap = args.trap === undefined ? trapOfUserMode(machine) : trapNamed(machine, args.trap);
    const guests = guestsOf(machine, args.guest.length > 0 ? args.guest : ownPrograms(args.machine), args.color);
    const classified = new Map<string, Promise<Classification>>();
    const withEngines = async <T>(ask: (engines: Engines) => Promise<T>): Promise<T> => {
      const { engines, close } = await startEngines(choice, (what) => process.stderr.write(`popek: ${what}; going on without\n`));
      try {
        return await ask({ ...engines, cpu: createCpu(machine) });
      } finally {
        await close();
      }
    };
    const search = await findRepairs({
      machine, configuration, trap, theorem: args.theorem === "1" ? 1 : 3, reading: args.reading,
      check: (changed, under, only) => performCheck({ machine: changed, configuration: under, choice, jobs: args.jobs, only, classified }),
      conditionFor: (id) => withEngines(async (engines): Promise<Condition | undefined> => {
        const instruction = machine.instructions.find((i) => i.id === id);
        if (instruction === undefined) return undefined; // of a pair: its target's condition is among the others
        const s = setting(machine, instruction, configuration);
        return conditionOf(s, engines, await answer(machine, instruction, completesInUserState(s), engines));
      }),
      hasUserStates: (under) => withEngines((engines) => isPossible(machine, lowering(machine).term(machine.terms.and(inLevel(machine, "user"), under.predicate, ...machine.invariants.map((i) => i.predicate))), engines)),
    });
    const executions = search.kind === "repairs" && search.repairs.length > 0 ? guests.map((g) => countExecutions(machine, g, args.limit)) : [];
    const report = reportOf(machine, configuration.name, trap, args.reading, search, executions);
    const isToFile = args.output !== undefined;
    await writeResult(args.format === "json" ? repairJson(report) : repairText(report, { color: !isToFile && colorFor(process.stdout, args.color), width: isToFile ? 100 : widthOf(process.stdout) }), args.output);
    return exitCode(report);
  },
});

function trapNamed(machine: Machine, name: string): Trap {
  const traps = machine.traps.filter((t) => !t.memory);
  const found = traps.find((t) => t.name === name);
  if (found !== undefined) return found;
  const near = nearest(name, traps.map((t) => t.name));
  throw badInput(`${machine.name} has no trap ${shown(name)}`, near === undefined ? `traps: ${traps.map((t) => t.name).join(", ")}` : `did you mean ${near}?`);
}

/** The programs that stand beside a specification. */
function ownPrograms(name: string): string[] {
  const at = bundledMachines().includes(name) ? join(SPECIFICATIONS, name) : statSync(name).isDirectory() ? name : dirname(name);
  const folder = join(at, "programs");
  return existsSync(folder) ? readdirSync(folder).filter((f) => f.endsWith(".s")).sort().map((f) => join(folder, f)) : [];
}

function guestsOf(machine: Machine, paths: readonly string[], color: ColorChoice): readonly GuestProgram[] {
  if (machine.fetch === undefined) {
    if (paths.length > 0) throw badInput(`${machine.name} does not fetch its instructions, so it runs no programs`, "leave out --guest");
    return [];
  }
  return paths.map((path) => {
    const { image } = readProgram(machine, path, false, color);
    return { name: basename(path), image, events: [], start: startStateOf(machine, image) };
  });
}

function reportOf(machine: Machine, configuration: string, trap: Trap | undefined, reading: "strict" | "extended", search: RepairSearch, executions: readonly Executions[]): RepairReport {
  const { theorem, base } = search;
  return {
    popek: VERSION, machine: { name: machine.name, title: machine.title, sha256: machine.sha256 }, configuration, theorem: theorem.theorem === 3 ? 3 : 1, reading,
    answer: theorem.answer, critical: theorem.critical, open: theorem.open, trap: trap?.name,
    repairs: search.kind === "repairs" ? search.repairs.map((r) => planOf(machine, base, r, executions)) : [],
    notTried: search.kind === "repairs" ? search.notTried : [],
  };
}

function planOf(machine: Machine, base: CheckResult, { changes, configuration, theorem, check }: Repair, executions: readonly Executions[]): RepairPlan {
  const placed = changes.map((c) => {
    const origin = c.kind === "trap" ? machine.instructions.find((i) => i.id === c.instruction)?.origin : machine.configurations.find((k) => c.kind === "configuration" && k.name === c.name)?.origin;
    return origin === undefined ? c : { ...c, source: { file: origin.file, line: origin.line } };
  });
  return {
    changes: placed, configuration: configuration.name, answer: theorem.answer, knownBy: knownBy(check, theorem), critical: theorem.critical, open: theorem.open,
    costs: executions.map((e) => costOf(base, check, e, theorem.theorem === 3)),
  };
}

/** An instruction that traps in every user state costs an entry whenever it is executed; a hybrid monitor hears only of the guest's user mode. */
function costOf(base: CheckResult, repaired: CheckResult, { program, instructions, byInstruction, isWhole }: Executions, isHybrid: boolean): RepairCost {
  const trapping = (result: CheckResult): ReadonlySet<string> => new Set(result.instructions.filter((i) => i.classes.includes("privileged") || i.classes.includes("always-traps")).map((i) => i.id));
  const before = trapping(base), after = trapping(repaired);
  const perThousand = (n: number): number => (instructions === 0 ? 0 : Math.round((100_000 * n) / instructions) / 100);
  const number = (c: { readonly all: number; readonly inUserMode: number }): number => (isHybrid ? c.inUserMode : c.all);
  const added = [...byInstruction].filter(([id, c]) => after.has(id) && !before.has(id) && number(c) > 0);
  const sum = (list: readonly (readonly [string, { readonly all: number; readonly inUserMode: number }])[]): number => list.reduce((n, [, c]) => n + number(c), 0);
  return {
    program, instructions, isWhole,
    before: perThousand(sum([...byInstruction].filter(([id]) => before.has(id)))), added: perThousand(sum(added)), addedInUserMode: perThousand(added.reduce((n, [, c]) => n + c.inUserMode, 0)),
    byInstruction: added.map(([id, c]) => ({ id, perThousand: perThousand(number(c)) })),
  };
}

function exitCode({ answer: base, repairs }: RepairReport): ExitCode {
  if (base === "holds" || repairs.some((r) => r.answer === "holds")) return EXIT.asExpected;
  return base === "open" || repairs.some((r) => r.answer === "open") ? EXIT.open : EXIT.fails;
}
