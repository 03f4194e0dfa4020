/**
 * How deep a tree is, measured without recursion.
 *
 * The grammar bounds nesting, but a chain `a + b + c ...` grows to the left by one level per operator without nesting
 * anything, and later stages walk trees by recursion. Only expressions and statements count as levels.
 */
import type { Declaration, Span } from "./syntax.js";

export const DEEPEST_TREE = 200;

interface Place {
  readonly node: object;
  readonly depth: number;
  /** the outermost expression or statement around it */
  readonly within: Span;
}

/** The outermost expression or statement that is too deep, if there is one. */
export const deepestNode = (declaration: Declaration): Span | undefined => {
  if (declaration.span.end - declaration.span.start <= DEEPEST_TREE) return undefined; // every level takes a character at least
  const waiting: Place[] = [{ node: declaration, depth: 0, within: declaration.span }];
  for (let place = waiting.pop(); place !== undefined; place = waiting.pop()) {
    if (place.depth > DEEPEST_TREE) return place.within;
    for (const [key, value] of Object.entries(place.node)) {
      if (key === "span" || typeof value !== "object" || value === null) continue;
      const child: object = value;
      const counts = "kind" in child;
      const within = place.depth === 0 && counts && "span" in child ? (child.span as Span) : place.within;
      waiting.push({ node: child, depth: place.depth + (counts ? 1 : 0), within });
    }
  }
  return undefined;
};
