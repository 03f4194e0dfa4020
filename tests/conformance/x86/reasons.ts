/** Where the witnesses and the specification differ. What a reason looks at is worked out from the case and the answer, apart from the specification. */
import type { Reason } from "../reasons.js";

export const reasons: readonly Reason[] = [];
