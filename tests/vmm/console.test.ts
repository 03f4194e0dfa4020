/** What guests send is compared in lock step: a monitor that is right about every state may still say too much. */
import { expect, test } from "vitest";
import { machineAt } from "../machine/machines.js";
import { bareMachine, createControlProgram } from "../../src/vmm/control-program.js";
import { DECISIONS, type Decisions } from "../../src/vmm/decisions.js";
import { LockStep } from "../../src/vmm/lock-step.js";
import { consoleOf, guestAt, PROGRAMS, realStart, THIRD_GENERATION } from "./guests.js";

const machine = machineAt(THIRD_GENERATION);
const kernel = guestAt(machine, `${PROGRAMS}/two-processes.s`);
const SIZE = 0x200;

const run = (decisions: Decisions): { readonly divergence: unknown; readonly said: string } => {
  const program = createControlProgram(machine, [kernel], { kind: "trap-and-emulate", depth: 1, size: SIZE, quantum: 100 }, realStart(machine), decisions);
  const { divergence } = new LockStep(machine, program, SIZE).advance(10_000);
  return { divergence, said: consoleOf(program.guests[0]!.machine.output()) };
};

test("a bare machine says what its guest says under a monitor", () => {
  const bare = bareMachine(machine, kernel, SIZE);
  bare.advance(10_000);
  expect(consoleOf(bare.platform.output())).toBe("ababa!aa.");
  expect(run(DECISIONS)).toEqual({ divergence: undefined, said: "ababa!aa." });
});

test("going back to an earlier state takes back what was said since", () => {
  const bare = bareMachine(machine, kernel, SIZE);
  bare.advance(500);
  const { length } = bare.platform.output();
  const back = bare.save();
  bare.advance(10_000);
  back();
  expect([length > 0, bare.platform.output().length]).toEqual([true, length]);
  bare.advance(10_000);
  expect(consoleOf(bare.platform.output())).toBe("ababa!aa.");
});

test("a monitor that emulates twice what it emulates once, with the same state in the end, is found out by the console", () => {
  const twice: Decisions = {
    ...DECISIONS,
    enter: (trap, situation, step) => DECISIONS.enter(trap, situation, () => {
      const before = situation.virtual.snapshot();
      step();
      situation.virtual.restore(before);
      return step();
    }),
  };
  const { divergence } = run(twice);
  expect(divergence).toMatchObject({ differences: [{ kind: "end", of: "console", bare: '"a"', virtual: '"aa"' }] });
});
