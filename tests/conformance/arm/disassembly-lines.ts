/**
 * Lines of ARM assembly in one form, whoever printed them.
 *
 * The specification prints the fields of a word: `LDRHEQ r0,[r1,#2:3]`, `ADD r0,r1,#0xff,4`. binutils prints what an assembler takes. Both
 * become the same text without spaces behind the operation, with decimal numbers, lists of registers as the number that they are, and
 * branches by their distance. `disassembly-thumb-lines.ts` does this for Thumb state.
 */
import { controlRegisters } from "./control.js";

const CONDITIONS = "eq|ne|cs|cc|mi|pl|vs|vc|hi|ls|ge|lt|gt|le";
const REGISTERS = ["r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "r10", "r11", "r12", "sp", "lr", "pc"];
export const registerNamed = (number: number): string => REGISTERS[number]!;

/** An operation, its condition and its operands. */
export interface Parts {
  readonly operation: string;
  readonly cond: string;
  readonly rest: string;
}

export const written = ({ operation, cond, rest }: Parts): string => `${operation}${cond === "" ? "" : `/${cond}`} ${rest}`.trim();

/** `operations` says what may stand in front of a condition: most names end where a condition could begin (`bls`, `teq`, `mls`). */
export function partsOf(text: string, operations: RegExp): Parts {
  const [, name, rest] = /^(\S+)\s*(.*)$/.exec(text.toLowerCase())!;
  const [front, ...marks] = name!.split(".") as [string, ...string[]];
  const cond = new RegExp(`^(?:${operations.source})(${CONDITIONS}|nv|)$`).exec(front)?.[1] ?? "";
  const operation = [cond === "" ? front : front.slice(0, -cond.length), ...marks].join(".");
  return { operation, cond, rest: rest!.replaceAll(/\s+/g, "").replaceAll(/0x[0-9a-f]+/g, (number) => `${Number(number)}`) };
}

const DATA = "and|eor|sub|rsb|add|adc|sbc|rsc|orr|mov|bic|mvn";
const TESTS = "tst|teq|cmp|cmn";
const SHIFTS = "lsl|lsr|asr|ror|rrx";
/** The operations of either printer. Longer ones come first where one begins with another. */
export const OPERATIONS = new RegExp([
  `(?:${DATA}|${SHIFTS})s?`, `(?:${TESTS})p?`, "movw|movt", "(?:mul|mla|[us]mull|[us]mlal)s?", "umaal|mls|clz", "q(?:d?)(?:add|sub)", "sml[as]l?dx?|smu[as]dx?", "smla(?:l|w)?[bt]{1,2}|smulw?[bt]{1,2}", "smml[as]r?|smmulr?|usada?8",
  "(?:s|q|sh|u|uq|uh)(?:add16|asx|sax|sub16|add8|sub8)", "pkhbt|pkhtb|sel", "[us]sat(?:16)?", "[us]xta?(?:b16|b|h)", "rev(?:16|sh)?|rbit", "[us]bfx|bf[ic]",
  "(?:ldr|str)(?:b|h|sb|sh|d)?t?", "(?:ldr|str)ex[dbh]?", "(?:ldm|stm)(?:ia|ib|da|db|fd)?", "push|pop|swpb?", "b|bl|bx|blx|bxj", "svc|bkpt|smc|hvc|mrs|msr", "hint|nop|yield|wfe|wfi|sev|sevl|dbg",
  "m[cr][rc]2?|m[cr]rr|mrrc2?|cdp|ldcl?|stcl?", "fp|vmsr|vmrs|vst|vld|vto|vfrom",
].map((one) => `(?:${one})`).join("|"));

const joined = (operands: readonly (string | undefined)[]): string => operands.filter((one) => one !== undefined && one !== "").join(",");
const isData = new RegExp(`^(?:(?:${DATA})s?|(?:${TESTS})|msr)$`);

// ---------------------------------------------------------------- ours

const PLACES = new Map<string, readonly [number, number, number, number]>([
  ...controlRegisters.map(({ name, place }) => [name.toLowerCase(), place] as const), ["actlr", [0, 1, 0, 1]], ["fcseidr", [0, 13, 0, 0]], ["wfi", [0, 7, 0, 4]],
  ["ats1cpr", [0, 7, 8, 0]], ["ats1cpw", [0, 7, 8, 1]], ["ats1cur", [0, 7, 8, 2]], ["ats1cuw", [0, 7, 8, 3]],
]);
/** Groups of registers, whose line tells c-registers and numbers. */
const GROUPS = new Map<string, (crm: number, opc2: number) => readonly [number, number, number, number]>([
  ["id", (m, o) => [0, 0, m, o]], ["tlb", (m, o) => [0, 8, m, o]], ["cache", (m, o) => [0, 7, m, o]], ["barrier", (m, o) => [0, 7, m, o]], ["cacheid", (_, o) => [1, 0, 0, o]],
  ["pm", (m, o) => [0, 9, 12 + m, o]], ["pminten", (_, o) => [0, 9, 14, o]], ["remap", (_, o) => [0, 10, 2, o]],
]);

function control(register: string, operands: readonly string[]): string {
  const numbers = operands.slice(1).map((one) => Number(one.replace("c", "")));
  const place = PLACES.get(register) ?? GROUPS.get(register)?.(numbers.length === 2 ? numbers[0]! : 0, numbers.at(-1)!);
  if (place === undefined) throw new Error(`bug: ${register} is no system register`);
  return joined(["p15", `${place[0]}`, operands[0], `c${place[1]}`, `c${place[2]}`, `${place[3]}`]);
}

/** As binutils has it: the number, or if it could be had by a smaller turn, the byte and the turn. */
function immediate(byte: number, turn: number): string {
  const turned = (x: number, by: number): number => ((x >>> by) | (by === 0 ? 0 : x << (32 - by))) >>> 0;
  const value = turned(byte, 2 * turn);
  const least = Array.from({ length: 16 }, (_, n) => n).find((n) => turned(value, (32 - 2 * n) % 32) <= 0xff);
  return least === turn ? `#${value}` : `#${byte},${2 * turn}`;
}

const shifted = (operands: string): string => operands.replace(/,(lsr|asr)#0(?=\D|$)/, ",$1#32").replace(/,ror#0(?=\D|$)/, ",rrx");

function preloaded(rest: string): string {
  const [, n, sign, high, b4, low, isShifted] = /^\[(\w+),#(-?)(\d+),(\d),(\d+)\](,shifted)?$/.exec(rest)!;
  if (isShifted === undefined) return `[${n},#${sign}${(Number(high) << 5) + (Number(b4) << 4) + Number(low)}]`;
  const amount = Number(high) >> 2, type = ["lsl", "lsr", "asr", "ror"][Number(high) & 3]!;
  return `[${n},${sign}${registerNamed(Number(low))}${amount === 0 && type === "lsl" ? "" : shifted(`,${type}#${amount}`)}]`;
}

/** Without the third operand, if it is the program counter that stands for none. */
function alone({ operation, cond, rest }: Parts, names: readonly (readonly [RegExp, string])[], otherwise: string): Parts {
  const operands = rest.split(",");
  if (operands[3] !== "pc") return { operation: otherwise, cond, rest };
  const [from, to] = names.find(([pattern]) => pattern.test(operation))!;
  return { operation: operation.replace(from, to), cond, rest: joined(operands.slice(0, 3)) };
}

function ours(parts: Parts): Parts {
  const { operation, cond, rest } = parts;
  const as = (name: string, operands: string): Parts => ({ operation: name, cond, rest: operands });
  const operands = rest.split(",");
  const [first, second, third, fourth] = operands;
  const [coprocessor, register] = operation.split(".");
  if (register !== undefined) return as(coprocessor!, control(register, operands));
  if (isData.test(operation)) {
    const found = /^(.*)#(\d+)(?:,(\d+))?$/.exec(rest);
    return found === null || /(lsl|lsr|asr|ror)$/.test(found[1]!) ? as(operation, shifted(rest)) : as(operation, `${found[1]}${immediate(Number(found[2]), Number(found[3] ?? 0))}`);
  }
  if (/^mov[wt]$/.test(operation)) return as(operation, rest.replace(/#(\d+):(\d+)/, (_, high: string, low: string) => `#${Number(high) * 4096 + Number(low)}`));
  if (/^(muls?|smulw?[bt]+)$/.test(operation)) return as(operation, joined(operands.slice(0, 3)));
  if (operation === "usad8") return alone(parts, [[/^/, ""]], "usada8");
  if (/^(sml[as]dx?|smmlar?)$/.test(operation)) return alone(parts, [[/^sml/, "smu"], [/^smmla/, "smmul"]], operation);
  if (/^pkh/.test(operation)) {
    const amount = Number(fourth!.slice(1));
    return as(operation, joined([first, second, third, operation === "pkhtb" ? `asr#${amount === 0 ? 32 : amount}` : amount === 0 ? undefined : `lsl#${amount}`]));
  }
  if (/^ssat|^usat/.test(operation)) return as(operation, joined([first, operation.startsWith("s") ? `#${Number(second!.slice(1)) + 1}` : second, third, fourth === "lsl#0" ? undefined : fourth]));
  if (/^[us]xt/.test(operation)) return as(operation, joined([...operands.slice(0, -1), operands.at(-1) === "0" ? undefined : `ror#${8 * Number(operands.at(-1))}`]));
  if (/^[us]bfx$/.test(operation)) return as(operation, joined([first, second, third, `#${Number(fourth) + 1}`]));
  if (operation === "bfi") {
    const width = `#${Number(fourth) - Number(third!.slice(1)) + 1}`;
    return second === "pc" ? as("bfc", joined([first, third, width])) : as("bfi", joined([first, second, third, width]));
  }
  if (/^(ldr|str)/.test(operation)) {
    return as(operation, shifted(rest).replace(/(#-?)(\d+):(\d+)/, (_, sign: string, high: string, low: string) => `${sign}${Number(high) * 16 + Number(low)}`).replace(/(?<=[,-])r(13|14|15)\b/, (_, n: string) => registerNamed(Number(n))));
  }
  if (/^(ldm|stm)/.test(operation)) return as(operation, rest.replace(/,pc\+(\d+)/, (_, list: string) => `,${Number(list) + 0x8000}`).replace(/,(sp|lr)\^/, (_, one: string) => `,${1 << REGISTERS.indexOf(one)}^`));
  if (operation === "blx" && second !== undefined) return as(operation, `@${Number(first) * 4 + Number(second) * 2}`);
  if (operation === "b" || operation === "bl") return as(operation, `@${Number(first) * 4}`);
  if (operation === "bkpt") return as(operation, `${Number(first) * 16 + Number(second)}`);
  if (operation === "cps") return as(first === "0" ? "cps" : first === "2" ? "cpsie" : first === "3" ? "cpsid" : "cps1", joined([second, third!.startsWith("#") ? third : undefined]));
  if (/^srs/.test(operation)) return as(operation, rest.replace(/^(\d+)(!?)$/, "sp$2,#$1"));
  if (/^pl[di]w?$/.test(operation)) return as(operation, preloaded(rest));
  return parts;
}

/** No address of an offset of nothing. */
const withoutNothing = (text: string): string => text.replace(/,#0\](?!!)/, "]");

export const ourLine = (text: string): string => withoutNothing(written(ours(partsOf(text, OPERATIONS))));

// ---------------------------------------------------------------- theirs

/** `{r0,r1}` as the number that it is */
export const listed = (text: string): string => text.replace(/\{([\w,]*)\}/, (_, names: string) => `${names.split(",").filter((one) => one !== "").reduce((list, one) => list | (1 << REGISTERS.indexOf(one)), 0)}`);

const HINTS = ["nop", "yield", "wfe", "wfi", "sev", "sevl"];
const OPTIONS = new Map([["sy", 15], ["st", 14], ["ld", 13], ["ish", 11], ["ishst", 10], ["ishld", 9], ["un", 7], ["unst", 6], ["nshld", 5], ["osh", 3], ["oshst", 2], ["oshld", 1]]);

function theirs(parts: Parts, at: number): Parts {
  const { operation, cond, rest } = parts;
  const as = (name: string, operands: string): Parts => ({ operation: name, cond, rest: operands });
  if (isData.test(operation)) return as(operation, rest.replace(/#(-\d+)$/, (_, number: string) => `#${Number(number) >>> 0}`));
  const shift = new RegExp(`^(${SHIFTS})(s?)$`).exec(operation);
  if (shift !== null) return as(`mov${shift[2]}`, shift[1] === "rrx" ? `${rest},rrx` : rest.replace(/,([^,]*)$/, `,${shift[1]}$1`));
  if (operation === "push" || operation === "pop") return as(operation === "push" ? "stmdb" : "ldmia", `sp!,${listed(rest)}`);
  if (/^(ldm|stm)/.test(operation)) return as(operation.replace(/^(ldm|stm)$/, "$1ia").replace("stmfd", "stmdb").replace("ldmfd", "ldmia"), listed(rest));
  if (/^b(l|lx)?$/.test(operation) && /^\d/.test(rest)) return as(operation, `@${(Number(rest) - at - 8) | 0}`);
  if (HINTS.includes(operation) || operation === "dbg") return as("hint", operation === "dbg" ? `${0xf0 + Number(rest.slice(1))}` : /^\{(\d+)\}$/.exec(rest)?.[1] ?? `${HINTS.indexOf(operation)}`);
  if (/^(dsb|dmb|isb)$/.test(operation)) return as(operation, `${OPTIONS.get(rest) ?? rest.replace("#", "")}`);
  if (/^m[cr][rc]2?$/.test(operation)) return as(operation, rest.replaceAll(/[{}]/g, "").replace("apsr_nzcv", "pc").replaceAll(/\bcr(\d)/g, "c$1").replace(/^(\d+)/, "p$1"));
  return parts;
}

/** They have no names for the registers of exclusive accesses. */
const named = (parts: Parts): Parts => ({ ...parts, rest: parts.rest.replaceAll(/\br(13|14|15)\b/g, (_, n: string) => registerNamed(Number(n))) });

export const theirLine = (text: string, at: number): string => withoutNothing(written(theirs(named(partsOf(text, OPERATIONS)), at)));
