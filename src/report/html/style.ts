/**
 * The page's style sheet.
 *
 * Colours are named once for light and once for dark; every pair of text and ground has a contrast of 4.5 at least, which a check
 * measures in a browser. Wide tables scroll within themselves, so that the page never scrolls sideways on a phone.
 */
export const STYLE = `
:root { color-scheme: light dark; --ground: #fff; --raised: #f5f6f8; --text: #1b1f24; --quiet: #57606a; --line: #c9d1d9; --link: #0a54b5; --good: #116329; --bad: #b3141f; --unsure: #7d4e00;
  --marked: #fff3c4; --highlight: #ffd95a; --privileged: #2f6fdb; --critical: #d1242f; --open: #bf8700; --sensitive: #a371d6; --other: #b9c2cc; --kind-0: #b35900; --kind-1: #0b7a75; --kind-2: #7a1fa2; --kind-3: #3d5afe; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #0f1318; --raised: #181e26; --text: #e3e8ee; --quiet: #9aa6b2; --line: #36404c; --link: #79b4ff; --good: #59c277; --bad: #ff8a85; --unsure: #e0ac3d;
    --marked: #2e2a14; --highlight: #6b5300; --privileged: #5a96f5; --critical: #f8605a; --open: #d6a029; --sensitive: #b98cf0; --other: #4a5563; --kind-0: #ff9d4d; --kind-1: #3fc4bd; --kind-2: #d79bff; --kind-3: #93a4ff; }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; scroll-padding-top: 1rem; }
body { margin: 0 auto; max-width: 72rem; padding: 0 1rem 4rem; background: var(--ground); color: var(--text); font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: break-word; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 1.5rem 0 .5rem; }
h2 { font-size: 1.25rem; margin: 2.5rem 0 .75rem; padding-bottom: .25rem; border-bottom: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 0; }
p { margin: .4rem 0; }
a { color: var(--link); }
code { font-family: ui-monospace, "Liberation Mono", monospace; font-size: .9em; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: 2px; }
.skip { position: absolute; left: -100vw; padding: .5rem 1rem; background: var(--ground); }
.skip:focus { left: 0; top: 0; z-index: 1; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.note, .cite, .place { color: var(--quiet); font-size: .9rem; }
.place code { margin-left: .5rem; white-space: pre-wrap; color: var(--text); }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; padding: 0; list-style: none; }
article { margin: 1rem 0; padding: .75rem 1rem; background: var(--raised); border: 1px solid var(--line); border-radius: .5rem; }
dt { font-weight: 600; margin-top: .75rem; }
dd { margin: 0 0 0 1rem; }
.ids a { display: inline-block; margin: .1rem .6rem .1rem 0; }
.answer-holds { color: var(--good); font-weight: 600; }
.answer-fails { color: var(--bad); font-weight: 600; }
.answer-open { color: var(--unsure); font-weight: 600; }
.claims .answer-holds, .claims .answer-fails { color: inherit; font-weight: inherit; }
.claims .answer-holds { font-weight: 700; }

figure { margin: 0 0 2.5rem; display: grid; grid-template-columns: minmax(0, 1fr); gap: 0 2rem; }
@media (min-width: 60rem) { figure { grid-template-columns: minmax(0, 1fr) minmax(22rem, max-content); } figcaption { grid-column: 1 / -1; } }
figcaption { font-weight: 600; margin-bottom: .5rem; }
figure > svg { display: block; width: 100%; height: auto; }
.all { fill: none; stroke: var(--quiet); stroke-width: 1.5; }
.square-other { fill: var(--other); } .square-privileged { fill: var(--privileged); } .square-critical { fill: var(--critical); } .square-open { fill: var(--open); } .square-sensitive { fill: var(--sensitive); } .square-none { fill: none; }
.set { fill: none; stroke-width: 1.6; stroke-linejoin: round; }
.set-privileged { stroke: var(--privileged); }
.set-sensitive { stroke: var(--sensitive); stroke-dasharray: 7 3; }
.set-critical { stroke: var(--critical); }
.set-open { stroke: var(--open); stroke-dasharray: 2 3; }
.set-kind-0 { stroke: var(--kind-0); stroke-dasharray: 9 3; } .set-kind-1 { stroke: var(--kind-1); stroke-dasharray: 2 2; } .set-kind-2 { stroke: var(--kind-2); stroke-dasharray: 9 3 2 3; } .set-kind-3 { stroke: var(--kind-3); stroke-dasharray: 5 2 1 2 1 2; }
.swatch { width: 1.9rem; height: 1.1rem; vertical-align: middle; }
.legend { align-self: start; width: 100%; }
@media (min-width: 60rem) { .legend th { white-space: nowrap; } }

table { border-collapse: separate; border-spacing: 0; font-size: .9rem; }
caption { text-align: left; padding: .25rem 0; }
th, td { padding: .3rem .6rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top; }
thead th { border-bottom: 2px solid var(--line); }
tbody th, tfoot th { font-weight: 600; }
.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.wide { overflow-x: auto; margin: .75rem 0; overflow-wrap: normal; }
.wide caption { position: sticky; left: 0; max-width: min(68rem, calc(100vw - 3rem)); overflow-wrap: anywhere; }
#table { width: 100%; }
#table th[scope=row], #table th[data-column="0"] { position: sticky; left: 0; background: var(--ground); }
#table th, #table td:last-child, #table td:nth-child(2) { white-space: nowrap; }
#table td:nth-child(10) { min-width: 12rem; }
#table th[scope=row] { border-bottom: 0; box-shadow: inset 0 -1px var(--line), 0 1px var(--line); clip-path: inset(0 0 -1px); }
#table tbody tr:hover > * { background: var(--raised); }
#table .no { color: var(--quiet); }
#table .yes { font-weight: 600; }
#table .unknown { color: var(--unsure); font-weight: 600; }
th button { all: unset; cursor: pointer; font-weight: 700; }
th button:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
th button::after { content: " \\2195"; color: var(--quiet); }
th[aria-sort=ascending] button::after { content: " \\2191"; color: var(--text); }
th[aria-sort=descending] button::after { content: " \\2193"; color: var(--text); }
.badge { display: inline-block; padding: 0 .45rem; border: 1px solid currentColor; border-radius: 1rem; font-size: .8rem; font-weight: 600; color: var(--quiet); }
.badge-critical, .badge-critical-extended { color: var(--bad); } .badge-open { color: var(--unsure); } .badge-privileged { color: var(--link); }
.badge-critical { border-width: 2px; }

form { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; align-items: center; }
form[hidden] { display: none; }
input, select, button { font: inherit; color: inherit; background: var(--raised); border: 1px solid var(--quiet); border-radius: .3rem; padding: .25rem .6rem; min-height: 2.25rem; max-width: 100%; }
button { cursor: pointer; }
output { margin-left: .5rem; color: var(--quiet); }

.instruction { border: 1px solid var(--line); border-radius: .5rem; margin: .5rem 0; padding: 0 .75rem; content-visibility: auto; contain-intrinsic-size: auto 3rem; }
.instruction[hidden] { display: none; }
.instruction[open] { padding-bottom: .75rem; }
summary { cursor: pointer; padding: .4rem 0; }
summary h3 { display: inline; }
.claims td { overflow-wrap: anywhere; }
.claims td:first-child { max-width: 26rem; }
.witness { border: 1px solid var(--line); border-bottom: 0; min-width: min(100%, 40rem); }
.witness thead th { vertical-align: bottom; max-width: 14rem; }
.witness .marked > * { background: var(--marked); }
.witness td code { white-space: nowrap; }
mark { background: var(--highlight); color: inherit; font-weight: 700; text-decoration: underline; }
.mark { display: inline-block; font-size: .8rem; font-weight: 600; padding: 0 .35rem; border: 1px solid currentColor; border-radius: .3rem; }
.arrow { color: var(--quiet); }

@media (max-width: 40rem) {
  th, td { padding: .25rem .4rem; }
  .witness, .claims { font-size: .8rem; }
  .claims { table-layout: fixed; width: 100%; } .claims th { overflow-wrap: anywhere; } .claims th:nth-child(1) { width: 33%; } .claims th:nth-child(2) { width: 20%; } .claims th:nth-child(3) { width: 25%; } .claims th:nth-child(4) { width: 22%; }
  .witness td code { white-space: normal; }
  dd { margin-left: .5rem; }
}
@media print {
  :root { --ground: #fff; --raised: #fff; --text: #000; --quiet: #444; --line: #999; --link: #000; --good: #000; --bad: #000; --unsure: #000; --marked: #eee; --highlight: #ddd; --other: #ccc; --privileged: #2f6fdb; --critical: #d1242f; --sensitive: #a371d6; }
  body { max-width: none; padding: 0; font-size: 9pt; }
  nav, form, .skip, #folding { display: none !important; }
  .wide { overflow: visible; }
  #table { font-size: 7.5pt; } #table th, #table td { padding: .1rem .25rem; }
  .instruction { content-visibility: visible; } .instruction:not([open]) { display: none; }
  tr, figure { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
  .square, .marked > *, mark { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
@media (prefers-reduced-motion: no-preference) { html { scroll-behavior: smooth; } }
@media (forced-colors: active) { .square { forced-color-adjust: none; } }
`;
