/** The table of commands: what help, completion and the dispatcher know before a command is loaded. */
import type { LoadedCommand } from "./command.js";

export interface CommandEntry {
  readonly name: string;
  /** with its positional arguments, as yargs reads them */
  readonly usage: string;
  readonly summary: string;
  /** arguments after the command's name, and what they do; each is run by a test */
  readonly examples: readonly (readonly [args: string, what: string])[];
  readonly load: () => Promise<{ readonly command: LoadedCommand }>;
}

export const COMMANDS: readonly CommandEntry[] = [
  {
    name: "check", usage: "check <machine>", summary: "classify every instruction and judge the conditions of the theorems",
    examples: [
      ["third-generation", "the table, the verdicts and the witnesses"],
      ["third-generation --format json --output verdict.json", "the same for other tools"],
      ["third-generation --only LPSW --reading strict", "one instruction, in the reading of 1974's R"],
      ["third-generation --expect theorem1.strict=holds,critical=none", "exit code 0 if it is as expected"],
    ],
    load: () => import("./commands/check.js"),
  },
  {
    name: "explain", usage: "explain <machine> <instruction>", summary: "everything that is known of an instruction, and why, down to the lines of the specification",
    examples: [["third-generation LPSW", "its claims, each with its answer, reason and witness"]],
    load: () => import("./commands/explain.js"),
  },
  {
    name: "trace", usage: "trace <machine> <instruction>", summary: "a witness as runs side by side, step by step; for trace and waveform viewers too",
    examples: [
      ["third-generation LPSW", "the witness that says most"],
      ["third-generation LPSW --question privileged --format vcd --output lpsw.vcd", "another one, for a waveform viewer"],
    ],
    load: () => import("./commands/trace.js"),
  },
  {
    name: "replay", usage: "replay <file>", summary: "take a trace again: does it still show what it showed?",
    examples: [["isa-specs/third-generation/traces/lpsw.json", "exit code 0 if it does, 1 if not"]],
    load: () => import("./commands/replay.js"),
  },
  {
    name: "diff", usage: "diff <old> <new>", summary: "what changed between two checks: instructions that became critical first, and exit code 1 for them",
    examples: [
      ["third-generation proofs/third-generation/ledger.json", "the machine as it is against its ledger"],
      ["third-generation third-generation --only LPSW --format json", "one instruction, for other tools"],
      ["pdp10 pdp10 --old-config no-io --new-config any --output difference.txt", "what the configuration is good for"],
    ],
    load: () => import("./commands/diff.js"),
  },
  {
    name: "run", usage: "run <machine> <program>", summary: "assemble or load a program and run it",
    examples: [
      ["third-generation isa-specs/third-generation/programs/sum.s", "run until it halts, then show the state"],
      ["third-generation isa-specs/third-generation/programs/sum.s --trace --limit 10", "the first ten instructions, one by one"],
    ],
    load: () => import("./commands/run.js"),
  },
  {
    name: "vmm run", usage: "vmm run <machine>", summary: "run guests under a virtual machine monitor, in lock step with the bare machine if asked",
    examples: [
      ["third-generation --guest isa-specs/third-generation/programs/two-processes.s", "one guest, what it says, and what the monitor had to do"],
      ["third-generation --guest isa-specs/third-generation/programs/kernel.s --lock-step", "compared with its bare machine all the way"],
    ],
    load: () => import("./commands/vmm-run.js"),
  },
  {
    name: "vmm prove", usage: "vmm prove <machine>", summary: "prove that a monitor over a machine is one: fidelity, safety and efficiency",
    examples: [
      ["third-generation", "instruction by property, the lemmas on the VM map, and the answer"],
      ["third-generation --monitor recursive:5 --expect answer=holds", "five monitors, one on the other"],
      ["third-generation --monitor hybrid --format json --output proof.json", "a hybrid monitor, for other tools"],
    ],
    load: () => import("./commands/vmm-prove.js"),
  },
  {
    name: "redpill", usage: "redpill <machine> [instruction]", summary: "for each critical instruction the shortest guest that ends differently under a monitor",
    examples: [
      ["pdp10 JSP", "the program, and both its runs side by side"],
      ["third-generation", "a machine that has none"],
      ["pdp10 JSP --emit jsp --output jsp.txt", "and as a program for SIMH, which prints which world it is in"],
    ],
    load: () => import("./commands/redpill.js"),
  },
  {
    name: "repair", usage: "repair <machine>", summary: "the smallest sets of changes with which a machine would meet the condition of Theorem 1 or 3, and their cost",
    examples: [
      ["third-generation", "a machine that needs none"],
      ["third-generation --theorem 3 --reading strict", "for a hybrid monitor"],
    ],
    load: () => import("./commands/repair.js"),
  },
  {
    name: "list", usage: "list [machine] [what]", summary: "the bundled machines, or what a machine is made of",
    examples: [
      ["", "the machines that come with popek"],
      ["third-generation instructions", "every instruction with its encoding's place"],
      ["third-generation obligations --only LPSW", "the names that export takes"],
    ],
    load: () => import("./commands/list.js"),
  },
  {
    name: "export", usage: "export <machine>", summary: "write an obligation as SMT-LIB, or the whole machine as JSON",
    examples: [
      ["third-generation --obligation LPSW/control/changes", "a file that any SMT solver can run"],
      ["third-generation --json --output machine.json", "the machine as other tools read it"],
    ],
    load: () => import("./commands/export.js"),
  },
  {
    name: "certify", usage: "certify [machine]", summary: "a second opinion: every question of a check, put to independent solvers; or a certificate checked again",
    examples: [
      ["third-generation --output certificate", "a folder with the certificate, a manifest and every query as SMT-LIB"],
      ["pdp10 --only JRST* --spell-out --output jrst.json", "the certificate alone, of some instructions, nothing left to structure that can be asked"],
    ],
    load: () => import("./commands/certify.js"),
  },
  {
    name: "format", usage: "format <path>", summary: "the canonical layout of specifications",
    examples: [["isa-specs/third-generation/moving.isa", "the file in its canonical layout"]],
    load: () => import("./commands/format.js"),
  },
];
