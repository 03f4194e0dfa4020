/** The toy machine reaches as many states by the enumerator as by Spin. */
import { describe, expect, it } from "vitest";
import { allWords, enumerator } from "../../src/machine/enumerate.js";
import { tinyMachine } from "../machines/tiny.js";
import { optionsOf, searches } from "./toy-runs.js";

describe("states of the toy machine that are reached", () => {
  const machine = tinyMachine("toy.isa");

  it.each(searches)("$title", (search) => {
    expect(enumerator(machine, optionsOf(allWords(machine), search))?.reachable(search.start)).toBe(search.states);
  });
});
