/**
 * The search for red pills: programs of one instruction first, then with one more to set up or to observe, then two.
 *
 * Every program runs both ways. One counts if its two runs differ first with the instruction itself, for then nothing else in it is to
 * blame. Among programs of one length the one is taken that shows the guest something, halts both ways and runs straight, if there is one.
 * The search is bounded and draws nothing: the same machine gives the same programs.
 */
import type { Instruction, Machine } from "../isa/machine.js";
import type { Bench, Trial } from "./red-pill-bench.js";
import { build, type Built, type Ground, type Part, type Program } from "./red-pill-program.js";
import { patternsOf, templatesOf, type Template } from "./red-pill-templates.js";

export interface FoundPill {
  readonly built: Built;
  /** instructions before the one in question */
  readonly setUp: number;
  readonly isVisible: boolean;
}

export interface SearchOutcome {
  readonly found?: FoundPill;
  /** programs tried */
  readonly trials: number;
}

/** Programs that are tried for one instruction, if nothing else is said. */
export const MOST_TRIALS = 20_000;
/** Words of one instruction: as the one in question, and beside it. */
const MOST_WORDS = 1200;
const MOST_BESIDE = 16;
/** States that set-up may lead to: the more telling ones. */
const MOST_SETTINGS = 120;

/** How many instructions stand before and behind the one in question, shortest first. */
const SHAPES: readonly { readonly before: number; readonly behind: number }[] = [
  { before: 0, behind: 0 }, { before: 1, behind: 0 }, { before: 0, behind: 1 }, { before: 2, behind: 0 }, { before: 1, behind: 1 },
];

export class Search {
  private readonly beside: readonly Template[];
  private readonly ends: Template | undefined;
  private readonly known = new Map<number, readonly (readonly Template[])[]>();

  /** @param critical what is looked for one by one, and stands in no program beside another */
  constructor(private readonly machine: Machine, private readonly bench: Bench, private readonly ground: Ground, critical: ReadonlySet<string>, private readonly mostTrials: number) {
    const patterns = patternsOf(machine).slice(0, 3);
    const usable = machine.instructions.filter((i) => !critical.has(i.id));
    this.beside = usable.flatMap((i) => templatesOf(machine, i, patterns, MOST_BESIDE));
    this.ends = this.endOf(usable);
  }

  find(instruction: Instruction): SearchOutcome {
    const before = this.bench.trials;
    const words = templatesOf(this.machine, instruction, patternsOf(this.machine), MOST_WORDS);
    let hidden: FoundPill | undefined;
    const used = (): number => this.bench.trials - before;
    for (const shape of SHAPES) {
      const found = this.among(this.programs(words, shape), used);
      if (found?.isVisible === true) return { found, trials: used() };
      hidden ??= found;
      if (used() >= this.mostTrials) break;
    }
    return { found: hidden, trials: used() };
  }

  /** The best of these programs: the first of the best rank. */
  private among(programs: Iterable<Program>, used: () => number): FoundPill | undefined {
    let best: { readonly pill: FoundPill; readonly rank: number } | undefined;
    for (const program of programs) {
      if (used() >= this.mostTrials) break;
      const built = build(this.machine, this.ground, program);
      if (built === undefined) continue;
      const trial = this.bench.try(built.image);
      const rank = rankOf(trial, program);
      if (rank === undefined || rank >= (best?.rank ?? Infinity)) continue;
      const setUp = program.findIndex((p) => p.part === "instruction");
      if (this.bench.firstDifference(built.image) !== setUp + 1) continue;
      const spare = this.withoutIdleVectors(program, rank);
      const isPlain = !spare.some((e) => e.part === "vector");
      if (!isPlain && rank + 1 >= (best?.rank ?? Infinity)) continue;
      best = { pill: { built: build(this.machine, this.ground, spare)!, setUp, isVisible: trial.shows === "visible" }, rank: isPlain ? rank : rank + 1 };
      if (best.rank === 0) break;
    }
    return best?.pill;
  }

  /** Only the vectors without which it would show less. */
  private withoutIdleVectors(program: Program, rank: number): Program {
    let kept = program;
    for (const entry of program.filter((e) => e.part === "vector")) {
      const fewer = kept.filter((e) => e !== entry);
      const other = rankOf(this.bench.try(build(this.machine, this.ground, fewer)!.image), fewer);
      if (other !== undefined && other <= rank) kept = fewer;
    }
    return kept;
  }

  private *programs(words: readonly Template[], { before, behind }: (typeof SHAPES)[number]): Iterable<Program> {
    const { ends } = this;
    const end: Program = ends === undefined ? [] : [part("end", ends), ...this.ground.vectors.map((at) => ({ part: "vector" as const, template: ends, at }))];
    for (const setUp of this.settings(before)) {
      for (const word of words) {
        for (const observation of behind === 0 ? [undefined] : this.beside) {
          yield [...setUp.map((t) => part("set-up", t)), part("instruction", word), ...(observation === undefined ? [] : [part("observation", observation)]), ...end];
        }
      }
    }
  }

  /**
   * So many instructions, one after the other, that lead to states of their own: first those that change more than what belongs to
   * the guest's own processor.
   */
  private settings(length: number): readonly (readonly Template[])[] {
    if (length === 0) return [[]];
    const ready = this.known.get(length);
    if (ready !== undefined) return ready;
    const start = this.bench.bareAfter({ start: this.ground.origin, words: [] }, 0);
    const distinct = new Map<string, { readonly templates: readonly Template[]; readonly weight: number }>();
    const candidates = this.settings(length - 1).flatMap((first) => this.beside.map((t) => [...first, t])).slice(0, this.mostTrials);
    for (const templates of candidates) {
      const built = build(this.machine, this.ground, templates.map((t) => part("set-up", t)));
      if (built === undefined) continue;
      const last = built.items.filter((i) => i.part === "set-up").at(-1)!;
      const state = this.bench.bareAfter(built.image, length);
      if (state === undefined || !this.goesOn(state, last.address, last.width)) continue;
      const changed = [...state].filter(([name, value]) => start?.get(name) !== value && !this.isCounter(name));
      if (changed.length === 0) continue;
      const key = changed.map(([name, value]) => `${name}=${value}`).join();
      if (!distinct.has(key)) distinct.set(key, { templates, weight: Math.min(...changed.map(([name]) => this.weightOf(name))) });
    }
    const settings = [...distinct.values()].sort((a, b) => a.weight - b.weight).slice(0, MOST_SETTINGS).map((d) => d.templates);
    this.known.set(length, settings);
    return settings;
  }

  /** Whether the program goes on behind the instruction at this address. */
  private goesOn(state: ReadonlyMap<string, bigint>, address: bigint, width: number): boolean {
    const cells = BigInt(Math.ceil(width / storageWidth(this.machine)));
    return [...state].every(([name, value]) => !this.isCounter(name) || value === address + cells);
  }

  private isCounter(name: string): boolean {
    return this.machine.components.some((c) => c.name === name && c.kind === "register" && c.role === "program-counter");
  }

  private weightOf(name: string): number {
    switch (this.machine.components.find((c) => c.name === name.replace(/\[.*/, ""))?.role) {
      case "mode": return 0;
      case "map":
      case "interrupt": return 1;
      case "general": return 3;
      default: return 2;
    }
  }

  /** An instruction that halts the machine, if there is one. */
  private endOf(usable: readonly Instruction[]): Template | undefined {
    const halting = usable.filter((i) => i.step.exits.some((e) => e.kind === "halt")).flatMap((i) => templatesOf(this.machine, i, [], MOST_BESIDE));
    return halting.find((t) => {
      const built = build(this.machine, this.ground, [part("end", t)]);
      if (built === undefined || t.operands.includes("data")) return false;
      const { end, steps } = this.bench.runBoth(built.image, 0).bare;
      return end === "halted" && steps === 1;
    });
  }
}

const part = (of: Part, template: Template): Program[number] => ({ part: of, template });

const storageWidth = (machine: Machine): number => machine.components.find((c) => c.kind === "array" && c.role === "storage")!.width;

/**
 * 0 is best, undefined: the runs do not differ. What shows the guest something comes first, then what halts both ways, then what goes
 * straight through the program. Odd ranks are for programs that need vectors, too.
 */
function rankOf({ shows, halted, steps }: Trial, program: Program): number | undefined {
  if (shows === "nothing") return undefined;
  const isStraight = halted === 2 && steps <= program.filter((e) => e.part !== "vector").length;
  return 2 * ((shows === "visible" ? 0 : 4) + (isStraight ? 0 : 3 - halted));
}
