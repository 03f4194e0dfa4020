/** What each claim says, in a line; the full definitions stand in `src/requirements`, one file each. */
import type { ClaimName } from "../verdict/result.js";

export const CLAIM_MEANINGS: Readonly<Record<ClaimName, string>> = {
  privileged: "from no user state of the configuration is the step done or halted; from some supervisor state it is",
  "always-traps": "from no state at all is the step done or halted",
  "partly-trapping": "not privileged, but traps from some user state in which the bare machine would go on",
  control: "from some state the step changes the mode, the map, or storage outside the window",
  "control-extended": "control-sensitive, counting masks, vectors, clocks, devices and a halt as resources too",
  location: "two placements of the same window can be told apart",
  mode: "the supervisor's run and the user's, with the same window, can be told apart",
  resource: "two states that differ in masks, vectors, clocks, identity or devices only can be told apart",
  "user-control": "control-sensitive from some user state",
  "user-control-extended": "control-sensitive in the extended reading from some user state",
  "user-location": "location-sensitive with both states in user mode",
  "user-resource": "resource-sensitive with both states in user mode",
  innocuous: "neither control-, location- nor mode-sensitive",
  "innocuous-extended": "innocuous, and neither control-sensitive in the extended reading nor resource-sensitive",
  "privileged-literal": "1974, to the letter: traps in user mode and not in supervisor mode, for all pairs that differ in the mode only",
  "control-literal": "1974, to the letter: traps count as changes of state made by the instruction",
  "location-literal": "1974, to the letter: only pairs of states in which neither memory-traps",
  "mode-literal": "1974, to the letter: only pairs of states in which neither memory-traps",
  "user-control-within-k": "user-control, for guests that never give their own users more than the configuration",
  "user-control-extended-within-k": "user-control-extended, for guests that never give their own users more than the configuration",
  "resource-within-k": "resource, for guests that never give their own users more than the configuration",
  "user-resource-within-k": "user-resource, for guests that never give their own users more than the configuration",
};
