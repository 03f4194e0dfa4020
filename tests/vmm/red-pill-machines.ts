/** A small machine with a fetch rule and a monitor, and room for instructions that break it. */
import type { Machine } from "../../src/isa/machine.js";
import { machineOf } from "../machines/tiny.js";

/** Bodies of instructions that work on the cell or number `a`; what a monitor makes of each. */
export const BODIES = {
  load: "A := mem[a]", store: "mem[a] := A", jump: "P := a", add: "mem[a] := mem[a] + A", barredMode: "trap operation() when M == 1 M := 1", barredMask: "trap operation() when M == 1 C := 1",
  showMode: "A := zext(M, 16)", showPlace: "A := zext(l, 16)", showBound: "mem[a] := zext(b, 16)", enterUser: "M := 1 P := a", moveWindow: "l := a", shrink: "b := 1",
  setMask: "C := 1", showMask: "A := zext(C, 16)", haltInUser: "halt when M == 1", skipInUser: "if M == 1 { P := P + 2 }", trapInSupervisor: "trap operation() when M == 0 A := 1",
} as const;
export type BodyName = keyof typeof BODIES;
/** Under a monitor these do what they do without. */
export const HARMLESS: readonly BodyName[] = ["load", "store", "jump", "add", "barredMode", "barredMask"];

const HEAD = `machine pills "A small machine for red pills" {
  bits lsb0
  radix hexadecimal
}
mode s supervisor when M == 0
mode u user when M == 1
state E[8] : 16 is storage because "256 cells"
state q : 9 is extent because "cells 0 to q - 1 exist"
state M : 1 is mode because "supervisor is 0"
state P : 8 is program-counter because "relative to R"
state A : 16 is general because "an accumulator"
state l : 8 is map because "relocation"
state b : 9 is map because "bound, a size"
state C : 1 is interrupt because "a mask"
configuration off "The mask off" default { C == 0 }
window mem(a : 8, access) : 16 over E {
  let place = zext(a, 9) + zext(l, 9)
  trap bounds(a) when place >= q || zext(a, 9) >= b
  cell place[7..0]
  address (p) p - l
}
action exchange() {
  E[0] := 7'0 @ M @ P
  M := E[1][8]
  P := E[1][7..0]
  l := 0
  b := q
}
memory trap bounds(a : 8) "Outside the window" { exchange() }
trap operation() "Refused" { exchange() }
monitor (base, size) {
  let first = zext(l, 9)
  M := 1
  l := l + base[7..0]
  b := if first >= size then 0 else if b < size - first then b else size - first
}
fetch 16 (i : 1) { return mem.execute[P] }
advance { P := P + 1 }
otherwise "Unassigned" { trap operation() }
instruction LPSW "Load mode and P from cell a" {
  encoding 8'1 a:8
  syntax "LPSW {a}"
  step {
    trap operation() when M == 1
    M := mem[a][8]
    P := mem[a][7..0]
  }
}
instruction STOP "Halt" {
  encoding 8'2 a:8
  syntax "STOP {a}"
  step {
    trap operation() when M == 1
    halt
  }
}
`;

/** With an instruction of each of these bodies, named like it. */
export const machineWith = (bodies: readonly BodyName[]): Machine => machineOf("pills.isa", textWith(bodies.map((name): [string, string] => [name, BODIES[name]])));

export function textWith(bodies: readonly (readonly [name: string, body: string])[]): string {
  const own = bodies.map(([name, body], i) => `instruction ${name} "${name}" {
  encoding 8'${i + 16} a:8
  syntax "${name} {a}"
  step {
    ${body}
  }
}
`);
  return HEAD + own.join("");
}
