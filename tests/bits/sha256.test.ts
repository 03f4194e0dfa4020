/** SHA-256 against Node's own. */
import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { sha256 } from "../../src/bits/sha256.js";

const known = (text: string): string => createHash("sha256").update(text).digest("hex");

test("is that of the standard's examples", () => {
  expect(sha256("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  expect(sha256("")).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
});
test("is Node's, of texts of every length about a block's end, of any characters", () => {
  for (let n = 0; n < 200; n++) expect(sha256("é".repeat(n >> 1) + "x".repeat(n & 1))).toBe(known("é".repeat(n >> 1) + "x".repeat(n & 1)));
  fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => { expect(sha256(text)).toBe(known(text)); }));
});
