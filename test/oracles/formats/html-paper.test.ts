/**
 * A page on paper, and in colours that the reader chose, in a real Chromium. A page on which one of these is broken is
 * noticed.
 */
import { expect, it } from 'vitest';
import { reporters } from '../../../src/index.ts';
import { lintTrees } from '../../cases/harness.ts';
import { controlPlane, worker } from '../../support/cluster.ts';
import type { BrowserPage } from '../support/browser.ts';
import { changed, clusterPage } from '../support/pages.ts';

const cluster = clusterPage();
const { broken } = cluster;

/** The number of sheets, with all references. */
async function sheets(page: BrowserPage): Promise<number> {
  await page.evaluate(`for (const one of document.querySelectorAll('.reference details')) one.open = true`);
  const pdf = await page.pdf({ format: 'A4', preferCSSPageSize: true });
  return pdf.toString('latin1').match(/\/Type\s*\/Page\b/g)?.length ?? 0;
}

it('charts and findings go on over sheets: they take less paper than whole ones', async () => {
  const number = await cluster.pages.within(cluster.file, sheets);
  expect(number).toBeGreaterThan(5);
  const whole = broken(
    'whole',
    'tr, li, pre, .legend,',
    'article, .panel, .card, section > div, tr, li, pre, .legend,',
  );
  expect(await cluster.pages.within(whole, sheets)).toBeGreaterThan(number + 1);
});

/** What is visible of what only works on a screen, what is folded, and the addresses that are printed. */
async function onPaper(page: BrowserPage): Promise<readonly unknown[]> {
  await page.emulateMedia({ media: 'print' });
  return page.evaluate(`(() => {
    const seen = (selector) => [...document.querySelectorAll(selector)].filter((one) => one.checkVisibility()).length;
    const outside = [...document.querySelectorAll('a[href^="http"]')];
    return [
      seen('nav, button, form.filters, .on-screen'),
      [...document.querySelectorAll('.causes li, dl.fields li')].filter((one) => !one.checkVisibility()).length,
      outside.length > 0 && outside.every((one) => getComputedStyle(one, '::after').content.includes('http')),
      getComputedStyle(document.querySelector('article a, .causes a')).textDecorationLine,
      getComputedStyle(document.querySelector('thead')).display,
    ];
  })()`);
}

it('paper has no buttons, all that is folded, the addresses of links, and the heads of tables on each sheet', async () => {
  expect(await cluster.pages.within(cluster.file, onPaper)).toEqual([0, 0, true, 'none', 'table-header-group']);
  const screen = broken(
    'screen',
    'nav, form.filters, button, .on-screen, .narrow { display: none',
    'nav { display: none',
  );
  expect((await cluster.pages.within(screen, onPaper))[0]).toBeGreaterThan(0);
});

/** What is visible of references, before and after the reader has unfolded one. */
async function references(page: BrowserPage): Promise<readonly unknown[]> {
  await page.emulateMedia({ media: 'print' });
  const seen = () =>
    page.evaluate(`[...document.querySelectorAll('.reference table')].filter((one) => one.checkVisibility()).length`);
  const before = await seen();
  await page.evaluate(`document.querySelector('#facts details').open = true; dispatchEvent(new Event('beforeprint'))`);
  return [before, await seen()];
}

it('of references, paper has what the reader unfolded, and the result of each', async () => {
  expect(await cluster.pages.within(cluster.file, references)).toEqual([0, 2]);
  const all = broken('references', '.reference > details:not([open])::details-content,', '');
  expect((await cluster.pages.within(all, references))[0]).toBeGreaterThan(2);
});

/** Labels of findings and of tables that end like their values, and articles whose severities look the same. */
const inForcedColours = (page: BrowserPage) =>
  page.evaluate<readonly unknown[]>(`[
    [...document.querySelectorAll('dl.fields dt')].filter((one) => getComputedStyle(one, '::after').content !== '":"').length,
    [...document.querySelectorAll('#tables td br + .soft, #tables td .small > .soft:first-child')].filter((one) => !/: $/.test(one.textContent) && one.tagName === 'SPAN').length,
    new Set([...document.querySelectorAll('article')].map((one) => one.className + getComputedStyle(one).borderLeftStyle)).size,
    getComputedStyle(document.querySelector('article')).borderTopLeftRadius,
  ]`);

it('labels have a colon, and severities a border of their own, in forced colours', async () => {
  const options = { forcedColors: 'active' };
  const [labels, columns, , corner] = await cluster.pages.within(cluster.file, inForcedColours, options);
  expect([labels, columns, corner]).toEqual([0, 0, '0px']);
  const bare = broken('bare', 'dl.fields dt::after { content: ":"; }', '');
  expect((await cluster.pages.within(bare, inForcedColours, options))[0]).toBeGreaterThan(0);
});

/** What is visible of the facts about healthy nodes, and of names to copy; and by how much lines are cut off. */
async function ofFleet(page: BrowserPage): Promise<readonly unknown[]> {
  await page.emulateMedia({ media: 'print' });
  return page.evaluate(`(() => {
    dispatchEvent(new Event('beforeprint'));
    const seen = (selector) => [...document.querySelectorAll(selector)].filter((one) => one.checkVisibility()).length;
    const cut = [...document.querySelectorAll('pre, td, dd, li')].filter((one) => one.checkVisibility() && one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).display !== 'inline');
    return [seen('.healthy tbody tr'), seen('.words pre'), seen('#findings article .fix pre') > 0, document.documentElement.scrollWidth - innerWidth, cut.length];
  })()`);
}

it('of many nodes, paper has those with a problem, and nothing is cut off', async () => {
  const workers = Array.from({ length: 12 }, (_, index) =>
    worker({ name: `worker-${index + 1}`, ip: `192.0.2.${index + 30}` }),
  );
  for (const far of workers.slice(0, 4)) far.editKubeconfig('kubelet.conf', { server: 'https://192.0.2.99:6443' });
  const report = await lintTrees([controlPlane(1), controlPlane(2), ...workers], { picture: true });
  const html = await reporters.html(report);
  // The width of A4 without its margins.
  const options = { viewport: { width: 718, height: 1000 } };
  const file = (name: string, text: string) => cluster.pages.fileOf(name, text);
  expect(await cluster.pages.within(file('fleet', html), ofFleet, options)).toEqual([0, 1, true, 0, 0]);
  const open = changed(html, '.healthy:not([open])::details-content', '.none:not([open])::details-content');
  expect((await cluster.pages.within(file('open', open), ofFleet, options))[0]).toBeGreaterThan(0);
});
