import { forMedia } from './style-media.ts';

/**
 * The style sheet of a page. Severities differ by shape and word as well as by colour, and the colours are those that people who see
 * red and green alike can tell apart (vermilion, amber, blue, teal).
 */
export const style = `
:root {
  color-scheme: light dark;
  --page: #f6f6f3; --paper: #ffffff; --sunk: #f0f0ec; --line: #d9d9d2; --strong-line: #b4b4ab;
  --ink: #1d2125; --soft: #565c63; --link: #1a5a96;
  --error: #b3350f; --warning: #7a5600; --info: #1a5a96; --ok: #13685b; --quiet: #6a7077;
  --error-tint: #fbeae4; --warning-tint: #faf1da; --info-tint: #e6eff8; --ok-tint: #e3f2ee;
  --bar: #7f97ad; --bar-soon: #b98a1f; --bar-over: #b3350f; --bar-tail: #c9d2da; --grid: #d0d0c8; --edge: #74746d;
  --mono: ui-monospace, "SFMono-Regular", "Cascadia Mono", "DejaVu Sans Mono", Menlo, Consolas, monospace;
  --sans: system-ui, -apple-system, "Segoe UI", "Noto Sans", "DejaVu Sans", sans-serif;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --page: #14171a; --paper: #1b1f23; --sunk: #23282d; --line: #343a41; --strong-line: #59616a;
    --ink: #e7eaed; --soft: #a7afb8; --link: #8bbdf0;
    --error: #ff9470; --warning: #e6bd55; --info: #8bbdf0; --ok: #69cdb9; --quiet: #99a1aa;
    --error-tint: #3a221a; --warning-tint: #332b16; --info-tint: #1b2b3b; --ok-tint: #16302b;
    --bar: #5f7b95; --bar-soon: #c79a35; --bar-over: #e0683f; --bar-tail: #3a444d; --grid: #4d565f; --edge: #89929b;
  }
}
* { box-sizing: border-box; }
html { font: 16px/1.5 var(--sans); color: var(--ink); background: var(--page); scroll-padding-top: 4rem; }
body { margin: 0; overflow-wrap: anywhere; }
main, header > div { max-width: 76rem; margin: 0 auto; padding: 0 1.25rem; }
h1, h2, h3, h4 { line-height: 1.3; margin: 0; font-weight: 650; text-wrap: pretty; }
h1 { font-size: 1.65rem; }
h2 { font-size: 1.3rem; margin: 0 0 .9rem; }
h3 { font-size: 1.02rem; }
h4 { font-size: .9rem; }
p { margin: 0 0 .6rem; }
a { color: var(--link); text-underline-offset: .15em; }
a:focus-visible, button:focus-visible, summary:focus-visible, input:focus-visible, select:focus-visible, [tabindex]:focus-visible {
  outline: 2px solid var(--link); outline-offset: 2px; border-radius: 3px;
}
code, pre, kbd { font-family: var(--mono); font-size: .86em; }
.soft { color: var(--soft); }
.small { font-size: .86rem; }
.number { font-variant-numeric: tabular-nums; white-space: nowrap; }
.word { white-space: nowrap; }
.address { white-space: nowrap; }
.narrow { display: none; margin: .5rem 0; }
.away { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }

header { background: var(--paper); border-bottom: 1px solid var(--line); padding: 1.6rem 0 1.3rem; }
header .about { color: var(--soft); font-size: .9rem; margin: 0 0 .5rem; }
header h1 { display: flex; gap: .6rem; align-items: baseline; }
header .counts { color: var(--soft); font-size: .92rem; margin: .25rem 0 0 2.2rem; }
header .down h2 { font-size: .95rem; margin: .7rem 0 .2rem; }
header .down ul { margin: 0; padding-left: 1.2rem; }
header .down details[open] > summary { margin: 0; }
.first { margin: .8rem 0 0; padding: .7rem .9rem; border-left: 4px solid var(--error); background: var(--error-tint); border-radius: 0 4px 4px 0; }
.first.warning { border-color: var(--warning); background: var(--warning-tint); }
.first p:last-child { margin: 0; }
.tiles { display: flex; flex-wrap: wrap; align-items: baseline; gap: .4rem .6rem; margin: 1rem 0 0; padding: 0; list-style: none; }
.tiles li { border: 1px solid var(--line); border-radius: 6px; padding: .35rem .7rem; font-size: .86rem; color: var(--soft); background: var(--page); }
.tiles b { display: inline-block; font-size: 1.05rem; color: var(--ink); margin-right: .3rem; font-variant-numeric: tabular-nums; }
.tiles .none { border-color: transparent; background: none; padding: .35rem .2rem; }
.tiles .none b { color: var(--quiet); font-weight: 500; font-size: inherit; }
.plain { margin: 1rem 0 0; padding: 0; list-style: none; font-size: .92rem; }
.plain li + li { margin-top: .2rem; }

nav { position: sticky; top: 0; z-index: 2; background: var(--paper); border-bottom: 1px solid var(--line); }
nav ul { max-width: 76rem; margin: 0 auto; padding: 0 1.25rem; display: flex; gap: .85rem; list-style: none; overflow-x: auto; }
nav a { display: block; padding: .6rem 0; text-decoration: none; white-space: nowrap; font-size: .86rem; color: var(--soft); }
nav a:hover { color: var(--ink); text-decoration: underline; }

section { margin: 2.2rem 0; }
section > .lead { color: var(--soft); max-width: 50rem; margin: -.5rem 0 1rem; font-size: .92rem; text-wrap: pretty; }
.panel { background: var(--paper); border: 1px solid var(--line); border-radius: 6px; }
.panel + .panel, .legend + .panel, .panel + .legend, div + div > .panel, div + details, .panel + p { margin-top: .8rem; }
details.panel > summary { padding: .55rem .9rem; color: var(--ink); }
details.panel > summary .small { color: var(--soft); margin-left: .4rem; }
details.panel[open] > summary { margin: 0; border-bottom: 1px solid var(--line); }
details.panel > .panel { border: 0; }
.scroll { overflow-x: auto; position: relative; }

.mark { display: inline-block; flex: none; width: 1.25em; text-align: center; font-weight: 700; }
.error > .mark, .mark.error { color: var(--error); }
.warning > .mark, .mark.warning { color: var(--warning); }
.info > .mark, .mark.info { color: var(--info); }
.ok > .mark, .mark.ok { color: var(--ok); }
.skipped > .mark, .mark.skipped, .mark.not-applicable { color: var(--quiet); }
.chip { display: inline-block; border: 1px solid var(--line); border-radius: .7rem; padding: 0 .55rem; font-size: .78rem; color: var(--soft); }

article { background: var(--paper); border: 1px solid var(--line); border-left-width: 5px; border-radius: 0 6px 6px 0; margin: 0 0 1rem; padding: .9rem 1.1rem 1rem; }
article.error { border-left-color: var(--error); }
article.warning { border-left-color: var(--warning); border-left-style: double; }
article.info { border-left-color: var(--info); border-left-style: dotted; }
section > details > summary { padding: .1rem 0; }
article.excused { border-left-color: var(--quiet); border-left-style: dashed; }
article > h3 { display: flex; gap: .35rem; align-items: baseline; }
article > .meta { margin: .25rem 0 .7rem 1.6rem; display: flex; flex-wrap: wrap; gap: .35rem; align-items: center; }
article > :not(h3):not(.meta) { margin-left: 1.6rem; }
dl.fields { display: grid; grid-template-columns: 6.2rem minmax(0, 1fr); gap: .2rem .8rem; margin: 0 0 .8rem; font-size: .92rem; }
dl.fields dt { color: var(--soft); }
dl.fields dd { margin: 0; }
dl.fields dt::after { content: ":"; }
dl.fields dd + dd { grid-column: 2; }
dl.fields ul { margin: 0; padding-left: 1.1rem; }
dl.fields .names { columns: 14rem; column-gap: 1.5rem; }
.fix { margin: 0 0 .7rem; }
.fix > ul { font-size: .92rem; margin: 0; padding-left: 1.2rem; }
details.fix > summary h4 { display: inline; color: var(--ink); font-weight: 500; }
details.fix > summary { margin: 0; }
.fix > h4 { margin: 0 0 .3rem; }
pre code { font-size: inherit; }
pre { font-size: .78em; margin: .3rem 0 0; padding: .6rem .8rem; background: var(--sunk); border: 1px solid var(--line); border-radius: 4px; white-space: pre-wrap; overflow-wrap: anywhere; }
.first pre { background: var(--paper); }
/* Each command has a mark, and a comment none. A line that does not fit goes on further right, so that none looks like a new one. */
pre code > span { display: inline-block; max-width: 100%; vertical-align: top; padding-left: 4ch; text-indent: -4ch; }
pre code > span:not(.note)::before { content: "$ "; color: var(--quiet); }
pre code > .note { text-indent: -2ch; color: var(--soft); font-style: italic; }
/* A word is broken only if a line is too short for it, and where there is a wbr. */
pre code > span > span { display: inline-block; max-width: 100%; vertical-align: top; text-indent: 0; white-space: nowrap; }
pre wbr { white-space: normal; }
.commands { position: relative; }
.commands pre { padding-right: 5rem; }
.commands button { position: absolute; top: .4rem; right: .4rem; }
button { font: inherit; font-size: .8rem; color: var(--ink); background: var(--paper); border: 1px solid var(--strong-line); border-radius: 4px; padding: .1rem .6rem; cursor: pointer; }
button:hover { background: var(--sunk); }
details > summary { cursor: pointer; color: var(--soft); font-size: .9rem; }
details[open] > summary { margin-bottom: .5rem; }
details .words { font-size: .9rem; }

form.filters { display: flex; flex-wrap: wrap; gap: .5rem .9rem; align-items: end; margin: 0 0 1rem; padding: .7rem .9rem; }
form.filters[hidden] { display: none; }
form.filters label { font-size: .8rem; color: var(--soft); display: flex; flex-direction: column; gap: .15rem; }
form.filters input, form.filters select { font: inherit; font-size: .9rem; color: var(--ink); background: var(--page); border: 1px solid var(--strong-line); border-radius: 4px; padding: 0 .4rem; height: 2rem; margin: 0; min-width: 8rem; max-width: 16rem; }
form.filters button { height: 2rem; }
form.filters output { font-size: .86rem; color: var(--soft); line-height: 2rem; }

table { border-collapse: collapse; width: 100%; font-size: .9rem; }
caption { text-align: left; font-weight: 650; padding: .7rem .9rem; }
th, td { text-align: left; vertical-align: top; padding: .38rem .9rem; }
thead th { font-size: .78rem; font-weight: 600; color: var(--soft); border-bottom: 1px solid var(--strong-line); vertical-align: bottom; overflow-wrap: normal; }
tbody tr + tr > *, tbody + tbody > tr:first-child > * { border-top: 1px solid var(--line); }
tbody th { font-weight: 500; }
td code, th code { font-size: .84em; }
.foot { border-top: 1px solid var(--line); margin: 0; padding: .5rem .9rem; }
.group > * { background: var(--sunk); }
.group > th { font-weight: 650; }
#connections .group > th { font-weight: 500; }
.timeline tbody [scope=row] > span { display: block; }
.timeline tbody th a { color: inherit; }
.timeline tbody th code { font-size: .76rem; font-weight: 400; }
.timeline tbody th .mark { float: left; margin-left: -1.25rem; }
.timeline tbody tr.group > th .mark { margin-left: -.3rem; }
.timeline tbody tr:not(.group) > th { padding-left: 1.7rem; }
.timeline .unused { padding: .6rem .9rem; border-top: 1px solid var(--line); }
.timeline tr > :nth-child(n + 3) { white-space: nowrap; }
.timeline tbody th { width: 36%; }
.timeline tbody td { vertical-align: middle; }
.timeline .bar { position: relative; width: 32%; min-width: 15rem; padding: 0; }
.timeline .bar svg { position: absolute; inset: 0; width: 100%; height: 100%; overflow: visible; }
.timeline text { font: 11px var(--sans); fill: var(--soft); stroke: var(--paper); stroke-width: 3px; paint-order: stroke; transform: translateY(-.5rem); }
.timeline .end { text-anchor: end; }
.life { transform: translateY(-7px); } .tail { transform: translateY(-3px); }
.grid-line { stroke: var(--grid); }
.today-line { stroke: var(--ink); stroke-width: 1.5; }
.window-line { stroke: var(--info); stroke-dasharray: 4 3; }
.life { fill: var(--bar); } .life.soon { fill: var(--bar-soon); } .life.over { fill: var(--bar-over); }
.of-ca .life { stroke: var(--ink); stroke-width: 1; }
.life.refused { fill: none; stroke: var(--error); stroke-dasharray: 4 3; }
.tail { fill: var(--bar-tail); }

.graph { padding: .6rem; }
.graph svg { display: block; min-width: 52.2rem; max-width: 66rem; margin: 0 auto; width: 100%; height: auto; }
.graph text { font: 13px var(--sans); fill: var(--ink); }
.graph .file { font: 12.8px var(--sans); fill: var(--soft); }
.graph .column { font-weight: 600; font-size: 12.8px; fill: var(--soft); }
.graph rect { fill: var(--paper); stroke: var(--edge); }
.graph .of-ca rect { fill: var(--sunk); stroke: var(--ink); stroke-width: 1.4; }
.graph .component rect { fill: var(--info-tint); stroke: var(--info); }
.graph .faulty rect { fill: var(--error-tint); stroke: var(--error); stroke-width: 2; }
.graph .doubtful rect { fill: var(--warning-tint); stroke: var(--warning); }
.graph .faulty.part rect { fill: var(--paper); }
.graph .part .file { fill: var(--error); }
.graph .edge { fill: none; stroke: var(--edge); stroke-width: 1.1; }
.graph .dials { stroke: var(--info); stroke-width: 1.4; }
.graph .fail { stroke: var(--error); stroke-width: 2.4; }
.graph .unknown { stroke-dasharray: 5 4; }
.graph .trusts { stroke: var(--ok); stroke-dasharray: 2 3; visibility: hidden; }
.graph .cross { font-weight: 700; fill: var(--error); font-size: 14px; }
.graph svg.focused .edge { opacity: .12; }
.graph svg.focused .item { opacity: .35; }
.graph svg.focused .near { opacity: 1; visibility: visible; stroke-width: 2; }
.graph a:hover rect, .graph a:focus rect { stroke: var(--link); stroke-width: 2.4; }
.graph a:focus { outline: none; }
.touch { display: none; }
.plain.failing { margin: 0 0 .7rem; }
.failing li { padding-left: 1.4rem; text-indent: -1.4rem; }
.failing .mark { text-indent: 0; }
ul.legend { display: flex; flex-wrap: wrap; gap: .3rem 1.2rem; list-style: none; margin: .2rem 0 .7rem; padding: 0 .2rem; font-size: .84rem; color: var(--soft); }
.legend .trusts { visibility: visible; }
.legend svg, .graph .legend svg { width: 2rem; min-width: 0; height: .8rem; display: inline-block; vertical-align: middle; margin-right: .3rem; }

footer { padding-left: 0; padding-right: 0; width: calc(100% - 2.5rem); max-width: 73.5rem; border-top: 1px solid var(--line); margin: 3rem auto 0; padding-top: 1rem; padding-bottom: 2rem; color: var(--soft); font-size: .86rem; }
article:target, tr:target > *, .card:target { outline: 2px solid var(--link); outline-offset: -2px; }
.jumps a { margin-right: .8rem; font-size: .92rem; }
.card { padding: .8rem 1rem; margin: 0 0 .8rem; }
.card h3 { margin: 0 0 .4rem; }
.card h4 { margin: .9rem 0 .2rem; }
.card > div + p, .card details + p { margin-top: .7rem; }
.card ul { margin: .2rem 0 .5rem; padding-left: 1.2rem; }
${forMedia}`;
