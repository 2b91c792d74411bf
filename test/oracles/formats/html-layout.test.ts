/** How a page is laid out in a real Chromium, in windows of several widths. A page on which one of these is broken is noticed. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { reporters } from '../../../src/index.ts';
import type { BrowserPage } from '../support/browser.ts';
import { brokenCluster, changed, type Pages, startPages } from '../support/pages.ts';

let pages: Pages;
let html: string;
let file: string;

beforeAll(async () => {
  pages = await startPages();
  html = await reporters.html(await brokenCluster());
  file = pages.fileOf('cluster', html);
});
afterAll(() => pages.close());

const broken = (name: string, from: string, to: string): string => pages.fileOf(name, changed(html, from, to));

const unfold = `for (const one of document.querySelectorAll('details')) one.open = true;`;

const at = <Result>(name: string, width: number, script: string): Promise<Result> =>
  pages.within(name, (page: BrowserPage) => page.evaluate<Result>(`{ ${unfold} ${script} }`), {
    viewport: { width, height: 900 },
  });

/** Elements that take more than one line. */
const inLines = (selector: string) =>
  `[...document.querySelectorAll('${selector}')].filter((one) => new Set([...one.getClientRects()].map(({ top }) => top)).size > 1).length`;

it.each([390, 900, 1440])('names and dates are on one line, at %i', async (width) => {
  expect(await at(file, width, inLines('.word'))).toBe(0);
  const loose = broken('loose', '.word { white-space: nowrap; }', '.word { width: auto; }');
  if (width === 390) expect(await at(loose, width, inLines('.word'))).toBeGreaterThan(0);
});

/** Blocks of commands whose text is different when it is selected and copied. */
const unlike = `[...document.querySelectorAll('pre')].filter((pre) => {
  getSelection().selectAllChildren(pre);
  return getSelection().toString().trimEnd() !== pre.textContent || pre.innerText.trimEnd() !== pre.textContent;
}).length`;

it.each([390, 1440])('commands that are selected are as they are typed, at %i', async (width) => {
  expect(await at(file, width, unlike)).toBe(0);
  const blocks = broken('blocks', 'pre span { display: inline-block;', 'pre span { display: block;');
  expect(await at(blocks, width, unlike)).toBeGreaterThan(0);
});

/** How far a graph goes on to the right, and whether the page says so. */
const graph = `const one = document.querySelector('.graph.scroll'); [one.scrollWidth - one.clientWidth, document.querySelector('.narrow').checkVisibility()]`;

it('a graph fits into a window of 900, and a page says that it goes on in a narrow one', async () => {
  for (const width of [866, 900, 1440]) expect(await at(file, width, graph)).toEqual([0, false]);
  for (const width of [390, 700, 800]) expect(await at(file, width, graph)).toEqual([expect.any(Number), true]);
  const [hidden] = await at<[number]>(file, 390, graph);
  expect(hidden).toBeGreaterThan(300);
  const wide = broken('wide', 'min-width: 50rem', 'min-width: 60rem');
  expect(await at(wide, 900, graph)).not.toEqual([0, false]);
});

/** By how much lines of the timeline stick out of their cells, and cells of its last columns with several lines. */
const timeline = `const cells = [...document.querySelectorAll('.timeline td.bar')];
[cells.filter((cell) => { const [line, own] = [cell.querySelector('use'), cell].map((one) => one.getBoundingClientRect()); return line.bottom > own.bottom + 1 || line.top < own.top - 1; }).length,
 [...document.querySelectorAll('.timeline td[data-label]')].filter((cell) => cell.getBoundingClientRect().height > 80).length]`;

it.each([390, 900, 1440])('lines of the timeline stay in their rows, at %i', async (width) => {
  expect(await at(file, width, timeline)).toEqual([0, 0]);
  const out = broken(
    'out',
    '.bar svg { position: absolute; inset: 0;',
    '.bar svg { position: absolute; inset: 40px 0 0;',
  );
  expect(await at(out, width, timeline)).not.toEqual([0, 0]);
});
