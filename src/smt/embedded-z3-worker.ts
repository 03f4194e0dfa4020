/**
 * The thread in which z3, as WebAssembly, works; started by `embedded-z3.ts`.
 *
 * The package's own interface hands every query to further threads that keep the process alive, and waits for them
 * through timers. This thread can afford to wait, so it calls the synchronous entry points of the same build, which
 * need no further threads and are quicker. A new context a question: nothing is carried over.
 */
import { createRequire } from "node:module";
import { parentPort } from "node:worker_threads";
import { CHECK, type WorkerMessage, type WorkerQuestion } from "./embedded-z3-protocol.js";

/** The little of the Emscripten module that is needed here. */
interface Module {
  ccall(name: string, returns: "string" | "number" | null, types: readonly ("string" | "number")[], args: readonly (string | number)[]): string | number | null;
}
type Start = (overrides: { readonly print: (line: string) => void; readonly printErr: (line: string) => void }) => Promise<Module>;

const port = parentPort;
if (port === null) throw new Error("bug: the solver's thread is started as a program");
const say = (message: WorkerMessage): void => port.postMessage(message);

const start = createRequire(import.meta.url)("z3-solver/build/z3-built.js") as Start;
// what z3 prints aside would spoil the program's own output; what matters comes back as a value
const z3 = await start({ print: () => undefined, printErr: () => undefined });
const call = (name: string, ...args: readonly (string | number)[]): number => z3.ccall(name, "number", args.map((a) => (typeof a === "string" ? "string" : "number")), args) as number;

function evaluate(script: string): string {
  const configuration = call("Z3_mk_config");
  const context = call("Z3_mk_context", configuration);
  call("Z3_del_config", configuration);
  try {
    call("set_noop_error_handler", context); // errors come in the reply
    return z3.ccall("Z3_eval_smtlib2_string", "string", ["number", "string"], [context, script]) as string;
  } finally {
    call("Z3_del_context", context);
  }
}

const WARM_UP = `(set-option :rlimit 1000000)(set-logic QF_BV)(declare-fun x () (_ BitVec 8))(declare-fun y () (_ BitVec 8))
(assert (and (bvult x (bvadd x y)) (= (bvand x y) #x03) (not (= (bvmul x #x03) y)) (= (ite (= x y) x (bvor x y)) #x77)))
${CHECK}(get-info :reason-unknown)(get-value (x y))`;

port.on("message", ({ id, script }: WorkerQuestion) => {
  try {
    say({ kind: "reply", id, output: evaluate(script) });
  } catch (error) {
    // the module may be beyond repair: the other side starts a new thread
    say({ kind: "broken", id, reason: error instanceof Error ? error.message : String(error) });
  }
});

say({ kind: "ready", version: (z3.ccall("Z3_get_full_version", "string", [], []) as string).replace(/^Z3 /, "") });
// V8 compiles what is called: better now, while the caller is still thinking, than in the first question
evaluate(WARM_UP);
