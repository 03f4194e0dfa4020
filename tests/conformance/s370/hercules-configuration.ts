/** Which processor Hercules is told to be. */
import { CAPACITY } from "./storage-map.js";

/** What STIDP stores: version, serial number and model. */
export const IDENTIFICATION = 0xfd00_0611_3090_0000n;

export const CONFIGURATION: readonly string[] = ["CPUSERIAL 000611", "CPUMODEL 3090", `MAINSIZE ${CAPACITY >> 20}`, "NUMCPU 1", "ARCHMODE S/370", "OSTAILOR QUIET", "0009 3215-C / noprompt", ""];
