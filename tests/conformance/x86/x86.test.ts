/** Cases as they are drawn and written for the emulators. (That the sample of what Bochs was asked agrees is tested with all samples.) */
import { describe, expect, test } from "vitest";
import { Random } from "../random.js";
import { draw, topics } from "./draw.js";
import { formOf } from "./forms.js";
import { answerLength, decodeAnswer, encodeRecord } from "./record.js";
import { answered, recordOf } from "./specification-state.js";

describe("x86", () => {
  test("what is drawn repeats, and its form is found again", () => {
    for (const topic of topics) {
      const [q, again] = [draw(topic, new Random("7", topic)), draw(topic, new Random("7", topic))];
      expect(q).toEqual(again);
      expect(formOf(q.words.map(Number))?.name).toBe(topic);
    }
  }, 60_000);

  test("a processor that has done nothing is told as it was set", () => {
    const dialect = { isTaskIdle: false, tellsUsable: true };
    for (const topic of topics.slice(0, 40)) {
      const q = draw(topic, new Random("8", topic));
      const record = recordOf(q);
      const words = encodeRecord(record, dialect);
      // an answer has the words of a record without those that say where storage is; the stub has gone on to its end
      const state = words.slice(0, 54).map((word, n) => (n === 9 + 38 ? word + 6 : word));
      const answer = [...state, ...record.pieces.flatMap((p) => p.words)];
      expect(answer.length).toBe(answerLength(record));
      const { after, before } = answered(q, decodeAnswer((n) => answer[n]!, record, dialect));
      for (const [name, value] of after.registers) expect([name, value]).toEqual([name, before.registers.get(name) ?? 0n]);
      for (const array of ["G", "Selector", "Base", "Limit", "Rights"]) for (const [index, value] of after.arrays.get(array)!) expect([array, index, value]).toEqual([array, index, before.arrays.get(array)?.get(index) ?? 0n]);
      for (const [at, value] of before.arrays.get("core")!) expect(after.arrays.get("core")!.get(at)).toBe(value);
    }
  });
});
