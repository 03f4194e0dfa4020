// Hercules (Debian package `hercules`, S/370 mode) as a batch single-instruction oracle.
// usage: node s370.mjs demo | node s370.mjs bench [n]      (needs hercules, binutils-s390x-linux-gnu)
import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
let opt0;
export const driverImage = () => { const dir = mkdtempSync(join(tmpdir(), 's370-')); return opt0 ?? (opt0 = buildDriver(dir)); };
const T0 = 0x20000, REC = 1024;

function buildDriver(dir) {
  execFileSync('s390x-linux-gnu-as', ['-m31', '-march=g5', '-o', join(dir, 'd.o'), join(here, 'driver.s')]);
  execFileSync('s390x-linux-gnu-ld', ['-melf_s390', '-Ttext', '0', '-e', '0', '--oformat', 'binary', '-o', join(dir, 'd.bin'), join(dir, 'd.o')]);
  return readFileSync(join(dir, 'd.bin'));
}

// case: {psw:[hi,lo], gpr:[16], cr:[16], key, win: window address, mem: {offset: Buffer|hex}}
export function runHercules(cases, opt = {}) {
  for (let tries = 2; ; tries--) try { return attempt(cases, opt); } catch (e) { if (tries <= 1) throw e; }    // console races: about 1 run in 25
}
function attempt(cases, { mainMb = 16 } = {}) {
  const dir = mkdtempSync(join(tmpdir(), 's370-'));
  const drv = opt0 ?? (opt0 = buildDriver(dir));
  const img = Buffer.alloc(T0 + cases.length * REC);
  drv.copy(img, 0);
  img.writeUInt32BE(T0, 0x700); img.writeUInt32BE(T0 + cases.length * REC, 0x704);
  cases.forEach((c, i) => {
    const b = T0 + i * REC;
    img.writeUInt32BE(c.psw[0] >>> 0, b); img.writeUInt32BE(c.psw[1] >>> 0, b + 4);
    for (let r = 0; r < 16; r++) {
      img.writeUInt32BE((c.gpr?.[r] ?? 0) >>> 0, b + 8 + 4 * r);
      img.writeUInt32BE((c.cr?.[r] ?? 0) >>> 0, b + 72 + 4 * r);
    }
    (c.fpr ?? []).forEach((x, r) => img.writeBigUInt64BE(x, b + 144 + 8 * r));
    img.writeUInt32BE(c.key ?? 0, b + 136); img.writeUInt32BE(c.win ?? 0x8000, b + 140);
    for (const [o, h] of Object.entries(c.mem ?? {})) Buffer.from(h, 'hex').copy(img, b + 256 + Number(o));
  });
  writeFileSync(join(dir, 'in.core'), img);
  writeFileSync(join(dir, 'h.cnf'), `CPUSERIAL 000611\nCPUMODEL 3090\nMAINSIZE ${mainMb}\nNUMCPU 1\nARCHMODE S/370\nOSTAILOR QUIET\n0009 3215-C / noprompt\n`);
  // `restart` is asynchronous: the automatic operator runs the tail when the disabled wait is reported.
  // the wait is reported a moment before the CPU counts as stopped, and savecore wants it stopped
  writeFileSync(join(dir, 'end.rc'), `stop\nsh sleep 0.1\nsavecore ${dir}/out.core 20000 ${(T0 + cases.length * REC - 1).toString(16)}\nexit\n`);
  writeFileSync(join(dir, 'h.rc'), [`hao tgt ^ *PSW=000A0000 00000FED`, `hao cmd script ${dir}/end.rc`, `hao tgt ^ *PSW=00.A.*[^D]$`, 'hao cmd restart', 'archmode S/370', 'sysclear',
    `loadcore ${dir}/in.core 0`, 'restart', ''].join('\n'));
  execFileSync('hercules', ['-d', '-f', join(dir, 'h.cnf')], { env: { ...process.env, HERCULES_RC: join(dir, 'h.rc') }, timeout: 6000, stdio: "ignore" });
  const out = readFileSync(join(dir, 'out.core')); rmSync(dir, { recursive: true });
  if (cases.some((_, i) => !out.readUInt32BE(i * REC + 512))) throw new Error('the table was not finished');
  const TAG = ['none', 'program', 'svc', 'external', 'mcheck', 'io', 'restart'];
  const hx = (o, n) => out.subarray(o, o + n).toString('hex');
  return cases.map((_, i) => {
    const b = i * REC + 512, t = out.readUInt32BE(b);
    const w = (o) => [out.readUInt32BE(b + o), out.readUInt32BE(b + o + 4)];
    const old = { external: w(132), svc: w(140), program: w(148), mcheck: w(156), io: w(164), restart: w(208) };
    return { tag: TAG[t], old: old[TAG[t]], gpr: Array.from({ length: 16 }, (_, r) => out.readUInt32BE(b + 4 + 4 * r)),
      cr: Array.from({ length: 16 }, (_, r) => out.readUInt32BE(b + 68 + 4 * r)), low80: hx(b + 172, 32), fpr: [0,1,2,3].map(r => out.readBigUInt64BE(b + 216 + 8*r)), key: out.readUInt32BE(b + 204), mem: hx(b + 256, 256) };
  });
}
// BC-mode PSW: [sysmask, key<<4|0MWP] [intcode] | [ilc cc mask, addr]
export const bc = ({ sm = 0, key = 0, mwp = 0, cc = 0, pm = 0, ia }) => [((sm << 24) | (key << 20) | (mwp << 16)) >>> 0, ((cc << 28) | (pm << 24) | ia) >>> 0];
// EC-mode PSW: 0R000TIE key 1MWP 00 cc pm 0 | 0 addr
export const ec = ({ sm = 0, key = 0, mwp = 0, cc = 0, pm = 0, ia }) => [((sm << 24) | (key << 20) | ((8 | mwp) << 16) | (cc << 12) | (pm << 8)) >>> 0, ia >>> 0];
const h8 = (x) => (x >>> 0).toString(16).padStart(8, '0');
export const defaultCr = [0xe0, 0, 0xffffffff, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xc2000000, 0x200];

