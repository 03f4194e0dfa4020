/**
 * A condition on configuration bits in words: which bits must have which values, in the machine's own numbering.
 *
 * What is ruled out are patterns of bad values. Patterns that are alike but for one bit of the same register are told in one:
 * "(CR3[0..15] = 0 or Dual = 0)".
 */
import type { Machine, Register } from "../isa/machine.js";

/** One bit of a configuration component; 0 is the least significant. */
export interface Bit {
  readonly component: Register;
  readonly bit: number;
}
export interface Literal extends Bit {
  readonly value: bigint;
}
export type Pattern = readonly Literal[];

/** One of the fields has its good value: every literal of `varying`, or one of `others`. */
interface Clause {
  readonly varying: Pattern;
  readonly others: Pattern;
}

/** That no pattern of bad values matches: bits that each must have one value, together; then alternatives. */
export function conditionText(machine: Machine, bad: readonly Pattern[]): string {
  const good = bad.filter((p) => !bad.some((q) => q.length < p.length && isWithin(q, p))).map((p) => inOrder(machine, p.map((l) => ({ ...l, value: 1n - l.value }))));
  const clauses = [...fields(machine, good.filter((p) => p.length === 1).flat()), ...clausesOf(good.filter((p) => p.length > 1)).map((c) => clauseText(machine, c))];
  return clauses.length === 1 ? clauses[0]! : clauses.map((c) => (c.includes(" or ") ? `(${c})` : c)).join(" and ");
}

/** Whether whatever matches `p` matches `q`. */
function isWithin(q: Pattern, p: Pattern): boolean {
  const literals = new Set(p.map(nameOf));
  return q.every((l) => literals.has(nameOf(l)));
}

function clauseText(machine: Machine, { varying, others }: Clause): string {
  const together = fields(machine, varying);
  const texts = inOrder(machine, [varying[0]!, ...others]).map((l) => (l !== varying[0] ? fields(machine, [l])[0]! : together.length === 1 ? together[0]! : `(${together.join(" and ")})`));
  return texts.join(" or ");
}

function inOrder(machine: Machine, literals: readonly Literal[]): readonly Literal[] {
  const order = new Map(machine.components.map((c, i) => [c.name, i]));
  return [...literals].sort((a, b) => order.get(a.component.name)! - order.get(b.component.name)! || b.bit - a.bit);
}

/** Alternatives that share all but one bit of one register are one clause; the largest such clause first. */
function clausesOf(alternatives: readonly Pattern[]): Clause[] {
  const groups = new Map<string, { others: Pattern; members: { pattern: Pattern; literal: Literal }[] }>();
  for (const pattern of alternatives) {
    for (const literal of pattern) {
      const others = pattern.filter((l) => l !== literal);
      const key = `${literal.component.name}|${others.map(nameOf).sort().join()}`;
      const group = groups.get(key) ?? { others, members: [] };
      groups.set(key, group);
      group.members.push({ pattern, literal });
    }
  }
  const left = new Set(alternatives);
  const clauses: Clause[] = [];
  for (const { others, members } of [...groups.values()].sort((a, b) => b.members.length - a.members.length)) {
    const mine = members.filter(({ pattern }) => left.has(pattern));
    if (mine.length === 0) continue;
    for (const { pattern } of mine) left.delete(pattern);
    clauses.push({ varying: mine.map(({ literal }) => literal), others });
  }
  return clauses;
}

function nameOf({ component, bit, value }: Literal): string {
  return `${component.name}.${bit}=${value}`;
}

/** Literals as texts; neighbouring bits of one component are one field. */
function fields(machine: Machine, literals: readonly Literal[]): string[] {
  const sorted = inOrder(machine, literals);
  const texts: string[] = [];
  for (let i = 0; i < sorted.length; ) {
    const first = sorted[i]!;
    let last = first, value = first.value;
    for (i++; i < sorted.length && sorted[i]!.component === first.component && sorted[i]!.bit === last.bit - 1; i++) {
      last = sorted[i]!;
      value = (value << 1n) | last.value;
    }
    const { name, width } = first.component;
    const numbered = (bit: number): number => (machine.bitOrder === "msb0" ? width - 1 - bit : bit);
    const range = first.bit - last.bit + 1 === width ? "" : first.bit === last.bit ? `[${numbered(first.bit)}]` : `[${numbered(first.bit)}..${numbered(last.bit)}]`;
    texts.push(`${name}${range} = ${value < 2n ? value : `0x${value.toString(16).toUpperCase()}`}`);
  }
  return texts;
}
