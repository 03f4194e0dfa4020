/**
 * Terms over variables and operators as SMT-LIB 2.6 text.
 *
 * Shared terms are defined once, by `define-fun`, in the order of their ids; what is used once stands where it is used,
 * unless that grows too long to read. No `let`: some solvers read deep nests of it recursively.
 */
import { operands, reachable, type OperatorTerm, type Term, type VariableTerm } from "../isa/term.js";
import { ENCODINGS, literal, sort, type Expression } from "./operators.js";

/** A definition of its own for texts beyond this many characters. */
const LONGEST_INLINE = 100;

/** The lines that declare the variables among `roots`, define shared terms and assert every root (1 bit each). */
export function declarationsAndAssertions(roots: readonly Term[], symbol: (variable: VariableTerm) => string): string[] {
  const terms = reachable(roots) as Term[];
  const uses = countUses(terms);
  const expressions = new Map<number, Expression>();
  const lines: string[] = [];
  let definitions = 0;
  for (const term of terms) {
    switch (term.op) {
      case "constant":
        expressions.set(term.id, { truth: false, text: literal(term.value, term.width) });
        break;
      case "variable":
        lines.push(`(declare-fun ${symbol(term)} () ${sort(term.width)})`);
        expressions.set(term.id, { truth: false, text: symbol(term) });
        break;
      case "select":
      case "cell":
      case "faults":
      case "loop":
        throw new Error(`bug: ${term.op} is left after elimination`);
      default: {
        const expression = encode(term, expressions);
        if (uses.get(term.id)! < 2 && expression.text.length <= LONGEST_INLINE) expressions.set(term.id, expression);
        else {
          const name = `n${definitions++}`;
          lines.push(`(define-fun ${name} () ${expression.truth ? "Bool" : sort(term.width)} ${expression.text})`);
          expressions.set(term.id, { truth: expression.truth, text: name });
        }
      }
    }
  }
  for (const root of roots) lines.push(`(assert ${asTruth(expressions.get(root.id)!)})`);
  return lines;
}

function countUses(terms: readonly Term[]): ReadonlyMap<number, number> {
  const uses = new Map<number, number>(terms.map((t) => [t.id, 0]));
  for (const term of terms) for (const operand of operands(term)) uses.set(operand.id, uses.get(operand.id)! + 1);
  return uses;
}

function encode(term: OperatorTerm, expressions: ReadonlyMap<number, Expression>): Expression {
  const operand = (i: number): Expression => expressions.get(term.args[i]!.id)!;
  return ENCODINGS[term.op]({
    width: term.width,
    widths: term.args.map((a) => a.width),
    parameters: term.parameters,
    bits: (i) => asBits(operand(i)),
    truth: (i) => asTruth(operand(i)),
    isTruth: (i) => operand(i).truth,
  });
}

function asBits({ truth, text }: Expression): string {
  return truth ? `(ite ${text} #b1 #b0)` : text;
}

function asTruth({ truth, text }: Expression): string {
  if (truth) return text;
  return text === "#b1" ? "true" : text === "#b0" ? "false" : `(= ${text} #b1)`;
}
