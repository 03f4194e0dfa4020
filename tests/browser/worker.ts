/** What runs in the browser's worker: the library, given a specification, without a solver. The check's JSON goes back, or what went wrong. */
import { check, checkJson, readMachine, replay, trace, type ClaimName } from "../../src/index.js";

interface Asked {
  readonly files: readonly { readonly file: string; readonly text: string }[];
  readonly traced: { readonly id: string; readonly claim: ClaimName };
}

// a worker's own globals, of which the project's types (Node's) know nothing
declare function addEventListener(type: "message", listener: (event: { readonly data: Asked }) => void): void;
declare function postMessage(value: object): void;

addEventListener("message", ({ data: { files, traced } }) => {
  const work = async (): Promise<object> => {
    const { machine, diagnostics } = readMachine(files);
    if (machine === undefined) throw new Error(diagnostics.map((d) => d.message).join("; "));
    const result = await check(machine);
    return { json: checkJson(result), replayed: await replay(machine, trace(machine, result, traced.id, traced.claim)) };
  };
  work().then((answer) => { postMessage(answer); }, (error: unknown) => { postMessage({ error: error instanceof Error ? `${error.message}\n${error.stack ?? ""}` : String(error) }); });
});
