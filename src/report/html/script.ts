/**
 * The page's script: filter and sort the table, fold the instructions, and open the one that a link leads to.
 *
 * It is text here because it runs in somebody's browser, not in Popek. It reads only the page, makes no markup from text, and the
 * page's policy lets it run by its hash alone: whoever changes it here changes the hash below (a test says to what).
 */
export const SCRIPT = `
"use strict";
(() => {
  const table = document.getElementById("table"), body = table.tBodies[0], rows = [...body.rows];
  const find = document.getElementById("find"), verdict = document.getElementById("verdict"), kind = document.getElementById("class");
  const form = document.getElementById("filter"), shown = document.getElementById("shown"), none = document.getElementById("none");

  // ------------------------------------------------------------ filter
  // the columns of the classes stand behind the instruction's name and its verdict
  const FIRST_CLASS = 2, TITLE = 9;
  const texts = new Map(rows.map((row) => [row, (row.cells[0].textContent + " " + row.cells[TITLE].textContent).toLowerCase()]));
  const isShown = (row) => texts.get(row).includes(find.value.trim().toLowerCase())
    && (verdict.value === "" || row.dataset.verdict === verdict.value)
    && (kind.value === "" || !row.cells[FIRST_CLASS + Number(kind.value)].classList.contains("no"));
  const filter = () => {
    let n = 0;
    for (const row of rows) {
      row.hidden = !isShown(row);
      if (!row.hidden) n += 1;
    }
    shown.textContent = n + " of " + rows.length + " shown";
    none.hidden = n > 0;
  };
  form.hidden = false;
  form.addEventListener("input", filter);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(filter));
  filter();

  // ------------------------------------------------------------ sort
  const keyOf = (row, column) => {
    const { dataset, textContent } = row.cells[column];
    return dataset.key === undefined ? textContent : Number(dataset.key);
  };
  const compare = (a, b) => (typeof a === "number" ? a - b : a.localeCompare(b, "en", { numeric: true }));
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const way = head.getAttribute("aria-sort") === "ascending" ? -1 : 1;
      for (const other of heads) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", way === 1 ? "ascending" : "descending");
      // "no" stands last either way: nobody sorts to see it
      const isNo = (row) => row.cells[column].classList.contains("no");
      const sorted = rows.map((row, at) => ({ row, at })).sort((a, b) => isNo(a.row) - isNo(b.row) || way * compare(keyOf(a.row, column), keyOf(b.row, column)) || a.at - b.at);
      body.append(...sorted.map(({ row }) => row));
    });
  });

  // ------------------------------------------------------------ folding
  const folding = document.getElementById("folding");
  const all = () => document.querySelectorAll("details.instruction");
  folding.hidden = false;
  folding.addEventListener("click", (event) => {
    const { open } = event.target.dataset;
    if (open !== undefined) for (const one of all()) one.open = open === "true";
  });
  const follow = () => {
    const target = document.getElementById(location.hash.slice(1));
    if (target === null || !target.matches("details.instruction")) return;
    target.open = true;
    target.scrollIntoView();
    target.querySelector("summary").focus({ preventScroll: true });
  };
  addEventListener("hashchange", follow);
  follow();
})();
`;

/** SHA-256 of the text above, as a content security policy names it. */
export const SCRIPT_HASH = "sha256-FDNURzRrv4L3/FOkFs3Gpyp5fQKVGUALigLego2zIZo=";
