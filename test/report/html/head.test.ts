/**
 * The head of a page: what is broken is the largest text, what to type is never a part of a job, and every page counts
 * the same kinds.
 */
import { expect, it } from 'vitest';
import connections from '../../../rules/tables/connections.json' with { type: 'json' };
import { type Report, reporters } from '../../../src/index.ts';
import { sheetOf } from '../../../src/report/html/index.ts';
import { byHarm } from '../../../src/results/read/harm.ts';
import { lintTree, lintTrees } from '../../cases/harness.ts';
import { buildNode } from '../../support/build-node.ts';
import { controlPlane, worker } from '../../support/cluster.ts';
import { parse } from './parse.ts';

const picture = true;
const expired = () => lintTree(buildNode(), { picture, at: new Date('2028-01-01') });
const wrongCa = () => lintTree(buildNode().issue('kube-etcd', { issuer: 'kubernetes-ca' }), { picture });
const openKey = () => buildNode().chmod('pki/sa.key', 0o644);

/** The text of the first element that begins like this, or of all, as a page shows it. */
function textOf(html: string, start = '', end = ''): string {
  const from = html.indexOf(start);
  expect(from).toBeGreaterThanOrEqual(0);
  const inner = start === '' ? html : html.slice(html.indexOf('>', from) + 1, html.indexOf(end, from));
  return inner
    .replace(/<[^>]*>/g, '')
    .replaceAll('&#39;', "'")
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&')
    .replace(/^.*?: (?=\S)/, (mark) => (/^.\w+: $/.test(mark) ? '' : mark));
}
const titleOf = (html: string) => textOf(html, '<h1', '</h1>').replace(/^\W*(error|warning|ok): /, '');
const startOf = (html: string) => html.slice(html.indexOf('<div class="first'), html.indexOf('<nav'));

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
    'sa.key, which signs tokens, is world-readable (mode 0644)',
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

/** The commands of the head, as they are typed. */
const typedIn = (html: string) =>
  [...startOf(html).matchAll(/<pre [^>]*>(.*?)<\/pre>/gs)].map(([, block = '']) => textOf(`${block}</pre>`));

it('a short fix is repeated as a whole, and of a long one the first stage, after which all is in use', async () => {
  const report = await wrongCa();
  const html = await reporters.html(report);
  const commands = (report.findings[0]?.fix[0] ?? []).filter(({ kind }) => kind === 'command');
  expect(commands.length).toBeGreaterThan(3);
  for (const { text } of commands) expect(parse(html.replace(/<main>.*<\/main>/s, '')).text).toContain(text);
  expect(textOf(startOf(html))).not.toContain('more stage');
  const long = await expired();
  const page = await reporters.html(long);
  const [stage = '', ...others] = typedIn(page);
  expect(others).toEqual([]);
  expect(stage).toMatch(/^# etcd and kube-apiserver: no restart/);
  expect(stage).toContain('kubeadm certs renew all &&');
  expect(stage).toMatch(/crictl stop -t 30$/);
  expect(stage).not.toContain('~/.kube/config');
  expect(textOf(startOf(page))).toMatch(/^Start here: Fix 1A \(with kubeadm, re-issues\), run on cp-1 as root:/);
  expect(textOf(startOf(page))).toContain('then 2 more stages, which complete it');
});

/** The problems that a head lists: what each says, and where its link leads. */
function listed(html: string): readonly { readonly text: string; readonly href: string }[] {
  const [, list = ''] = /<ul class="causes">(.*?)<\/ul>/s.exec(html) ?? [];
  return [...list.matchAll(/<li>(.*?)<\/li>/gs)].map(([, item = '']) => ({
    text: textOf(item),
    href: /href="([^"]*)"/.exec(item)?.[1] ?? '',
  }));
}

/** Three nodes with five problems, each of a different cause. */
async function fiveCauses(): Promise<Report> {
  const first = controlPlane(1);
  first.write('pki/etcd/ca.crt', first.read('pki/ca.crt')).chmod('pki/sa.key', 0o644);
  const second = controlPlane(2).remove('pki/apiserver-kubelet-client.key').chmod('pki/ca.key', 0o644);
  const far = worker().editKubeconfig('kubelet.conf', { server: 'https://192.0.2.99:6443' });
  return lintTrees([first, second, far], { picture });
}

it('several problems are listed with what each stops, the worst first, and each leads to its article', async () => {
  const report = await fiveCauses();
  const html = await reporters.html(report);
  const all = listed(html);
  expect(all.map(({ text }) => text)).toEqual([
    expect.stringMatching(/^cp-1: etcd\/ca\.crt is the certificate of kubernetes-ca.* → the API server is down; /),
    expect.stringMatching(
      /^cp-2: the private key of .* is missing → no client can connect to kube-apiserver on cp-2 \(.*\); /,
    ),
    expect.stringMatching(/^worker-1: kubelet\.conf connects to .* → the node becomes NotReady$/),
    expect.stringMatching(/^cp-1: sa\.key, .* is world-readable \(mode 0644\) → any user of this node/),
    expect.stringMatching(/^cp-2: pki\/ca\.key, .* is world-readable \(mode 0644\) → any user of this node/),
  ]);
  for (const { text, href } of all) {
    expect(html).toContain(`<article id="${href.slice(1)}"`);
    expect(text.split('; ').length).toBeLessThanOrEqual(4);
  }
  expect(new Set(all.map(({ href }) => href)).size).toBe(5);
  expect(titleOf(html)).toMatch(/^No API server works \(cp-1, cp-2\): etcd\/ca\.crt is the certificate of /);
  expect(textOf(html, '<title', '</title>')).toMatch(/^✖ No API server works \(cp-1, cp-2\) · PKI of 3 nodes, /);
});

it('of a single problem the title says what it stops first, and a line the next effects', async () => {
  const swapped = buildNode();
  const [own, other] = ['pki/apiserver.key', 'pki/apiserver-kubelet-client.key'].map((path) => swapped.read(path));
  swapped.write('pki/apiserver.key', other ?? '').write('pki/apiserver-kubelet-client.key', own ?? '');
  const html = await reporters.html(await lintTree(swapped, { picture }));
  expect(titleOf(html)).toBe(
    'No client can connect to kube-apiserver: apiserver.key and apiserver-kubelet-client.key are swapped',
  );
  expect(listed(html)).toEqual([]);
  expect(textOf(html, '<p class="also"', '</p>')).toMatch(/^kubectl logs, exec and port-forward fail; /);
});

it('a problem that many nodes notice comes before a milder one, and names some of them', async () => {
  const far = ['worker-1', 'worker-2', 'worker-3', 'worker-4'].map((name, index) =>
    worker({ name, ip: `192.0.2.2${index}` }).editKubeconfig('kubelet.conf', { server: 'https://192.0.2.99:6443' }),
  );
  const strange = worker({ name: 'worker-9', ip: '192.0.2.29' });
  strange.write('pki/ca.crt', buildNode().read('pki/etcd/ca.crt'));
  const html = await reporters.html(await lintTrees([controlPlane(1), strange, ...far], { picture }));
  expect(titleOf(html)).toMatch(
    /^The node becomes NotReady \(worker-1 to worker-4\): the certificate of kube-apiserver has no SAN for 192\.0\.2\.99$/,
  );
  const [first, second] = listed(html);
  expect(first?.text).toContain('the certificate of kube-apiserver has no SAN for 192.0.2.99');
  expect(second?.text).toContain('worker-9: ');
});

/** The kinds that a page counts, with their numbers and filters. */
function tilesOf(html: string): readonly (readonly [name: string, number: number, filter: string])[] {
  const [, list = ''] = /<ul class="tiles">(.*?)<\/ul>/s.exec(html) ?? [];
  return [...list.matchAll(/<a [^>]*?(?:data-filter="([^"]*)")?><b>(\d+)<\/b> ([^<]*)/g)].map(
    ([, filter = '', number, name = '']) => [name, Number(number), filter] as const,
  );
}

it('what is counted is there, and what is filtered by a count has as many articles', async () => {
  const tiles = tilesOf(await reporters.html(await fiveCauses()));
  expect(tiles).toEqual([
    ['outage', 3, 'impact=outage'],
    ['privilege', 2, 'impact=privilege'],
  ]);
  const html = await reporters.html(await fiveCauses());
  for (const [, number, filter] of tiles) {
    const kinds = [...html.matchAll(/ data-impact="([^"]*)"/g)].map(([, all = '']) => all.split(' | '));
    expect(kinds.filter((all) => all.includes(filter.split('=')[1] ?? ''))).toHaveLength(number);
  }
  // So few articles have no filters.
  expect(tilesOf(await reporters.html(await expired()))).toEqual([]);
  expect(tilesOf(await reporters.html(await lintTree(buildNode(), { picture })))).toEqual([]);
});

it('the head says what stops at the next expiry, how many connections fail, and which were not checked', async () => {
  const notesOf = (html: string) => textOf(html, '<ul class="plain"', '</ul>');
  const healthy = notesOf(await reporters.html(await lintTree(buildNode(), { picture })));
  expect(healthy).toMatch(
    /^Next expiry: 2027-11-24, in 358 days \(12 certificates\)\. If none is renewed: the API server is down; the node/,
  );
  expect(healthy).toMatch(/; and \d+ more\.$/);
  const lone = await reporters.html(await lintTree(worker(), { picture }));
  expect(notesOf(lone)).toContain('(kubelet.conf). If none is renewed: the node becomes NotReady.');
  expect(notesOf(lone)).toContain('Not checked: kubelet → kube-apiserver (no API server is in the input)');
  expect(lone).toContain('0 of 1 connection checked');
  expect(notesOf(await reporters.html(await wrongCa()))).toMatch(/14 connections checked, \d fail/);
  // What fails already does not stop then.
  expect(notesOf(await reporters.html(await expired()))).not.toContain('If none is renewed');
});

it('the order of harm is that of the connections in the tables', () => {
  expect(byHarm).toEqual(connections.rows.map(({ id }) => id));
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
