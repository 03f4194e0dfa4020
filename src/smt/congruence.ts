/**
 * What is known of unknown functions: from equal to equal (Ackermann). An array's reads and a loop's remainders are
 * applications of such functions.
 *
 * Of n applications that is n(n-1)/2 constraints, and few of them matter. Where there are many they are said on demand: what a solver
 * finds without them may violate some, and those are said then. "None" without all of them is as good a proof.
 */
import type { Term } from "../isa/term.js";
import type { Terms } from "../isa/terms.js";

/** A function applied: `results` of `from`. */
export interface Application {
  readonly from: readonly Term[];
  readonly results: readonly Term[];
}

/** How many constraints there are. */
export function congruencesOf(functions: readonly (readonly Application[])[]): number {
  return functions.reduce((sum, { length: n }) => sum + (n * (n - 1)) / 2, 0);
}

/** All of them, but for those that say nothing. */
export function congruences(terms: Terms, functions: readonly (readonly Application[])[]): readonly Term[] {
  const constraints = new Set<Term>();
  for (const applications of functions) {
    applications.forEach((a, i) => {
      for (const b of applications.slice(0, i)) constraints.add(congruence(terms, a, b));
    });
  }
  constraints.delete(terms.true);
  return [...constraints];
}

/** Those that these values violate: of all that were applied to the same, each two with other results. */
export function violatedCongruences(terms: Terms, functions: readonly (readonly Application[])[], value: (term: Term) => bigint): readonly Term[] {
  const constraints = new Set<Term>();
  for (const applications of functions) {
    const alike = new Map<string, { readonly application: Application; readonly results: string }[]>();
    for (const application of applications) {
      const from = application.from.map(value).join(","), results = application.results.map(value).join(",");
      const others = alike.get(from) ?? [];
      for (const other of others) if (other.results !== results) constraints.add(congruence(terms, application, other.application));
      others.push({ application, results });
      alike.set(from, others);
    }
  }
  return [...constraints];
}

function congruence(terms: Terms, a: Application, b: Application): Term {
  const allEqual = (some: readonly Term[], others: readonly Term[]): Term => terms.and(...some.map((x, i) => terms.eq(x, others[i]!)));
  const same = allEqual(b.from, a.from);
  return same === terms.false ? terms.true : terms.implies(same, allEqual(b.results, a.results));
}
