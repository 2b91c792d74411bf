/**
 * How a page is laid out in a real Chromium, in windows of several widths. A page on which one of these is broken is
 * noticed.
 */
import { expect, it } from 'vitest';
import type { BrowserPage } from '../support/browser.ts';
import { clusterPage } from '../support/pages.ts';

const cluster = clusterPage();
const { broken } = cluster;

const unfold = `for (const one of document.querySelectorAll('details')) one.open = true;`;

const at = <Result>(name: string, width: number, script: string): Promise<Result> =>
  cluster.pages.within(name, (page: BrowserPage) => page.evaluate<Result>(`{ ${unfold} ${script} }`), {
    viewport: { width, height: 900 },
  });

/** Elements that take more than one line. */
const inLines = (selector: string) =>
  `[...document.querySelectorAll('${selector}')].filter((one) => new Set([...one.getClientRects()].map(({ top }) => top)).size > 1).length`;

it.each([390, 900, 1440])('names and dates are on one line, at %i', async (width) => {
  expect(await at(cluster.file, width, inLines('.word'))).toBe(0);
  const loose = broken('loose', '.word { white-space: nowrap; }', '.word { width: auto; }');
  if (width === 390) expect(await at(loose, width, inLines('.word'))).toBeGreaterThan(0);
});

/** Blocks of commands whose text is different when it is selected and copied. */
const unlike = `[...document.querySelectorAll('pre')].filter((pre) => {
  getSelection().selectAllChildren(pre);
  return getSelection().toString().trimEnd() !== pre.textContent || pre.innerText.trimEnd() !== pre.textContent;
}).length`;

it.each([390, 1440])('commands that are selected are as they are typed, at %i', async (width) => {
  expect(await at(cluster.file, width, unlike)).toBe(0);
  const blocks = broken('blocks', 'pre code > span { display: inline-block;', 'pre code > span { display: block;');
  expect(await at(blocks, width, unlike)).toBeGreaterThan(0);
});

/**
 * What is before and after each end of a line in a word that is not before a slash, or after a name: JSON may be broken
 * anywhere.
 */
const breaks = `[...document.querySelectorAll('pre code > span:not(.note) > span')].flatMap((line) => {
  const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
  const found = [];
  let last;
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    for (let index = 0; index < node.length; index++) {
      const range = document.createRange();
      range.setStart(node, index);
      range.setEnd(node, index + 1);
      const rect = range.getClientRects()[0];
      const letter = node.data[index];
      if (last && rect && rect.top > last.top + 4 && !' =,'.includes(last.letter) && letter !== '/') found.push(last.letter + '|' + letter);
      if (rect) last = { top: rect.top, letter };
    }
  }
  return found;
})`;

it('commands are broken only at spaces and before slashes, and only they have a mark', async () => {
  expect(await at(cluster.file, 390, breaks)).toEqual([]);
  const loose = broken('words', 'text-indent: 0; white-space: nowrap; }', 'text-indent: 0; }');
  expect(await at<readonly string[]>(loose, 390, breaks)).not.toEqual([]);
  const mark = (selector: string) =>
    `[...new Set([...document.querySelectorAll('${selector}')].map((one) => getComputedStyle(one, '::before').content))]`;
  expect(await at(cluster.file, 390, mark('pre code > span:not(.note)'))).toEqual(['"$ "']);
  expect(await at(cluster.file, 390, mark('pre code > .note'))).toEqual(['none']);
});

/** Where the first screen ends, and the last of what it has to show. */
const firstScreen = `[innerHeight, Math.max(...['h1', '.counts', '.first p', '.first pre code > span:not(.note)'].map((one) => document.querySelector(one).getBoundingClientRect().bottom))]`;

it.each([
  [390, 900],
  [900, 900],
  [1440, 900],
])('the first screen shows what is broken, and what to type, at %i', async (width, height) => {
  const viewport = { width, height };
  const [screen, last] = await cluster.pages.within(
    cluster.file,
    (page) => page.evaluate<[number, number]>(firstScreen),
    { viewport },
  );
  expect(last).toBeLessThan(screen);
});

/** The heights of what fingers hit, and the size of letters in fields. */
const targets = `const heights = (selector) => [...document.querySelectorAll(selector)].filter((one) => one.checkVisibility()).map((one) => one.getBoundingClientRect().height);
[Math.min(...heights('.commands button, summary, nav a, .jumps a, form.filters select')), parseFloat(getComputedStyle(document.querySelector('form.filters input')).fontSize)]`;

it('a finger hits what it should on a phone, and fields do not make it zoom', async () => {
  const [height, letters] = await at<[number, number]>(cluster.file, 390, targets);
  expect(height).toBeGreaterThanOrEqual(36);
  expect(letters).toBeGreaterThanOrEqual(16);
  const flat = broken('flat', 'padding: 0.4rem 0; min-height: 2.3rem; }', 'padding: 0; }');
  expect((await at<[number]>(flat, 390, targets))[0]).toBeLessThan(36);
});

/** Buttons over texts of their blocks. */
const covering = `[...document.querySelectorAll('.commands button')].filter((button) => {
  const own = button.getBoundingClientRect();
  return own.width > 0 && [...button.closest('.commands').querySelectorAll('code > span')].some((line) => {
    const { right, top, bottom } = line.getBoundingClientRect();
    return right > own.left && top < own.bottom - 1 && bottom > own.top + 1;
  });
}).length`;

it.each([390, 900, 1440])('no button covers a command, at %i', async (width) => {
  expect(await at(cluster.file, width, covering)).toBe(0);
  const over = broken('over', '.commands pre { padding-right: 5rem; }', '.commands pre { padding-right: 0; }');
  if (width === 900) expect(await at<number>(over, width, covering)).toBeGreaterThan(0);
});

/** Blocks whose lines go on to the right, and those of them that say so below. */
const cut = `new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => {
  const blocks = [...document.querySelectorAll('.commands')];
  const [on, said] = [(one) => { const pre = one.querySelector('pre'); return pre.scrollWidth > pre.clientWidth; },
    (one) => getComputedStyle(one, '::after').content.includes('lines go on')];
  done([blocks.filter(on).length, blocks.filter((one) => on(one) && said(one)).length, blocks.filter(said).length]);
})))`;

it('a block of commands whose lines go on to the right says so, on a phone', async () => {
  const [on = 0, said, all] = await at<readonly number[]>(cluster.file, 390, cut);
  expect(on).toBeGreaterThan(0);
  expect([said, all]).toEqual([on, on]);
  expect(await at(cluster.file, 1440, cut)).toEqual([0, 0, 0]);
  const silent = broken('silent', '.commands.cut::after', '.commands.none::after');
  expect(await at(silent, 390, cut)).toEqual([on, 0, 0]);
});

/** How far a graph goes on to the right, and whether the page says so. */
const graph = `const one = document.querySelector('.graph.scroll'); [one.scrollWidth - one.clientWidth, document.querySelector('.narrow').checkVisibility()]`;

it('a graph fits into a window of 900, and a page says that it goes on in a narrow one', async () => {
  for (const width of [898, 900, 1440]) expect(await at(cluster.file, width, graph)).toEqual([0, false]);
  for (const width of [390, 700, 800, 888])
    expect(await at(cluster.file, width, graph)).toEqual([expect.any(Number), true]);
  const [hidden] = await at<[number]>(cluster.file, 390, graph);
  expect(hidden).toBeGreaterThan(300);
  const wide = broken('wide', 'min-width: 52.2rem', 'min-width: 60rem');
  expect(await at(wide, 900, graph)).not.toEqual([0, false]);
});

/** The height of the smallest text of the graphs, and the texts that are wider than their boxes. */
const letters = `const texts = [...document.querySelectorAll('.graph.scroll text')];
const size = (one) => parseFloat(getComputedStyle(one).fontSize) * one.getScreenCTM().a;
[Math.min(...texts.map(size)),
 [...document.querySelectorAll('.graph.scroll .item')].filter((one) => [...one.querySelectorAll('text')].some((text) =>
   text.getBoundingClientRect().right > one.querySelector('rect').getBoundingClientRect().right)).length]`;

it.each([390, 900, 1440])('texts of a graph can be read and stay in their boxes, at %i', async (width) => {
  const [size, wide] = await at<[number, number]>(cluster.file, width, letters);
  expect(size).toBeGreaterThanOrEqual(11);
  expect(wide).toBe(0);
  const small = broken('small', '.graph .file { font: 12.8px', '.graph .file { font: 9px');
  expect((await at<[number]>(small, width, letters))[0]).toBeLessThan(11);
  const large = broken('large', '.graph .file { font: 12.8px', '.graph .file { font: 20px');
  expect((await at<[number, number]>(large, width, letters))[1]).toBeGreaterThan(0);
});

/** The sign that the list of sections goes on: its shade at the edge. */
const shade = `const list = document.querySelector('nav ul'); [list.scrollWidth > list.clientWidth, getComputedStyle(list).backgroundImage !== 'none']`;

it('the list of sections shows that it goes on, in a narrow window', async () => {
  expect(await at(cluster.file, 390, shade)).toEqual([true, true]);
  expect(await at(cluster.file, 1440, shade)).toEqual([false, false]);
  const bare = broken('bare', 'nav ul { background:', 'nav li { background:');
  expect(await at(bare, 390, shade)).toEqual([true, false]);
});

/** By how much lines of the timeline stick out of their cells, and cells of its last columns with several lines. */
const timeline = `const cells = [...document.querySelectorAll('.timeline td.bar')];
[cells.filter((cell) => { const [line, own] = [cell.querySelector('use'), cell].map((one) => one.getBoundingClientRect()); return line.bottom > own.bottom + 1 || line.top < own.top - 1; }).length,
 [...document.querySelectorAll('.timeline td[data-label]')].filter((cell) => cell.getBoundingClientRect().height > 120).length]`;

/** How far the name of the end of the axis sticks out of the column of bars. */
const endOfAxis = `Math.max(...[...document.querySelectorAll('.timeline thead .end')].map((text) => text.getBoundingClientRect().right - text.ownerSVGElement.getBoundingClientRect().right))`;

it.each([390, 900, 1440])('the last name of the axis stays in its column, at %i', async (width) => {
  expect(await at(cluster.file, width, endOfAxis)).toBeLessThan(2);
  const out = broken('end', '.end { text-anchor: end; }', '.end { text-anchor: start; }');
  expect(await at<number>(out, width, endOfAxis)).toBeGreaterThan(10);
});

it.each([390, 900, 1440])('lines of the timeline stay in their rows, at %i', async (width) => {
  expect(await at(cluster.file, width, timeline)).toEqual([0, 0]);
  const out = broken(
    'out',
    '.bar svg { position: absolute; inset: 0;',
    '.bar svg { position: absolute; inset: 40px 0 0;',
  );
  expect(await at(out, width, timeline)).not.toEqual([0, 0]);
});

/** The least contrast of the lines and outlines of a graph with the paper. */
const contrast = `const light = (text) => { const [r, g, b] = text.match(/[\\d.]+/g).map((one) => { const c = one / 255; return c <= .03928 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4; }); return .2126 * r + .7152 * g + .0722 * b; };
const paper = light(getComputedStyle(document.querySelector('.graph.scroll')).backgroundColor);
Math.min(...[...document.querySelectorAll('.graph :is(.edge, rect)')].map((one) => light(getComputedStyle(one).stroke)).map((one) => (Math.max(one, paper) + .05) / (Math.min(one, paper) + .05)))`;

it('lines of a graph can be seen', async () => {
  expect(await at<number>(cluster.file, 1440, contrast)).toBeGreaterThanOrEqual(3);
  const pale = broken('pale', '--edge: #74746d', '--edge: #b4b4ab');
  expect(await at<number>(pale, 1440, contrast)).toBeLessThan(3);
});

/** Whether the shade of a graph that goes on is over its boxes. */
const over = `const shade = getComputedStyle(document.querySelector('.graph.scroll'), '::before'); [shade.position, shade.zIndex]`;

it('the shade of a graph is over its boxes', async () => {
  expect(await at(cluster.file, 390, over)).toEqual(['sticky', '1']);
  expect(await at(cluster.file, 1440, over)).not.toEqual(['sticky', '1']);
});
