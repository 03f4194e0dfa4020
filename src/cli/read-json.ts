/**
 * JSON that popek once wrote, read back: within bounds, held against its published schema, and harmless to print.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { badInput } from "./failure.js";
import { readRegularFile, shown } from "./read-files.js";

/** 256 MiB: results name every state that they show. */
export const LARGEST_RESULT = 256 * 1024 * 1024;

/** Characters that move the cursor, colour, or turn a line round. */
const UNPRINTABLE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

/** @param what what is expected, for the diagnostic: "a certificate"; @param largest in bytes */
export function readJson(path: string, what: string, largest = LARGEST_RESULT): unknown {
  const text = new TextDecoder().decode(readRegularFile(path, largest));
  let isUnprintable = false;
  let value: unknown;
  try {
    value = JSON.parse(text, (key, inner: unknown) => {
      if (UNPRINTABLE.test(key) || (typeof inner === "string" && UNPRINTABLE.test(inner))) isUnprintable = true;
      return inner;
    });
  } catch (error) {
    throw badInput(`${shown(path)} is no JSON: ${shown(error instanceof Error ? error.message : String(error))}`, `expected: ${what}`);
  }
  if (isUnprintable) throw badInput(`${shown(path)} has control characters in it`, `expected: ${what}`);
  return value;
}

/** @param schema a file beside the code, as `report/check.schema.json` */
export async function validated<T>(path: string, value: unknown, schema: string, what: string): Promise<T> {
  const { Ajv } = await import("ajv");
  const validate = new Ajv({ allErrors: false }).compile<T>(JSON.parse(readFileSync(fileURLToPath(new URL(`../${schema}`, import.meta.url)), "utf8")));
  if (validate(value)) return value;
  const [first] = validate.errors ?? [];
  const place = first === undefined || first.instancePath === "" ? "it" : shown(first.instancePath);
  throw badInput(`${shown(path)} is not ${what}: ${place} ${first?.message ?? "is not as it should be"}`);
}
