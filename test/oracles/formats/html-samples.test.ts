/**
 * What holds for the page of every real node and of every incident, in a real Chromium: nothing is wider than the
 * window, and every error shows what is wrong and what to type before anything is opened.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type LintOptions, reporters } from '../../../src/index.ts';
import { at, lintTrees, treeOf } from '../../cases/harness.ts';
import type { Incident } from '../../incidents/incident.ts';
import { incidents } from '../../incidents/incidents.ts';
import { corpora, corpus } from '../../support/corpus.ts';
import { oneOfEach, sample, sampled } from '../../support/extent.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import { changed, type Pages, startPages } from '../support/pages.ts';

let pages: Pages;
beforeAll(async () => {
  pages = await startPages();
});
afterAll(() => pages.close());

const widths = [390, 900, 1440];

/** What is wrong with a page in a window: what is too wide, and errors of which something is hidden. */
const faults = `[
  ...(document.documentElement.scrollWidth > innerWidth ? ['wider than the window'] : []),
  ...(/^[✔✖▲·]/.test(document.title) ? [] : ['a tab without a verdict: ' + document.title]),
  ...(document.querySelector('h1').getBoundingClientRect().top < innerHeight ? [] : ['no verdict on the first screen']),
  ...[...document.querySelectorAll('#findings article.error')].flatMap((one) => [
    ...(one.querySelector('h3').checkVisibility() ? [] : ['a hidden headline: ' + one.id]),
    ...([...one.querySelectorAll('.fix pre code > span, .fix li')].some((step) => step.checkVisibility()) ? [] : ['no visible fix: ' + one.id]),
  ]),
]`;

/** Returns the faults of a page in windows of all widths, and the number of errors that it shows. */
async function judge(html: string): Promise<{ readonly found: readonly string[]; readonly errors: number }> {
  const file = pages.fileOf('sample', html);
  return pages.within(file, async (page) => {
    const found: string[] = [];
    for (const width of widths) {
      await page.setViewportSize({ width, height: 900 });
      const wrong = await page.evaluate<readonly string[]>(faults);
      found.push(...wrong.map((text) => `${width}: ${text}`));
    }
    return { found, errors: await page.evaluate<number>(`document.querySelectorAll('article.error').length`) };
  });
}

const pageOf = async (trees: readonly NodeTree[], options: LintOptions = {}): Promise<string> =>
  reporters.html(await lintTrees(trees, { at, ...options, picture: true }));

it.each(sample(corpora, 6))('the real node %s, healthy or twenty years later', async (name) => {
  const times = ['2026-12-01', '2045-01-01'];
  // The sample is one time of each node.
  for (const time of sampled([times[corpora.indexOf(name) % times.length] ?? ''], times)) {
    const { found } = await judge(await pageOf([await corpus(name)], { at: new Date(time) }));
    expect({ time, found }).toEqual({ time, found: [] });
  }
});

/** The rule of its cause, and whether it is about several nodes. */
const kindOf = ({ finds: [cause = ''], beside }: Incident) => [
  cause.replace(/^\w+ |@.*/g, ''),
  beside === undefined ? 'one node' : 'several nodes',
];

const tried = oneOfEach(incidents, kindOf);

it.each(sample(tried, 8))('the incident $id', async (one) => {
  const trees = [await treeOf(one), ...((await one.beside?.()) ?? [])];
  const { found, errors } = await judge(await pageOf(trees, one.options));
  expect(found).toEqual([]);
  if (one.finds.some((name) => name.startsWith('error '))) expect(errors).toBeGreaterThan(0);
});

it('a page on which one of these is broken is noticed', async () => {
  const node = (await corpus('kubeadm-1.36-default')).chmod('/etc/kubernetes/pki/sa.key', 0o644);
  const html = await pageOf([node]);
  const [wide, hidden] = [
    changed(html, '.graph svg {', 'h1 { width: 2000px; } .graph svg {'),
    changed(html, '.graph svg {', '#findings .fix pre { display: none; } .graph svg {'),
  ];
  expect((await judge(html)).found).toEqual([]);
  expect((await judge(wide)).found).toContain('1440: wider than the window');
  expect((await judge(hidden)).found.join()).toContain('no visible fix');
  expect((await judge(html.replace(/<title>./u, '<title>PKI'))).found.join()).toContain('a tab without a verdict');
});
