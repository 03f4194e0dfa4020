/**
 * Random tiny machines as `.isa` text: two cells of two bits, a mode, a general bit, P, base and bound, the size of storage and an interrupt
 * flag; and instructions made of random exits and assignments. The flag at 1 is the configuration of some; in some the
 * supervisor's addresses are not relocated.
 */
import fc from "fast-check";

export interface MachinePlan {
  /** whether the supervisor sees storage unrelocated */
  readonly isExecMap: boolean;
  readonly configuration: "any" | "enabled";
  /** cell 1 is in nobody's window: the hardware's own */
  readonly isReserved?: boolean;
  readonly instructions: readonly InstructionPlan[];
}

export interface InstructionPlan {
  readonly exits: readonly { readonly kind: "trap operation()" | "halt"; readonly guard: string }[];
  readonly assignments: readonly { readonly target: string; readonly value: string; readonly guard?: string }[];
  /** stores once or twice, through the map */
  readonly loop?: { readonly from: number; readonly target: string; readonly value: string; readonly guard?: string };
}

const BITS = ["M", "P", "A", "l", "IF", "a", "0", "1", "~A", "M & IF", "A ^ l", "~M", "q[0]", "b[1]", "mem[a][0]", "mem[0][1]", "E[1][0]", "choice(1, \"left open\")"] as const;
const WORDS = ["0", "1", "2", "mem[a]", "mem[0]", "mem[a] + 1", "E[0]", "E[l]", "b", "q", "zext(M, 2)", "zext(IF, 2)", "A @ l", "mem[a] ^ zext(A, 2)"] as const;
const GUARDS = [
  "M == 1", "M == 0", "A == 1", "IF == 0", "l == 1", "b == 0", "b < 2", "q == 1", "a == 1", "P == 1", "mem[a] == 1", "mem[0] != 0", "E[1] == 3",
  "M == 1 && IF == 0", "M == 0 && A == 1", "M == 1 || A == 0", "l == 1 && b == 1", "A == IF", "M == A",
] as const;
/** How often each target is wanted; and what fits it. */
const TARGETS: readonly (readonly [number, string, readonly string[]])[] = [
  [4, "mem[a]", WORDS], [3, "mem[0]", WORDS], [2, "A", BITS], [2, "P", BITS], [1, "l", BITS], [1, "b", ["0", "1", "2", "q", "zext(A, 2)", "zext(l, 2)"]], [1, "M", BITS], [1, "IF", BITS], [1, "E[l]", WORDS], [1, "E[1]", WORDS],
];

const guard = fc.constantFrom(...GUARDS);
const assignment = fc.oneof(...TARGETS.map(([weight, target, values]) => ({
  weight, arbitrary: fc.record({ target: fc.constant(target), value: fc.constantFrom(...values), guard: fc.option(guard, { nil: undefined }) }),
})));
const instruction: fc.Arbitrary<InstructionPlan> = fc.record({
  exits: fc.array(fc.record({ kind: fc.constantFrom("trap operation()" as const, "trap operation()" as const, "halt" as const), guard }), { maxLength: 2 }),
  assignments: fc.uniqueArray(assignment, { maxLength: 3, selector: (x) => x.target }),
});

export const machinePlan: fc.Arbitrary<MachinePlan> = fc.record({
  isExecMap: fc.constantFrom(false, false, true),
  configuration: fc.constantFrom("any" as const, "enabled" as const),
  isReserved: fc.constantFrom(false, false, false, true),
  instructions: fc.array(instruction, { minLength: 1, maxLength: 3 }),
});

const loop = fc.record({
  from: fc.constantFrom(0, 0, 1), target: fc.constantFrom("mem[i[0]]", "mem[i[0]]", "mem[~i[0]]", "mem[a]"),
  value: fc.oneof(fc.constantFrom("i", "mem[i[0]]", "mem[~i[0]]", "mem[i[0]] + 1", "mem[a] + i"), fc.constantFrom(...WORDS)), guard: fc.option(guard, { nil: undefined }),
});

/** The same, with loops that store in their instructions. */
export const loopingMachinePlan: fc.Arbitrary<MachinePlan> = fc.tuple(machinePlan, fc.array(loop, { minLength: 3, maxLength: 3 })).map(([plan, loops]) => ({
  ...plan,
  instructions: plan.instructions.map((i, n) => ({ ...i, assignments: i.assignments.filter((s) => !/^(mem|E)/.test(s.target)), loop: loops[n]! })),
}));

export function machineText({ isExecMap, configuration, isReserved = false, instructions }: MachinePlan): string {
  return `machine generated "A generated machine" {
  bits lsb0
  radix binary
}

mode s supervisor when M == 0
mode u user when M == 1

state E[1] : 2 is storage because "two cells of two bits"
state q : 2 is extent because "cells 0 to q - 1 exist"
state M : 1 is mode because "supervisor is 0"
state P : 1 is program-counter because "relative to R"
state A : 1 is general because "an accumulator"
state l : 1 is map because "relocation"
state b : 2 is map because "bound, a size"
state IF : 1 is interrupt because "a flag"

invariant q >= 1 && q <= 2
invariant ${isReserved ? "b <= 1 && l == 0" : "b <= 2"}
${configuration === "any" ? "" : "\nconfiguration enabled \"the flag is 1\" default { IF == 1 }\n"}
window mem(a : 1, access) : 2 over E {
  let place = zext(a, 2) + zext(l, 2)
${isExecMap
    ? `  trap bounds(a) when if M == 1 then place >= q || zext(a, 2) >= b else zext(a, 2) >= q
  cell if M == 1 then place[0] else a
  address (p) if M == 1 then p - l else p`
    : `  trap bounds(a) when place >= q || zext(a, 2) >= b
  cell place[0]
  address (p) p - l`}
}

memory trap bounds(a : 1) "Outside the window" { P := 0 }
trap operation() "Refused" { P := 1 }

advance { P := P + 1 }

${instructions.map(instructionText).join("\n\n")}
`;
}

function loopText({ from, target, value, guard }: NonNullable<InstructionPlan["loop"]>): string {
  const text = `var i : 2 = ${from}  while i != 2 limit 2 { ${target} := ${value}  i = i + 1 }`;
  return guard === undefined ? text : `if ${guard} { ${text} }`;
}

function instructionText({ exits, assignments, loop }: InstructionPlan, number: number): string {
  const lines = [
    ...exits.map((e) => `${e.kind} when ${e.guard}`),
    ...assignments.map((s) => (s.guard === undefined ? `${s.target} := ${s.value}` : `if ${s.guard} { ${s.target} := ${s.value} }`)),
    ...(loop === undefined ? [] : [loopText(loop)]),
    ...(exits.length + assignments.length === 0 && loop === undefined ? ["A := A"] : []),
  ];
  return `instruction I${number} "Instruction ${number}" {
  encoding 3'${number} a:1
  syntax "I${number} {a}"
  step {
${lines.map((line) => `    ${line}`).join("\n")}
  }
}`;
}
