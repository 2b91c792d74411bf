/**
 * The head of a page: what is broken is the largest text, what to type is never a part of a job, and every page counts
 * the same kinds.
 */
import { expect, it } from 'vitest';
import { type Report, reporters } from '../../../src/index.ts';
import { sheetOf } from '../../../src/report/html/assets/sheet.ts';
import { lintTree, lintTrees } from '../../cases/harness.ts';
import { buildNode } from '../../support/build-node.ts';
import { controlPlane, worker } from '../../support/cluster.ts';
import { parse } from './parse.ts';

const picture = true;
const expired = () => lintTree(buildNode(), { picture, at: new Date('2028-01-01') });
const wrongCa = () => lintTree(buildNode().issue('kube-etcd', { issuer: 'kubernetes-ca' }), { picture });
const openKey = () => buildNode().chmod('pki/sa.key', 0o644);

/** The text of the first element that begins like this, as a page shows it. */
function textOf(html: string, start: string, end: string): string {
  const from = html.indexOf(start);
  expect(from).toBeGreaterThan(0);
  const inner = html.slice(html.indexOf('>', from) + 1, html.indexOf(end, from));
  return inner
    .replace(/<[^>]*>/g, '')
    .replaceAll('&#39;', "'")
    .replaceAll('&quot;', '"')
    .replace(/^.*?: (?=\S)/, (mark) => (/^.\w+: $/.test(mark) ? '' : mark));
}
const titleOf = (html: string) => textOf(html, '<h1', '</h1>').replace(/^\W*(error|warning|ok): /, '');
const startOf = (html: string) => html.slice(html.indexOf('<div class="first'), html.indexOf('<h2 class="away"'));

it.each<readonly [string, () => Promise<Report>, string, string]>([
  [
    'all has expired',
    expired,
    'The API server is down: 12 certificates expired (2027-11-24, 37 days ago)',
    '1 problem (1 error, 0 warnings) in ',
  ],
  [
    'nothing fails, but someone has access',
    () => lintTree(openKey(), { picture }),
    '/etc/kubernetes/pki/sa.key, which signs tokens, is world-readable (mode 0644)',
    '1 problem (1 error, 0 warnings) in ',
  ],
  [
    'only warnings',
    () => lintTree(buildNode(), { picture, at: new Date('2027-11-01') }),
    '12 certificates expire soon, the first in 23 days, on 2027-11-24',
    '1 problem (0 errors, 1 warning) in ',
  ],
  ['nothing', () => lintTree(buildNode(), { picture }), 'No problems found', '20 certificates, '],
])('the largest text says what is broken: %s', async (_, lint, title, counts) => {
  const html = await reporters.html(await lint());
  expect(titleOf(html)).toBe(title);
  expect(textOf(html, '<p class="counts"', '</p>')).toMatch(new RegExp(`^${counts.replace(/[()]/g, '\\$&')}`));
});

it('the largest text names the nodes that notice it once, and is at most two lines', async () => {
  const far = worker().editKubeconfig('kubelet.conf', { server: 'https://api.example.test:6443' });
  const title = titleOf(await reporters.html(await lintTrees([controlPlane(1), far], { picture })));
  expect(title).toBe('The node becomes NotReady (worker-1): kubelet.conf connects to https://api.example.test:6443');
  const shown = await reporters.html(await wrongCa());
  expect(titleOf(shown).length).toBeLessThan(131);
  expect(titleOf(shown)).not.toMatch(/…|: x509$/);
});

it('a short fix is repeated as a whole, and a long one is only named', async () => {
  const report = await wrongCa();
  const html = await reporters.html(report);
  const commands = (report.findings[0]?.fix[0] ?? []).filter(({ kind }) => kind === 'command');
  expect(commands.length).toBeGreaterThan(3);
  for (const { text } of commands) expect(parse(html.replace(/<main>.*<\/main>/s, '')).text).toContain(text);
  const long = await expired();
  const start = startOf(await reporters.html(long));
  const backup = long.findings[0]?.fix[0]?.[0]?.text.split(' ').at(-1);
  const number = (long.findings[0]?.fix[0] ?? []).filter(({ kind }) => kind === 'command').length;
  expect(start.replace(/<[^>]*>/g, '')).toBe(
    `Start here: Fix 1A (with kubeadm, re-issues), ${number} commands, run on cp-1 as root. The first: mkdir -p ${backup}`,
  );
  expect(start).not.toContain('<pre>');
});

/** The kinds that a page counts, with their numbers. */
function tilesOf(html: string): readonly (readonly [name: string, number: number])[] {
  const list = html.slice(html.indexOf('<ul class="tiles"'), html.indexOf('</ul>', html.indexOf('<ul class="tiles"')));
  return [...list.matchAll(/<b>(\d+)<\/b>([^<]*)/g)].map(([, number, name = '']) => [name, Number(number)] as const);
}

it('every page counts the same kinds, what is down is an outage, and its filter finds it', async () => {
  const pages = [
    await expired(),
    await wrongCa(),
    await lintTree(openKey(), { picture }),
    await lintTree(buildNode(), { picture }),
  ];
  const tiles: (readonly (readonly [string, number])[])[] = [];
  for (const report of pages) tiles.push(tilesOf(await reporters.html(report)));
  const stem = (name: string) =>
    name.replace(/y$|ies$|s$|( fail)$/, '$1').replace(/connections? fail/, 'connection fail');
  expect(new Set(tiles.map((all) => all.map(([name]) => stem(name)).join()))).toHaveProperty('size', 1);
  expect(tiles[0]?.slice(0, 3)).toEqual([
    ['outage', 1],
    ['expiry problem', 1],
    ['upgrade problems', 0],
  ]);
  expect(tiles[3]?.every(([, number]) => number === 0)).toBe(true);
  expect(await reporters.html(await expired())).toContain('data-impact="outage | expiry"');
});

it('the list of sections has the words of their headings', async () => {
  const html = await reporters.html(await lintTrees([controlPlane(1), worker()], { picture, cis: true }));
  const links = [...html.slice(html.indexOf('<nav'), html.indexOf('</nav>')).matchAll(/href="#(\w+)">([^<]*)/g)];
  expect(links.length).toBeGreaterThan(8);
  for (const [, id, name = ''] of links.slice(1)) {
    expect(html).toContain(`<h2 id="${id}-title">${name.replace(/ \(\d+\)$/, '')}</h2>`);
  }
});

it('a name cannot end the string of a style sheet', () => {
  const [, about = ''] = /@bottom-left \{ content: "([^"]*)";/.exec(sheetOf('a"; } </style>\\\n*/ é')) ?? [];
  expect(about).toMatch(/^(?:[A-Za-z0-9 ,.]|\\[0-9a-f]+ )*$/);
  expect(about).toContain('\\22 ');
});
