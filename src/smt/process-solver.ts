/**
 * A solver that is a program on this computer: z3 or cvc5, found on PATH.
 *
 * A process a question: it starts in some milliseconds, forgets everything, and can be killed. The script goes to its
 * standard input; what it prints is read when it has ended, however it ended.
 */
import { spawn } from "node:child_process";
import { readReply } from "./reply.js";
import { CLOSED, DEFAULT_MILLISECONDS, followUp, NO_ANSWER, resourceOf, unknown, type Limits, type Question, type Solver, type SolverAnswer } from "./solver.js";

/** How one program is driven. */
export interface ProcessDialect {
  readonly name: string;
  readonly command: string;
  readonly versionArguments: readonly string[];
  readonly version: RegExp;
  readonly arguments: (limits: Limits) => readonly string[];
}

export const Z3: ProcessDialect = {
  name: "z3",
  command: "z3",
  versionArguments: ["--version"],
  version: /Z3 version (\S+)/,
  arguments: (limits) => ["-smt2", "-in", `rlimit=${resourceOf(limits)}`],
};

/** cvc5 counts coarser work than z3: so many of z3's units go into one of its own. */
const Z3_UNITS_PER_CVC5_UNIT = 50;

export const CVC5: ProcessDialect = {
  name: "cvc5",
  command: "cvc5",
  versionArguments: ["--version"],
  version: /cvc5 version (\S+)/,
  arguments: (limits) => ["--lang=smt2", `--rlimit=${Math.ceil(resourceOf(limits) / Z3_UNITS_PER_CVC5_UNIT)}`],
};

/** Undefined when the program is not there or does not tell its version. */
export async function findProcessSolver(dialect: ProcessDialect): Promise<Solver | undefined> {
  const { output } = await runProcess(dialect.command, dialect.versionArguments, "", 10_000).ended;
  const version = dialect.version.exec(output)?.[1];
  return version === undefined ? undefined : new ProcessSolver(dialect, version);
}

export class ProcessSolver implements Solver {
  private queue: Promise<unknown> = Promise.resolve();
  private kill: () => void = () => undefined;
  private isClosed = false;

  constructor(private readonly dialect: ProcessDialect, readonly version: string) {}

  get name(): string {
    return this.dialect.name;
  }

  check(question: Question, limits: Limits): Promise<SolverAnswer> {
    const answer = this.queue.then(() => this.ask(question, limits));
    this.queue = answer;
    return answer;
  }

  async close(): Promise<void> {
    this.isClosed = true;
    this.kill();
    await this.queue;
  }

  private async ask({ script, ask }: Question, limits: Limits): Promise<SolverAnswer> {
    if (this.isClosed) return unknown(CLOSED);
    const input = `${script}${followUp(ask)}(exit)\n`;
    const run = runProcess(this.dialect.command, this.dialect.arguments(limits), input, limits.milliseconds ?? DEFAULT_MILLISECONDS);
    this.kill = run.kill;
    const { output, ending } = await run.ended;
    this.kill = () => undefined;
    if (this.isClosed) return unknown(CLOSED);
    // what a program says before it is killed is not believed
    if (ending !== "exited") return unknown(ending === TOO_LONG ? NO_ANSWER : `${NO_ANSWER}: ${ending}`);
    return readReply(output, ask);
  }
}

interface Run {
  /** `ending`: "exited", or what else happened */
  readonly ended: Promise<{ readonly output: string; readonly ending: string }>;
  readonly kill: () => void;
}

const TOO_LONG = "it took too long";

/** More than any model needs; a program that prints more than this is killed. */
const LONGEST_OUTPUT = 64 * 1024 * 1024;

function runProcess(command: string, args: readonly string[], input: string, milliseconds: number): Run {
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "ignore"] });
  let end: (how: string) => void = () => undefined;
  const ended = new Promise<{ output: string; ending: string }>((resolve) => {
    const chunks: Buffer[] = [];
    let length = 0;
    const finish = (ending: string): void => {
      clearTimeout(patience);
      resolve({ output: Buffer.concat(chunks).toString("utf8"), ending });
    };
    // closing the pipe as well: a child of the child may still hold it open
    end = (how) => {
      child.kill("SIGKILL");
      child.stdout.destroy();
      finish(how);
    };
    const patience = setTimeout(() => end(TOO_LONG), milliseconds);
    child.stdout.on("data", (chunk: Buffer) => {
      chunks.push(chunk);
      length += chunk.length;
      if (length > LONGEST_OUTPUT) end("it printed too much");
    });
    // a program that ends without reading its input: how it ended tells
    child.stdin.on("error", () => undefined);
    child.on("error", (error) => finish(`it cannot be run (${error.message})`));
    child.on("close", (_, signal) => finish(signal === null ? "exited" : `it was killed by ${signal}`));
  });
  child.stdin.end(input);
  return { ended, kill: () => end("it was stopped") };
}
