/**
 * The tree of regions that a plan puts terms into, and what a region computes.
 */
import type { Loop, Term } from "../isa/term.js";
import type { LoopResult } from "./compile-loops.js";

export interface Region {
  readonly key: string;
  readonly parent?: Region;
  readonly depth: number;
  readonly blocks: Map<string, Block>;
  items: Term[];
  loops: LoopGroup[];
  /** what is emitted here, operands before users */
  order: readonly Node[];
}

/** One `if`: the choices on a condition in a region. */
export interface Block {
  readonly key: string;
  readonly condition: Term;
  readonly then: Region;
  readonly otherwise: Region;
  readonly members: Term[];
  /** whether its sides compute named terms; if not, its members are plain conditional expressions */
  isStatement: boolean;
}

export interface LoopGroup {
  readonly loop: Loop;
  readonly results: LoopResult[];
}

export type Node =
  | { readonly kind: "item"; readonly term: Term }
  | { readonly kind: "loop"; readonly group: LoopGroup }
  | { readonly kind: "block"; readonly block: Block }
  /** a member of the enclosing block gets its value for this side */
  | { readonly kind: "assign"; readonly member: Term; readonly value: Term | boolean };

export const newRegion = (key: string, parent?: Region): Region => ({ key, parent, depth: parent === undefined ? 0 : parent.depth + 1, blocks: new Map(), items: [], loops: [], order: [] });

export function hasContent(region: Region): boolean {
  return region.items.length > 0 || region.loops.length > 0 || [...region.blocks.values()].some((b) => b.isStatement);
}

/** The terms whose names a node defines. */
export function defines(node: Node): readonly number[] {
  switch (node.kind) {
    case "item":
      return [node.term.id];
    case "loop":
      return node.group.results.map((r) => r.id).sort((a, b) => a - b);
    case "block":
      return node.block.members.map((m) => m.id).sort((a, b) => a - b);
    case "assign":
      return [node.member.id];
  }
}

/** The nearest region that contains both. */
export function common(a: Region, b: Region): Region {
  let x = a, y = b;
  while (x.depth > y.depth) x = x.parent!;
  while (y.depth > x.depth) y = y.parent!;
  while (x !== y) {
    x = x.parent!;
    y = y.parent!;
  }
  return x;
}
