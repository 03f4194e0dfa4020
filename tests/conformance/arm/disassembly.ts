/**
 * Encodings of ARM and of Thumb state against GNU binutils: what our disassembler, made from the specification, and objdump print for a word.
 *
 * Words of all versions' instructions are drawn for each version, so that what a version does not have yet is asked about, too. In a
 * file a Thumb instruction is the low half of a word whose high half is 0; words of ARM state that look so are not drawn.
 */
import type { Disassembly, Judged, Listed } from "../disassembly.js";
import { disassembled, findObjdump, type Objdump } from "../objdump.js";
import type { Random } from "../random.js";
import { controlRegisters } from "./control.js";
import { ourLine, theirLine } from "./disassembly-lines.js";
import { armNameOf, morePlaces, thumbMnemonicOf } from "./disassembly-names.js";
import { disassemblyReasonsOf } from "./disassembly-reasons.js";
import { ourThumbLine, theirThumbLine } from "./disassembly-thumb-lines.js";
import { finderOf, fits, opcodesOf, type Opcode, type Version } from "./opcodes.js";
import { thumbOpcodeOf, thumbOpcodesOf } from "./opcodes-thumb.js";

const ARCHITECTURES: Readonly<Record<Version, string>> = { 4: "armv4t", 5: "armv5te", 6: "armv6k", 7: "armv7" };

const objdump = (version: Version, more = ""): Objdump => ({ command: "arm-none-eabi-objdump", package: "binutils-arm-none-eabi", options: ["-m", ARCHITECTURES[version], "-EL", "-M", `reg-names-std${more}`] });

/** Without remarks, but for another name of the instruction where a name is for few of its operands. */
function plain(text: string): string {
  if (/<UNDEFINED>/.test(text) || /^udf\b/.test(text)) return UNDEFINED;
  const [, line, remark] = /^([^@]*)(?:@ (.*))?$/.exec(text)!;
  return (/^(nop|push|pop)/.test(line!) ? /\(((?:mov|str|ldr)\w* .*)\)/.exec(remark ?? "")?.[1] ?? line! : line!).trim();
}
const UNDEFINED = "undefined";

function listedArm(version: Version, words: readonly number[]): readonly Listed[] {
  const image = Buffer.alloc(words.length * 4);
  words.forEach((word, i) => image.writeUInt32LE(word >>> 0, 4 * i));
  const textAt = disassembled(objdump(version), image);
  return words.map((word, i) => ({ words: [word >>> 16, word & 0xffff], text: `${(4 * i).toString(16)}: ${plain(textAt(4 * i))}` }));
}

/** Six halfwords for each, because IT tells what up to four behind it are printed like. A half of a branch with link has the other beside it. */
const SLOT = 12;
const NOTHING = 0x46c0;

function listedThumb(version: Version, halfwords: readonly number[]): readonly Listed[] {
  const image = Buffer.alloc(halfwords.length * SLOT);
  halfwords.forEach((halfword, i) => {
    const kind = halfword >>> 11;
    const pair = kind === 0b11110 ? [halfword, 0xf800] : kind === 0b11101 || kind === 0b11111 ? [0xf000, halfword] : [halfword, NOTHING];
    [...pair, NOTHING, NOTHING, NOTHING, NOTHING].forEach((one, n) => image.writeUInt16LE(one, i * SLOT + 2 * n));
  });
  const textAt = disassembled(objdump(version, ",force-thumb"), image);
  return halfwords.map((halfword, i) => ({ words: [0, halfword], text: `${(i * SLOT).toString(16)}: ${plain(textAt(i * SLOT))}` }));
}

/** So many of every picture, with bits that should be zero or one as they should be and not; half as many of every system register; and as many random ones as of ten instructions. */
function drawArm(random: Random, each: number): readonly number[] {
  const anything = (): number => Number(random.bits(32));
  const cond = (): number => random.below(15) << 28;
  const fitting = (picture: string): number => {
    const isUsual = random.chance(0.7), rest = anything(), condition = random.below(15);
    return Number.parseInt([...picture].map((c, i) => (c === "0" || c === "1" ? c : c === "c" ? `${(condition >>> (3 - i)) & 1}` : isUsual && (c === "_" || c === "=") ? (c === "_" ? "0" : "1") : `${(rest >>> (31 - i)) & 1}`)).join(""), 2);
  };
  const pictures = [...new Map(([4, 5, 6, 7] as const).flatMap((version) => opcodesOf(version)).map((opcode) => [opcode.picture, opcode])).values(), ...PRELOADS];
  const places = [...controlRegisters.map(({ place }) => place), ...morePlaces];
  const ofControl = places.flatMap(([opc1, crn, crm, opc2]) => Array.from({ length: Math.ceil(each / 2) }, () =>
    (cond() | 0x0e00_0f10 | (opc1 << 21) | (random.below(2) << 20) | (crn << 16) | (random.below(16) << 12) | (opc2 << 5) | crm) >>> 0));
  const returns = (kind: string): number => (kind.startsWith("data") && random.chance(0.25) ? 0x0010_f000 : 0);
  // floating point, vectors and what else has no condition, and registers of User mode
  const special = Array.from({ length: 8 * each }, () => random.pick([
    (anything() & 0x00ff_f1ff) | (random.pick([0xc, 0xd, 0xe]) << 24) | 0xa00 | cond(), 0x0ee0_0a10 | cond() | (random.below(2) << 20) | (random.pick([0, 6, 7, 8]) << 16) | (random.below(16) << 12),
    0xf000_0000 | anything(), 0xf200_0000 | (anything() & 0x1ff_ffff), 0xf400_0000 | (anything() & 0xef_ffff), 0xf57f_f040 | random.below(16), 0xf810_0000 | (anything() & 0x01af_ffff),
    0x0840_0000 | cond() | (random.below(4) << 23) | (random.below(2) << 21) | (random.below(16) << 16) | random.pick([0x2000, 0x4000]),
    0x0120_0070 | cond() | (anything() & 0xf_ff0f),
    0xf410_f000 | (anything() & 0x03cf_0fff), 0x0100_0090 | cond() | (anything() & 0xff_ff0f), 0x0710_f010 | cond() | (anything() & 0x2f_0f0f),
    // comparisons without S, moves shifted by a register with bit 7, halfwords and pairs behind the program counter
    0x0100_0000 | cond() | (anything() & 0x006f_ffff), 0x01a0_00d0 | cond() | (anything() & 0xff2f), 0x016f_0090 | cond() | (anything() & 0x0090_ff6f),
  ]) >>> 0);
  return [...pictures.flatMap(({ picture, kind }) => Array.from({ length: each }, () => (fitting(picture) | returns(kind)) >>> 0)), ...ofControl, ...special, ...Array.from({ length: each * 10 }, anything)].filter((word) => word >>> 16 !== 0);
}

function drawThumb(random: Random, each: number): readonly number[] {
  const halfword = (): number => Number(random.bits(16));
  const drawn = thumbOpcodesOf(7).flatMap(({ picture }) => Array.from({ length: each }, () => {
    const rest = halfword();
    return Number.parseInt([...picture].map((c, i) => (c === "0" || c === "1" ? c : `${(rest >>> (15 - i)) & 1}`)).join(""), 2);
  }));
  const halves = Array.from({ length: 3 * each }, () => random.pick([0xe800, 0xf000, 0xf800]) | random.below(0x800));
  return [...drawn, ...halves, ...Array.from({ length: 4 * each }, () => random.pick([0xb100, 0xb900, 0xbf00, 0x4700, 0xba00]) | random.below(0x100)), ...Array.from({ length: each }, () => 0xbff0 | random.below(16)), ...Array.from({ length: each * 10 }, halfword)];
}

/** PLDW, which no emulator is asked about. */
const PRELOADS: readonly Opcode[] = ["11110101u001nnnn====iiiiiiiiiiii", "11110111u001nnnn====aaaaatt0mmmm"].map((picture) => ({ name: "PLDW", picture, kind: "preload" }));

/** Version 6 has the extensions of 6K here, which the table tells of with version 7: exclusive accesses of other widths, and their end. */
function opcodeFinder(version: Version): (word: number) => Opcode | undefined {
  const find = finderOf(version), later = finderOf(7);
  return (word) => {
    const found = find(word), after = later(word);
    if (version === 7 && found === undefined) return PRELOADS.find((opcode) => fits(word, opcode));
    return found === undefined && version === 6 && after !== undefined && /^((LD|ST)REX[DBH]|CLREX)$/.test(after.name) ? after : found;
  };
}

const isLaterThumb = (version: Version, halfword: number): boolean =>
  thumbMnemonicOf(version, halfword, thumbOpcodeOf(version, halfword)?.name) === undefined && thumbMnemonicOf(7, halfword, thumbOpcodeOf(7, halfword)?.name) !== undefined;

export function binutilsOf(version: Version, file: URL): Disassembly {
  const find = opcodeFinder(version), reasons = disassemblyReasonsOf(version);
  const isThumb = ({ words }: Pick<Listed, "words">): boolean => words[0] === 0;

  const judge = (listed: Listed, printed: string | undefined): Judged => {
    const [, place, text] = /^([0-9a-f]+): (.*)$/.exec(listed.text)!;
    const at = Number.parseInt(place!, 16), [left, right] = listed.words as [number, number];
    const word = ((left << 16) | right) >>> 0;
    const ours = printed === undefined ? undefined : isThumb(listed) ? ourThumbLine(printed) : ourLine(printed);
    const theirs = text === UNDEFINED ? undefined : isThumb(listed) ? theirThumbLine(text!, at, right) : theirLine(text!, at);
    if (ours === theirs) return { kind: "agree" };
    const difference = { version, isThumb: isThumb(listed), word, opcode: isThumb(listed) ? undefined : find(word), isLater: isThumb(listed) && isLaterThumb(version, right), ours, theirs };
    const reason = reasons.find(({ covers }) => covers(difference));
    return reason === undefined ? { kind: "unsettled", ours: ours ?? UNDEFINED, theirs: theirs ?? UNDEFINED } : { kind: "settled", reason: reason.id };
  };

  return {
    witness: "binutils",
    connect: (progress) => ({ name: "binutils", version: findObjdump(objdump(version), progress) }),
    list: (random, each) => [...listedArm(version, drawArm(random, each)), ...listedThumb(version, drawThumb(random, each))],
    judge,
    contexts: (listed) => ({ thumb: isThumb(listed) ? 1n : 0n }),
    reasons,
    unitWidth: 16,
    instructionOf: ([left, right]) => (left === 0 ? thumbMnemonicOf(version, right!, thumbOpcodeOf(version, right!)?.name) : armNameOf(version, ((left! << 16) | right!) >>> 0, find)),
    file,
  };
}
