/**
 * What the tiny machines of this folder are, according to `model.md` and nothing else.
 *
 * Each entry gives, for one machine under one configuration, the exact classes of every instruction and whether the
 * machine meets the conditions of Theorems 1 and 3. They were worked out by hand and confirmed by a program that shares
 * no code with the checker: it runs every state, every operand and every pair that section 3 allows. The same program
 * played guests under a monitor: each instruction that is critical here breaks one, and no other does.
 *
 * How the definitions were read where they leave room:
 *  - Without `split`, one instruction stands for all its operands; the two runs of a pair have the same operand.
 *  - `privileged` and the virtual runs of pairs are about user states of the configuration; `user-control`, and the
 *    reference runs, are about user states of any configuration (see TOMODE).
 *  - Two states have one window when the cells that they reach have the same contents, address by address; their
 *    bounds may then differ only where the end of storage cuts the larger.
 *  - In `location` and `mode`, "r unchanged" speaks of the map; `resource` asks for no such thing.
 *  - An instruction that always traps is not sensitive, so it is innocuous too; so is a privileged one with nothing to hide.
 *  - `user-control` is the strict class. The extended condition of Theorem 3 counts halts and the other components
 *    of R as well: see HLT and SETIF.
 */

export type ClassName =
  | "privileged"
  | "always-traps"
  | "partly-trapping"
  | "control"
  | "control-extended"
  | "location"
  | "mode"
  | "resource"
  | "user-control"
  | "user-location"
  | "user-resource"
  | "innocuous"
  | "innocuous-extended";

/** Whether the condition of a theorem is met, in each reading of R. */
export interface ExpectedCondition {
  readonly strict: boolean;
  readonly extended: boolean;
}

export interface ExpectedMachine {
  /** the file in this folder */
  readonly file: string;
  /** the configuration that user states satisfy */
  readonly configuration: string;
  /** by the identifier of the instruction; in the order of `ClassName` */
  readonly classes: Readonly<Record<string, readonly ClassName[]>>;
  readonly theorem1: ExpectedCondition;
  readonly theorem3: ExpectedCondition;
}

const met: ExpectedCondition = { strict: true, extended: true };
const notMet: ExpectedCondition = { strict: false, extended: false };
const strictOnly: ExpectedCondition = { strict: true, extended: false };

const harmless: readonly ClassName[] = ["innocuous", "innocuous-extended"];

export const expected: readonly ExpectedMachine[] = [
  {
    file: "baseline.isa",
    configuration: "any",
    classes: {
      NOP: harmless, // only P, in every state alike
      COPY: harmless, // contents of the window by address; equal windows, equal memory traps
      INC: harmless, // the same
      JMP: harmless, // P is relative to R, and is the same in both runs
      LRB: ["privileged", "control", "control-extended"], // the supervisor changes the map, the user always traps
      LPSW: ["privileged", "control", "control-extended"], // the supervisor changes the mode
      SVC: ["always-traps", ...harmless], // never done; delivering a trap is no part of the step
      HLT: ["privileged", "control-extended", "innocuous"], // only the supervisor halts; a halt counts in the extended reading
    },
    theorem1: met,
    theorem3: met,
  },
  {
    file: "control.isa",
    configuration: "any",
    classes: {
      NOP: harmless,
      JSTU: ["control", "control-extended"], // s to u changes the mode; u to u does not, so not user-control
      LRB: ["control", "control-extended", "user-control"], // the map, in either mode; pairs whose map stays have nothing to show
      SHRINK: ["control", "control-extended", "user-control"], // a smaller bound is another map
      PAST: ["control", "control-extended", "user-control"], // cell l + b, outside the window; the visible contents stay
    },
    theorem1: notMet,
    theorem3: notMet, // three of them do it from user mode
  },
  {
    file: "location.isa",
    configuration: "any",
    classes: {
      STL: ["location", "user-location"], // l = 0 and l = 1 with one window
      STB: ["location", "user-location"], // b = 2 cut to one cell by the end of storage, and b = 1
      STQ: ["location", "user-location"], // q = 2 and q = 3 with one window
      PEEK: ["location", "user-location"], // cells outside the windows are free
      ODDL: ["partly-trapping", "location", "user-location"], // l = 1 traps, l = 0 is done: the latter may be the virtual run
    },
    theorem1: notMet,
    theorem3: notMet,
  },
  {
    file: "mode.isa",
    configuration: "any",
    classes: {
      STM: ["mode"], // 0 in s, 1 in u; two user states always agree
      TOUCH: ["mode"], // empty window: memory trap in s, done in u
      STOP: ["control-extended", "mode"], // halt in s, done in u; never a halt in u
      USER: ["mode"], // trap in s, done in u; done somewhere in u, so not privileged
      STLS: ["location", "mode"], // two supervisors differ; two users do not
    },
    theorem1: notMet,
    theorem3: met, // nothing shows or changes from user mode: a hybrid monitor interprets the supervisor
  },
  {
    file: "privileged.isa",
    configuration: "any",
    classes: {
      NOPS: ["privileged", ...harmless], // s done, u always traps; where the virtual run traps nothing differs
      FARU: ["privileged", ...harmless], // a memory trap in u will do
      PART: ["privileged", "location"], // some supervisor state is done; two of those show l
    },
    theorem1: met,
    theorem3: met,
  },
  {
    file: "partly-trapping.isa",
    configuration: "any",
    classes: {
      ODDU: ["partly-trapping", ...harmless], // odd: u traps where s is done; even: both do the same
      FLIP: ["partly-trapping", "mode"], // even: s traps and u is done, the dangerous direction; odd: u traps where s is done
    },
    theorem1: notMet, // FLIP
    theorem3: met, // two user states with one window do the same
  },
  {
    file: "always-traps.isa",
    configuration: "any",
    classes: {
      SVC: ["always-traps", ...harmless],
      KIND: ["always-traps", ...harmless], // which trap depends on the mode; no difference where the virtual run traps
      FAR: ["always-traps", ...harmless], // memory traps are traps
      DOWN: harmless, // traps on the visible contents alone, so not where a like run is done
    },
    theorem1: met,
    theorem3: met,
  },
  {
    file: "halting.isa",
    configuration: "any",
    classes: {
      HLT: ["control-extended", "innocuous"], // both runs halt: no difference, but the processor is gone
      HLTZ: ["control-extended", "innocuous"], // the same, when cell 0 is 0
    },
    theorem1: strictOnly,
    theorem3: strictOnly, // a user halts too
  },
  {
    file: "resource.isa",
    configuration: "enabled",
    classes: {
      STIF: ["resource", "user-resource", "innocuous"], // bare flag 0, virtual flag 1
      SETIF: ["control-extended", "innocuous"], // changes the flag and shows nothing; from u as well
      BOTH: ["resource", "user-resource", "innocuous"], // bare 0 and 0, virtual 1 and 1
      BOTHU: ["resource", "user-resource", "innocuous"], // the same, and in u only
      TOMODE: ["control", "control-extended", "user-control"], // u with the flag at 0, which no state of the configuration is
      STI: ["privileged", "control-extended", "innocuous"], // SETIF with the guard that it needs
    },
    theorem1: notMet, // strict: TOMODE alone
    theorem3: notMet, // the same
  },
  {
    file: "conditional.isa",
    configuration: "guarded",
    classes: {
      STL: ["privileged", "location"], // every user state has UM = 1 and traps; two supervisors show l
      NOP: harmless,
    },
    theorem1: met,
    theorem3: met,
  },
  {
    file: "conditional.isa",
    configuration: "unguarded",
    classes: {
      STL: ["location", "resource", "user-location", "user-resource"], // bare UM = 1 traps, virtual UM = 0 does not
      NOP: harmless,
    },
    theorem1: notMet,
    theorem3: notMet,
  },
  {
    file: "conditional.isa",
    configuration: "any",
    classes: {
      // as without the guard, and besides: UM = 1 traps in u where s, or UM = 0, is done
      STL: ["partly-trapping", "location", "resource", "user-location", "user-resource"],
      NOP: harmless,
    },
    theorem1: notMet,
    theorem3: notMet,
  },
  {
    file: "exec-map.isa",
    configuration: "any",
    classes: {
      NOP: harmless,
      COPY: ["partly-trapping", ...harmless], // the supervisor sees cells that no user map can give: a bare s run is done where the virtual one memory-traps
      INC: ["partly-trapping", ...harmless], // the same
      LRB: ["privileged", "control", "control-extended"],
      JSTU: ["control", "control-extended"], // from s; in u it is a jump
    },
    theorem1: notMet, // JSTU
    theorem3: met,
  },
  {
    file: "toy.isa",
    configuration: "any",
    classes: {
      NOP: harmless,
      COPY: harmless,
      INC: harmless,
      JMP: harmless,
      LRB: ["privileged", "control", "control-extended"],
      LPSW: ["privileged", "control", "control-extended"], // loads the mode
      RMODE: ["mode"], // 0 in s, 1 in u
      JSTU: ["control", "control-extended"], // s to u; in u a jump
    },
    theorem1: notMet, // RMODE and JSTU are critical
    theorem3: met, // neither is user-sensitive
  },
];
