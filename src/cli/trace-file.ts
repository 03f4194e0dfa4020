/**
 * A trace that somebody gives back, read within bounds: at most 4 MiB, and of the shape that its schema has, which bounds everything
 * in it. What it says is not believed; that is what replaying is for.
 */
import { readFileSync } from "node:fs";
import { Ajv, type ErrorObject } from "ajv";
import type { Trace } from "../verdict/trace.js";
import { badInput } from "./failure.js";
import { readRegularFile, shown } from "./read-files.js";

export function readTrace(path: string): Trace {
  const text = new TextDecoder("utf-8").decode(readRegularFile(path));
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw badInput(`${shown(path)} is no JSON`, "popek replay reads what popek trace --format json wrote");
  }
  const isTrace = new Ajv().compile<Trace>(JSON.parse(readFileSync(new URL("../report/trace.schema.json", import.meta.url), "utf8")) as object);
  if (isTrace(value)) return value;
  throw badInput(`${shown(path)} is no trace: ${said(isTrace.errors?.[0])}`, "popek replay reads what popek trace --format json wrote");
}

function said(error: ErrorObject | undefined): string {
  if (error === undefined) return "it does not fit the schema";
  return shown(`${error.instancePath === "" ? "it" : error.instancePath} ${error.message ?? "does not fit the schema"}`);
}
