/**
 * Words as they are fetched.
 *
 * A word of an encoding has the machine's front fields, then the whole picture. What is fetched is less and more: the front fields
 * are prefix units, or nothing at all (the state tells them); conditional parts that a word does not have are left out; and fields of several
 * units may stand with their lowest unit first. Everywhere but at the two ends of a processor, fetching and putting a program
 * into storage, a word is the whole one.
 */
import { mask } from "../bits/bits.js";
import type { Cube, Encoding, Field, FrontField, Machine } from "./machine.js";

/** Bits of the front fields. */
export function frontWidth(machine: Pick<Machine, "front">): number {
  return machine.front.reduce((n, f) => n + f.width, 0);
}

/** The bits in which each front field stands, counted from the lowest bit of the front. */
export function frontPlaces(machine: Pick<Machine, "front">): readonly { readonly low: number; readonly width: number }[] {
  let at = frontWidth(machine);
  return machine.front.map(({ width }) => ({ low: (at -= width), width }));
}

/** Some words of an encoding, as they are fetched behind a front of given bits. */
export interface Form {
  /** front and units */
  readonly width: number;
  readonly cube: Cube;
  /** the whole word of what was fetched, front included */
  readonly whole: (fetched: bigint) => bigint;
}

/** How the words of one of the encoding's cubes are fetched, by units of so many bits. */
export function formOf(encoding: Pick<Encoding, "width" | "turned">, unit: number, cube: Cube): Form {
  const absent = cube.absent ?? 0n;
  if (absent === 0n && encoding.turned.length === 0) return { width: encoding.width, cube, whole: (word) => word };
  const kept = keptRuns(absent, encoding.width);
  const fetched = (word: bigint): bigint => narrowed(turned(encoding, unit, word), kept);
  return {
    width: kept.reduce((n, run) => n + run.width, 0),
    cube: { mask: fetched(cube.mask), value: fetched(cube.value) },
    whole: (word) => turned(encoding, unit, widened(word, kept)),
  };
}

export function formsOf(encoding: Encoding, unit: number): readonly Form[] {
  return encoding.cubes.map((cube) => formOf(encoding, unit, cube));
}

/** Every word is what is fetched for it, no more and no less. */
export function isFetchedAsItIs({ front, turned, length }: Encoding): boolean {
  return front === 0 && turned.length === 0 && length === undefined;
}

/** A word as it is decoded: its front, then the units of its picture. */
export function decodedFrom(machine: Machine, encoding: Encoding, word: bigint): Fetched {
  const absent = encoding.length === undefined ? 0n : cubeOf(encoding.cubes, word)?.absent ?? 0n;
  if (absent === 0n && encoding.turned.length === 0) return { bits: word, width: encoding.width };
  const kept = keptRuns(absent, encoding.width);
  return { bits: narrowed(turned(encoding, machine.fetch?.unit ?? encoding.width, word), kept), width: kept.reduce((n, run) => n + run.width, 0) };
}

export interface Fetched {
  readonly bits: bigint;
  readonly width: number;
}

/** The front fields of a word, each with its value. */
export function frontOf(machine: Machine, encoding: Encoding, word: bigint): readonly { readonly field: FrontField; readonly value: bigint }[] {
  const front = word >> BigInt(encoding.width - encoding.front);
  return frontPlaces(machine).map((place, i) => ({ field: machine.front[i]!, value: fieldValue(front, place) }));
}

/** Whether units can give the word its front: a prefix has the values that the specification lists, and 0. */
export function canBeFetched(machine: Machine, encoding: Encoding, word: bigint): boolean {
  return frontOf(machine, encoding, word).every(({ field: { source }, value }) => source.kind === "context" || value === 0n || source.units.some((u) => u.value === value));
}

/** What stands in storage for a word that can be fetched: prefix units, then those of the picture. */
export function fetchedOf(machine: Machine, encoding: Encoding, word: bigint): Fetched {
  if (isFetchedAsItIs(encoding)) return { bits: word, width: encoding.width };
  const behind = decodedFrom(machine, encoding, word);
  let width = behind.width - encoding.front;
  let bits = behind.bits & mask(width);
  for (const { field: { name, source }, value } of frontOf(machine, encoding, word)) {
    if (source.kind !== "prefix" || value === 0n) continue;
    const prefix = source.units.find((u) => u.value === value);
    if (prefix === undefined) throw new Error(`bug: no prefix gives ${name} the value ${value}`);
    bits |= prefix.unit << BigInt(width);
    width += machine.fetch!.unit;
  }
  return { bits, width };
}

/** How many units a word takes where it is fetched, prefixes included. */
export function unitsOf(machine: Machine, encoding: Encoding, word: bigint): number {
  return machine.fetch === undefined ? 1 : fetchedOf(machine, encoding, word).width / machine.fetch.unit;
}

/** The first of the cubes that the word is in. */
export function cubeOf(cubes: readonly Cube[], word: bigint): Cube | undefined {
  return cubes.find((c) => (word & c.mask) === c.value);
}

/** What a field holds in a word. */
export function fieldValue(word: bigint, { low, width }: Pick<Field, "low" | "width">): bigint {
  return (word >> BigInt(low)) & mask(width);
}

/** The value of a field that all these words have alike. */
export function knownValue({ low, width }: Pick<Field, "low" | "width">, cubes: readonly Cube[]): bigint | undefined {
  const bits = mask(width) << BigInt(low);
  const value = cubes[0]!.value & bits;
  return cubes.every((c) => (c.mask & bits) === bits && (c.value & bits) === value) ? value >> BigInt(low) : undefined;
}

interface BitRun { readonly low: number; readonly width: number }

/** The runs of bits that are not absent, from the highest. */
function keptRuns(absent: bigint, width: number): readonly BitRun[] {
  const runs: BitRun[] = [];
  for (let at = width; at > 0; ) {
    while (at > 0 && ((absent >> BigInt(at - 1)) & 1n) === 1n) at--;
    const top = at;
    while (at > 0 && ((absent >> BigInt(at - 1)) & 1n) === 0n) at--;
    if (top > at) runs.push({ low: at, width: top - at });
  }
  return runs;
}

function narrowed(word: bigint, kept: readonly BitRun[]): bigint {
  return kept.reduce((bits, { low, width }) => (bits << BigInt(width)) | ((word >> BigInt(low)) & mask(width)), 0n);
}

function widened(bits: bigint, kept: readonly BitRun[]): bigint {
  let word = 0n, at = 0;
  for (const { low, width } of [...kept].reverse()) {
    word |= ((bits >> BigInt(at)) & mask(width)) << BigInt(low);
    at += width;
  }
  return word;
}

/** The units of fields that stand with their lowest unit first, turned round; twice is nothing. */
function turned(encoding: Pick<Encoding, "turned">, unit: number, word: bigint): bigint {
  return encoding.turned.reduce((bits, { low, width }) => {
    let field = (bits >> BigInt(low)) & mask(width), round = 0n;
    for (let at = 0; at < width; at += unit) {
      round = (round << BigInt(unit)) | (field & mask(unit));
      field >>= BigInt(unit);
    }
    return (bits & ~(mask(width) << BigInt(low))) | (round << BigInt(low));
  }, word);
}
