/**
 * SHA-256 (FIPS 180-4) of a text, as UTF-8: the name by which a specification is known.
 *
 * Written out because the core of Popek runs where there is no Node, and a browser's own digest can only be waited for.
 */

/** The first 32 bits of the fractional parts of the roots of the first primes: of their cube roots, and of eight square roots. */
const ROUND = fractions(64, 3), START = fractions(8, 2);

/** 64 hexadecimal digits. */
export function sha256(text: string): string {
  const bytes = new TextEncoder().encode(text);
  const length = Math.ceil((bytes.length + 9) / 64) * 64;
  const message = new Uint8Array(length);
  message.set(bytes);
  message[bytes.length] = 0x80;
  new DataView(message.buffer).setBigUint64(length - 8, 8n * BigInt(bytes.length));
  const state = Int32Array.from(START);
  const words = new Int32Array(64);
  for (let at = 0; at < length; at += 64) block(state, words, new DataView(message.buffer, at, 64));
  return [...state].map((w) => (w >>> 0).toString(16).padStart(8, "0")).join("");
}

function block(state: Int32Array, w: Int32Array, data: DataView): void {
  for (let t = 0; t < 16; t++) w[t] = data.getInt32(4 * t);
  for (let t = 16; t < 64; t++) {
    const x = w[t - 15]!, y = w[t - 2]!;
    w[t] = (right(x, 7) ^ right(x, 18) ^ (x >>> 3)) + w[t - 7]! + (right(y, 17) ^ right(y, 19) ^ (y >>> 10)) + w[t - 16]!;
  }
  let [a, b, c, d, e, f, g, h] = state as unknown as [number, number, number, number, number, number, number, number];
  for (let t = 0; t < 64; t++) {
    const one = (h + (right(e, 6) ^ right(e, 11) ^ right(e, 25)) + ((e & f) ^ (~e & g)) + ROUND[t]! + w[t]!) | 0;
    const two = ((right(a, 2) ^ right(a, 13) ^ right(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
  }
  [a, b, c, d, e, f, g, h].forEach((v, i) => { state[i] = (state[i]! + v) | 0; });
}

const right = (x: number, n: number): number => (x >>> n) | (x << (32 - n));

function fractions(count: number, degree: 2 | 3): readonly number[] {
  const found: number[] = [];
  for (let n = 2n; found.length < count; n++) {
    let isPrime = true;
    for (let d = 2n; d * d <= n; d++) if (n % d === 0n) isPrime = false;
    if (isPrime) found.push(Number(root(n << BigInt(32 * degree), BigInt(degree)) & 0xffffffffn) | 0);
  }
  return found;
}

/** The integer part of the root, by halving. */
function root(n: bigint, degree: bigint): bigint {
  let low = 0n, high = 1n << 40n;
  while (high - low > 1n) {
    const middle = (low + high) / 2n;
    if (middle ** degree <= n) low = middle;
    else high = middle;
  }
  return low;
}
