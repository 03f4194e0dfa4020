/** Where Hercules and the specification differ. */
import type { Disagreement, Reason } from "../reasons.js";
import { hasExtendedFrame, isAccessException, isTranslating, ourInterruption, primary, secondary, theirInterruption, translated } from "./translation.js";

/** Everything: what differs when one side goes on and the other is interrupted. */
const ALL = ["PC", "R", "F", "core", "StorageKey", "Prefix", "CpuTimer", "ClockComparator", "Formats", "ExternalMasks", ...Array.from({ length: 15 }, (_, n) => `CR${n + 1}`)];

const witness = "hercules";

/** The address that ours was not translated at lies behind the end of its page table. */
function isBehindPageTable({ case: c, compared }: Disagreement): boolean {
  const { kind, code, address } = ourInterruption(c, compared);
  if (kind !== "program" || code !== 0x11 || !isTranslating(c)) return false;
  return translated(c, address & 0xff_ffff, address >>> 31 === 1 ? secondary(c) : primary(c)).kind === "page-length";
}

export const reasons: readonly Reason[] = [
  {
    id: "page-table-length", witness, right: "specification", groups: /./, components: ALL,
    when: isBehindPageTable,
    because: "the page is behind the end of its page table; Hercules compares the length with bits of the page number that have not been shifted to their place, so that no length but 0 is ever exceeded",
    cite: "POP 3, page-table lookup",
  },
  {
    id: "extended-frame", witness, right: "specification", groups: /./, components: ALL,
    when: ({ case: c, compared }) => ourInterruption(c, compared).code === 0x12 && hasExtendedFrame(c) && isTranslating(c),
    because: "bits 13 and 14 of an entry for a page of 4K are to be 0; Hercules has the extension that takes them for two more bits of the address",
    cite: "POP 3, page-table entry; the extension of real addresses is a facility that is not described here",
  },
  {
    id: "order-of-accesses", witness, right: "undecided", groups: /./, components: ["core"],
    when: ({ case: c, compared }) => isAccessException(ourInterruption(c, compared)) && isAccessException(theirInterruption(c)),
    because: "several accesses of the instruction meet exceptions: which one is recognized is open",
    cite: "POP 6, priority of access exceptions",
  },
];
