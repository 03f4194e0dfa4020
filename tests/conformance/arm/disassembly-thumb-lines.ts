/**
 * Lines of Thumb assembly in one form, whoever printed them: see `disassembly-lines.ts`.
 *
 * The specification counts offsets in what is accessed and marks its forms (`LDR.TI r0,[r1,#2]`); binutils prints bytes. Branches with
 * link are two instructions here. binutils is shown both halves, the other one with a distance of nothing.
 */
import { listed, partsOf, registerNamed, written, type Parts } from "./disassembly-lines.js";

const OPERATIONS = /b(?=.)|(?:hint|nop)/;
const NO_FLAGS = /^(tst|cmp|cmn)$/;

const scaleOf = (operation: string): number => (/b$/.test(operation) ? 1 : /h$/.test(operation) ? 2 : 4);
const CONDITIONS = ["eq", "ne", "cs", "cc", "mi", "pl", "vs", "vc", "hi", "ls", "ge", "lt", "gt", "le", "al", "nv"];

function ours({ operation, cond, rest }: Parts): Parts {
  const [name, form] = operation.split(".") as [string, string];
  const as = (operationName: string, operands: string): Parts => ({ operation: operationName, cond, rest: operands });
  const operands = rest.split(","), [first, second, third] = operands;
  const words = (text: string): string => `#${4 * Number(text.replace("#", ""))}`;
  const isTransfer = /^(ldr|str)/.test(name);
  switch (form) {
    case "t3": return as(`${name}s`, `${first},${second},${third!.startsWith("#") ? third : registerNamed(Number(third))}`);
    case "ti": return isTransfer ? as(name, rest.replace(/#(\d+)/, (_, n: string) => `#${Number(n) * scaleOf(name)}`)) : as(NO_FLAGS.test(name) ? name : `${name}s`, rest);
    case "tr": return as(isTransfer || NO_FLAGS.test(name) ? name : `${name}s`, rest);
    case "th": {
      const [high, d] = first!.split(":").map(Number);
      return as(name, `${registerNamed(8 * high! + d!)},${second}`);
    }
    case "tpc": return as(name, `${first},[pc,${words(second!)}]`);
    case "tsp": return isTransfer ? as(name, `${first},[sp,${words(second!)}]`) : as(name, `sp,${words(rest)}`);
    case "tw": return as(name, `@${2 * Number(rest)}`);
  }
  switch (name) {
    case "lsl": case "lsr": case "asr":
      return name === "lsl" && third === "#0" ? as("movs", `${first},${second}`) : as(`${name}s`, name !== "lsl" && third === "#0" ? `${first},${second},#32` : rest);
    case "adr": return as("add", `${first},pc,${words(second!)}`);
    case "addsp": return as("add", `${first},sp,${words(second!)}`);
    case "push": return as(name, `${Number(first) + (second === undefined ? 0 : 0x4000)}`);
    case "pop": return as(name, `${Number(first) + (second === undefined ? 0 : 0x8000)}`);
    case "stmia": return as(name, `${first}!,${second}`);
    case "ldmia": return as(name, `${first}${((Number(second) >> Number(first!.slice(1))) & 1) === 1 ? "" : "!"},${second}`);
    case "b": return as(name, `@${2 * Number(rest)}`);
    case "blhigh": return as(name, `@${4096 * Number(rest)}`);
    case "bl": case "blxlow": return as(name, `@${2 * Number(rest)}`);
    case "cbz": case "cbnz": {
      const [high, low] = second!.split(":").map(Number);
      return as(name, `${first},@${64 * high! + 2 * low!}`);
    }
    case "cps": return as(first === "1" ? "cpsid" : "cpsie", second!);
    case "it": {
      const condition = first === "" ? "al" : first!;
      return as(`it${ended(Number(second), CONDITIONS.indexOf(condition))}`, condition);
    }
    default: return as(name, rest);
  }
}

/** The letters behind IT: of each further instruction whether it has the condition, or its opposite. */
function ended(mask: number, cond: number): string {
  const bits = mask.toString(2).padStart(4, "0");
  return [...bits.slice(0, bits.lastIndexOf("1"))].map((bit) => (Number(bit) === (cond & 1) ? "t" : "e")).join("");
}

export const ourThumbLine = (text: string): string => written(ours(partsOf(text, OPERATIONS))).replace(/,#0\]/, "]");

const HINTS = ["nop", "yield", "wfe", "wfi", "sev", "sevl"];

function theirs({ operation, cond, rest }: Parts, at: number, halfword: number): Parts {
  const name = operation.replace(/\.n$/, "");
  const as = (operationName: string, operands: string): Parts => ({ operation: operationName, cond, rest: operands });
  const distance = (to: string): string => `@${(Number(to) - at - 4) | 0}`;
  if (halfword >>> 11 === 0b11110) return as(name === "bl" ? "blhigh" : name, distance(rest));
  if (/^(bl|blx)$/.test(name) && /^\d/.test(rest)) return as(name === "bl" ? name : "blxlow", distance(rest));
  if (name === "b") return as(name, distance(rest));
  if (/^cbn?z$/.test(name)) return as(name, rest.replace(/,(\d+)$/, (_, to: string) => `,${distance(to)}`));
  if (/^(push|pop|stmia|ldmia)$/.test(name)) return as(name, listed(rest));
  if (HINTS.includes(name) || name === "hint") return as("hint", /^\{(\d+)\}$/.exec(rest)?.[1] ?? `${HINTS.indexOf(name)}`);
  return as(name, name === "svc" || name === "bkpt" ? rest.replace("#", "") : rest);
}

export const theirThumbLine = (text: string, at: number, halfword: number): string => written(theirs(partsOf(text, OPERATIONS), at, halfword)).replace(/,#0\]/, "]");
