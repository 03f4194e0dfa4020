/**
 * Words that several instructions claim.
 *
 * Of two instructions of equal priority that is an error. Otherwise the one with the higher priority keeps the words and the
 * other's cubes shrink, so that afterwards no word has two meanings and decoding needs no order. Encodings of different
 * lengths meet where the shorter begins the longer: as units are fetched one by one, the shorter can only give way if its
 * own bits already show that the word is the longer one.
 */
import { mask } from "../bits/bits.js";
import { formOf, formsOf, type Form } from "../isa/encoded.js";
import type { Cube } from "../isa/machine.js";
import { intersects, resized, subtract } from "./encodings.js";
import type { Family } from "./families.js";
import { visible } from "./lexer.js";
import type { Context } from "./scope.js";

/** The words that each family keeps. */
/** @param unit of fetching; encodings that come from outside are units of their own */
export function resolveOverlaps(context: Context, families: readonly Family[], unit: number): Map<Family, readonly Cube[]> {
  const own = new Map<Family, readonly Cube[]>(families.map((f) => [f, f.encoding.cubes]));
  context.work.begin("the encodings of this machine together");
  const pairs = meetings(context, families, unit);
  for (const [first, second] of pairs) {
    if (!context.work.spend(second.declaration.encodingSpan, 4)) return own;
    if (first.encoding.priority === second.encoding.priority) {
      context.report.error("P3020", second.declaration.encodingSpan, `this encoding overlaps that of ${visible(first.declaration.name.text)}`, { hint: "give one of them a priority, or restrict one with where" });
      continue;
    }
    const [winner, loser] = first.encoding.priority > second.encoding.priority ? [first, second] : [second, first];
    own.set(loser, giveWay(context, winner, loser, own.get(loser)!, unit));
  }
  if (pairs.length > MOST_PAIRS && !context.report.hasErrors) context.report.stop("P4010", pairs[0]![1].declaration.encodingSpan, `more than ${MOST_PAIRS.toLocaleString("en")} pairs of encodings overlap`, { hint: "priorities are for exceptions; restrict encodings with where" });
  for (const [family, cubes] of own) {
    if (cubes.length === 0) context.report.error("P3014", family.declaration.encodingSpan, "every word of this encoding belongs to an instruction of higher priority", { hint: "this instruction can't occur: change its priority, or leave it out" });
  }
  return own;
}

/** What is left of the loser's words. The winner's whole claim counts, even what it lost itself to a third. */
function giveWay(context: Context, winner: Family, loser: Family, cubes: readonly Cube[], unit: number): readonly Cube[] {
  const claims = formsOf(winner.encoding, unit);
  return shapesOf(loser, cubes, unit).flatMap(({ width, cubes: fetched, back }) => claims.reduce<readonly Cube[]>((left, claim) => {
    const seen = resized(claim.cube, claim.width, width);
    if (!left.some((c) => intersects(c, seen))) return left;
    if ((claim.cube.mask & mask(Math.max(0, claim.width - width))) !== 0n) {
      context.report.error("P3021", loser.declaration.encodingSpan, `this encoding begins that of ${visible(winner.declaration.name.text)}, which has the higher priority but shows only further on`, { hint: "a processor that fetches this much can't know: restrict one of them with where, or give this one the higher priority" });
      return left;
    }
    if (!context.work.spend(loser.declaration.encodingSpan, left.length)) return left;
    return left.flatMap((c) => subtract(c, seen));
  }, fetched).map(back));
}

/** Cubes of one family that have the same parts: as they are fetched, and the way back. */
interface Shape {
  readonly width: number;
  readonly cubes: readonly Cube[];
  readonly back: (fetched: Cube) => Cube;
}

function shapesOf({ encoding }: Family, cubes: readonly Cube[], unit: number): readonly Shape[] {
  const groups = new Map<bigint, Cube[]>();
  for (const cube of cubes) {
    const own = groups.get(cube.absent ?? 0n);
    if (own === undefined) groups.set(cube.absent ?? 0n, [cube]);
    else own.push(cube);
  }
  return [...groups].map(([absent, own]): Shape => {
    const { width, whole } = formOf(encoding, unit, own[0]!);
    if (absent === 0n && encoding.turned.length === 0) return { width, cubes: own, back: (c) => c };
    return { width, cubes: own.map((c) => formOf(encoding, unit, c).cube), back: (c) => ({ mask: whole(c.mask) | absent, value: whole(c.value), ...(absent === 0n ? {} : { absent }) }) };
  });
}

interface Claim { readonly family: number; readonly cube: Cube }

const FEW = 12;

/** All pairs of families with a word in common, in the order of their declarations. */
function meetings(context: Context, families: readonly Family[], unit: number): [Family, Family][] {
  const widest = Math.max(0, ...families.map((f) => f.encoding.width));
  const claims = families.flatMap((f, family) => formsOf(f.encoding, unit).map((form): Claim => ({ family, cube: resized(form.cube, form.width, widest) })));
  const found = new Set<number>();
  const compare = (among: readonly Claim[]): void => {
    for (let i = 0; i < among.length; i++) {
      const a = among[i]!;
      if (!context.work.spend(families[a.family]!.declaration.encodingSpan, 1 + (among.length - i) / 16)) return;
      for (let j = i + 1; j < among.length; j++) {
        const b = among[j]!;
        if (a.family === b.family || !intersects(a.cube, b.cube)) continue;
        found.add(Math.min(a.family, b.family) * families.length + Math.max(a.family, b.family));
        if (found.size > MOST_PAIRS) return;
      }
    }
  };
  // divides the claims by a bit that most of them decide, until few are left
  const visit = (among: readonly Claim[], known: bigint): void => {
    if (found.size > MOST_PAIRS) return;
    const bit = among.length <= FEW ? undefined : decidingBit(among, known, widest);
    if (bit === undefined) return compare(among);
    if (!context.work.spend(families[among[0]!.family]!.declaration.encodingSpan, among.length / 4)) return;
    for (const value of [0n, bit]) visit(among.filter((c) => (c.cube.mask & bit) === 0n || (c.cube.value & bit) === value), known | bit);
  };
  visit(claims, 0n);
  return [...found].sort((a, b) => a - b).map((key) => [families[Math.floor(key / families.length)]!, families[key % families.length]!]);
}

/** More overlaps than this are a mistake that the first of them show. */
const MOST_PAIRS = 20_000;

function decidingBit(among: readonly Claim[], known: bigint, width: number): bigint | undefined {
  let best: bigint | undefined;
  let most = among.length / 2;
  for (let at = width - 1; at >= 0; at--) {
    const bit = 1n << BigInt(at);
    if ((known & bit) !== 0n) continue;
    let ones = 0, zeros = 0;
    for (const { cube } of among) if ((cube.mask & bit) !== 0n) { if ((cube.value & bit) !== 0n) ones++; else zeros++; }
    // both halves must be smaller than the whole
    if (Math.min(ones, zeros) > 0 && ones + zeros > most) [best, most] = [bit, ones + zeros];
  }
  return best;
}
