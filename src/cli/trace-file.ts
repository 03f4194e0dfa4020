/**
 * A trace that somebody gives back, read within bounds: at most 4 MiB, and of the shape that its schema has, which bounds everything
 * in it. What it says is not believed; that is what replaying is for.
 */
import type { Trace } from "../verdict/trace.js";
import { LARGEST_FILE } from "./read-files.js";
import { readJson, validated } from "./read-json.js";

const WHAT = "a trace, as popek trace --format json writes it";

export async function readTrace(path: string): Promise<Trace> {
  return validated<Trace>(path, readJson(path, WHAT, LARGEST_FILE), "report/trace.schema.json", WHAT);
}
