/** Prints the trees of `parse-arbitraries`. See there. */
import type { Tree } from "./parse-arbitraries.js";

const GAPS = [" ", " ", " ", " ", "\n", "  \t", "\r\n", "\n\n\n  ", " // note `{\n", " /* ( */ ", "\n/* two\n lines */\n", "\n\n  // own line\n\n"];

/** Loose to tight, written down a second time on purpose. */
const LEVELS = ["||", "&&", "== != < <= > >= <s <=s >s >=s", "@", "|", "^", "&", "<< >> >>>", "+ -", "*", "**"].map((level) => level.split(" "));
const levelOf = (operator: unknown): number => LEVELS.findIndex((level) => level.includes(String(operator)));
const COMPARISON = 2;
const PREFIX = LEVELS.length;
const TOUCH = PREFIX + 1;

/** A printer of its own choices; `gaps: false` puts one space everywhere. */
export const print = (trees: readonly Tree[], choices: readonly number[], gaps = true): string => {
  let next = 0;
  const draw = (below: number): number => (choices[next++ % choices.length] ?? 0) % below;
  const out: string[] = [];
  /** Tokens with a gap before each; a token after `GLUE` touches its predecessor. */
  const GLUE = Symbol("glue");
  let glued = true;
  const put = (...parts: readonly (string | typeof GLUE)[]): void => {
    for (const part of parts) {
      if (part === GLUE) glued = true;
      else {
        if (!glued) out.push(gaps ? (GAPS[draw(GAPS.length)] ?? " ") : " ");
        out.push(part);
        glued = false;
      }
    }
  };

  const text = (node: unknown): string => (node as { readonly text: string }).text;
  const tree = (node: unknown): Tree => node as Tree;
  const list = (node: unknown): readonly Tree[] => node as readonly Tree[];
  const name = (node: unknown): void => put(text(node));
  const quote = (node: unknown): void => put(`"${text(node).replace(/[\\"]/g, "\\$&").replace(/\n/g, "\\n").replace(/\t/g, () => (draw(2) ? "\\t" : "\t"))}"`);
  const separated = (nodes: readonly Tree[], one: (node: Tree) => void): void =>
    nodes.forEach((node, index) => {
      if (index > 0) put(",");
      one(node);
    });

  /** `tightest` is the level that may stand here without parentheses; -1 admits `if` and `match`. */
  const expression = (node: Tree, loosest = -1, bare = false): void => {
    if (levelOfNode(node) < loosest || (!bare && draw(12) === 1)) {
      put("(");
      expression(node, -1, true);
      put(")");
      return;
    }
    switch (node["kind"]) {
      case "name": return name(node["name"]);
      case "string": return quote(node);
      case "literal": {
        const width = node["width"] as Tree | undefined;
        if (width?.["kind"] === "literal" && width["width"] === undefined) put(String(width["text"]), "'");
        else if (width !== undefined) {
          put("(");
          expression(width);
          put(")", "'");
        }
        return put(String(node["text"]));
      }
      case "call":
        name(node["callee"]);
        return args(node["args"], true);
      case "member":
        expression(tree(node["base"]), TOUCH);
        return put(".", text(node["member"]));
      case "index": case "slice":
        expression(tree(node["base"]), TOUCH);
        put(GLUE, "[");
        expression(tree(node["index"] ?? node["from"]));
        if (node["kind"] === "slice") {
          put("..");
          expression(tree(node["to"]));
        }
        return put("]");
      case "unary":
        put(String(node["operator"]));
        return expression(tree(node["operand"]), PREFIX);
      case "binary": {
        const level = levelOfNode(node);
        const right = node["operator"] === "**";
        expression(tree(node["left"]), level === COMPARISON || right ? level + 1 : level);
        put(String(node["operator"]));
        return expression(tree(node["right"]), right ? level : level + 1);
      }
      case "if":
        put("if");
        expression(tree(node["condition"]));
        put("then");
        expression(tree(node["then"]));
        put("else");
        return expression(tree(node["otherwise"]));
      case "match": return match(node, expression);
      default: throw new Error(`no such expression: ${String(node["kind"])}`);
    }
  };
  const levelOfNode = (node: Tree): number => {
    switch (node["kind"]) {
      case "if": case "match": return -1;
      case "binary": return levelOf(node["operator"]);
      case "unary": return PREFIX;
      default: return TOUCH;
    }
  };
  const args = (nodes: unknown, touching: boolean): void => {
    if (touching) put(GLUE);
    put("(");
    separated(list(nodes), (node) => expression(node));
    put(")");
  };
  const match = (node: Tree, body: (node: Tree) => void): void => {
    put("match");
    expression(tree(node["subject"]));
    put("{");
    for (const arm of list(node["arms"])) {
      const patterns = list(arm["patterns"]);
      if (patterns.length === 0) put("else");
      else separated(patterns, (pattern) => expression(pattern, TOUCH)); // a leading `-` would join the arm before
      put("=>");
      body(tree(arm["body"]));
    }
    put("}");
  };

  const deviceClause = (node: Tree): void => {
    if (node["kind"] === "on") {
      put("on");
      name(node["family"]);
      clause("when", node["when"]);
      if (node["each"] !== undefined) {
        put("for");
        name(tree(node["each"])["name"]);
        clause("below", tree(node["each"])["below"]);
      }
      return clause("sends", node["sends"]);
    }
    put("cell");
    name(node["array"]);
    put("[");
    expression(tree(node["index"]));
    put("]");
    clause("is", node["holds"]);
    if (node["stored"] === undefined) return;
    const stored = tree(node["stored"]);
    put("(");
    name(stored["name"]);
    put(")");
    clause("sends", stored["sends"]);
    if (stored["halts"] !== undefined) {
      put("halts");
      clause("when", stored["halts"]);
    }
  };
  const clause = (word: string, node: unknown): void => {
    if (node === undefined) return;
    put(word);
    expression(tree(node));
  };
  const statements = (node: Tree): void => list(node["statements"]).forEach(statement);
  const block = (node: Tree): void => {
    put("{");
    statements(node);
    put("}");
  };
  const statement = (node: Tree): void => {
    switch (node["kind"]) {
      case "let": case "var":
        put(String(node["kind"]));
        name(node["name"]);
        clause(":", node["width"]);
        return clause("=", node["value"]);
      case "set":
        name(node["name"]);
        return clause("=", node["value"]);
      case "assign":
        expression(tree(node["target"]));
        return clause(":=", node["value"]);
      case "if": {
        clause("if", node["condition"]);
        block(tree(node["then"]));
        const otherwise = node["otherwise"] as Tree | undefined;
        if (otherwise === undefined) return;
        put("else");
        const inner = list(otherwise["statements"]);
        if (inner.length === 1 && inner[0]?.["kind"] === "if" && draw(2) === 0) return statement(inner[0]);
        return block(otherwise);
      }
      case "match": return match(node, block);
      case "trap":
        put("trap");
        name(node["trap"]);
        args(node["args"], draw(2) === 0);
        clause("when", node["when"]);
        if (node["leaving"] === undefined) return;
        put("leaving");
        return block(tree(node["leaving"]));
      case "halt":
        put("halt");
        return clause("when", node["when"]);
      case "beyond":
        put("beyond");
        quote(node["why"]);
        return clause("when", node["when"]);
      case "for":
        put("for");
        name(node["name"]);
        clause("in", node["from"]);
        clause(node["down"] === true ? "downto" : "..", node["to"]);
        return block(tree(node["body"]));
      case "while":
        clause("while", node["condition"]);
        clause("limit", node["limit"]);
        return block(tree(node["body"]));
      case "then": return put(node["keep"] === true ? "then keep" : "then");
      case "execute": return clause("execute", node["word"]);
      case "return": return clause("return", node["value"]);
      case "call":
        name(node["action"]);
        return args(node["args"], true);
      default: throw new Error(`no such statement: ${String(node["kind"])}`);
    }
  };

  const shadow = (node: Tree): void => {
    put("shadow");
    name(node["window"]);
    expression(tree(node["unit"]));
    clause("by", node["grain"]);
    clause("cells", node["cells"]);
    put("on");
    separated(list(node["traps"]), name);
    put("{");
    const keeps = node["keeps"] as Tree | undefined;
    if (keeps !== undefined) {
      put("keeps", "(", text(keeps["address"]), ")");
      expression(tree(keeps["holds"]));
    }
    put("clear");
    block(tree(node["clear"]));
    put("install", "(", text(node["address"]), ",", text(node["cell"]), ",", text(node["writable"]), ...(node["executable"] === undefined ? [] : [",", text(node["executable"])]), ")");
    block(tree(node["install"]));
    put("}");
  };
  const quotedClause = (word: string, node: unknown): void => {
    if (node === undefined) return;
    put(word);
    quote(node);
  };
  const shuffled = (parts: readonly (() => void)[]): void => {
    const left = [...parts];
    while (left.length > 0) left.splice(draw(left.length), 1)[0]?.();
  };
  const citation = (node: Tree): void => shuffled([() => quotedClause("cite", node["cite"]), () => quotedClause("because", node["because"])]);
  const parameter = (node: Tree): void => {
    name(node["name"]);
    clause(":", node["width"]);
  };
  const parameters = (nodes: unknown): void => {
    put("(");
    separated(list(nodes), parameter);
    put(")");
  };
  const texts = (nodes: unknown): void => {
    put("{");
    list(nodes).forEach(quote);
    put("}");
  };

  const declaration = (node: Tree): void => {
    const kind = String(node["kind"]);
    if (kind === "trap" && node["memory"] === true) put("memory");
    put(kind === "consoleDevice" ? "console" : kind);
    switch (kind) {
      case "machine":
        name(node["name"]);
        quote(node["title"]);
        put("{");
        for (const item of list(node["items"])) {
          put(String(item["kind"]));
          if (item["kind"] === "source") {
            name(item["name"]);
            quote(item["title"]);
          } else if (item["kind"] === "status") name(item["status"]);
          else put(String(item["order"] ?? item["radix"]));
        }
        return put("}");
      case "parameter":
        name(node["name"]);
        return clause("=", node["value"]);
      case "mode":
        name(node["name"]);
        put(String(node["level"]));
        clause("when", node["when"]);
        return node["title"] === undefined ? undefined : quote(node["title"]);
      case "state":
        name(node["name"]);
        if (node["indexWidth"] !== undefined) {
          put("[");
          expression(tree(node["indexWidth"]));
          put("]");
        }
        clause(":", node["width"]);
        clause("=", node["rest"]);
        put("is", text(node["role"]));
        if (node["transient"] === true) put("transient");
        return citation(node);
      case "view": case "const":
        name(node["name"]);
        clause(":", node["width"]);
        clause("=", node["value"]);
        return citation(node);
      case "invariant":
        expression(tree(node["value"]));
        return citation(node);
      case "configuration":
        name(node["name"]);
        quote(node["title"]);
        if (node["isDefault"] === true) put("default");
        put("{");
        expression(tree(node["value"]));
        return put("}");
      case "omits":
        quote(node["what"]);
        return citation(node);
      case "window":
        name(node["name"]);
        put("(");
        parameter(tree(node["address"]));
        put(",");
        name(node["access"]);
        put(")");
        clause(":", node["width"]);
        put("over");
        name(node["over"]);
        if (node["latched"] === true) put("latched");
        put("{");
        statements(tree(node["body"]));
        clause("cell", node["cell"]);
        if (node["inverse"] !== undefined) {
          put("address", "(", text(tree(node["inverse"])["parameter"]), ")");
          expression(tree(tree(node["inverse"])["value"]));
        }
        return put("}");
      case "trap":
        name(node["name"]);
        parameters(node["parameters"]);
        clause("priority", node["priority"]);
        quote(node["title"]);
        citation(node);
        return block(tree(node["body"]));
      case "interrupt":
        name(node["name"]);
        parameters(node["parameters"]);
        quote(node["title"]);
        citation(node);
        clause("when", node["when"]);
        return block(tree(node["body"]));
      case "console":
        name(node["sent"]);
        put("on");
        return name(node["on"]);
      case "consoleDevice":
        put("{");
        for (const one of list(node["clauses"])) deviceClause(one);
        return put("}");
      case "monitor":
        put("(");
        name(node["base"]);
        put(",");
        name(node["size"]);
        if (node["area"] !== undefined) {
          put(",");
          name(node["area"]);
        }
        put(")", "{");
        statements(tree(node["body"]));
        for (const placed of list(node["placed"])) {
          put("place");
          name(placed["component"]);
          if (placed["by"] !== undefined) clause("by", placed["by"]);
        }
        if (node["shadow"] !== undefined) shadow(tree(node["shadow"]));
        return put("}");
      case "fetch":
        expression(tree(node["unit"]));
        put("(");
        parameter(tree(node["index"]));
        put(")");
        if (node["isLowestFirst"] === true) put("lowest", "first");
        return block(tree(node["body"]));
      case "prefix":
        name(node["name"]);
        clause(":", node["width"]);
        put("{");
        for (const one of list(node["units"])) {
          sized(tree(one["unit"]));
          clause("=>", one["value"]);
        }
        return put("}");
      case "context":
        name(node["name"]);
        clause(":", node["width"]);
        return clause("=", node["value"]);
      case "picture":
        name(node["name"]);
        put("{");
        encodingParts(node["encoding"]);
        syntaxes(node["syntaxes"]);
        return put("}");
      case "advance": return block(tree(node["body"]));
      case "names":
        name(node["name"]);
        return texts(node["texts"]);
      case "function": case "action":
        name(node["name"]);
        parameters(node["parameters"]);
        clause(":", node["width"]);
        return block(tree(node["body"]));
      case "otherwise":
        quote(node["title"]);
        return block(tree(node["body"]));
      case "instruction": {
        name(node["name"]);
        quote(node["title"]);
        const early = draw(2) === 0;
        if (early) citation(node);
        put("{");
        shuffled([
          () => {
            put("encoding");
            encodingParts(node["encoding"]);
          },
          () => clause("where", node["where"]),
          () => clause("priority", node["priority"]),
          () => clause("condition", node["condition"]),
          () => {
            for (const names of list(node["names"])) {
              put("names");
              name(names["field"]);
              if (names["texts"] !== undefined) texts(names["texts"]);
              else put("from", text(names["table"]));
            }
          },
          () => syntaxes(node["syntaxes"]),
          () => {
            if (list(node["splits"]).length === 0) return;
            put("split");
            separated(list(node["splits"]), (split) => {
              name(split["label"]);
              clause("=", split["by"]);
            });
          },
          () => (early ? undefined : citation(node)),
          () => {
            put("step");
            block(tree(node["step"]));
          },
        ]);
        return put("}");
      }
      default: throw new Error(`no such declaration: ${kind}`);
    }
  };
  const encodingParts = (parts: unknown): void => {
    for (const part of list(parts)) {
      if (part["kind"] === "field") {
        parameter(part);
        clause("when", part["when"]);
      } else if (part["kind"] === "front") {
        name(part["name"]);
        put("==");
        sized(tree(part["value"]));
      } else if (part["kind"] === "picture") name(part["name"]);
      else sized(tree(part["value"]));
    }
  };
  const syntaxes = (clauses: unknown): void => {
    for (const one of list(clauses)) {
      quotedClause("syntax", one["text"]);
      clause("when", one["when"]);
    }
  };
  const sized = (literal: Tree): void => {
    const width = tree(literal["width"]);
    if (width["kind"] === "literal" && width["width"] === undefined) put(String(width["text"]), "'");
    else {
      put("(");
      expression(width);
      put(")", "'");
    }
    put(String(literal["text"]));
  };

  trees.forEach(declaration);
  return out.join("");
};
