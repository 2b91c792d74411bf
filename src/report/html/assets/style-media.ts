import { forPaper } from './style-print.ts';

/** The rules of the style sheet for narrow windows, for paper, and for what people have chosen in their system. */
export const forMedia = `
@media (min-width: 44.01rem) {
  #tables table { table-layout: fixed; }
  #tables th:first-child { width: 3rem; }
  #tables [data-label="Role"] { width: 32%; }
  #tables [data-label="Expected"] { width: 33%; }
  #cis [data-label="State"] { min-width: 6.8rem; }
  [data-label="Errors"], [data-label="Warnings"], [data-label="Connections that fail"] { text-align: right; font-variant-numeric: tabular-nums; }
  #connections td, #connections th { padding-left: .6rem; padding-right: .6rem; }
  #connections .group > th { padding-left: .9rem; }
  #connections [data-label="What stops"] { min-width: 11rem; }
  #connections [data-label="Address"] { min-width: 11.8rem; }
  #connections :is([data-label="From"], [data-label="To"]) { min-width: 7.6rem; }
  #nodes td[data-label^="Cluster CA"] { white-space: nowrap; }
  #nodes td, #nodes th { padding-left: .6rem; padding-right: .6rem; }
  #nodes [data-label="Node"] { min-width: 6rem; }
  #nodes [data-label="Next expiry"] { padding-left: 1.6rem; }
}
@media (min-width: 62.01rem) {
  [data-label="Next expiry"] { white-space: nowrap; }
  [data-label="Address"] { min-width: 12.5rem; }
  #connections [data-label="What stops"] { min-width: 25rem; }
  [data-label="On"], [data-label="Until"], #nodes [data-label="Kind"], [data-label="State"] { min-width: 6.8rem; }
  [data-label="From"], [data-label="To"], [data-label="Nodes"] { min-width: 9rem; }
  [data-label="Excuses"], [data-label="Written in"], [data-label="Fact"], [data-label="Why"] { min-width: 13rem; }
}
@media (min-width: 44.01rem) and (max-width: 62rem) {
  #exceptions .stack:not(.timeline) tr { display: flex; flex-wrap: wrap; gap: .1rem 1.3rem; padding: .45rem .9rem; }
  #exceptions .stack:not(.timeline) :is(td, th) { padding: 0; }
}
@media (min-width: 44.01rem) and (max-width: 62rem) {
  .timeline tbody th code { display: none; }
  .timeline tr > * { padding-left: .5rem; padding-right: .5rem; }
  .timeline tbody [scope=row] { width: auto; white-space: nowrap; }
  .timeline .bar { min-width: 12rem; }
}
@media screen and (max-width: 44rem) {
  .timeline thead tr { display: block; position: relative; padding: .3rem .9rem 0; }
  .timeline thead th:not(.bar) { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; }
  .timeline thead th.bar { display: block; width: auto; min-width: 0; height: 1.5rem; border: 0; }
  .timeline tbody tr { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 0 1rem; padding: .35rem .9rem; }
  .timeline tbody tr + tr, .timeline tbody + tbody > tr:first-child { border-top: 1px solid var(--line); }
  .timeline tbody th, .timeline tbody td { display: block; border: 0 !important; padding: 0 !important; width: auto !important; min-width: 0 !important; }
  .timeline tbody [scope=row] > span { display: inline; }
  .timeline tbody td.bar { grid-column: 1 / -1; grid-row: 2; height: 1.5rem; }
  .timeline td[data-label="Expires"] { grid-column: 2; grid-row: 1; text-align: end; }
  .timeline td[data-label="Left"] { grid-column: 1; grid-row: 3; font-size: .84rem; }
  .timeline td[data-label="Renewed by"] { grid-column: 2; grid-row: 3; font-size: .84rem; text-align: end; }
  .timeline td[data-label]::before { content: none !important; }
  .timeline td[data-label="Renewed by"]::before { content: "renewal: " !important; color: var(--soft); }
  /* What a CA signs is indented under it; the mark is left of the name, also of one that takes several lines. */
  .timeline tbody tr:not(.group) > :is(th, td[data-label="Left"]), .timeline tbody .group > th:has(.mark) { position: relative; padding-left: 1.5rem !important; }
  .timeline tbody tr > th .mark { float: none; position: absolute; left: 0; margin: 0 !important; }
  .timeline tr.group { background: var(--sunk); }
}
@media (max-width: 62rem) {
  #exceptions .stack:not(.timeline) thead { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; }
  #exceptions :is(.stack:not(.timeline) tr + tr, tbody + tbody > tr:first-child) { border-top: 1px solid var(--line); }
  #exceptions .stack:not(.timeline) td { border: 0; }
  #exceptions .stack td[data-label]:not(:empty)::before { content: attr(data-label) " "; color: var(--soft); font-size: .8rem; }
  #exceptions .stack td:empty { display: none; }
  #exceptions .stack td:first-child:not([data-label]) + td { font-weight: 600; }
  #exceptions .stack td:first-child:not([data-label]) + td::before { content: none !important; }
}
@media screen and (max-width: 56rem) {
  .narrow { display: block; }
  /* A shade at the side where a graph goes on, over its boxes; at its end, what is right of the boxes hides the shade. */
  .graph.scroll { display: grid; padding-right: 0; }
  .graph.scroll > *, .graph.scroll::before, .graph.scroll::after { grid-area: 1 / 1; }
  .graph.scroll svg { margin-right: 1.2rem; width: auto; }
  .graph.scroll::before, .graph.scroll::after { content: ""; position: sticky; right: 0; z-index: 1; justify-self: end; width: 1.1rem; margin: -.6rem 0; pointer-events: none; }
  .graph.scroll::before { background: linear-gradient(to left, var(--strong-line), transparent); }
  .graph.scroll::after { position: static; background: var(--paper); }
  /* And at the side where the list of sections does. */
  nav ul {
    background:
      linear-gradient(to right, var(--paper) 40%, transparent) left / 2.5rem 100% no-repeat local,
      linear-gradient(to left, var(--paper) 40%, transparent) right / 2.5rem 100% no-repeat local,
      linear-gradient(to right, var(--strong-line), transparent) left / .9rem 100% no-repeat,
      linear-gradient(to left, var(--strong-line), transparent) right / .9rem 100% no-repeat,
      var(--paper);
  }
}
@media screen and (max-width: 44rem) {
  h1 { font-size: 1.35rem; }
  main, header > div, nav ul { padding-left: .9rem; padding-right: .9rem; }
  footer { width: calc(100% - 1.8rem); }
  .graph.scroll svg { min-width: 60rem; }
  article { padding: .8rem .8rem; }
  /* A button is next to the heading of its commands, which have no room for it. */
  .commands pre { padding-right: .8rem; }
  .commands button { top: -2.5rem; right: 0; }
  .commands + .commands { margin-top: 2.8rem; }
  /* A long word is read by scrolling: a break would look like the end of a word. */
  .commands pre {
    overflow-x: auto;
    overflow-wrap: normal;
    background:
      linear-gradient(to left, var(--sunk) 40%, transparent) right / 2.5rem 100% no-repeat local,
      linear-gradient(to left, var(--strong-line), transparent) right / .9rem 100% no-repeat,
      var(--sunk);
  }
  .commands wbr { display: none; }
  .commands pre code > span > span { max-width: none; }
  .address { white-space: normal; }
  :not(.commands):has(+ .commands) { padding-right: 4.2rem; min-height: 2.3rem; }
  article > .meta, article > :not(h3):not(.meta) { margin-left: 0; }
  dl.fields { grid-template-columns: minmax(0, 1fr); gap: 0; }
  dl.fields dd + dd { grid-column: 1; }
  dl.fields dt { margin-top: .3rem; font-size: .84rem; }
  .stack:not(.timeline) thead { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; }
  .stack tr { display: block; padding: .45rem 0; }
  .stack tr + tr { border-top: 1px solid var(--line); }
  .stack td, .stack th { display: block; border: 0 !important; padding: .08rem .9rem; }
  .stack td[data-label]:not(:empty)::before { content: attr(data-label) " "; color: var(--soft); font-size: .8rem; }
  .stack td:empty { display: none; }
  #connections td[data-label] { position: relative; padding-left: 8rem !important; }
  #connections td[data-label]::before { content: attr(data-label) !important; position: absolute; left: 2.4rem; font-weight: 400; }
  #connections td:first-child + td { font-weight: 400; }
  #connections tr.group { background: var(--sunk); }
  #facts td::before { content: none !important; }
  #facts [data-label="Fact"] { font-weight: 600; }
  #facts [data-label="From"] { color: var(--soft); }
  .timeline tbody th a { color: inherit; }
  .timeline tbody th code { display: none; }
  .stack:not(.timeline) tr { position: relative; }
  .stack:not(.timeline) td:first-child:not([data-label]) { position: absolute; left: .9rem; padding-left: 0; padding-right: 0; }
  .stack:not(.timeline) td:first-child:not([data-label]) ~ td { padding-left: 2.4rem; }
  .stack td:first-child:not([data-label]) + td { font-weight: 600; }
  .stack td:first-child:not([data-label]) + td code { font-weight: 400; }
  #tables :is([data-label="Expected"], [data-label="Found"]):not(:empty)::before { display: block; }
  .stack td:first-child:not([data-label]) + td::before { content: none !important; }
}
/* Room for fingers; a field with smaller letters makes a phone zoom. */
@media screen and (max-width: 44rem), screen and (pointer: coarse) {
  summary, nav a, .jumps a, footer a { padding: .4rem 0; min-height: 2.3rem; }
  .jumps a, footer a { display: inline-block; }
  form.filters input, form.filters select, form.filters button { font-size: 1rem; height: 2.4rem; }
  .commands button { min-height: 2.3rem; min-width: 3.6rem; }
}
@media (hover: none) {
  .mouse { display: none; }
  .touch { display: inline; }
}
${forPaper}
/* Browsers leave the colours of shapes as they are. */
@media (forced-colors: active) {
  .life, .of-ca .life { fill: CanvasText; stroke: CanvasText; }
  .life.over { fill: Highlight; stroke: CanvasText; }
  .life.refused { fill: none; stroke: CanvasText; }
  .tail, .grid-line { fill: GrayText; stroke: CanvasText; stroke-width: .5; }
  .graph .part .file { fill: CanvasText; }
  .today-line, .window-line { stroke: CanvasText; }
  .graph .item rect { fill: Canvas; stroke: CanvasText; }
  .graph text, .graph .file, .graph .column { fill: CanvasText; }
  .graph a text:not(.file) { fill: LinkText; }
  .graph .edge { stroke: CanvasText; }
  .graph .dials { stroke: LinkText; }
  .graph .faulty rect, .graph .fail { stroke: CanvasText; stroke-width: 3; }
  .graph .cross { fill: CanvasText; }
  .graph a:is(:hover, :focus) rect { stroke: Highlight; stroke-width: 3; }
}
@media (prefers-reduced-motion: no-preference) { html { scroll-behavior: smooth; } }
`;
