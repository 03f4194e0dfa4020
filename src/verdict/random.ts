/** Numbers that follow from a seed, for searches whose steps depend on what they found: xorshift of 32 bits, a seed that is not 0. */
import { mask } from "../bits/bits.js";

export class Random {
  constructor(private state: number) {
    if (state === 0) this.state = 1;
  }

  private next(): number {
    this.state ^= this.state << 13;
    this.state ^= this.state >>> 17;
    this.state ^= this.state << 5;
    return this.state >>> 0;
  }

  /** 0 .. n - 1 */
  below(n: number): number {
    return this.next() % n;
  }

  /** Any value of so many bits. */
  bits(width: number): bigint {
    let any = 0n;
    for (let n = 0; n < width; n += 32) any = (any << 32n) | BigInt(this.next());
    return any & mask(width);
  }

  /** Another value of so many bits: a bit turned, a neighbour, an edge, or any. */
  other(value: bigint, width: number): bigint {
    const all = mask(width);
    switch (this.below(6)) {
      case 0: case 1: case 2: return value ^ (1n << BigInt(this.below(width)));
      case 3: return (value + (this.below(2) === 0 ? 1n : all)) & all;
      case 4: return [0n, all, all >> 1n][this.below(3)]!;
      default: return this.bits(width);
    }
  }
}
