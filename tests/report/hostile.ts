/** The sample, as somebody would write it who wants to do something to whoever reads the report. */
import type { CheckResult } from "../../src/verdict/result.js";
import { sample } from "./sample.js";

/** What each text of the specification carries. */
export const EVIL = `</script></style></title></svg>]]>--><img src=x onerror="globalThis.harmed=1"><script>globalThis.harmed=1</script>"'\`=|\n::error::[x](javascript:harmed) %0A,;&amp;\u0000\u001b[31m\u202e\u2028*_#@everyone`;

/** Keys and words of ours, that are not free. */
const KEPT = new Set(["answer", "strength", "sha256", "radix", "theorem", "reading", "assumption", "popek", "role", "before", "after"]);

function spoiled(value: unknown, key: string): unknown {
  if (typeof value === "string") return KEPT.has(key) ? value : value + EVIL;
  if (Array.isArray(value)) return value.map((v: unknown) => (key === "classes" ? v : spoiled(v, key)));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([k, v]: [string, unknown]) => [key === "choices" ? k + EVIL : k, k === "name" && value !== null && "outcome" in value ? v : spoiled(v, k)]));
}

export const hostile = spoiled(sample, "") as CheckResult;
