/**
 * Reading what a solver says. Solvers are programs of others: anything may come, and what is not understood is `unknown`.
 */
import { OUT_OF_RESOURCES, unknown, type SolverAnswer } from "./solver.js";

/** The answer in a solver's output to (check-sat), (get-info :reason-unknown) and (get-value (ask...)). */
export function readReply(output: string, ask: readonly string[]): SolverAnswer {
  const replies = readExpressions(output);
  const [verdict, ...rest] = replies;
  switch (verdict) {
    case "unsat":
      return { answer: "unsat" };
    case "sat": {
      const values = ask.length === 0 ? new Map<string, bigint>() : rest.map((r) => readValues(r, ask)).find((v) => v !== undefined);
      return values === undefined ? unknown(`the solver says sat but gives no model: ${excerpt(output)}`) : { answer: "sat", values };
    }
    case "unknown":
    case "timeout":
      return unknown(reasonOf(rest));
    case undefined:
      return unknown(output.trim() === "" ? "the solver said nothing" : `the solver's answer is not understood: ${excerpt(output)}`);
    default:
      return unknown(isError(verdict) ? `the solver reports an error: ${excerpt(String(verdict[1]))}` : `the solver's answer is not understood: ${excerpt(output)}`);
  }
}

type Expression = string | readonly Expression[];

/** The S-expressions in a text, up to the first that is malformed or unfinished. Quoted symbols lose their bars. */
function readExpressions(text: string): Expression[] {
  const found: Expression[] = [];
  const open: Expression[][] = [];
  for (const [, bar, string, token] of text.matchAll(/\|([^|]*)\||"((?:[^"]|"")*)"|([()]|[^\s()|"]+)/g)) {
    if (token === "(") {
      open.push([]);
      continue;
    }
    const complete: Expression | undefined = token === ")" ? open.pop() : (bar ?? string ?? token);
    if (complete === undefined) return found;
    (open.at(-1) ?? found).push(complete);
  }
  return found;
}

function isError(e: Expression): e is readonly Expression[] {
  return typeof e !== "string" && e[0] === "error";
}

/** ((symbol value) ...) in the order asked. */
function readValues(reply: Expression, ask: readonly string[]): ReadonlyMap<string, bigint> | undefined {
  if (typeof reply === "string" || reply.length !== ask.length) return undefined;
  const values = new Map<string, bigint>();
  for (const [i, pair] of reply.entries()) {
    if (typeof pair === "string" || pair.length !== 2 || pair[0] !== ask[i]) return undefined;
    const value = readValue(pair[1]!);
    if (value === undefined) return undefined;
    values.set(ask[i]!, value);
  }
  return values;
}

/** #b1010, #xff, (_ bv10 4), true, false. */
function readValue(e: Expression): bigint | undefined {
  if (typeof e !== "string") return e[0] === "_" && typeof e[1] === "string" && /^bv\d+$/.test(e[1]) ? BigInt(e[1].slice(2)) : undefined;
  if (/^#b[01]+$/.test(e) || /^#x[0-9a-fA-F]+$/.test(e)) return BigInt(`0${e.slice(1)}`);
  return e === "true" ? 1n : e === "false" ? 0n : undefined;
}

function reasonOf(replies: readonly Expression[]): string {
  const info = replies.find((r) => typeof r !== "string" && r[0] === ":reason-unknown");
  const reason = info === undefined ? "" : String(info[1]);
  if (reason === "") return "the solver gave up";
  return /resource|rlimit|cancel/i.test(reason) ? OUT_OF_RESOURCES : `the solver gave up: ${excerpt(reason)}`;
}

function excerpt(text: string): string {
  const line = text.trim().replaceAll(/\s+/g, " ");
  return line.length > 200 ? `${line.slice(0, 200)}...` : line;
}
