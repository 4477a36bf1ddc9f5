"""How the page looks: on a screen in light and in dark, and on paper."""

from __future__ import annotations

from typing import Final

STYLE: Final = """
:root { color-scheme: light dark; --ink: #1f2328; --soft: #57606a; --ground: #fff; --line: #d0d7de; --band: #f6f8fa;
  --over: #9a3400; --under: #00614a; --mark: #0b62a8; }
* { box-sizing: border-box; }
body { margin: 0; color: var(--ink); background: var(--ground); font: 15px/1.5 system-ui, "Segoe UI", sans-serif; }
main { max-width: 62rem; margin: 0 auto; padding: 1.5rem 1.25rem 3rem; }
h1 { font-size: 1.7rem; line-height: 1.25; margin: 0 0 .75rem; }
h2 { font-size: 1.2rem; margin: 2.25rem 0 .75rem; padding-bottom: .3rem; border-bottom: 1px solid var(--line); }
p { margin: .6rem 0; max-width: 46rem; }
.verdict { font-size: 1.1rem; padding: .75rem 1rem; border-left: .3rem solid var(--over); max-width: none;
  background: var(--band); }
.verdict.good { border-color: var(--under); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1.25rem; margin: .75rem 0; }
dl div { display: contents; }
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; }
figure { margin: 1rem 0; }
figure svg { display: block; max-width: 100%; height: auto; }
.wide { overflow-x: auto; margin: 1rem 0; }
.wide:focus-visible { outline: 2px solid var(--mark); outline-offset: 2px; }
table { border-collapse: collapse; width: 100%; font-size: .93em; }
caption { text-align: left; font-weight: 600; padding: .3rem 0; }
th, td { text-align: left; vertical-align: top; padding: .35rem .75rem .35rem 0; border-top: 1px solid var(--line);
  overflow-wrap: anywhere; }
th { font-weight: 500; }
thead th { color: var(--soft); border-top: 0; border-bottom: 2px solid var(--line); overflow-wrap: normal; }
th:last-child, td:last-child { padding-right: 0; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.total th, .total td { font-weight: 700; border-top-width: 2px; }
.breaks { table-layout: fixed; }
.breaks th:nth-child(1) { width: 24%; }
.breaks th:nth-child(2) { width: 26%; }
.breaks th:nth-child(4) { width: 18%; }
.breaks .number { white-space: normal; }
.breaks td.more { border-top: 0; padding: 0 0 .6rem; font-size: .95em; }
.breaks tbody.resolved { opacity: .75; }
.over { color: var(--over); }
.under { color: var(--under); }
.side, .known, .note { color: var(--soft); }
code { font: .92em ui-monospace, monospace; overflow-wrap: anywhere; }
@media screen and (prefers-color-scheme: dark) {
  :root { --ink: #e6edf3; --soft: #9aa4ae; --ground: #0d1117; --line: #30363d; --band: #161b22;
    --over: #ff9b5e; --under: #4ed6a3; --mark: #6cb6ff; }
}
@media (max-width: 40rem) {
  dl { grid-template-columns: 1fr; gap: 0; }
  dd { margin-bottom: .5rem; }
  .breaks { min-width: 40rem; }
}
@page { size: A4; margin: 16mm 14mm; }
@media print {
  :root { color-scheme: light; }
  body { font-size: 9.5pt; }
  main { max-width: none; padding: 0; }
  .wide { overflow: visible; }
  h2, caption { break-after: avoid; }
  thead { display: table-header-group; }
  figure { margin: .5rem 0; }
  tr, dl, figure, table:not(.breaks), .breaks tbody, .verdict { break-inside: avoid; }
  .verdict, .wan-bridge rect { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
"""
