/** QEMU's Versatile board with the cores of ARM: the console is its first UART; a reset ends the run. */
import { writeFileSync } from "node:fs";
import { asManualHasIt } from "../../../src/vmm/hosts/arm-versatile.js";
import { binaryOf } from "../../../src/vmm/hosts/bytes.js";
import { inFolder, runFor } from "../tools.js";
import type { KernelHost } from "./kernel.js";

const COMMAND = "qemu-system-arm";
const TIME_LIMIT_MS = 60_000;

const onVersatile = (machine: string, core: string): KernelHost => ({
  machine, name: "qemu", title: `QEMU's Versatile board, ${core}`,
  tools: { commands: [COMMAND], packages: [COMMAND], asking: ["--version"], version: /version (\S+)/, byHand: "QEMU for ARM" },
  run: async (image, entry) => inFolder(async (file) => {
    writeFileSync(file("program"), binaryOf(image, 4, "little", asManualHasIt));
    return runFor(TIME_LIMIT_MS, COMMAND, [
      "-M", "versatilepb", "-cpu", core, "-m", "8", "-nodefaults", "-display", "none", "-serial", "stdio", "-monitor", "none", "-no-reboot",
      "-device", `loader,file=${file("program")},addr=0,force-raw=on`, ...(entry === 0n ? [] : ["-device", `loader,addr=0x${entry.toString(16)},cpu-num=0`]), // it begins at 0
    ], { QEMU_AUDIO_DRV: "none" });
  }),
});

export const versatileBoards: readonly KernelHost[] = [onVersatile("armv7a", "cortex-a8"), onVersatile("armv4t", "ti925t")];
