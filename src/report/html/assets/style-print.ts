/** The rules of the style sheet for paper. */
export const forPaper = `
@media print {
  :root { color-scheme: light; }
  html { font-size: 9.5pt; background: #fff; }
  body { line-height: 1.4; }
  main, header > div { max-width: none; padding: 0; }
  header { padding: 0 0 .6rem; }
  section { margin: 1.2rem 0; }
  footer { width: auto; margin-top: 1.5rem; padding-bottom: 0; }
  nav, form.filters, button, .on-screen, .narrow { display: none !important; }
  /* What is read together stays together, and a heading stays with what follows; whole charts and findings may go on. */
  tr, li, pre, .legend, .graph svg, .first p, .card > p, .lead { break-inside: avoid; }
  tbody:first-of-type > tr:first-child, .group + tr, .legend ~ .graph:not(.graph ~ .graph) { break-before: avoid; }
  h1, h2, h3, h4, caption, thead, dt, summary, .lead, .meta, .legend, .jumps, tr.group { break-after: avoid; }
  p, li { orphans: 3; widows: 3; }
  thead { display: table-header-group; }
  header, article, .panel { border-color: #999; }
  .commands pre { padding-right: .8rem; }
  section > ul.legend { display: block; }
  .legend li { display: inline-block; margin-right: 1rem; }
  /* Two graphs of a node fit on a sheet. */
  /* A part of a scale says nothing. */
  #timeline .panel, #timeline table { break-inside: avoid; }
  #facts table { break-inside: avoid; margin-bottom: 5mm; }
  p:has(+ ul) { break-after: avoid; }
  .graph.scroll { padding: 0; }
  .graph.scroll svg { min-width: 0; max-height: 118mm; }
  .graph text, .graph .file, .graph .column { font-size: 13.6px; }
  .graph .pointed { display: none; }
  td, th { padding-top: .2rem; padding-bottom: .2rem; }
  :is(#connections, #exceptions) .stack:not(.timeline) tr { padding-top: .2rem; padding-bottom: .2rem; }
  .scroll { overflow: visible; }
  a { color: inherit; }
  a[href^="#"] { text-decoration: none; }
  a[href^="http"]::after { content: " (" attr(href) ")"; }
  /* What is folded on a screen is whole on paper. */
  details > summary { list-style: none; }
  details > summary::-webkit-details-marker { display: none; }
  details::details-content { content-visibility: visible; height: auto; display: block; }
  .down details[open] > summary, dl.fields details[open] > summary { display: none; }
  @supports selector(details::details-content) { .down details > summary, dl.fields details > summary { display: none; } }
}`;

/** Returns the rules for what is at the edges of a sheet: what the page is about, and the number of the sheet. */
export const sheetOf = (about: string): string => `
@page {
  margin: 14mm 14mm 16mm;
  @bottom-left { content: "${cssText(about)}"; font: 8pt system-ui, sans-serif; color: #555; }
  @bottom-right { content: counter(page) " / " counter(pages); font: 8pt system-ui, sans-serif; color: #555; }
}
`;

/** Returns a text for a string of a style sheet: names from files cannot end it. */
const cssText = (text: string): string =>
  text.replace(/[^A-Za-z0-9 ,.]/gu, (character) => `\\${(character.codePointAt(0) ?? 0).toString(16)} `);
