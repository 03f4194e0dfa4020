/**
 * A question in the making: accumulators, cells and the address of an operand.
 *
 * The witness keeps what earlier cases left in its memory, so every cell that an instruction may read is given a value
 * here, and every cell that it may write is one of those.
 */
import type { Question } from "../case.js";
import type { Random } from "../random.js";
import { instructionWord } from "./instruction-word.js";
import { PC_WORD_FLAGS } from "./pc-word.js";

const ADDRESS = 0o777777;
/** where instructions, operands and pointers stand, which do not meet */
const PROGRAM = 0o1000, DATA = 0o2000, TABLES = 0o3000, REGION = 0o400;
const MODE_FLAGS = ["User", "UserInOut"];

export class DrawnState {
  readonly accumulators: bigint[];
  readonly cells = new Map<bigint, bigint>();
  readonly pc: number;
  private readonly flags: ReadonlyMap<string, bigint>;

  constructor(readonly random: Random, private readonly word: (random: Random) => bigint) {
    this.accumulators = Array.from({ length: 16 }, () => word(random));
    this.pc = PROGRAM + random.below(REGION);
    this.flags = new Map(PC_WORD_FLAGS.map(([name]) => [name, MODE_FLAGS.includes(name) || random.chance(0.7) ? 0n : 1n]));
  }

  /** A cell or accumulator of the operand's kind. */
  operandAddress(accumulators = 0.15): number {
    const address = this.random.chance(accumulators) ? this.random.below(16) : DATA + this.random.below(REGION);
    this.need(address);
    return address;
  }

  tableAddress(): number {
    return TABLES + this.random.below(REGION);
  }

  /** Gives a cell a value if it has none. */
  need(address: number): void {
    if (address > 15 && !this.cells.has(BigInt(address))) this.cells.set(BigInt(address), this.word(this.random));
  }

  put(address: number, value: bigint): void {
    if (address > 15) this.cells.set(BigInt(address), value);
    else this.accumulators[address] = value;
  }

  /** I, X and Y that come to an address: direct, indexed, indirect. `spared` accumulators keep what they hold. */
  reach(address: number, spared: readonly number[], depth = 0): { readonly indirect: boolean; readonly index: number; readonly address: number } {
    const { random } = this;
    const how = random.below(10);
    const index = random.between(1, 15);
    if (how < 2 && !spared.includes(index)) {
      const base = Number(random.bits(18));
      this.accumulators[index] = (random.bits(18) << 18n) | BigInt((address - base) & ADDRESS);
      return { indirect: false, index, address: base };
    }
    if (how === 2 && depth < 3) {
      const at = this.tableAddress();
      if (!this.cells.has(BigInt(at))) {
        this.cells.set(BigInt(at), 0n);
        const next = this.reach(address, spared, depth + 1);
        this.cells.set(BigInt(at), instructionWord({ code: random.below(512), ac: random.below(16), ...next }));
        return { indirect: true, index: 0, address: at };
      }
    }
    return { indirect: false, index: 0, address };
  }

  question(instruction: bigint): Question {
    this.cells.set(BigInt(this.pc), instruction);
    return {
      words: [instruction],
      before: {
        registers: new Map([["PC", BigInt(this.pc)], ...this.flags]),
        arrays: new Map([["AC", new Map(this.accumulators.map((value, n) => [BigInt(n), value]))], ["core", this.cells]]),
      },
    };
  }
}
