/** Where SIMH's KS10 and the specification of the KA10 differ. */
import type { Reason } from "../reasons.js";

export const ks10Reasons: readonly Reason[] = [];
