// usage: tsx conform.mts PATTERN CASES [SEED] [dat]
import { load } from "./read.mts";
import { createCpu } from "./tree/src/machine/cpu.ts";
// @ts-ignore
import { runHercules, driverImage, defaultCr } from "./herc.mjs";
const [pattern = ".", count = "50", seed = "1", profile = ""] = process.argv.slice(2);
const m = load(); const cpu = createCpu(m);
let s = BigInt(seed) * 7919n + 12345n;
const rnd = () => { s = (s * 6364136223846793005n + 1442695040888963407n) & ((1n<<64n)-1n); return Number((s >> 33n) & 0x7fffffffn); };
const below = (n: number) => rnd() % n;
const pick = <T,>(a: readonly T[]): T => a[below(a.length)]!;
const r32 = () => ((rnd() << 1) ^ rnd()) >>> 0;
const WIN = 0x8000, CAP = 0x400000;
const hex = (n: number, w: number) => n.toString(16).padStart(w, "0");
const img: Buffer = driverImage();
// base snapshot: driver low core
for (let i = 0; i < 0x800; i++) if (img[i]) cpu.setCell("core", BigInt(i), BigInt(img[i]!));
for (let i = 0x18; i < 0x40; i++) cpu.setCell("core", BigInt(i), 0n);
for (let i = 0x80; i < 0xa0; i++) cpu.setCell("core", BigInt(i), 0n);
cpu.set("capacity", BigInt(CAP));
for (let i = 0; i < CAP >> 11; i++) cpu.setCell("Recorded", BigInt(i), 3n);
cpu.set("Identification", 0xfd00061130900000n);
const base = cpu.snapshot();
const field = (word: bigint, low: number, width: number) => Number((word >> BigInt(low)) & ((1n << BigInt(width)) - 1n));

const interesting = [0, 1, 2, 0x7fffffff, 0x80000000, 0xffffffff, 0x8080, 0x80a0, 0x80c8, 0x8010, 0x40, 0x400000, 0x3fffff8, 10, 0xff, 0x80000001];
function digitByte() { return below(20) === 0 ? below(256) : below(10) * 16 + below(10); }
function gen(ins: any) {
  const ec = below(3) > 0 || profile === "dat", prob = below(4) === 0, key = below(3) === 0 ? below(4) : 0;
  const gpr = Array.from({ length: 16 }, () => below(2) ? r32() : pick(interesting));
  const usesAddr = ins.encoding.fields.some((f: any) => f.name.startsWith("b"));
  const datum = below(4);
  for (const r of [12, 13, 14]) gpr[r] = ((below(3) ? 0 : r32() & 0xff000000) | (WIN + 0x80 + (below(3) ? below(14) * 8 : below(0x70)))) >>> 0;
  gpr[11] = below(8);
  if (/^B/.test(ins.mnemonic) && ins.encoding.width === 32) for (const r of [12, 13, 14]) gpr[r] = WIN + 0x10 + below(10) * 2;
  if (/^(LCTL|LM|TRT?)$/.test(ins.mnemonic)) for (const r of [12, 13, 14]) gpr[r] = WIN + 0x80 + below(4) * 4;
  if (below(12) === 0) gpr[pick([12,13,14])] = CAP + below(2) * below(1000);
  if (/^(MVCL|CLCL)$/.test(ins.mnemonic)) for (let r = 0; r < 16; r += 2) { gpr[r] = WIN + 0x80 + below(0x60); gpr[r+1] = below(4) ? below(0x18) | (below(2) ? r32() & 0xff000000 : 0) : 0; }
  if (/^(SSK|ISK|BC|BAL|BAS|B.*R)$/.test(ins.mnemonic)) for (let r = 0; r < 16; r++) if (below(2)) gpr[r] = WIN + 0x10 + (below(6) ? below(0x18) * 2 & ~1 : below(0x30));
  if (/^(SSK|ISK|RRB)$/.test(ins.mnemonic)) for (let r = 0; r < 16; r++) if (below(2)) gpr[r] = below(3) ? WIN + below(0x7f) * 16 : (r32() | CAP) >>> 0;
  if (/^I?SK$|SSK|ISK/.test(ins.mnemonic) && below(3)) for (let r = 0; r < 16; r++) gpr[r] = gpr[r]! & ~15;
  const words = ins.encoding.width / 8;
  let w = ins.encoding.cubes[0].value as bigint;
  const mask = ins.encoding.cubes[0].mask as bigint;
  const put = (f: any, v: number) => { w |= (BigInt(v) & ((1n << BigInt(f.width)) - 1n)) << BigInt(f.low); };
  for (const f of ins.encoding.fields) {
    if (((mask >> BigInt(f.low)) & 1n) !== 0n) continue;
    if (/^b/.test(f.name)) put(f, pick([12, 13, 14]));
    else if (f.name === "x") put(f, below(3) ? 0 : pick([11, 11, 0]));
    else if (/^d/.test(f.name)) put(f, below(3) ? 0 : /^B/.test(ins.mnemonic) ? below(8) * 2 : below(16));
    else if (f.name === "l") put(f, below(16));
    else if (/^F|[ED]R$/.test(ins.mnemonic) && /^r/.test(f.name) && false) put(f, below(10) ? pick([0,2,4,6]) : below(16));
    else if (/^r/.test(f.name) && /^(MR|DR|M|D|S[LR]D[LA]|CDS|MVCL|CLCL)$/.test(ins.mnemonic)) put(f, below(8) ? below(8) * 2 : below(16));
    else if (/^r/.test(f.name) && ins.cite?.includes("POP 9")) put(f, below(16) ? pick([0,2,4,6]) : below(16));
    else put(f, below(2 ** Math.min(f.width, 20)));
  }
  // shifts: any amount
  const code = w.toString(16).padStart(words * 2, "0");
  const data = Buffer.alloc(256);
  Buffer.from(code + "0aff".repeat(24), "hex").copy(data, 0, 0, 0x40);
  if (ins.mnemonic === "EX") {
    const t = pick(m.instructions.filter((i: any) => !/DIAGNOSE|SIGP|RDD|WRD|^B|LPSW|CLRIO|^S?IO/.test(i.mnemonic)) as any[]) as any;
    for (let r = 0; r < 1; r++) { }
    let tw = t.encoding.cubes[0].value as bigint; for (const f of t.encoding.fields) if (!/^i$/.test(f.name)) tw |= BigInt(/^b/.test(f.name) ? pick([12, 13]) : /^d|l/.test(f.name) ? below(4) : below(2 ** Math.min(f.width, 8))) << BigInt(f.low);
    for (let o = 0x80; o < 0x100; o++) data[o] = below(256);
    Buffer.from(tw.toString(16).padStart(t.encoding.width / 4, "0"), "hex").copy(data, 0xa0);
    for (const r of [14]) gpr[r] = WIN + 0xa0;
    let v = ins.encoding.cubes[0].value as bigint; w = v | (BigInt(below(16)) << 20n) | (14n << 12n) | BigInt(below(12) ? 0 : below(3));
    Buffer.from(w.toString(16).padStart(8, "0"), "hex").copy(data, 0);
    if (below(3)) { const r1 = Number((w >> 20n) & 15n); if (r1 < 12) gpr[r1] = below(4); }
  } else {
    for (let o = 0x80; o < 0x100; o++) data[o] = datum === 0 ? below(256) : datum === 1 ? digitByte() : below(3) ? pick([0, 0xff, 0x80, 0x7f, 0x40, 0x21, 0x20, 0x22]) : below(256);
    if (ins.cite?.includes('POP 9')) for (let o = 0x80; o < 0x100; o += 8) { const v = fp(); data.writeBigUInt64BE(v, o); }
    if (/^(AP|SP|CP|ZAP|MP|DP|SRP|CVB)$/.test(ins.mnemonic) && datum > 0) {
      for (let o = 0x80; o < 0x100; o++) data[o] = below(40) === 0 ? below(256) : pick([0, 0, digitByte() & 0xff, below(10) * 16 + below(10)]);
      // signs where the operands end
      for (const [b, d, l] of [["b1","d1","l1"],["b2","d2","l2"],["b","d","seven"]]) {
        const fb = ins.encoding.fields.find((f: any) => f.name === b), fd = ins.encoding.fields.find((f: any) => f.name === d), fl = ins.encoding.fields.find((f: any) => f.name === l);
        if (!fb || !fd) continue;
        const end = (gpr[field(w, fb.low, 4)]! & 0xffffff) + field(w, fd.low, 12) + (l === "seven" ? 7 : fl ? field(w, fl.low, 4) : 0) - WIN;
        if (end >= 0x80 && end < 0x100 && below(20)) data[end] = (data[end]! & 0xf0) | pick([12, 13, 15, 11, 10, 14]);
      }
    }
    if (ins.mnemonic === "LPSW") { const psw = (below(3) ? "000" + pick("89") : "0" + below(8) + "0" + pick("01")) + (below(4) ? hex(below(64), 2) : hex(below(256), 2)) + (below(4) ? "00" : hex(below(256),2)) + (below(6) ? "00" : hex(below(256), 2)) + hex(WIN + 0x10 + below(20), 6); for (let o = 0x80; o < 0x100; o += 8) Buffer.from(psw, "hex").copy(data, o); }
    if (/^(SSM)$/.test(ins.mnemonic)) for (let o = 0x80; o < 0x100; o++) data[o] = pick([0, 0, 0x40 * below(2), below(2) ? 0x80 : 0]);
  }
  if (/^TRT?$/.test(ins.mnemonic)) for (let o = 0x80; o < 0x100; o++) data[o] = below(0x40);
  if (/^ED(MK)?$/.test(ins.mnemonic)) { for (const r of [12, 13]) gpr[r] = WIN + 0x80 + below(4) * 4; gpr[14] = WIN + 0xc0 + below(16);
    for (let o = 0x80; o < 0xc0; o++) data[o] = pick([0x20, 0x20, 0x20, 0x20, 0x20, 0x21, 0x22, 0x40, 0x5c, 0x6b, 0x4b]); for (let o = 0xc0; o < 0x100; o++) data[o] = below(30) === 0 ? below(256) : below(4) === 0 ? below(10) * 16 + 10 + below(6) : below(3) ? below(10) * 16 + below(10) : 0; 
    const nib = (n: string, v: number) => { const f = ins.encoding.fields.find((g: any) => g.name === n); w = (w & ~(15n << BigInt(f.low))) | (BigInt(v) << BigInt(f.low)); }; nib("b1", pick([12, 13])); nib("b2", 14); Buffer.from(w.toString(16).padStart(12, "0"), "hex").copy(data, 0); }
  if (/^(STOSM)$/.test(ins.mnemonic)) data[1] = pick([0, 0, 0x40, 0x80, 0x10, 0x38]);
  if (/^(SPX)$/.test(ins.mnemonic)) { for (let o = 0x80; o < 0x100; o += 4) data.writeUInt32BE(pick([0x00000000, CAP, 0xff000000, 0x00400fff]) >>> 0, o); }
  const cr = [...defaultCr];
  cr[8] = below(0x10000);
  if (below(6) === 0) cr[0] |= 0x40000000; // SSM suppression
  if (below(6) === 0 && profile !== "lap0") cr[0] |= 0x10000000; // low-address protection
  let sm = 0;
  if (/^LRA$|IPTE|TPROT/.test(ins.mnemonic) || profile === "dat") {
    // segment table at 8040, page table at 8080; pages are aliases of 8000, or invalid, or have no valid format
    const pages = below(30) ? 1 + below(2) : below(4), seg = below(30) ? 2 * below(2) : below(4);
    cr[0] = ((cr[0]! & ~0x00f80000) | (pages << 22) | (below(40) ? 0 : 0x200000) | (seg << 19)) >>> 0;
    if (below(60)) cr[0] = (cr[0]! & ~0x200000) >>> 0;
    cr[1] = ((below(6) ? 0 : below(256)) << 24 | (below(30) ? 0x8040 : CAP)) >>> 0;
    for (let o = 0x40; o < 0x80; o += 4) data.writeUInt32BE(below(2) ? 1 : (((below(2) ? 15 : 0) << 28) | (below(20) ? 0 : below(16) << 24) | 0x8080 | (below(6) ? 0 : 4)) >>> 0, o);
    data.writeUInt32BE((((below(8) ? 15 : 0) << 28) | (below(40) ? 0 : below(16) << 24) | (below(40) ? 0x8080 : CAP) | (below(12) ? 0 : 4) | (below(30) ? 0 : 1)) >>> 0, 0x40);
    const bad = () => pick(pages === 2 ? [0x88, 0x89, 0x81, 0x4000] : [0x84, 0x82, 0x86, 0x81, 0x4000]);
    for (let o = 0x80; o < 0xb0; o += 2) data.writeUInt16BE(below(3) ? 0x80 : bad(), o);
    for (const o of [0x90, 0xa0]) if (below(30)) data.writeUInt16BE(0x80, o);
    if (profile === "dat" && ins.encoding.fields.some((f: any) => /^b/.test(f.name)) && ins.mnemonic !== "EX") for (const r of [12, 13, 14]) gpr[r] = (pick([0x8000, 0x8000, 0x8000, 0x8000, 0x9000, 0x8800, 0xa000, below(0x100) << 16]) + 0xb0 + below(0x30)) >>> 0;
    if (/^LRA$|TPROT/.test(ins.mnemonic)) for (const r of [12, 13, 14]) gpr[r] = pick([below(0x20) << 11, below(0x200) << 16, r32(), 0x8000 + below(0x1000)]) >>> 0;
    if (ins.mnemonic === "IPTE") for (let r = 0; r < 16; r++) gpr[r] = pick([0x8080, 0x8080 + (r32() & 0xff000000), 0x8000, 0x9000, 0x8800]) >>> 0;
    if (profile === "dat") sm = below(8) ? 4 : 0;
  }
  if (process.env.DAS) { cr[0] = (cr[0]! | (below(4) ? 0x08000000 : 0) | (below(4) ? 0x04000000 : 0)) >>> 0; cr[3] = below(3) ? r32() : 0xffff0000; cr[4] = r32(); cr[5] = below(3) ? 0x80000000 : 0; cr[7] = below(4) ? cr[1]! : r32(); cr[14] = (cr[14]! | (below(3) ? 0x80000 : 0)) >>> 0;
    if (/^MV/.test(ins.mnemonic)) { for (let r = 0; r < 12; r++) gpr[r] = below(3) ? below(15) | (below(2) ? 0 : below(256)) & 15 : below(16) << 4; }
    if (/^(SSAR|PT)$/.test(ins.mnemonic)) for (let r = 0; r < 16; r++) gpr[r] = below(2) ? ((r32() & 0xffff0000) | (cr[4]! & 0xffff)) >>> 0 : WIN + 0x10 + below(16) * 2 + below(2);
    if (ins.mnemonic === 'IVSK') for (let r = 0; r < 16; r++) gpr[r] = pick([0x8000, 0x8123, 0x9000, 0x8800, r32()]); }
  if (/^LCTL$/.test(ins.mnemonic)) { /* operands as they are */ }
  const pm = below(16), cc = below(4);
  const psw = ec ? [((sm << 24) | (key << 20) | ((8 | (prob ? 1 : 0)) << 16) | (cc << 12) | (pm << 8)) >>> 0, WIN] : [((key << 20) | ((prob ? 1 : 0) << 16)) >>> 0, ((cc << 28) | (pm << 24) | WIN) >>> 0];
  const fpr = [0, 1, 2, 3].map(() => ins.genf ? 0n : fp());
  if (profile !== 'dat' || true) { } return { ins, word: w, c: { psw, gpr, cr, key: below(3) ? 0xf0 : below(16) * 16 + (below(2) ? 8 : 0), win: WIN, fpr, data, mem: { 0: data.toString("hex") } } };
}
function fp(): bigint {
  const frac = pick([0n, 0x10000000000000n, 0xffffffffffffffn, (BigInt(r32()) << 24n) | BigInt(r32() & 0xffffff), (BigInt(r32()) << 24n), BigInt(r32()), 0x10000000000000n + BigInt(below(3))]) & 0xffffffffffffffn;
  const exp = BigInt(below(4) ? 0x40 + below(7) - 3 : pick([0, 1, 2, 0x7f, 0x7e, below(128), 0x30, 0x50]));
  return (BigInt(below(2)) << 63n) | (exp << 56n) | frac;
}
const setPsw = (a: number, b: number) => {
  const w = (BigInt(a) << 32n) | BigInt(b); const f = (hi: number, lo: number) => (w >> BigInt(63 - lo)) & ((1n << BigInt(lo - hi + 1)) - 1n);
  cpu.set("Channels", f(0, 4)); cpu.set("Translation", f(5, 5)); cpu.set("InputOutput", f(6, 6)); cpu.set("External", f(7, 7)); cpu.set("Key", f(8, 11)); cpu.set("Extended", f(12, 12));
  cpu.set("MachineCheck", f(13, 13)); cpu.set("Wait", f(14, 14)); cpu.set("Problem", f(15, 15)); cpu.set("PC", f(40, 63));
  if (f(12, 12)) { cpu.set("CC", f(18, 19)); cpu.set("ProgramMask", f(20, 23)); } else { cpu.set("CC", f(34, 35)); cpu.set("ProgramMask", f(36, 39)); }
};
const bytes = (at: number, n: number) => { let t = ""; for (let i = 0; i < n; i++) t += hex(Number(cpu.getCell("core", BigInt(at + i))), 2); return t; };
function mine(x: any) {
  cpu.restore(base); const { c } = x;
  if (process.env.DAS) cpu.set("Dual", 1n);
  setPsw(c.psw[0], c.psw[1]);
  c.gpr.forEach((v: number, i: number) => cpu.setCell("R", BigInt(i), BigInt(v >>> 0)));
  cpu.set("Formats", BigInt((c.cr[0] >>> 16) & 0xffff)); cpu.set("ExternalMasks", BigInt(c.cr[0] & 0xffff));
  for (let i = 1; i < 16; i++) cpu.set("CR" + i, BigInt(c.cr[i] >>> 0));
  c.fpr.forEach((v: bigint, i: number) => cpu.setCell("F", BigInt(i), v));
  cpu.setCell("StorageKey", BigInt(WIN >> 11), BigInt(c.key >> 3));
  for (let i = 0; i < 256; i++) cpu.setCell("core", BigInt(WIN + i), BigInt(c.data[i]));
  let tag = ""; const trail: string[] = [];
  for (let k = 0; k < 400 && tag === ""; k++) {
    let beyond = "";
    const rep: any = cpu.step((e: any) => { trail.push(`${e.instruction?.id ?? e.kind} ${e.outcome?.kind}:${e.outcome?.cause ?? ""}`); if (e.outcome?.kind === "trap" || e.outcome?.kind === "memory-trap") tag = e.outcome.cause === "supervisorCall" ? "svc" : "program"; else if (e.outcome?.kind !== "done" && e.outcome?.kind !== undefined && e.outcome.kind !== "execute") beyond = e.outcome.kind; });
    if (tag === "" && (beyond !== "" && beyond !== "done")) { tag = beyond; }
    if (tag === "" && rep.kind !== undefined && rep.kind !== "ready" && rep.kind !== "done") tag = String(rep.kind);
  }
  const old = tag === "svc" ? bytes(0x20, 8) : bytes(0x28, 8);
  return { tag, trail, old, gpr: c.gpr.map((_: number, i: number) => Number(cpu.getCell("R", BigInt(i)))),
    cr: Array.from({ length: 16 }, (_, i) => i === 0 ? Number((cpu.get("Formats") << 16n) | cpu.get("ExternalMasks")) : Number(cpu.get("CR" + i))),
    fpr: [0, 1, 2, 3].map((i) => cpu.getCell("F", BigInt(i))), low80: bytes(0x80, 32), key: Number(cpu.getCell("StorageKey", BigInt(WIN >> 11))) << 3, mem: bytes(WIN, 256) };
}
const list = m.instructions.filter((i: any) => i.id.match(new RegExp(`^(${pattern})$`)) && !/DIAGNOSE|SIGP|RDD|WRD/.test(i.id));
const cases: any[] = []; for (const i of list) for (let k = 0; k < +count; k++) cases.push(gen(i));
const per = new Map<string, { n: number; ok: number; skip: number; order?: number }>();
const T0 = Date.now(); const show = +(process.env.SHOW ?? 3); let shown = new Map<string, number>();
const STEP = Math.max(+count, Math.floor(800 / +count) * +count);
for (let at = 0; at < cases.length; at += STEP) {
  const part = cases.slice(at, at + STEP);
  let out: any[];
  try { out = runHercules(part.map((x) => x.c), { mainMb: CAP >> 20 }); } catch (e: any) { console.log("batch failed", Date.now() - T0, String(e.message).slice(0, 200), [...new Set(part.map((x) => x.ins.id))].join(" ")); continue; }
  part.forEach((x, k) => {
    const h = out[k], p = per.get(x.ins.id) ?? { n: 0, ok: 0, skip: 0 }; per.set(x.ins.id, p); p.n++;
    const a = mine(x);
    if (!/^(svc|program)$/.test(a.tag) || !/^(svc|program)$/.test(h.tag)) { if (/halt|beyond|exceed|^$/.test(a.tag) || h.tag === "restart") { p.skip++; if (process.env.SKIPS) console.log("skip", x.ins.id, a.tag, h.tag, a.trail.slice(-2).join(" ; ")); return; } }
    const d: string[] = []; if (/^(STCK|STCKC|STPT)$/.test(x.ins.id) && a.tag === 'svc' && a.tag === h.tag) { p.ok++; return; }
    const ho = h.old ? hex(h.old[0], 8) + hex(h.old[1], 8) : "";
    const codeOf = (o: string, low: string) => parseInt(x.c.psw[0] & 0x80000 ? low.slice(28, 32) : o.slice(4, 8), 16);
    const ca = codeOf(a.old, a.low80), ch = codeOf(ho, h.low80), access = [4, 5, 7, 0xb, 0x10, 0x11, 0x12];
    if (a.tag === 'program' && h.tag === 'program' && ca !== ch && access.includes(ca) && access.includes(ch) && x.ins.encoding.width === 48) { p.order = (p.order ?? 0) + 1; p.ok++; return; }
    if (a.tag === 'program' && h.tag === 'program' && x.ins.id === 'EDMK') { p.order = (p.order ?? 0) + 1; p.ok++; return; }
    if (a.tag !== h.tag) d.push(`tag ${a.tag} / ${h.tag}`);
    if (a.old !== ho) d.push(`old ${a.old} / ${ho}`);
    const page = (t: string) => t.slice(0, 37) + t.slice(37, 37) + (/^(10|11)$/.test(t.slice(30, 32)) ? t.slice(37, 37).padEnd(3, '0') : t.slice(37, 40)) + t.slice(40);
    if (page(a.low80) !== page(h.low80)) d.push(`low80 ${a.low80} / ${h.low80}`);
    a.gpr.forEach((v: number, i: number) => { if (v !== h.gpr[i] && !(x.ins.id === 'ISK' && ((v ^ h.gpr[i]) & ~6) === 0)) d.push(`R${i} ${hex(v, 8)} / ${hex(h.gpr[i], 8)}`); });
    a.cr.forEach((v: number, i: number) => { if (v !== h.cr[i]) d.push(`CR${i} ${hex(v, 8)} / ${hex(h.cr[i], 8)}`); });
    a.fpr.forEach((v: bigint, i: number) => { if (v !== h.fpr[i]) d.push(`F${i * 2} ${v.toString(16).padStart(16, "0")} / ${h.fpr[i].toString(16).padStart(16, "0")}`); });
    if ((a.key & 0xf8) !== (h.key & 0xf8)) d.push(`key ${hex(a.key, 2)} / ${hex(h.key, 2)}`);
    if (a.mem !== h.mem) for (let o = 0; o < 256; o += 8) { const u = a.mem.slice(2 * o, 2 * o + 16), v = h.mem.slice(2 * o, 2 * o + 16); if (u !== v) d.push(`mem+${hex(o, 2)} ${u} / ${v}`); }
    if (d.length === 0) p.ok++;
    else if ((shown.get(x.ins.id) ?? 0) < show) {
      shown.set(x.ins.id, (shown.get(x.ins.id) ?? 0) + 1);
      console.log(`${x.ins.id} ${x.c.data.toString("hex").slice(0, x.ins.encoding.width / 4)} psw ${hex(x.c.psw[0], 8)} ${hex(x.c.psw[1], 8)} key ${hex(x.c.key, 2)} cr0 ${hex(x.c.cr[0] >>> 0, 8)}: ${d.join(" | ").slice(0, 500)}\n    R ${x.c.gpr.map((v: number) => hex(v >>> 0, 8)).join(" ")}\n    F ${x.c.fpr.map((v: bigint) => v.toString(16).padStart(16, "0")).join(" ")}\n    mem80 ${x.c.data.toString("hex").slice(256, 512)}\n    ${a.trail.slice(0, 4).join(" ; ")}`);
    }
  });
}
let order = 0; for (const p of per.values()) order += p.order ?? 0;
let n = 0, ok = 0, skip = 0; const bad: string[] = [];
for (const [id, p] of per) { n += p.n; ok += p.ok; skip += p.skip; if (p.ok + p.skip < p.n || p.skip > p.n / 3) bad.push(`${id} ${p.ok}/${p.n}${p.skip ? ` (${p.skip} skipped)` : ""}`); }
console.log(`${n} cases, ${ok} agree, ${order} of them with another of several access or data exceptions, ${skip} skipped; not whole: ${bad.join(", ")}`);
