/**
 * The outline around some cells of a grid: closed loops along their borders, clockwise, with the members on the right hand.
 *
 * Each corner says in which direction the inside lies, so that an outline can be drawn as far within the border as one likes and
 * outlines of nested sets do not lie on each other. Where two members touch at a corner only, they are outlined apart.
 */
export interface Cell {
  readonly column: number;
  readonly row: number;
}

export interface Corner extends Cell {
  /** 1 or -1: the direction from the corner inwards */
  readonly inwardX: number;
  readonly inwardY: number;
}

interface Edge {
  readonly x: number;
  readonly y: number;
  /** 0 right, 1 down, 2 left, 3 up */
  readonly direction: number;
}

const DX = [1, 0, -1, 0], DY = [0, 1, 0, -1];

export function outline(cells: readonly Cell[]): readonly (readonly Corner[])[] {
  const members = new Set(cells.map((c) => keyOf(c.column, c.row)));
  const has = (column: number, row: number): boolean => members.has(keyOf(column, row));
  const edges = new Map<string, Edge>();
  const add = (edge: Edge): void => { edges.set(`${keyOf(edge.x, edge.y)}:${edge.direction}`, edge); };
  for (const { column, row } of cells) {
    if (!has(column, row - 1)) add({ x: column, y: row, direction: 0 });
    if (!has(column + 1, row)) add({ x: column + 1, y: row, direction: 1 });
    if (!has(column, row + 1)) add({ x: column + 1, y: row + 1, direction: 2 });
    if (!has(column - 1, row)) add({ x: column, y: row + 1, direction: 3 });
  }
  const loops: Corner[][] = [];
  for (const start of edges.values()) {
    const loop = follow(start, edges);
    if (loop.length > 0) loops.push(loop);
  }
  return loops;
}

/** Takes the edges of one loop out of the map; its corners, or none if it was taken before. */
function follow(start: Edge, edges: Map<string, Edge>): Corner[] {
  const corners: Corner[] = [];
  for (let at = start; edges.delete(`${keyOf(at.x, at.y)}:${at.direction}`); ) {
    const x = at.x + DX[at.direction]!, y = at.y + DY[at.direction]!;
    // to the right first: it stays with the same member
    const next = [1, 0, 3].map((turn) => ({ x, y, direction: (at.direction + turn) % 4 })).find((e) => edges.has(`${keyOf(e.x, e.y)}:${e.direction}`) || (e.x === start.x && e.y === start.y && e.direction === start.direction));
    if (next === undefined) throw new Error("bug: an outline that does not close");
    if (next.direction !== at.direction) corners.push(cornerBetween(at.direction, next));
    at = next;
  }
  return corners;
}

/** The inside is on the right of both edges. */
function cornerBetween(before: number, { x, y, direction }: Edge): Corner {
  const right = (d: number): readonly [number, number] => [DX[(d + 1) % 4]!, DY[(d + 1) % 4]!];
  const [x1, y1] = right(before), [x2, y2] = right(direction);
  return { column: x, row: y, inwardX: x1 + x2, inwardY: y1 + y2 };
}

const keyOf = (x: number, y: number): string => `${x},${y}`;
