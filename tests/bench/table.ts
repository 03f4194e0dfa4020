/** Measurements as a table for people, and as JSON for tools. */
import Table from "cli-table3";
import { isMet, type Measurement, type Row, type Target } from "./measurement.js";

export function tableOf(results: readonly Measurement[]): string {
  const table = new Table({ head: ["measured", "ours", "against", "ratio", "lowest to highest", "runs", "target"], style: { head: [], border: [] }, colAligns: ["left", "right", "left", "right", "right", "right", "left"] });
  for (const result of results) {
    table.push([{ colSpan: 7, content: `${result.name}: ${result.title}` }]);
    for (const row of result.rows) table.push(cellsOf(row));
  }
  return `${table.toString()}\nRatios are ours to the other's, medians of pairs measured in turn in this run.\n`;
}

function cellsOf(row: Row): string[] {
  const { against } = row;
  return [
    `  ${row.what}`,
    `${figure(row.ours)} ${row.unit}`,
    against === undefined ? (row.skipped === undefined ? "" : `skipped: ${row.skipped}`) : `${against.what}: ${figure(against.median)} ${row.unit}`,
    against === undefined ? "" : figure(against.ratio),
    against === undefined ? "" : `${figure(against.lowest)} to ${figure(against.highest)}`,
    String(row.runs),
    row.targets.map((t) => `${targetText(row, t)}: ${isMet(row, t) ? "met" : "MISSED"}`).join("\n"),
  ];
}

function targetText(row: Row, { of, bound, value }: Target): string {
  return of === "ratio" ? `ratio ${bound} ${value}` : `${bound} ${value} ${row.unit}`;
}

export function jsonOf(results: readonly Measurement[]): string {
  const rowJson = (row: Row): object => ({ ...row, targets: row.targets.map((t) => ({ ...t, met: isMet(row, t) })) });
  return `${JSON.stringify({ node: process.version, measurements: results.map((r) => ({ ...r, rows: r.rows.map(rowJson) })) }, undefined, 2)}\n`;
}

/** Three digits that count. */
function figure(value: number): string {
  const digits = value === 0 ? 0 : Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toFixed(Math.min(digits, 4));
}
