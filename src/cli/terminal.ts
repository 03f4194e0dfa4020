/** What is known of where output goes: whether colours are welcome and how wide lines may be. */
import picocolors from "picocolors";

/** Lines of text that goes to a file or a pipe: always the same, so that the same input gives the same bytes. */
const FILE_WIDTH = 100;
const NARROWEST = 60;
const WIDEST = 160;

export type ColorChoice = "auto" | "always" | "never";

export function colorFor(stream: NodeJS.WriteStream, choice: ColorChoice = "auto"): boolean {
  if (choice !== "auto") return choice === "always";
  if ((process.env["NO_COLOR"] ?? "") !== "" || process.env["TERM"] === "dumb") return false;
  return stream.isTTY === true && picocolors.isColorSupported;
}

export function widthOf(stream: NodeJS.WriteStream): number {
  if (stream.isTTY !== true) return FILE_WIDTH;
  return Math.min(WIDEST, Math.max(NARROWEST, stream.columns ?? FILE_WIDTH));
}
