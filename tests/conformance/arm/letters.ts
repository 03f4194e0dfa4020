/** The values of an opcode picture's letters, which are its fields: given, or drawn where they are first asked for. */
export class Letters extends Map<string, number> {
  /** The letter's value; drawn, if it has none yet. */
  drawn(letter: string, draw: () => number): number {
    const found = this.get(letter);
    if (found !== undefined) return found;
    const value = draw();
    this.set(letter, value);
    return value;
  }

  /**
   * The word of a picture, the first character its highest bit.
   *
   * @param draw of a letter without a value, so many bits
   * @param digit of characters that are neither letters nor 0 or 1
   */
  word(picture: string, draw: (width: number) => number, digit: (character: string) => string | undefined = () => undefined): number {
    const widths = new Map<string, number>(), used = new Map<string, number>();
    for (const c of picture) widths.set(c, (widths.get(c) ?? 0) + 1);
    const digits = [...picture].map((c) => {
      const own = c === "0" || c === "1" ? c : digit(c);
      if (own !== undefined) return own;
      const width = widths.get(c)!, value = this.drawn(c, () => draw(width)), n = used.get(c) ?? 0;
      used.set(c, n + 1);
      return String(Math.floor(value / 2 ** (width - 1 - n)) % 2);
    });
    return Number.parseInt(digits.join(""), 2);
  }
}
