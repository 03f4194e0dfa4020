/**
 * Random numbers that repeat: the same seed and stream give the same numbers on every machine, for ever.
 *
 * Xorshift with 128 bits of state (Marsaglia, "Xorshift RNGs", Journal of Statistical Software 8(14), 2003), started from a
 * hash of the names of seed and stream.
 */
export class Random {
  private readonly state: Uint32Array;

  constructor(seed: string, stream: string) {
    this.state = seeded(`${seed}/${stream}`);
    for (let i = 0; i < 16; i++) this.next();
  }

  /** 32 bits */
  private next(): number {
    const s = this.state;
    const t = s[0]! ^ (s[0]! << 11);
    s[0] = s[1]!;
    s[1] = s[2]!;
    s[2] = s[3]!;
    s[3] = s[3]! ^ (s[3]! >>> 19) ^ t ^ (t >>> 8);
    return s[3]!;
  }

  /** 0 to n - 1, for n up to 2^32; the slight favour to small numbers does not matter here */
  below(n: number): number {
    return Math.floor((this.next() / 2 ** 32) * n);
  }

  /** from first to last, both included */
  between(first: number, last: number): number {
    return first + this.below(last - first + 1);
  }

  chance(probability: number): boolean {
    return this.next() < probability * 2 ** 32;
  }

  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)]!;
  }

  bits(width: number): bigint {
    let value = 0n;
    for (let done = 0; done < width; done += 32) value = (value << 32n) | BigInt(this.next());
    return BigInt.asUintN(width, value);
  }
}

/** FNV-1a over the text, once for each word of state. */
function seeded(text: string): Uint32Array {
  return Uint32Array.from({ length: 4 }, (_, word) => {
    let hash = 0x811c9dc5 ^ word;
    for (const character of text) hash = Math.imul(hash ^ character.codePointAt(0)!, 0x01000193);
    return hash | (word === 0 ? 1 : 0);
  });
}
