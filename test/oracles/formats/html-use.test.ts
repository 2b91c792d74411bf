/**
 * The page in use: filters, copies, and a walk by keyboard, in a real Chromium. A page on which one of these is broken
 * is noticed.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Report, reporters } from '../../../src/index.ts';
import type { BrowserPage } from '../support/browser.ts';
import { brokenCluster, changed, type Pages, startPages } from '../support/pages.ts';

let pages: Pages;
let cluster: Report;
let html: string;
let file: string;

beforeAll(async () => {
  pages = await startPages();
  cluster = await brokenCluster();
  html = await reporters.html(cluster);
  file = pages.fileOf('cluster', html);
});
afterAll(() => pages.close());

/** Writes the page with a change of its script or style sheet. */
const broken = (name: string, from: string, to: string): string => pages.fileOf(name, changed(html, from, to));

const articles = (page: BrowserPage) =>
  page.evaluate<readonly string[]>(
    `[...document.querySelectorAll('#findings article')].filter((one) => !one.hidden).map((one) => one.dataset.rule)`,
  );

const rule = 'key/mode-signing';
/** What is shown at first, with a filter, with its address, after a way back, and with a text. */
async function filtering(page: BrowserPage): Promise<unknown> {
  const first = (await articles(page)).length;
  const isOffered = () => page.evaluate<boolean>(`!document.querySelector('form.filters button').hidden`);
  const offered = [await isOffered()];
  await page.locator('form.filters select[name=rule]').selectOption(rule);
  offered.push(await isOffered());
  const [chosen, address] = [await articles(page), page.url().split('#')[1]];
  await page.locator('nav a[href="#timeline"]').click();
  await page.goBack();
  const back = await articles(page);
  await page.locator('form.filters button').click();
  await page.locator('form.filters input[name=text]').fill('SA.KEY');
  const found = await articles(page);
  return { first, offered, chosen, address, back, found: found.includes(rule) && found.length < first };
}

it('filters keep their state in the address, and back returns to it', async () => {
  const all = cluster.findings.length;
  expect(new Set(cluster.findings.map((one) => one.rule)).size).toBeGreaterThan(3);
  const good = {
    first: all,
    offered: [false, true],
    chosen: [rule],
    address: '?rule=key%2Fmode-signing',
    back: [rule],
    found: true,
  };
  expect(await pages.within(file, filtering)).toEqual(good);
  // The same address shows the same in a new window, and a rule that the report does not have changes nothing.
  expect(await pages.within(`${file}#?rule=${encodeURIComponent(rule)}`, articles)).toEqual([rule]);
  expect((await pages.within(`${file}#?rule=x%2Fy`, articles)).length).toBe(all);
  const idle = broken('idle', 'article.hidden = !chosen.every(has);', 'article.hidden = false;');
  expect(await pages.within(idle, filtering)).toMatchObject({ chosen: { length: all }, found: false });
  const forgetful = broken('forgetful', 'history.replaceState(null,', 'void (null,');
  expect(await pages.within(forgetful, filtering)).not.toMatchObject({ address: good.address });
});

/** Where the findings are in the window, how many are shown, and whether a link to a hidden one shows all of them. */
const arriving = (page: BrowserPage) =>
  page.evaluate<readonly unknown[]>(`(async () => {
    const wait = () => new Promise((done) => setTimeout(done, 50));
    const shown = () => [...document.querySelectorAll('#findings article')].filter((one) => !one.hidden).length;
    await wait();
    const top = document.querySelector('#findings').getBoundingClientRect().top;
    const filtered = shown();
    location.hash = '#' + document.querySelector('#findings article[hidden]').id;
    await wait();
    return [top >= 0 && top < innerHeight / 2, filtered, shown()];
  })()`);

it('an address with a filter leads to what it shows, and a link to a finding that it hides ends it', async () => {
  const address = `${file}#?rule=${encodeURIComponent(rule)}`;
  const options = { reducedMotion: 'reduce' };
  expect(await pages.within(address, arriving, options)).toEqual([true, 1, cluster.findings.length]);
  const still = broken('still', "document.getElementById('findings').scrollIntoView();", '');
  expect(await pages.within(`${still}#?rule=${encodeURIComponent(rule)}`, arriving, options)).toEqual([
    false,
    1,
    cluster.findings.length,
  ]);
});

it('a count is a link to the findings that it counts', async () => {
  const counts = (page: BrowserPage) =>
    page.evaluate<readonly (readonly [number, number])[]>(`(async () => {
      const found = [];
      for (const link of document.querySelectorAll('a[data-filter]')) {
        link.click();
        await new Promise((done) => setTimeout(done, 50));
        const shown = [...document.querySelectorAll('#findings article')].filter((one) => !one.hidden).length;
        found.push([Number(link.querySelector('b').textContent), shown]);
      }
      return found;
    })()`);
  const all = await pages.within(file, counts);
  expect(all.length).toBeGreaterThan(1);
  for (const [number, shown] of all) expect(shown).toBe(number);
});

/**
 * What is on the clipboard after a click, what should be, what the button says, and buttons that have nothing to copy.
 */
async function copying(page: BrowserPage): Promise<readonly unknown[]> {
  await page.locator('.fix button').first().click();
  await page.evaluate('new Promise((done) => setTimeout(done, 100))');
  return page.evaluate(
    `navigator.clipboard.readText().then((text) => [text, document.querySelector('.fix pre').textContent + '\\n', document.querySelector('.fix button').textContent, document.querySelectorAll('.fix:not(:has(pre)) button').length])`,
  );
}

it('a button copies the commands of a fix, and a fix of words has none', async () => {
  const options = { permissions: ['clipboard-read', 'clipboard-write'] };
  const [copied, commands, says, others] = await pages.within(file, copying, options);
  expect([copied, says, others]).toEqual([commands, 'Copied', 0]);
  expect(`${commands}`.length).toBeGreaterThan(10);
  const wrong = broken('copy', 'clipboard.writeText(', "clipboard.writeText('x', ");
  const [other, wanted] = await pages.within(wrong, copying, options);
  expect(other).not.toBe(wanted);
});

const focused = (page: BrowserPage) =>
  page.evaluate<string>(
    `document.activeElement.querySelector('title')?.textContent.split('\\n')[0] ?? document.activeElement.textContent`,
  );

/**
 * The columns through which the arrow keys lead, whether down and up is there and back, what is lit, and where Enter
 * leads.
 */
async function walking(page: BrowserPage): Promise<unknown> {
  await page.locator('#trust summary').first().click();
  await page.locator('.graph svg a').first().focus();
  const places = [await focused(page)];
  for (const key of ['ArrowDown', 'ArrowUp', 'ArrowRight', 'ArrowRight', 'ArrowRight', 'ArrowLeft']) {
    await page.keyboard.press(key);
    places.push(await focused(page));
  }
  const lit = await page.evaluate<boolean>(`document.querySelectorAll('svg.focused .edge.near').length > 0`);
  await page.keyboard.press('Enter');
  const target = /#(finding|without|connections)/.test(page.url());
  await page.locator('.timeline a').first().focus();
  const inTimeline = await page.evaluate<boolean>(`document.activeElement.closest('.timeline') !== null`);
  const columns = places.map((place) => place.split(':')[0]);
  return { columns, isBack: places[1] !== places[0] && places[2] === places[0], lit, target, inTimeline };
}

it('a keyboard walks through the graph, to what is known about a box, and through the timeline', async () => {
  const good = {
    columns: ['CA', 'CA', 'CA', 'Certificate or key', 'Component', 'Server', 'Component'],
    isBack: true,
    lit: true,
    target: true,
    inTimeline: true,
  };
  expect(await pages.within(file, walking)).toEqual(good);
  const stuck = broken('stuck', 'if (next) next.focus();', '');
  expect(await pages.within(stuck, walking)).not.toMatchObject({ columns: good.columns });
  const unlit = broken('unlit', "edge.classList.add('near');", '');
  expect(await pages.within(unlit, walking)).toMatchObject({ lit: false });
});

/** What the list of sections covers after a click on each link. */
const covered = (page: BrowserPage) =>
  page.evaluate<readonly unknown[]>(`(async () => {
    const covered = [];
    for (const link of document.querySelectorAll('nav a:not([href="#top"]), .first a')) {
      link.click();
      await new Promise((done) => setTimeout(done, 30));
      const target = document.getElementById(location.hash.slice(1));
      const [top, end] = [target.getBoundingClientRect().top, document.querySelector('nav').getBoundingClientRect().bottom];
      const isAtEnd = scrollY + innerHeight >= document.documentElement.scrollHeight - 2;
      if (top < end || (top > end + 60 && !isAtEnd)) covered.push([location.hash, top, end]);
    }
    return covered;
  })()`);

it('the list of sections does not cover what its links lead to', async () => {
  const options = { reducedMotion: 'reduce' };
  expect(await pages.within(file, covered, options)).toEqual([]);
  const under = broken('under', 'scroll-padding-top: 4rem', 'scroll-padding-top: 0');
  expect((await pages.within(under, covered, options)).length).toBeGreaterThan(3);
});
