/**
 * SHA-256 (FIPS 180-4) of a text, as UTF-8: the name by which a specification is known.
 *
 * The core of Popek runs where there is no Node, and a browser's own digest can only be waited for; so it is a package's.
 */
import { sha256 as digest } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";

/** 64 hexadecimal digits. */
export function sha256(text: string): string {
  return bytesToHex(digest(new TextEncoder().encode(text)));
}
