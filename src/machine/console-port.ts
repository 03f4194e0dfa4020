/**
 * Where a console is connected to a CPU: who listens hears what completed instructions send, by a register that counts or to a
 * device. An instruction that can send anything has its function wrapped when it is compiled; all others are what they are.
 */
import type { Instruction } from "../isa/machine.js";
import { DONE, type StepFunction } from "./compile-function.js";
import { fromHeld } from "./compile-representation.js";
import { Device, type Attended } from "./console-device.js";
import type { Outcome } from "./outcome.js";

export class ConsolePort {
  private listener: ((character: bigint) => void) | undefined;
  private device: Device | undefined;

  constructor(private readonly cpu: Attended) {}

  connect(listener: (character: bigint) => void): void {
    const { consoleDevice } = this.cpu.machine;
    this.listener = listener;
    this.device = consoleDevice === undefined ? undefined : new Device(this.cpu, consoleDevice, listener);
  }

  /** What becomes of the outcome of the instruction at the program counter: a memory trap that the device does not let happen is none. */
  attended(outcome: Outcome): Outcome {
    return this.device === undefined || outcome.kind !== "memory-trap" ? outcome : this.device.attend(outcome) ?? outcome;
  }

  /** The instruction's function with what is heard of it; undefined if nothing ever is. Its first argument is the whole word. */
  heard(instruction: Instruction, run: StepFunction): StepFunction | undefined {
    const { console, consoleDevice } = this.cpu.machine;
    if (console !== undefined && instruction.step.next.has(console.on)) {
      return (...parameters) => {
        const count = this.cpu.get(console.on);
        const code = run(...parameters);
        if (this.listener !== undefined && this.cpu.get(console.on) !== count) this.listener(this.cpu.get(console.sent));
        return code;
      };
    }
    if (consoleDevice?.instructions.some((i) => i.family === instruction.family) !== true) return undefined;
    return (...parameters) => {
      const said = this.device?.hear(instruction, fromHeld(parameters[0]!));
      const code = run(...parameters);
      if (code === DONE && this.listener !== undefined) for (const character of said ?? []) this.listener(character);
      return code;
    };
  }
}
