/** Hercules as a System/370 with a printer-keyboard at 009, which prints what it is sent among the messages of the system. */
import { writeFileSync } from "node:fs";
import { CONFIGURATION } from "../s370/hercules-configuration.js";
import { binaryOf } from "../../../src/vmm/hosts/bytes.js";
import { inFolder, runFor } from "../tools.js";
import type { KernelHost } from "./kernel.js";

const COMMAND = "hercules";
const TIME_LIMIT_MS = 60_000;
/** After which Hercules is told to end; a kernel takes some hundredths of a second. */
const SECONDS = 3;

/** What the system says of itself: messages, and their lines that follow. */
const MESSAGE = /^(<pnl,[^>]*>)?(HHC[A-Z]{2}\d{3}[A-Z]| {10}(?!PSW=)).*\n/gm;

export const hercules: KernelHost = {
  machine: "s370", name: "hercules", title: "Hercules, System/370",
  tools: { commands: [COMMAND], packages: [COMMAND], asking: ["--version"], version: /Version (\S+)/i, byHand: "Hercules" },
  // its restart PSW says where it begins
  run: async (image) => inFolder(async (file) => {
    writeFileSync(file("core"), binaryOf(image, 1, "big"));
    writeFileSync(file("cnf"), CONFIGURATION.join("\n"));
    writeFileSync(file("rc"), `archmode S/370\nsysclear\nloadcore ${file("core")} 0\nrestart\npause ${SECONDS}\nexit\n`);
    const log = await runFor(TIME_LIMIT_MS, COMMAND, ["-d", "-f", file("cnf")], { HERCULES_RC: file("rc") });
    if (!/HHCCP011I .*disabled wait/i.test(log)) throw new Error(`the processor has not come to a wait: ${log.slice(-500)}`);
    const printed = /\nrestart\n([\s\S]*?)\n +PSW=/.exec(log.replaceAll(MESSAGE, ""));
    if (printed === null) throw new Error(`the log is not as expected: ${log.slice(-500)}`);
    return `${printed[1]!}\n`;
  }),
};
