/**
 * Popek as a library: the same values that the commands print, as functions of a machine.
 *
 *     import { check, checkText, readMachine } from "popek";
 *
 *     const { machine, diagnostics } = readMachine([{ file: "my.isa", text }]);
 *     const result = await check(machine);
 *
 * Nothing here reads a file, starts a process or asks a network, and nothing needs Node: it runs in a browser's worker too (a whole
 * check is too long for a page's own thread). A specification is text; wrong text gives diagnostics and no machine. A solver is a port
 * (`Solver`): `popek/solvers` has those that run in Node, and whoever has none gets what structure, sampling and exhaustion decide,
 * and "open" for the rest. Functions throw `RequestError` for a caller's mistake and `Interrupted` after a signal; any other error is
 * a bug of ours.
 */

// ---------------------------------------------------------------- machines
export { readMachine, type MachineReading, type SourceText } from "./language/read-machine.js";
export { renderDiagnostics } from "./language/render-diagnostic.js";
export type { Diagnostic } from "./language/diagnostic.js";
export { machineFromJson, machineJson, type MachineDocument } from "./isa/json.js";
export type { Component, Configuration, Instruction, Machine, Mode, Role, Trap, Window } from "./isa/machine.js";

// ---------------------------------------------------------------- the check, and evidence for it
export { check, explain, replay, trace } from "./library/check.js";
export { RequestError, type CheckOptions, type EngineOptions } from "./library/options.js";
export { Interrupted } from "./verdict/check.js";
export { CLASSES, OTHER_CLAIMS, type AnswerKind, type CheckResult, type ClaimAnswer, type ClaimName, type ClassName, type InstructionResult, type Premise, type TheoremResult, type Witness, type WitnessComponent, type WitnessRun } from "./verdict/result.js";
export type { Cause, Causes } from "./verdict/causes.js";
export type { Retaken } from "./verdict/retake.js";
export type { Trace, TraceComponent, TraceRun, TraceState } from "./verdict/trace.js";
export type { EngineName } from "./verdict/engines.js";
export type { AnswerCache } from "./verdict/caching-solver.js";
export type { Limits, Question as SolverQuestion, Solver, SolverAnswer } from "./smt/solver.js";
export { VERSION } from "./verdict/version.js";

// ---------------------------------------------------------------- the monitor
export * as vmm from "./library/vmm.js";
export type { GuestImage, ProveOptions, RedPill, RedPillOptions, RunOptions } from "./library/vmm.js";
export type { ProveResult } from "./vmm/prove-result.js";
export type { VmmRunResult } from "./report/vmm-run.js";

// ---------------------------------------------------------------- programs and the CPU
export { assemble } from "./machine/assembler.js";
export { disassemble } from "./machine/disassembler.js";
export { load, loadImage, type Image } from "./machine/image.js";
export { createCpu, type Cpu } from "./machine/cpu.js";
export { begin, startState, startStateOf, type StartState } from "./machine/start-state.js";

// ---------------------------------------------------------------- reports
export { checkText } from "./report/check-text.js";
export { checkJson } from "./report/check-json.js";
export { checkHtml } from "./report/html/page.js";
export { checkMarkdown } from "./report/check-markdown.js";
export { checkCsv } from "./report/check-csv.js";
export { checkSarif } from "./report/check-sarif.js";
export { checkJunit } from "./report/check-junit.js";
export { checkGithub } from "./report/check-github.js";
export { compare, readExpectation, readJsonExpectation } from "./report/expectation.js";
export { explainJson, explainText } from "./report/explain-text.js";
export { traceText } from "./report/trace-text.js";
export { traceJson } from "./report/trace-json.js";
export { traceItf } from "./report/trace-itf.js";
export { traceVcd } from "./report/trace-vcd.js";
export { proveText } from "./report/vmm-prove-text.js";
export { proveJson } from "./report/vmm-prove-json.js";
export { vmmRunJson, vmmRunText } from "./report/vmm-run.js";
