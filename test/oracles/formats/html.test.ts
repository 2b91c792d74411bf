/** The page in a real Chromium: it does nothing that it may not do, and everything that it should. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Report, reporters } from '../../../src/index.ts';
import { lintTree, lintTrees } from '../../cases/harness.ts';
import { hostileReport } from '../../report/formats/hostile-report.ts';
import { copies } from '../../report/html/copies.ts';
import { buildNode } from '../../support/build-node.ts';
import { corpus } from '../../support/corpus.ts';
import { type Browser, type BrowserPage, open, startBrowser, violations } from '../support/browser.ts';
import { validator } from '../support/validators.ts';

let browser: Browser;
let cluster: Report;
const pages: Record<string, string> = {};
const folder = mkdtempSync(join(tmpdir(), 'pages-'));

const fileOf = (name: string, html: string): string => {
  const file = join(folder, `${name}.html`);
  writeFileSync(file, html);
  return file;
};

beforeAll(async () => {
  browser = await startBrowser();
  const [first, second] = await Promise.all((['kubeadm-1.36-ha', 'kubeadm-1.36-ha-node2'] as const).map(corpus));
  if (first === undefined || second === undefined) throw new Error('no corpus');
  const pki = '/etc/kubernetes/pki';
  second.write(`${pki}/etcd/ca.crt`, second.read(`${pki}/ca.crt`));
  first.write(`${pki}/front-proxy-client.key`, first.read(`${pki}/sa.key`)).chmod(`${pki}/sa.key`, 0o644);
  first.remove(`${pki}/apiserver-kubelet-client.crt`);
  const options = { picture: true };
  cluster = await lintTrees([first, second], options);
  const broken = await lintTree(buildNode().issue('kube-etcd', { issuer: 'kubernetes-ca' }), options);
  const hostile = hostileReport();
  const poison = JSON.parse(
    JSON.stringify(broken.picture).replaceAll('kube-apiserver', '</script><img src=x onerror=alert(1)>\u202e'),
  );
  const reports: Readonly<Record<string, Report>> = {
    cluster,
    healthy: await lintTree(buildNode(), options),
    hostile: { ...hostile, picture: { ...poison, nodes: hostile.nodes.map(({ name }) => name) } },
    many: copies(broken, 1000, 300),
  };
  for (const [name, report] of Object.entries(reports)) pages[name] = fileOf(name, await reporters.html(report));
});
afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true });
});

/** Opens a page, does something with it, and expects that it was silent meanwhile. */
async function within<Result>(
  file: string | undefined,
  act: (page: BrowserPage) => Promise<Result>,
  options: Readonly<Record<string, unknown>> = {},
): Promise<Result> {
  const { page, noise, close } = await open(browser, file ?? '', options);
  const result = await act(page);
  await close();
  expect(noise).toEqual([]);
  return result;
}

const width = (page: BrowserPage) => page.evaluate<number>('document.documentElement.scrollWidth');

describe('axe-core finds no barrier, and nothing is wider than the window', () => {
  it.each(
    ['cluster', 'healthy', 'hostile'].flatMap((name) =>
      (['light', 'dark'] as const).map((colors) => [name, colors] as const),
    ),
  )('%s, %s', async (name, colorScheme) => {
    const found = await within(
      pages[name],
      async (page) => {
        const all = await violations(page);
        await page.evaluate(`for (const one of document.querySelectorAll('details')) one.open = true`);
        const widths: number[] = [];
        for (const columns of [390, 900, 1440]) {
          await page.setViewportSize({ width: columns, height: 900 });
          widths.push((await width(page)) - columns);
        }
        return [all, widths];
      },
      { colorScheme },
    );
    expect(found).toEqual([[], [0, 0, 0]]);
  });

  it('on paper too, where what is folded shows', async () => {
    const hidden = await within(
      pages.cluster,
      async (page) => {
        await page.emulateMedia({ media: 'print' });
        return page.evaluate(
          `[[...document.querySelectorAll('details .words')].filter((one) => one.getBoundingClientRect().height === 0).length, document.documentElement.scrollWidth]`,
        );
      },
      { viewport: { width: 760, height: 1000 } },
    );
    expect(hidden).toEqual([0, 760]);
  });

  it('a page with a barrier is rejected', async () => {
    const html = (await reporters.html(cluster)).replace('<main>', '<main><p><a href="#nodes"></a></p>');
    expect(await within(fileOf('barrier', html), violations)).toMatchObject([expect.stringContaining('link-name')]);
  });
});

it('a script, a style or a file that the page does not name in its policy is refused', async () => {
  const html = await reporters.html(cluster);
  const noise = async (name: string, change: string) => {
    const opened = await open(browser, fileOf(name, html.replace('<main>', `<main>${change}`)));
    await opened.close();
    return opened.noise.join('\n');
  };
  expect(await noise('script', '<script>alert(1)</script>')).toMatch(/^console: .*script/);
  expect(await noise('style', '<p style="color: red">x</p>')).toMatch(/^console: .*style/);
  expect(await noise('image', '<img src="https://192.0.2.1/x.png" alt="">')).toMatch(/^(console|request): .*x\.png/);
});

const articles = (page: BrowserPage) =>
  page.evaluate<readonly string[]>(
    `[...document.querySelectorAll('#findings article')].filter((one) => !one.hidden).map((one) => one.dataset.rule)`,
  );

it('filters keep their state in the address, and back returns to it', async () => {
  const all = cluster.findings.map(({ rule }) => rule);
  const rule = 'key/mode-signing';
  expect(new Set(all).size).toBeGreaterThan(3);
  await within(pages.cluster, async (page) => {
    expect((await articles(page)).length).toBe(all.length);
    await page.locator('form.filters select[name=rule]').selectOption(rule);
    expect(await articles(page)).toEqual([rule]);
    expect(page.url()).toMatch(/#\?rule=key%2Fmode-signing$/);
    await page.locator('nav a[href="#timeline"]').click();
    await page.goBack();
    expect(await articles(page)).toEqual([rule]);
    await page.locator('form.filters button').click();
    await page.locator('form.filters input[name=text]').fill('SA.KEY');
    const found = await articles(page);
    expect(found).toContain(rule);
    expect(found.length).toBeLessThan(all.length);
  });
  // The same address shows the same in a new window.
  const address = `${pages.cluster}#?rule=${encodeURIComponent(rule)}`;
  expect(await within(address, articles)).toEqual([rule]);
  // A rule that the report does not have changes nothing.
  expect((await within(`${pages.cluster}#?rule=x%2Fy`, articles)).length).toBe(all.length);
});

it('a button copies the commands of a fix, and a fix of words has none', async () => {
  const copied = await within(
    pages.cluster,
    async (page) => {
      await page.locator('.fix button').first().click();
      await page.evaluate('new Promise((done) => setTimeout(done, 100))');
      return page.evaluate<readonly [string, string, string, number]>(
        `navigator.clipboard.readText().then((text) => [text, document.querySelector('.fix pre').textContent, document.querySelector('.fix button').textContent, document.querySelectorAll('.fix:not(:has(pre)) button').length])`,
      );
    },
    { permissions: ['clipboard-read', 'clipboard-write'] },
  );
  expect(copied).toEqual([`${copied[1]}\n`, copied[1], 'Copied', 0]);
  expect(copied[1].length).toBeGreaterThan(10);
});

const focused = (page: BrowserPage) =>
  page.evaluate<string>(
    `document.activeElement.querySelector('title')?.textContent.split('\\n')[0] ?? document.activeElement.textContent`,
  );

it('a keyboard walks through the graph, to what is known about a box, and through the timeline', async () => {
  await within(pages.cluster, async (page) => {
    await page.locator('.graph svg a').first().focus();
    const places = [await focused(page)];
    for (const key of ['ArrowDown', 'ArrowUp', 'ArrowRight', 'ArrowRight', 'ArrowRight', 'ArrowLeft']) {
      await page.keyboard.press(key);
      places.push(await focused(page));
    }
    expect(places.map((place) => place.split(':')[0])).toEqual([
      ...['CA', 'CA', 'CA', 'Certificate or key', 'Component', 'Dials', 'Component'],
    ]);
    expect(places[1]).not.toBe(places[0]);
    expect(places[2]).toBe(places[0]);
    expect(await page.evaluate(`document.querySelectorAll('.graph .edge.near').length > 0`)).toBe(true);
    await page.keyboard.press('Enter');
    expect(page.url()).toMatch(/#(finding|without|connections)/);
    await page.locator('.timeline a').first().focus();
    await page.keyboard.press('Tab');
    expect(await page.evaluate(`document.activeElement.closest('.timeline') !== null`)).toBe(true);
  });
});

it('the list of sections does not cover what its links lead to', async () => {
  const covered = await within(
    pages.cluster,
    (page) =>
      page.evaluate(`(async () => {
        const covered = [];
        for (const link of document.querySelectorAll('nav a, .first a')) {
          link.click();
          await new Promise((done) => setTimeout(done, 30));
          const target = document.getElementById(location.hash.slice(1));
          const [top, end] = [target.getBoundingClientRect().top, document.querySelector('nav').getBoundingClientRect().bottom];
          const isAtEnd = scrollY + innerHeight >= document.documentElement.scrollHeight - 2;
          if (top < end || (top > end + 60 && !isAtEnd)) covered.push([location.hash, top, end]);
        }
        return covered;
      })()`),
    { reducedMotion: 'reduce' },
  );
  expect(covered).toEqual([]);
});

it('everything can be read without JavaScript', async () => {
  await within(
    pages.cluster,
    async (page) => {
      const count = (selector: string) => page.locator(selector).count();
      expect(await count('.fix button')).toBe(0);
      expect(await count('form.filters[hidden]')).toBe(1);
      const text = await page.evaluate<string>(`document.querySelector('main').textContent`);
      for (const { message, why } of cluster.findings) {
        expect(text).toContain(message);
        expect(text).toContain(why);
      }
      const height = `document.querySelector('article details:last-child').getBoundingClientRect().height`;
      const closed = await page.evaluate<number>(height);
      await page.locator('article details:last-child > summary').first().click();
      expect((await page.evaluate<number>(height)) - closed).toBeGreaterThan(20);
    },
    { javaScriptEnabled: false },
  );
});

it('names of files are text: no element, no dialog', async () => {
  const found = await within(pages.hostile, (page) =>
    page.evaluate(
      `[document.querySelectorAll('img, iframe, object, svg script').length, document.scripts.length, document.body.textContent.includes('<img src=x onerror=alert(1)>')]`,
    ),
  );
  expect(found).toEqual([0, 1, true]);
});

it('1,000 nodes can be used within 3 seconds', { timeout: 60_000 }, async () => {
  const before = performance.now();
  const found = await within(pages.many, async (page) => {
    await page.locator('nav a[href="#trust"]').click();
    return page.evaluate(`performance.timing.domInteractive - performance.timing.navigationStart`);
  });
  console.log(
    `1,000 nodes: interactive after ${found} ms, opened and closed after ${Math.round(performance.now() - before)} ms`,
  );
  expect(found).toBeLessThan(3000);
  // The click waits for what the page is still doing.
  expect(performance.now() - before).toBeLessThan(10_000);
});

describe('html-validate', () => {
  const { HtmlValidate } = validator('html-validate') as {
    readonly HtmlValidate: new (
      config: object,
    ) => {
      validateStringSync(html: string): {
        readonly results: readonly { readonly messages: readonly { ruleId: string }[] }[];
      };
    };
  };
  // A form that filters while one types needs no button to submit it.
  const checker = new HtmlValidate({ extends: ['html-validate:recommended'], rules: { 'wcag/h32': 'off' } });
  const faults = (html: string) =>
    checker.validateStringSync(html).results.flatMap(({ messages }) => messages.map(({ ruleId }) => ruleId));

  it('finds no fault in a page', async () => {
    expect(faults(await reporters.html(cluster))).toEqual([]);
  });

  it('finds an element that may not be there', async () => {
    expect(faults((await reporters.html(cluster)).replace('<main>', '<main><li>x</li>'))).not.toEqual([]);
  });
});
