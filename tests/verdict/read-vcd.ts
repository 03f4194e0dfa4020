/** A reader of Value Change Dumps, written from the standard's grammar: tokens between white space, whatever the lines. */
export interface Vcd {
  /** a wire's width and value at a time */
  readonly at: (scope: string, name: string, time: number) => { readonly width: number; readonly value: bigint };
}

export function readVcd(text: string): Vcd {
  const tokens = text.split(/\s+/).filter((t) => t !== "");
  const codes = new Map<string, { readonly code: string; readonly width: number }>();
  const changes = new Map<string, [number, bigint][]>();
  const scopes: string[] = [];
  let at = 0, time = 0;
  const until = (): string[] => { const found: string[] = []; while (tokens[at] !== "$end") { if (at >= tokens.length) throw new Error("no $end"); found.push(tokens[at++]!); } at += 1; return found; };
  const put = (code: string, value: bigint): void => { if (!changes.has(code)) throw new Error(`no variable ${code}`); changes.get(code)!.push([time, value]); };
  while (at < tokens.length) {
    const token = tokens[at++]!;
    if (token === "$scope") scopes.push(until()[1]!);
    else if (token === "$upscope") { until(); scopes.pop(); }
    else if (token === "$var") {
      const [kind, width, code, name] = until();
      if (changes.has(code!)) throw new Error(`two variables ${code!}`);
      changes.set(code!, []);
      if (kind === "wire") {
        const own = `${scopes.join(".")}.${name!}`;
        if (codes.has(own)) throw new Error(`two wires ${own}`);
        codes.set(own, { code: code!, width: Number(width) });
      }
    } else if (token === "$dumpvars" || token === "$end") continue;
    else if (token.startsWith("$")) until();
    else if (token.startsWith("#")) {
      if (Number(token.slice(1)) < time) throw new Error("time goes back");
      time = Number(token.slice(1));
    } else if (token.startsWith("b")) put(tokens[at++]!, BigInt(`0b${token.slice(1)}`));
    else if (token.startsWith("s")) { if (!changes.has(tokens[at++]!)) throw new Error("no variable for a text"); }
    else put(token.slice(1), BigInt(token[0]!));
  }
  return {
    at: (scope, name, when) => {
      const found = codes.get(`${scope}.${name}`);
      if (found === undefined) throw new Error(`no wire ${scope}.${name}`);
      const values = changes.get(found.code)!.filter(([t]) => t <= when);
      return { width: found.width, value: values.at(-1)![1] };
    },
  };
}
