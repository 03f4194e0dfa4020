/** A disagreement as text: what was executed, from what state, and what each side says came of it. */
import { RADIX_BASE, type Radix } from "../../src/bits/bits.js";
import type { Disagreement } from "./reasons.js";
import type { Values } from "./case.js";

export function describeDisagreement({ group, case: c, compared }: Disagreement, radix: Radix, limit = 6): string {
  const digits = (value: bigint): string => value.toString(RADIX_BASE[radix]);
  const shown = compared.differences.slice(0, limit).map(({ component, index, ours, theirs }) =>
    `  ${component}${index === undefined ? "" : `[${digits(index)}]`}: ${digits(ours)} here, ${digits(theirs)} there`);
  const more = compared.differences.length > limit ? [`  and ${compared.differences.length - limit} more`] : [];
  const ran = `${group}: ${c.words.map(digits).join(" ")} (${compared.instructions.join(", ")}, ${compared.ended})`;
  return [ran, ...shown, ...more, `  from ${describeValues(c.before, digits)}`].join("\n");
}

function describeValues({ registers, arrays }: Values, digits: (value: bigint) => string): string {
  const parts = [...registers].filter(([, value]) => value !== 0n).map(([name, value]) => `${name}=${digits(value)}`);
  for (const [name, cells] of arrays) parts.push(...[...cells].filter(([, value]) => value !== 0n).map(([index, value]) => `${name}[${digits(index)}]=${digits(value)}`));
  return parts.join(" ");
}
