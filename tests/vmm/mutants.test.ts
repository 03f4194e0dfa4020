/** Each faulty monitor is caught by running guests in lock step with their bare machines, and the right one is not. */
import { expect, test } from "vitest";
import { machineAt } from "../machine/machines.js";
import { createControlProgram } from "../../src/vmm/control-program.js";
import { DECISIONS, KINDS, type Decisions, type Kind } from "../../src/vmm/decisions.js";
import { endText, LockStep } from "../../src/vmm/lock-step.js";
import { every, guestAt, PROGRAMS, realStart, THIRD_GENERATION } from "./guests.js";
import { MUTANTS } from "./mutants.js";

const machine = machineAt(THIRD_GENERATION);
const probe = guestAt(machine, "tests/vmm/probe.s", every(97, "clock", 40));
const guests = [
  { ...probe, start: new Map([...probe.start, ["key", 0x4bn]]) },
  guestAt(machine, `${PROGRAMS}/two-processes.s`, every(150, "clock", 200)),
  guestAt(machine, `${PROGRAMS}/escape.s`),
];
const LIMIT = 20_000;

/** What was noticed: where a guest went another way than its bare machine; undefined: nothing. */
function noticed(decisions: Decisions, kind: Kind): string | undefined {
  const program = createControlProgram(machine, guests, { kind, depth: 1, size: 512, quantum: 61 }, realStart(machine), decisions);
  const { divergence } = new LockStep(machine, program, 512).advance(LIMIT);
  if (divergence === undefined) {
    // on this machine only operations of supervisor mode need the monitor where the bare machine does not trap
    const needless = program.guests.flatMap((g) => [...g.machine.work().causes].filter(([cause, { emulated }]) => cause !== "supervisorOperation" && emulated > 0).map(([cause, { emulated }]) => `efficiency: ${emulated} entries of ${g.program.name} by ${cause} where its bare machine does not trap`));
    return needless[0] ?? (program.isOver() ? undefined : `does not end: ${program.guests.map((g) => endText(g.run)).join(", ")}`);
  }
  return `fidelity: ${divergence.guest} at its instruction ${divergence.steps}: ${divergence.differences.map((d) => ("component" in d ? `${d.component}${d.kind === "cell" ? `[${d.index}]` : ""} ${d.bare} ${d.virtual}` : `${d.bare}, ${d.virtual}`)).slice(0, 3).join("; ")}`;
}

test.each(KINDS)("the monitor itself is found right: %s", (kind) => {
  expect(noticed(DECISIONS, kind)).toBeUndefined();
});

test("every faulty monitor is caught, with where it went wrong", () => {
  const caught = MUTANTS.map(({ name, decisions }) => ({ name, story: noticed(decisions(), "trap-and-emulate") }));
  console.log(`faulty monitors caught: ${caught.filter((c) => c.story !== undefined).length} of ${MUTANTS.length}`);
  expect(caught.filter((c) => c.story === undefined).map((c) => c.name)).toEqual([]);
  expect(MUTANTS.length).toBeGreaterThanOrEqual(30);
});
