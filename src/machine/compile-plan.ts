/**
 * Where each term of a function is computed.
 *
 * A function's code is a tree of regions: its straight line, and under every choice (`ite`, or a 1-bit `and`/`or` whose
 * second operand is dear) one region for each side. A term is placed in the nearest region that contains all its
 * uses, and gets a name there if it is used more than once; a term used under one side only is computed only there.
 * Choices on one condition in one region share their two sides (one `if`, not several), unless that would make a
 * circle: then those choices are taken apart and the plan is made again.
 *
 * Loops are placed like terms. Their bodies are plans of their own (`compile-emit.ts`): a plan with `bound` slots owns the
 * terms that depend on them, and leaves the others to the plan outside.
 */
import { operands, type AnyTerm, type Loop, type Term } from "../isa/term.js";
import { mentioned } from "./compile-operators.js";
import { isLoopResult, type LoopParts, type Planned, type Slots } from "./compile-loops.js";
import { common, defines, hasContent, newRegion, type Block, type LoopGroup, type Node, type Region } from "./compile-regions.js";

interface Use { readonly term: Planned; readonly region: Region; readonly isNamed: boolean }

/** Conditional expressions deeper than this are given names, so that engines parse them. */
const INLINE_DEPTH = 24;
/** From this size on, the second operand of a 1-bit `and`/`or` is computed only when it decides. */
const DEAR = 10;

export class Plan {
  private readonly uses: Use[] = [];
  private readonly sequence: Region[] = [];
  private readonly apart = new Set<string>();
  private readonly costs = new Map<number, number>();
  private regions = new Map<number, Region>();
  private counts = new Map<number, number>();
  private groups = new Map<Loop, LoopGroup>();
  private blockOf = new Map<number, Block>();
  private named = new Set<number>();

  constructor(private readonly loops: LoopParts, private readonly bound?: Slots) {}

  /** A region of the straight line; what follows an exit is inside what precedes it. */
  region(parent?: Region): Region {
    const region = newRegion(`${this.sequence.length}`, parent);
    this.sequence.push(region);
    return region;
  }

  /** The code of `region` uses the term; `isNamed`: its value must be fixed there, before anything is committed. */
  use(term: Planned, region: Region, isNamed = false): void {
    this.uses.push({ term, region, isNamed });
  }

  owns(term: Planned): boolean {
    return this.bound === undefined || this.loops.free.dependsOn(term, this.bound);
  }

  isNamed(term: Planned): boolean {
    return this.named.has(term.id);
  }

  /** How a choice is evaluated: the condition, and the value on each side. */
  choice(term: Planned): { readonly condition: Term; readonly then: Term | boolean; readonly otherwise: Term | boolean } | undefined {
    if (term.op === "ite") return { condition: term.args[0]!, then: term.args[1]!, otherwise: term.args[2]! };
    if (term.op === "loop-array" || term.width !== 1 || (term.op !== "and" && term.op !== "or")) return undefined;
    const [a, b] = term.args as readonly [Term, Term];
    const [first, second] = this.cost(a) <= this.cost(b) ? [a, b] : [b, a];
    if (this.cost(second) < DEAR) return undefined;
    return term.op === "and" ? { condition: first, then: second, otherwise: false } : { condition: first, then: true, otherwise: second };
  }

  solve(): void {
    while (!this.place()) this.reset();
  }

  private reset(): void {
    for (const region of this.sequence) {
      region.blocks.clear();
      region.items = [];
      region.loops = [];
    }
    this.regions = new Map();
    this.counts = new Map();
    this.groups = new Map();
    this.blockOf = new Map();
    this.named = new Set();
  }

  private place(): boolean {
    const own = this.reached();
    for (const { term, region, isNamed } of this.uses) {
      this.touch(term, region);
      if (isNamed && this.owns(term) && !isTrivial(term)) this.named.add(term.id);
    }
    const firstResult = new Map<Loop, number>();
    for (const term of own) if (isLoopResult(term) && !firstResult.has(term.loop)) firstResult.set(term.loop, term.id);
    for (let i = own.length - 1; i >= 0; i--) {
      const term = own[i]!;
      const region = this.regions.get(term.id);
      if (region !== undefined) this.spread(term, region, firstResult);
    }
    this.name(own);
    for (const region of this.sequence) this.settle(region);
    return this.sequence.every((region) => this.arrange(region, []));
  }

  /** Own terms that the uses need, operands before users: by ascending id, but for what a loop's beginning has been made of since. */
  private reached(): Planned[] {
    const seen = new Map<number, Planned>();
    const pending = this.uses.map((u) => u.term);
    while (pending.length > 0) {
      const term = pending.pop()!;
      if (seen.has(term.id) || !this.owns(term)) continue;
      seen.set(term.id, term);
      pending.push(...this.below(term));
    }
    const ordered: Planned[] = [];
    const done = new Set<number>();
    const visit = (term: Planned): void => {
      if (done.has(term.id) || !seen.has(term.id)) return;
      done.add(term.id);
      for (const operand of this.below(term)) visit(operand);
      ordered.push(term);
    };
    for (const term of [...seen.values()].sort((a, b) => a.id - b.id)) visit(term);
    return ordered;
  }

  /** The terms that the code of a term mentions. */
  private below(term: Planned): readonly Planned[] {
    switch (term.op) {
      case "constant":
      case "variable":
        return [];
      case "select":
        return term.array.op === "loop-array" ? [term.index, term.array] : [term.index];
      case "loop":
      case "loop-array":
        return [...this.loops.starts(term.loop), ...this.loops.invariants(term.loop)];
      case "cell":
      case "faults":
        throw new Error(`bug: a ${term.op} is compiled before lowering`);
      default:
        return mentioned(term);
    }
  }

  private touch(term: Planned, region: Region): void {
    if (!this.owns(term)) return;
    const known = this.regions.get(term.id);
    this.regions.set(term.id, known === undefined ? region : common(known, region));
    this.counts.set(term.id, (this.counts.get(term.id) ?? 0) + 1);
  }

  /** Hands a placed term's uses on to its operands. */
  private spread(term: Planned, region: Region, firstResult: ReadonlyMap<Loop, number>): void {
    if (isLoopResult(term)) {
      const group = this.groups.get(term.loop);
      if (group === undefined) this.groups.set(term.loop, { loop: term.loop, results: [term] });
      else group.results.push(term);
      if (firstResult.get(term.loop) !== term.id) return;
      const { results } = this.groups.get(term.loop)!;
      const at = results.map((r) => this.regions.get(r.id)!).reduce(common);
      for (const result of results) this.regions.set(result.id, at);
      at.loops.push(this.groups.get(term.loop)!);
      for (const start of this.loops.starts(term.loop)) this.touch(start, at);
      for (const invariant of this.loops.invariants(term.loop)) {
        this.touch(invariant, at);
        if (this.owns(invariant) && !isTrivial(invariant)) this.named.add(invariant.id);
      }
      return;
    }
    const choice = this.choice(term);
    if (choice === undefined) {
      for (const operand of this.below(term)) this.touch(operand, region);
      return;
    }
    const block = this.block(region, choice.condition, term);
    block.members.push(term);
    this.blockOf.set(term.id, block);
    this.touch(choice.condition, region);
    if (typeof choice.then !== "boolean") this.touch(choice.then, block.then);
    if (typeof choice.otherwise !== "boolean") this.touch(choice.otherwise, block.otherwise);
  }

  private block(region: Region, condition: Term, member: Term): Block {
    const shared = `${region.key}/${condition.id}`;
    const key = this.apart.has(shared) ? `${shared}#${member.id}` : shared;
    let block = region.blocks.get(key);
    if (block === undefined) {
      block = { key: shared, condition, then: newRegion(`${key}+`, region), otherwise: newRegion(`${key}-`, region), members: [], isStatement: false };
      region.blocks.set(key, block);
    }
    return block;
  }

  private name(own: readonly Planned[]): void {
    const depths = new Map<number, number>();
    for (const term of own) {
      const region = this.regions.get(term.id);
      if (region === undefined) continue;
      if (isLoopResult(term)) {
        this.named.add(term.id);
        continue;
      }
      if (isTrivial(term)) continue;
      const depth = 1 + this.below(term).reduce((deepest, o) => Math.max(deepest, depths.get(o.id) ?? 0), 0);
      if (this.counts.get(term.id)! > 1 || depth > INLINE_DEPTH || (term.op === "variable" && term.space === "choice")) this.named.add(term.id);
      if (!this.named.has(term.id)) depths.set(term.id, depth);
      else if (!this.blockOf.has(term.id)) region.items.push(term);
    }
  }

  /** Blocks without content become expressions; all members of the others get names. Inner regions first. */
  private settle(region: Region): void {
    for (const block of region.blocks.values()) {
      this.settle(block.then);
      this.settle(block.otherwise);
      block.isStatement = hasContent(block.then) || hasContent(block.otherwise);
      for (const member of block.members) {
        if (block.isStatement) this.named.add(member.id);
        else if (this.named.has(member.id)) region.items.push(member);
      }
    }
  }

  /** Orders what the region and those inside it compute; false: a circle, plan again. */
  private arrange(region: Region, assigns: readonly Node[]): boolean {
    const nodes: Node[] = [
      ...region.items.map((term): Node => ({ kind: "item", term })),
      ...region.loops.map((group): Node => ({ kind: "loop", group })),
      ...[...region.blocks.values()].filter((b) => b.isStatement).map((block): Node => ({ kind: "block", block })),
      ...assigns,
    ];
    const nodeOf = new Map<number, Node>();
    for (const node of nodes) for (const id of defines(node)) nodeOf.set(id, node);
    nodes.sort((a, b) => defines(a)[0]! - defines(b)[0]!);
    const order: Node[] = [];
    const open: Node[] = [];
    const done = new Set<Node>();
    const visit = (node: Node): boolean => {
      if (done.has(node)) return true;
      if (open.includes(node)) return this.takeApart(open.slice(open.indexOf(node)));
      open.push(node);
      for (const needed of this.needs(node, region, nodeOf)) if (!visit(needed)) return false;
      open.pop();
      done.add(node);
      order.push(node);
      return true;
    };
    for (const node of nodes) if (!visit(node)) return false;
    region.order = order;
    for (const block of region.blocks.values()) {
      if (!block.isStatement) continue;
      const side = (then: boolean): Node[] => block.members.map((member) => ({ kind: "assign", member, value: this.choice(member)![then ? "then" : "otherwise"] }));
      if (!this.arrange(block.then, side(true)) || !this.arrange(block.otherwise, side(false))) return false;
    }
    return true;
  }

  private takeApart(circle: readonly Node[]): false {
    const shared = circle.filter((n) => n.kind === "block" && n.block.members.length > 1 && !this.apart.has(n.block.key));
    if (shared.length === 0) throw new Error("bug: terms in a circle");
    for (const node of shared) if (node.kind === "block") this.apart.add(node.block.key);
    return false;
  }

  /** The other nodes of the region that a node's code mentions, at any depth below it. */
  private needs(node: Node, region: Region, nodeOf: ReadonlyMap<number, Node>): Set<Node> {
    const found = new Set<Node>();
    const seen = new Set<number>();
    const pending = [...this.starts(node)];
    while (pending.length > 0) {
      const term = pending.pop()!;
      if (seen.has(term.id) || !this.owns(term)) continue;
      seen.add(term.id);
      const other = nodeOf.get(term.id);
      if (other !== undefined && other !== node) found.add(other);
      else if (other === undefined && this.regions.get(term.id)!.depth >= region.depth) pending.push(...this.below(term));
    }
    return found;
  }

  private starts(node: Node): readonly Planned[] {
    switch (node.kind) {
      case "item":
        return this.below(node.term);
      case "loop":
        return this.below(node.group.results[0]!);
      case "block":
        return node.block.members.flatMap((m) => this.below(m));
      case "assign":
        return typeof node.value === "boolean" ? [] : [node.value];
    }
  }

  /** A size that only tells cheap from dear. */
  private cost(term: AnyTerm): number {
    const known = this.costs.get(term.id);
    if (known !== undefined) return known;
    let cost: number;
    if (term.op === "constant" || term.op === "variable") cost = 1;
    else if (term.op === "loop" || term.op === "loop-array") cost = 1000;
    else cost = operands(term).reduce((sum, o) => Math.min(1000, sum + (o.op === "array" ? 5 : this.cost(o))), 1);
    this.costs.set(term.id, cost);
    return cost;
  }
}

/** Terms whose code is a literal or a name already. */
function isTrivial(term: Planned): boolean {
  return term.op === "constant" || (term.op === "variable" && (term.space === "slot" || term.space === "parameter"));
}
