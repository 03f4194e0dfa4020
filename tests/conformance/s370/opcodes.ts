/**
 * The instructions of the System/370 as far as a case has to know them: code, format, and what kind of operands they have.
 *
 * Written from the manual's appendix of instructions, apart from the specification: a case that leaned on the
 * specification could miss what the specification misses.
 */

export type Format =
  /** R1 R2 */
  | "RR"
  /** one byte, no register */
  | "I"
  /** R1 X2 B2 D2 */
  | "RX"
  /** R1 R3 (or a mask) B2 D2 */
  | "RS"
  /** I2 B1 D1 */
  | "SI"
  /** two bytes of code, B2 D2 */
  | "S"
  /** two bytes of code, a byte that is ignored, R1 R2 */
  | "RRE"
  /** one length, two addresses */
  | "SS"
  /** two lengths, or a length and a digit */
  | "SSL"
  /** two registers */
  | "SSR"
  /** two bytes of code, two addresses */
  | "SSE";

/** What the operands are; `operands.ts` draws them. */
export type Kind =
  | "none" | "values" | "pair" | "address" | "branch" | "loop" | "shift" | "execute" | "service" | "monitor"
  | "fetch1" | "fetch2" | "fetch4" | "fetch8" | "pair4" | "store1" | "store2" | "store4" | "store8" | "mask" | "multiple" | "decimal8"
  | "float" | "float16" | "float4" | "float8"
  | "byte" | "swap4" | "swap8"
  | "status" | "system-mask" | "control" | "key-block" | "reference" | "real-address" | "invalidate" | "protection" | "prefix" | "clock8" | "clock-stored8" | "halfword" | "key" | "signal" | "direct" | "device"
  | "string" | "string-inverse" | "translate" | "test" | "edit" | "digits" | "decimal" | "shifted-decimal" | "long"
  | "move-key" | "space" | "virtual-key" | "secondary" | "transfer" | "call" | "spaces" | "diagnose";

export interface Opcode {
  readonly name: string;
  readonly code: number;
  readonly format: Format;
  readonly kind: Kind;
  /** of the second byte: what distinguishes two instructions of one code */
  readonly second?: 0 | 1;
}

/** in bytes */
export const lengthOf = ({ format }: Opcode): number => (format === "RR" || format === "I" ? 2 : format.startsWith("SS") ? 6 : 4);
export const isTwoByteCode = ({ code }: Opcode): boolean => code > 0xff;

/** A line is a format, a kind, and the instructions that have them. */
const LINES = `
RR none: SPM 04
RR branch: BALR 05, BCTR 06, BCR 07, BASR 0D
RR key-block: SSK 08, ISK 09
I service: SVC 0A
RR long: MVCL 0E, CLCL 0F
RR values: LPR 10, LNR 11, LTR 12, LCR 13, NR 14, CLR 15, OR 16, XR 17, LR 18, CR 19, AR 1A, SR 1B, ALR 1E, SLR 1F
RR pair: MR 1C, DR 1D
RR float: LPDR 20, LNDR 21, LTDR 22, LCDR 23, HDR 24, LDR 28, CDR 29, ADR 2A, SDR 2B, MDR 2C, DDR 2D, AWR 2E, SWR 2F
RR float: LPER 30, LNER 31, LTER 32, LCER 33, HER 34, LER 38, CER 39, AER 3A, SER 3B, MER 3C, DER 3D, AUR 3E, SUR 3F
RR float16: LRDR 25, MXR 26, MXDR 27, LRER 35, AXR 36, SXR 37
RX float8: MXD 67
RX store2: STH 40
RX address: LA 41
RX store1: STC 42
RX fetch1: IC 43
RX execute: EX 44
RX branch: BAL 45, BCT 46, BC 47, BAS 4D
RX fetch2: LH 48, CH 49, AH 4A, SH 4B, MH 4C
RX store8: CVD 4E
RX decimal8: CVB 4F
RX store4: ST 50
RX fetch4: N 54, CL 55, O 56, X 57, L 58, C 59, A 5A, S 5B, AL 5E, SL 5F
RX pair4: M 5C, D 5D
RX float8: STD 60, LD 68, CD 69, AD 6A, SD 6B, MD 6C, DD 6D, AW 6E, SW 6F
RX float4: STE 70, LE 78, CE 79, AE 7A, SE 7B, ME 7C, DE 7D, AU 7E, SU 7F
SI system-mask: SSM 80, STNSM AC, STOSM AD
SI status: LPSW 82
SI diagnose: DIAGNOSE 83
SI direct: WRD 84, RDD 85
RS loop: BXH 86, BXLE 87
RS shift: SRL 88, SLL 89, SRA 8A, SLA 8B, SRDL 8C, SLDL 8D, SRDA 8E, SLDA 8F
RS multiple: STM 90, LM 98
SI byte: TM 91, MVI 92, TS 93, NI 94, CLI 95, OI 96, XI 97
SI device: SIO 9C, TIO 9D, HIO 9E, TCH 9F, SIOF 9C, CLRIO 9D, HDV 9E
RS signal: SIGP AE
SI monitor: MC AF
RX real-address: LRA B1
RS control: STCTL B6, LCTL B7
RS swap4: CS BA
RS swap8: CDS BB
RS mask: CLM BD, STCM BE, ICM BF
S clock-stored8: STIDP B202, STCKC B207, STPT B209, STCK B205
S clock8: SCK B204, SCKC B206, SPT B208
S device: STIDC B203
S key: SPKA B20A
S none: IPK B20B, PTLB B20D
S prefix: SPX B210, STPX B211
S halfword: STAP B212
S reference: RRB B213
S call: PC B218
S space: SAC B219
RRE invalidate: IPTE B221
RRE virtual-key: IVSK B223
RRE none: IAC B224, EPAR B226, ESAR B227
RRE secondary: SSAR B225
RRE transfer: PT B228
SS string: MVN D1, MVC D2, MVZ D3, NC D4, CLC D5, OC D6, XC D7
SSR move-key: MVCK D9, MVCP DA, MVCS DB
SS translate: TR DC
SS test: TRT DD
SS edit: ED DE, EDMK DF
SSE protection: TPROT E501
SSE spaces: LASP E500
SS string-inverse: MVCIN E8
SSL shifted-decimal: SRP F0
SSL digits: MVO F1, PACK F2, UNPK F3
SSL decimal: ZAP F8, CP F9, AP FA, SP FB, MP FC, DP FD
`;

/** The second of two instructions of one code. */
const SECONDS: ReadonlySet<string> = new Set(["SIOF", "CLRIO", "HDV"]);
const FIRSTS: ReadonlySet<string> = new Set(["SIO", "TIO", "HIO"]);

export const opcodes: readonly Opcode[] = LINES.trim().split("\n").flatMap((line) => {
  const [head, list] = line.split(": ");
  const [format, kind] = head!.split(" ") as [Format, Kind];
  return list!.split(", ").map((item) => {
    const [name, code] = item.split(" ");
    const second = SECONDS.has(name!) ? { second: 1 as const } : FIRSTS.has(name!) ? { second: 0 as const } : {};
    return { name: name!, code: Number.parseInt(code!, 16), format, kind, ...second };
  });
});

const byCode = new Map<string, Opcode>(opcodes.map((o) => [`${o.code}/${o.second ?? ""}`, o]));

/** The instruction that a first halfword is the beginning of, if any. */
export function opcodeOf(halfword: number): Opcode | undefined {
  return byCode.get(`${halfword >> 8}/`) ?? byCode.get(`${halfword}/`) ?? byCode.get(`${halfword >> 8}/${halfword & 1}`);
}

export function opcode(name: string): Opcode {
  const found = opcodes.find((o) => o.name === name);
  if (found === undefined) throw new Error(`bug: no instruction is called ${name}`);
  return found;
}

/** Dual address space: with problem state or translation, control registers decide. */
export const isDual = ({ kind }: Opcode): boolean => ["move-key", "space", "virtual-key", "secondary", "transfer", "call", "spaces"].includes(kind);
