/**
 * A small result written by hand, with one of everything that a report has to show: a privileged instruction, two critical
 * ones with witnesses of one state and of two, one critical in the extended reading only, one that always traps, one partly
 * trapping, one open; premises met, not met and open.
 */
import { CLASSES, OTHER_CLAIMS, type CheckResult, type ClaimAnswer, type ClaimName, type InstructionResult, type TheoremResult, type Witness } from "../../src/verdict/result.js";

const no: ClaimAnswer = { answer: "fails", strength: "structural" };
const yes = (witness?: Witness): ClaimAnswer => ({ answer: "holds", strength: witness === undefined ? "structural" : "witness", witness });
const open: ClaimAnswer = { answer: "open", strength: "none", reason: "z3: the solver's resource limit was reached" };

function instruction(id: string, title: string, place: readonly [string, number], given: Partial<Record<ClaimName, ClaimAnswer>>): InstructionResult {
  const answers = Object.fromEntries([...CLASSES, ...OTHER_CLAIMS].map((c) => [c, given[c] ?? no])) as Record<ClaimName, ClaimAnswer>;
  const [, mnemonic, field, value] = /^(\w+)(?:\[(\w+)=(\w+)\])?$/.exec(id)!;
  return {
    id, mnemonic: mnemonic!, title, split: field === undefined ? {} : { [field]: value! }, cite: "PRH 2.9", source: { file: place[0], line: place[1] },
    classes: CLASSES.filter((c) => answers[c].answer === "holds"), answers,
  };
}

export const controlWitness: Witness = {
  shows: "a state in which the step changes the mode, the map or storage outside the window",
  word: "254040000000", assembly: "JRST 1,0",
  runs: [{
    name: "S", title: "the state", mode: "executive", outcome: "done",
    components: [{ name: "PC", role: "program-counter", before: "000100", after: "000000" }, { name: "User", role: "mode", before: "0", after: "1" }],
  }],
  differs: [], necessary: ["PC"], observed: ["PC", "User"], choices: {}, source: { file: "10-control.isa", line: 123, column: 5 },
};

export const modeWitness: Witness = {
  shows: "states that differ in the mode only, whose outcomes differ",
  word: "254200000000", assembly: "HALT 0",
  runs: [
    { name: "S1", title: "reference: the bare machine", mode: "executive", outcome: "halt", components: [{ name: "core[000100]", role: "storage", before: "254200000000" }] },
    {
      name: "S2", title: "virtual: the real machine under the monitor", mode: "userMode", outcome: "done",
      components: [{ name: "User", role: "mode", before: "1", after: "1" }, { name: "PC", role: "program-counter", before: "000000", after: "000001" }],
    },
  ],
  differs: ["User", "core[000100]"], necessary: ["User"], observed: [], choices: { "HALT.1": "1" }, source: { file: "10-control.isa", line: 140, column: 5 },
};

const all = ["MOVE", "MOVEI", "JRST[f=1]", "JRST[f=4]", "CONO", "UUO", "RSW", "FAD"];
const theorem = (t: 1 | 2 | 3, reading: TheoremResult["reading"], answer: TheoremResult["answer"], critical: readonly string[], isOpen: readonly string[] = [], more: Partial<TheoremResult> = {}): TheoremResult =>
  ({ theorem: t, reading, assumption: "any", answer, critical, open: isOpen, ...more });

export const sample: CheckResult = {
  popek: "0.1.0",
  machine: { name: "sample", title: "A sample machine", sha256: "0123456789abcdef".repeat(4), radix: "octal" },
  configuration: "no-io",
  engines: { solver: "z3 4.13.0", seed: 1974, runs: 1000 },
  instructions: [
    instruction("MOVE", "Move", ["01-moves.isa", 3], { "partly-trapping": yes(), innocuous: yes(), "innocuous-extended": yes() }),
    instruction("MOVEI", "Move immediate", ["01-moves.isa", 9], { innocuous: yes(), "innocuous-extended": yes() }),
    instruction("JRST[f=1]", "Jump and set user mode", ["10-control.isa", 120], { control: yes(controlWitness), "control-extended": yes(controlWitness), privileged: { ...no, strength: "witness", witness: { ...controlWitness, shows: "a user state from which the step is done or halts" } }, "user-control": yes(controlWitness), "user-control-extended": yes(controlWitness) }),
    instruction("JRST[f=4]", "Halt", ["10-control.isa", 120], { mode: yes(modeWitness), resource: yes(), privileged: { ...no, reason: "it completes in no supervisor state either" } }),
    instruction("CONO", "Conditions out", ["20-io.isa", 7], { privileged: { answer: "holds", strength: "structural + witness" }, control: no, "control-extended": yes() , innocuous: yes() }),
    instruction("UUO", "Unimplemented user operation", ["20-io.isa", 30], { "always-traps": yes(), innocuous: yes(), "innocuous-extended": yes() }),
    instruction("RSW", "Read the switches", ["20-io.isa", 44], { "control-extended": yes(controlWitness), "user-control-extended": yes(controlWitness), innocuous: yes() }),
    instruction("FAD", "Floating add", ["20-io.isa", 51], { location: { ...open, strength: "none" }, innocuous: open, "innocuous-extended": open }),
  ],
  theorems: [
    theorem(1, "strict", "fails", ["JRST[f=1]", "JRST[f=4]"], ["FAD"]),
    theorem(1, "extended", "fails", ["JRST[f=1]", "JRST[f=4]", "RSW"], ["FAD"]),
    theorem(1, "extended", "fails", ["JRST[f=1]", "JRST[f=4]"], ["FAD"], { assumption: "within-k" }),
    theorem(1, "literal", "fails", all),
    theorem(2, "strict", "fails", ["JRST[f=1]", "JRST[f=4]"], [], { reason: "the condition of Theorem 1 is not met" }),
    theorem(3, "strict", "holds", []),
    theorem(3, "strict", "holds", [], [], { assumption: "within-k" }),
    theorem(3, "extended", "open", [], ["FAD"]),
  ],
  premises: [
    { name: "relocation-in-both-modes", statement: "the map acts in both modes", answer: "fails", strength: "structural", reason: "executive addresses are not relocated" },
    { name: "one-to-one", statement: "no two addresses mean one cell of storage", answer: "holds", strength: "solver(z3 4.13.0)" },
    { name: "restartable", statement: "an instruction that traps has done nothing else", answer: "open", strength: "none", reason: "z3: the solver's resource limit was reached" },
  ],
  notModelled: [{ what: "the paper-tape reader", because: "no processor state" }, { what: "the console keys" }],
  statistics: { questions: 160, answeredBy: { open: 2, solver: 8, structural: 120, witness: 30 }, open: 2 },
};
