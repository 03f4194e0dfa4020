#!/usr/bin/env node
/**
 * The `popek` command starts here, and starts fast: the overview and the version need nothing but this file and two
 * tables; everything else is loaded when a command asks for it.
 */
import { overview } from "./overview.js";
import { VERSION } from "../verdict/version.js";

const [first, ...rest] = process.argv.slice(2);

if (rest.length === 0 && (first === "--help" || first === "-h" || first === "help")) process.stdout.write(overview());
else if (rest.length === 0 && (first === "--version" || first === "-v")) process.stdout.write(`${VERSION}\n`);
else {
  const { main } = await import("./program.js");
  await main(process.argv.slice(2));
}
