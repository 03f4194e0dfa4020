/**
 * The state of a processor of the 80386 family as the witnesses know it: whole, with the hidden parts of segment registers.
 *
 * These are the manual's registers and nothing of the specification's: `specification-state.ts` translates. Rights are bits 8-23 of the second
 * word of a descriptor (without the limit's 4 bits), limits are in bytes.
 */
export const SEGMENTS = ["ES", "CS", "SS", "DS", "FS", "GS"] as const;
export const ES = 0, CS = 1, SS = 2, DS = 3, FS = 4, GS = 5;
export const GENERAL = ["EAX", "ECX", "EDX", "EBX", "ESP", "EBP", "ESI", "EDI"] as const;
export const EAX = 0, ECX = 1, EDX = 2, EBX = 3, ESP = 4, EBP = 5, ESI = 6, EDI = 7;

/** A segment register, LDTR or TR. */
export interface Segment {
  readonly selector: number;
  readonly rights: number;
  readonly limit: number;
  readonly base: number;
  /** false: a null selector was loaded, nothing can be reached */
  readonly isUsable: boolean;
}

/** GDTR and IDTR. */
export interface Table {
  readonly base: number;
  readonly limit: number;
}

export interface ProcessorState {
  readonly segments: readonly Segment[];
  readonly gdtr: Table;
  readonly idtr: Table;
  readonly ldtr: Segment;
  readonly tr: Segment;
  readonly general: readonly number[];
  readonly eip: number;
  readonly eflags: number;
  readonly cr0: number;
  readonly cr2: number;
  readonly cr3: number;
  readonly cr4: number;
  /** DR0-DR3 */
  readonly breakpoints: readonly number[];
  readonly dr6: number;
  readonly dr7: number;
  /** SYSENTER_CS, SYSENTER_ESP, SYSENTER_EIP */
  readonly sysenter: readonly number[];
}

/** EFLAGS */
export const CF = 1, PF = 4, AF = 0x10, ZF = 0x40, SF = 0x80, TF = 0x100, IF = 0x200, DF = 0x400, OF = 0x800, IOPL = 0x3000, NT = 0x4000, RF = 0x1_0000, VM = 0x2_0000, AC = 0x4_0000, VIF = 0x8_0000, VIP = 0x10_0000, ID = 0x20_0000;
/** CR0 */
export const PE = 1, MP = 2, EM = 4, TS = 8, ET = 0x10, NE = 0x20, WP = 0x1_0000, AM = 0x4_0000, NW = 0x2000_0000, CD = 0x4000_0000, PG = 0x8000_0000;
/** CR4 */
export const VME = 1, PVI = 2, TSD = 4, DE = 8, PSE = 0x10, MCE = 0x40, PGE = 0x80, PCE = 0x100, UMIP = 0x800;

export const unusable: Segment = { selector: 0, rights: 0, limit: 0, base: 0, isUsable: false };
