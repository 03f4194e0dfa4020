/** Which storage is whose: 0-9FFFF belongs to the cases, but for the home of system management mode after a reset, and what the program keeps there. */
export const ARENA = 0xa_0000;
export const KEPT = [{ first: 0x7000, last: 0x77ff }, { first: 0x8ff0, last: 0x8fff }, { first: 0x3_0000, last: 0x3_ffff }] as const;
