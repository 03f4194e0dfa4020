/**
 * HTML that can't be broken by what it says.
 *
 * A piece of markup is a type of its own: the only way from text to markup is the tag `html`, which escapes every value that is
 * not markup already. So whatever a specification calls its instructions, a page shows it and does nothing with it.
 */
import { printable } from "../printable.js";

export interface Markup {
  readonly markup: string;
}

export type Content = Markup | string | number | undefined | readonly Content[];

/** `` html`<b>${text}</b>` ``: text is escaped, markup and lists of it are put in, `undefined` is nothing. Attributes stand in double quotes. */
export function html(pieces: TemplateStringsArray, ...values: readonly Content[]): Markup {
  return { markup: pieces.map((piece, i) => (i === 0 ? "" : render(values[i - 1])) + piece).join("") };
}

function render(content: Content): string {
  if (content === undefined) return "";
  if (typeof content === "string" || typeof content === "number") return escaped(String(content));
  return "markup" in content ? content.markup : content.map(render).join("");
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** As text of an element, or of an attribute in quotes; for XML too. */
export function escaped(text: string): string {
  return printable(text).replace(/[&<>"']/g, (c) => ENTITIES[c]!);
}

/** Text of ours that is markup as it stands: the style sheet, the script. */
export const verbatim = (text: string): Markup => ({ markup: text });
