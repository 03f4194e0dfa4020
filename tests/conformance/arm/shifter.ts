/** The second operand of data processing, and offsets: what a shift or rotation makes of a register, computed apart from the specification. */

export const rotateRight = (value: number, by: number): number => (by % 32 === 0 ? value >>> 0 : ((value >>> (by % 32)) | (value << (32 - (by % 32)))) >>> 0);

/** By a constant, where 0 means 32, or a rotation through the carry. */
export function shiftedByConstant(value: number, type: number, amount: number, carry: number): number {
  switch (type) {
    case 0: return (value << amount) >>> 0;
    case 1: return amount === 0 ? 0 : value >>> amount;
    case 2: return (amount === 0 ? value >> 31 : value >> amount) >>> 0;
    default: return amount === 0 ? ((carry << 31) | (value >>> 1)) >>> 0 : rotateRight(value, amount);
  }
}

/** A first operand with which an operation of data processing gives the result, or undefined if there is none. */
export function firstOperandFor(operation: number, result: number, second: number, carry: number): number | undefined {
  switch (operation) {
    case 0: return (result & ~second) === 0 ? result : undefined;
    case 1: return (result ^ second) >>> 0;
    case 2: return (result + second) >>> 0;
    case 3: return (second - result) >>> 0;
    case 4: return (result - second) >>> 0;
    case 5: return (result - second - carry) >>> 0;
    case 6: return (result + second + 1 - carry) >>> 0;
    case 7: return (second - result - 1 + carry) >>> 0;
    case 12: return (second & ~result) === 0 ? result : undefined;
    case 14: return (result & second) === 0 ? result : undefined;
    default: return undefined;
  }
}
