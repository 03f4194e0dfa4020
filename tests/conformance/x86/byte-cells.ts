/**
 * Bytes by address, as cells of an array: two thousand of them make up a case, so they are kept as numbers, in order of their addresses, and
 * become big integers only where they are asked for.
 */

/** Most of a case is in the first 64 KB. */
const FIRST = Array.from({ length: 0x1_0000 }, (_, n) => BigInt(n));
const big = (n: number): bigint => FIRST[n] ?? BigInt(n);

export class ByteCells implements ReadonlyMap<bigint, bigint> {
  /** @param addresses ascending, as many as `bytes` */
  constructor(readonly addresses: Uint32Array, readonly bytes: Uint8Array) {
    if (addresses.length !== bytes.length) throw new Error(`bug: ${addresses.length} addresses for ${bytes.length} bytes`);
  }

  /** Of a map that is still written to, as it is now. */
  static of(memory: ReadonlyMap<number, number>): ByteCells {
    const addresses = Uint32Array.from(memory.keys()).sort();
    return new ByteCells(addresses, Uint8Array.from(addresses, (at) => memory.get(at)!));
  }

  /** The same of any cells: those that were read from a file are a map. */
  static from(cells: ReadonlyMap<bigint, bigint>): ByteCells {
    return cells instanceof ByteCells ? cells : ByteCells.of(new Map([...cells].map(([at, byte]) => [Number(at), Number(byte)])));
  }

  get size(): number {
    return this.addresses.length;
  }

  get(index: bigint): bigint | undefined {
    const place = this.place(Number(index));
    return place === undefined ? undefined : big(this.bytes[place]!);
  }

  has(index: bigint): boolean {
    return this.place(Number(index)) !== undefined;
  }

  forEach(visit: (value: bigint, index: bigint, cells: ReadonlyMap<bigint, bigint>) => void): void {
    const { addresses, bytes } = this;
    for (let i = 0; i < addresses.length; i++) visit(big(bytes[i]!), big(addresses[i]!), this);
  }

  *[Symbol.iterator](): MapIterator<[bigint, bigint]> {
    for (let i = 0; i < this.addresses.length; i++) yield [big(this.addresses[i]!), big(this.bytes[i]!)];
  }

  entries(): MapIterator<[bigint, bigint]> {
    return this[Symbol.iterator]();
  }

  *keys(): MapIterator<bigint> {
    for (const at of this.addresses) yield big(at);
  }

  *values(): MapIterator<bigint> {
    for (const byte of this.bytes) yield big(byte);
  }

  private place(at: number): number | undefined {
    const { addresses } = this;
    let low = 0, high = addresses.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (addresses[middle]! < at) low = middle + 1;
      else high = middle;
    }
    return addresses[low] === at ? low : undefined;
  }
}
