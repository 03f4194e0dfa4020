/**
 * The search for red pills: programs of one instruction first, then with one more to set up or to observe, then two.
 *
 * Every program runs both ways. One counts if its two runs differ first with the instruction itself, and if what observes shows
 * nothing without it, for then nothing else in it is to blame. Among programs of one length the one is taken that shows the guest something, halts
 * both ways and runs straight, if there is one.
 * The search is bounded and draws nothing: the same machine gives the same programs.
 */
import type { Instruction, Machine } from "../isa/machine.js";
import type { Bench, Trial } from "./red-pill-bench.js";
import { build, imageOn, type Built, type Ground, type Part, type Program } from "./red-pill-program.js";
import { observationsOf } from "./red-pill-observations.js";
import { patternsOf, smallNegatives, templatesOf, type Place, type Template } from "./red-pill-templates.js";

export interface FoundPill {
  readonly built: Built;
  /** instructions before the one in question */
  readonly setUp: number;
  readonly isVisible: boolean;
  /** the bare run does not rest on what the manual leaves undefined */
  readonly isSettled: boolean;
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
/** Words that are tried in every state before the others have their turn. */
const FIRST_WORDS = 60;
/** States that set-up may lead to: the more telling ones. */
const MOST_SETTINGS = 120;
/** Words of one jump, when an end is looked for. */
const MOST_JUMPS = 256;

/** How many instructions stand before and behind the one in question, shortest first; none but the last may take more than half of the programs that are left. */
const SHAPES: readonly { readonly before: number; readonly behind: number }[] = [
  { before: 0, behind: 0 }, { before: 1, behind: 0 }, { before: 0, behind: 1 }, { before: 1, behind: 1 }, { before: 2, behind: 0 },
];

export class Search {
  private readonly beside: readonly Template[];
  private readonly observations: ReturnType<typeof observationsOf>;
  private readonly ends: Template | undefined;
  private readonly least: Place;
  private readonly known = new Map<number, readonly Program[]>();

  /** @param critical what is looked for one by one, and stands in no program beside another */
  constructor(private readonly machine: Machine, private readonly bench: Bench, private readonly ground: Ground, critical: ReadonlySet<string>, private readonly mostTrials: number) {
    const patterns = patternsOf(machine).slice(0, 3);
    const usable = machine.instructions.filter((i) => !critical.has(i.id));
    this.least = { next: ground.origin * ground.unit, data: ground.data * ground.unit };
    this.beside = usable.flatMap((i) => templatesOf(machine, i, patterns, MOST_BESIDE, this.least));
    this.observations = observationsOf(machine, this.beside);
    const halts = this.haltOf(usable);
    this.ends = halts ?? this.stayOf(usable);
    bench.isOverWhereItStays = halts === undefined;
  }

  find(instruction: Instruction): SearchOutcome {
    const before = this.bench.trials;
    const words = templatesOf(this.machine, instruction, patternsOf(this.machine), MOST_WORDS, this.least);
    let second: FoundPill | undefined;
    const used = (): number => this.bench.trials - before;
    for (const shape of SHAPES) {
      const left = this.mostTrials - used();
      const found = this.among(this.programs(words, shape), used, used() + (shape === SHAPES.at(-1) ? left : Math.ceil(left / 2)));
      if (found?.isVisible === true && found.isSettled) return { found, trials: used() };
      if (second === undefined || (found?.isVisible === true && !second.isVisible)) second = found ?? second;
      if (used() >= this.mostTrials) break;
    }
    return { found: second, trials: used() };
  }

  /** The best of these programs: the first of the best rank. */
  private among(programs: Iterable<Program>, used: () => number, most: number): FoundPill | undefined {
    let best: { readonly pill: FoundPill; readonly rank: number } | undefined;
    for (const program of programs) {
      if (used() >= most) break;
      const built = build(this.machine, this.ground, program);
      if (built === undefined) continue;
      const trial = this.bench.try(built.image, lengthOf(program));
      const own = rankOf(trial, program);
      if (own === undefined || own >= (best?.rank ?? Infinity)) continue;
      const setUp = program.findIndex((p) => p.part === "instruction");
      if (this.bench.firstDifference(built.image) !== setUp + 1 || this.showsWithoutIt(program)) continue;
      const isSettled = this.bench.isSettled(built.image), rank = own + (isSettled ? 0 : UNSETTLED);
      if (rank >= (best?.rank ?? Infinity)) continue;
      const spare = this.withoutIdleVectors(program, own);
      const isPlain = !spare.some((e) => e.part === "vector");
      if (!isPlain && rank + 1 >= (best?.rank ?? Infinity)) continue;
      best = { pill: { built: build(this.machine, this.ground, spare)!, setUp, isVisible: trial.shows === "visible", isSettled }, rank: isPlain ? rank : rank + 1 };
      if (best.rank <= (this.ends === undefined ? NO_END : 0)) break;
    }
    return best?.pill;
  }

  /** Whether what observes would show a difference by itself: then the instruction in question is not to blame for it. */
  private showsWithoutIt(program: Program): boolean {
    if (!program.some((e) => e.part === "observation")) return false;
    const others = program.filter((e) => e.part !== "instruction");
    const built = build(this.machine, this.ground, others);
    return built !== undefined && this.bench.try(built.image, lengthOf(others)).shows !== "nothing";
  }

  /** Only the vectors without which it would show less. */
  private withoutIdleVectors(program: Program, rank: number): Program {
    let kept = program;
    for (const entry of program.filter((e) => e.part === "vector")) {
      const fewer = kept.filter((e) => e !== entry);
      const other = rankOf(this.bench.try(build(this.machine, this.ground, fewer)!.image, lengthOf(fewer)), fewer);
      if (other !== undefined && other <= rank) kept = fewer;
    }
    return kept;
  }

  private *programs(words: readonly Template[], { before, behind }: (typeof SHAPES)[number]): Iterable<Program> {
    const { ends } = this;
    const end: Program = ends === undefined ? [] : [part("end", ends), ...this.ground.vectors.map((at) => ({ part: "vector" as const, template: ends, at }))];
    const turns = [words.slice(0, FIRST_WORDS), words.slice(FIRST_WORDS)].flatMap((chosen) => this.settings(before).map((setUp) => ({ setUp, chosen })));
    for (const { setUp, chosen } of turns) {
      // a return from a trap of the set-up's comes to an end too
      const returns: Program = ends === undefined ? [] : setUp.flatMap(({ then, behind: at }) => (then === undefined ? [] : [{ part: "end" as const, template: ends, at }]));
      for (const word of chosen) {
        const own: Program = [...setUp, part("instruction", word)];
        if (behind === 0) yield [...own, ...end, ...returns];
        else for (const observation of this.observationsBehind(own, [...end, ...returns])) yield [...own, part("observation", observation), ...end, ...returns];
      }
    }
  }

  /** What may show that the two runs differ by now: nothing, if the instruction in question makes no difference. */
  private observationsBehind(own: Program, end: Program): readonly Template[] {
    const built = build(this.machine, this.ground, [...own, ...end]);
    const differing = built === undefined ? undefined : this.bench.differingFirstAfter(built.image, own.length);
    return differing === undefined ? [] : this.observations(differing);
  }

  /**
   * So many instructions, one after the other, that lead to states of their own: first those that change more than what belongs to
   * the guest's own processor. One that traps is as good, where the program can go on at the address that the trap leads to.
   */
  private settings(length: number): readonly Program[] {
    if (length === 0) return [[]];
    const ready = this.known.get(length);
    if (ready !== undefined) return ready;
    const { trials } = this.bench;
    const start = this.bench.bareAfter(imageOn(this.ground, []), 0);
    const distinct = new Map<string, { readonly program: Program; readonly weight: number }>();
    const candidates = this.settings(length - 1).flatMap((first) => this.beside.map((t): Program => [...first, part("set-up", t)])).slice(0, this.mostTrials);
    for (const program of candidates) {
      const built = build(this.machine, this.ground, program);
      if (built === undefined) continue;
      const state = this.bench.bareAfter(built.image, length);
      const then = state === undefined || start === undefined ? undefined : this.goesOnAt(state, start);
      if (state === undefined || then === undefined || !this.bench.isSettled(built.image, length)) continue;
      const isNext = then === built.behind;
      if (!isNext && !this.leadsTo(then, built.items.map((i) => i.address))) continue;
      const changed = [...state].filter(([name, value]) => start?.get(name) !== value && !this.isCounter(name));
      if (changed.length === 0) continue;
      const key = changed.map(([name, value]) => `${name}=${value}`).join();
      const whole: Program = isNext ? program : program.with(-1, { ...program.at(-1)!, then, behind: built.behind });
      if (!distinct.has(key)) distinct.set(key, { program: whole, weight: Math.min(...changed.map(([name]) => this.weightOf(name))) });
    }
    const settings = [...distinct.values()].sort((a, b) => a.weight - b.weight).slice(0, MOST_SETTINGS).map((d) => d.program);
    this.known.set(length, settings);
    this.bench.trials = trials; // found once, and for all instructions
    return settings;
  }

  /** The cell where the program goes on; undefined where what stands there would be read in another way. */
  private goesOnAt(state: ReadonlyMap<string, bigint>, start: ReadonlyMap<string, bigint>): bigint | undefined {
    const [counter, ...others] = [...state.keys()].filter((name) => this.isCounter(name));
    if (counter === undefined || others.some((name) => state.get(name) !== start.get(name))) return undefined;
    const address = state.get(counter)!, { unit } = this.ground;
    return address % unit === 0n ? address / unit : undefined;
  }

  /** Whether a trap leads to this cell, and there is room for the rest of a program below what is there already. */
  private leadsTo(cell: bigint, taken: readonly bigint[]): boolean {
    return this.ground.handlers.includes(cell) && taken.every((t) => t < cell || t >= cell + this.ground.room);
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
  private haltOf(usable: readonly Instruction[]): Template | undefined {
    const halting = usable.filter((i) => i.step.exits.some((e) => e.kind === "halt")).flatMap((i) => templatesOf(this.machine, i, [], MOST_BESIDE, this.least));
    return halting.find((t) => {
      const built = build(this.machine, this.ground, [part("end", t)]);
      if (built === undefined || t.operands.includes("data")) return false;
      const { end, steps } = this.bench.runBoth(built.image, 0).bare;
      return end === "halted" && steps === 1;
    });
  }

  /** Where nothing halts: a jump to itself, which changes nothing. */
  private stayOf(usable: readonly Instruction[]): Template | undefined {
    const before = this.bench.bareAfter(imageOn(this.ground, []), 0);
    if (before === undefined) return undefined;
    const jumps = usable.filter((i) => [...i.step.next.keys()].every((name) => this.isCounter(name)) && i.step.next.size > 0);
    return jumps.flatMap((i) => templatesOf(this.machine, i, [], MOST_JUMPS, this.least, smallNegatives)).find((t) => {
      const built = t.operands.includes("data") ? undefined : build(this.machine, this.ground, [part("end", t)]);
      const after = built === undefined ? undefined : this.bench.bareAfter(built.image, 1);
      return after !== undefined && [...after].every(([name, value]) => before.get(name) === value);
    });
  }
}

const part = (of: Part, template: Template): Program[number] => ({ part: of, template });

/** Behind all that show the guest as much. */
const UNSETTLED = 8;
/** What shows the guest something on a machine on which no program comes to an end. */
const NO_END = 6;

const lengthOf = (program: Program): number => program.filter((e) => e.part !== "vector").length;

/**
 * 0 is best, undefined: the runs do not differ. What shows the guest something comes first, then what halts both ways, then what goes
 * straight through the program. Odd ranks are for programs that need vectors, too.
 */
function rankOf({ shows, halted, steps }: Trial, program: Program): number | undefined {
  if (shows === "nothing") return undefined;
  const isStraight = halted === 2 && steps <= lengthOf(program);
  return 2 * ((shows === "visible" ? 0 : 8) + (isStraight ? 0 : 3 - halted));
}
