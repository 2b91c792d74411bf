/** A page of real nodes: what it contains, what it may not contain, and how large it is. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { reporters } from '../../../src/index.ts';
import { lintTree, lintTrees } from '../../cases/harness.ts';
import { buildNode } from '../../support/build-node.ts';
import { controlPlane, withUnnamedPeer, worker } from '../../support/cluster.ts';
import { corpora, corpus } from '../../support/corpus.ts';
import { sampled, spreadInAll } from '../../support/extent.ts';
import { detector, keysOf } from '../../support/secrets.ts';
import { copies } from './copies.ts';
import { type Page, parse } from './parse.ts';

const picture = true;

const broken = (name = 'cp-1', ip = '192.0.2.10') =>
  buildNode({ name, ip }).issue('kube-etcd', { issuer: 'kubernetes-ca' });

/** What many tests ask about, linted once. */
const brokenReport = await lintTree(broken(), { picture });

const values = ({ elements }: Page, name: string) =>
  elements.flatMap(({ attributes }) => (attributes.has(name) ? [attributes.get(name) ?? ''] : []));

const digest = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

/**
 * What is wrong with a page: links without a target, an id twice, a policy that forbids its own script, text in a
 * handler.
 */
function faults(html: string): readonly string[] {
  const page = parse(html);
  const ids = values(page, 'id');
  const targets = values(page, 'href').filter((href) => href.startsWith('#'));
  const others = values(page, 'href').filter((href) => !href.startsWith('#') && !href.startsWith('https://'));
  const named = values(page, 'aria-labelledby');
  const policy = values(page, 'content').find((text) => text.startsWith("default-src 'none'")) ?? '';
  return [
    ...targets.filter((href) => !ids.includes(href.slice(1))).map((href) => `no target: ${href}`),
    ...named.filter((id) => !ids.includes(id)).map((id) => `no label: ${id}`),
    ...ids.filter((id, index) => ids.indexOf(id) !== index).map((id) => `twice: ${id}`),
    ...others.map((href) => `not a page: ${href}`),
    ...[page.script, page.style]
      .filter((text) => !policy.includes(digest(text)))
      .map(() => 'forbidden by its own policy'),
    ...(/\b(?:innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval|fetch|import)\b/.test(page.script)
      ? ['script']
      : []),
    ...(/url\(|@import/.test(page.style) ? ['style sheet loads something'] : []),
  ];
}

describe.each(spreadInAll(corpora, 3))('%s', (name) => {
  const times = [
    ['healthy', '2026-12-01'],
    ['late', '2045-01-01'],
  ];
  // The sample is one time of each node.
  const own = times.filter((_, index) => index === corpora.indexOf(name) % times.length);
  it.each(sampled(own, times))('%s', async (_, at = '') => {
    const node = await corpus(name);
    const report = await lintTree(node, { at: new Date(at), picture });
    const html = await reporters.html(report);
    expect(faults(html)).toEqual([]);
    expect(html.length).toBeLessThan(150_000);
    expect(await reporters.html(await lintTree(node, { at: new Date(at), picture }))).toBe(html);
    expect(detector(keysOf(node), 1)(html)).toBe(false);
    const { text } = parse(html);
    for (const finding of report.findings.filter(({ members }) => members === undefined)) {
      // The heading of a note begins with a capital.
      expect(text.toLowerCase()).toContain(finding.message.toLowerCase());
    }
    const fine = new Set(report.checklist.flatMap(({ role, state }) => (state === 'ok' ? [role] : [])));
    for (const { commonName, role } of report.picture?.expectations ?? []) {
      if (fine.has(role)) expect(text).toContain(commonName ?? '');
    }
  });
});

describe('a page with a fault is recognised', () => {
  it.each<readonly [string, (html: string) => string]>([
    ['a link without a target', (html) => html.replace('id="timeline"', 'id="other"')],
    ['an id twice', (html) => html.replace('id="timeline"', 'id="findings"')],
    ['a changed script', (html) => html.replace("'use strict'", "'use  strict'")],
    ['a changed style sheet', (html) => html.replace('margin: 0', 'margin: 1px')],
    ['a link to a script', (html) => html.replace('href="https://', 'href="javascript:')],
  ])('%s', async (_, change) => {
    const html = await reporters.html(brokenReport);
    expect(faults(html)).toEqual([]);
    expect(faults(change(html))).not.toEqual([]);
  });

  it.each([
    ['a style attribute', '<p style="color: red">'],
    ['a handler', '<p onclick="x">'],
    ['an element that is not closed', '<div>'],
    ['an element that pages do not have', '<img>'],
    ['an attribute without quotes', '<p class=x>'],
    ['an ampersand', '& '],
  ])('%s', async (_, part) => {
    const html = await reporters.html(brokenReport);
    expect(() => parse(html.replace('<main>', `<main>${part}`))).toThrow();
  });
});

it('says what does not work, what to type first, and who is affected without a CA', async () => {
  const { text } = parse(await reporters.html(brokenReport));
  const [head = ''] = text.split('This page is one file');
  const order = [
    'The API server is down: ',
    '1 problem (1 error, 0 warnings) in ',
    'Also: ',
    'Start here: ',
    'mkdir -p',
    'Next expiry: ',
    'TLS handshakes, simulated',
  ];
  const places = order.map((words) => head.indexOf(words));
  expect(places).toEqual(places.toSorted((one, other) => one - other));
  expect(places[0]).toBeGreaterThan(0);
});

it('a finding about a connection has the effect on its client', async () => {
  const nodes = [controlPlane(1), worker().editKubeconfig('kubelet.conf', { server: 'https://api.example.test:6443' })];
  const report = await lintTrees(nodes, { picture });
  const client = report.nodes.find((node) => node.role === 'worker')?.name;
  const { text } = parse(await reporters.html(report));
  expect(text).toContain(`Effect${client}: kubelet → https://api.example.test:6443: the node becomes NotReady`);
});

it('a finding about a connection begins with the node of its client, and filters by it', async () => {
  const page = parse(await reporters.html(await lintTrees(withUnnamedPeer(), { picture })));
  expect(page.text).toContain('cp-2: etcd → https://192.0.2.10:2380 on cp-1: x509: certificate is valid for ');
  expect(page.text).toContain('not valid for 192.0.2.10, which etcd on cp-2 dials');
  expect(page.text).not.toContain('cp-1: etcd →');
  expect(values(page, 'data-node')).toContain('cp-1 | cp-2 | cp-3');
});

it('the documented tables say which names are not the expected ones', async () => {
  const node = buildNode()
    .issue('kube-etcd', {
      commonName: 'etcd.example.test',
      sans: ['DNS:cp-1', 'DNS:localhost', 'IP:192.0.2.10', 'IP:203.0.113.9', 'IP:::1'],
    })
    .write('pki/front-proxy-ca.crt', buildNode().read('pki/etcd/ca.crt'));
  const { text } = parse(await reporters.html(await lintTree(node, { picture })));
  const [, section = ''] = text.split('with the facts of each node filled in');
  const [found = ''] = /kube-etcd\/etc.*?kube-etcd-peer/.exec(section) ?? [];
  expect(found).toMatch(/kube-etcd or cp-1etcd\.example\.test \(finding \d\)/);
  expect(found).not.toContain('further names');
  expect(section).toMatch(/kubernetes-front-proxy-ca or front-proxy-caetcd-ca \(finding \d\)/);
  expect(section).toContain('a key pair, no certificate');
});

it('the documented tables say which names are accepted beside the expected ones', async () => {
  const sans = ['DNS:cp-1', 'DNS:localhost', 'IP:192.0.2.10', 'IP:203.0.113.9', 'IP:127.0.0.1', 'IP:::1'];
  const { text } = parse(await reporters.html(await lintTree(buildNode().issue('kube-etcd', { sans }), { picture })));
  expect(text).toContain('16 of 16 rows as documented');
  expect(text).toContain('further names found: 203.0.113.9');
});

it('a healthy node has the expected names', async () => {
  const { text } = parse(await reporters.html(await lintTree(buildNode(), { picture })));
  expect(text).not.toMatch(/names found|further names/);
});

it('connections that fail for one reason are below it, and the reason is said once', async () => {
  const report = brokenReport;
  const failing = report.connections.filter(({ verdict }) => verdict === 'fail');
  const reasons = new Set(failing.map(({ reason, cause }) => `${reason} ${cause}`));
  expect(reasons.size).toBeLessThan(failing.length);
  const html = await reporters.html(report);
  const [, section = ''] = html.split('id="connections"');
  const [table = ''] = section.split('</table>');
  expect(table.match(/<tr class="group">/g)).toHaveLength(reasons.size);
  expect(table.match(/<tr><td/g)).toHaveLength(failing.length);
});

it('what a component says is text, with a short link; an address that is not known is said to be', async () => {
  const html = await reporters.html(brokenReport);
  const section = html.split('<section id="connections"')[1]?.split('</section>')[0] ?? '';
  expect(section).toMatch(/scope="rowgroup"[^>]*>[^<]*x509[^<]* – <a href="#finding-\w+">finding 1<\/a>/);
  expect(section).not.toMatch(/<td data-label="Address"><\/td>/);
  expect(section).toContain('not in the input');
});

it('of a server that is not in the input only the client was judged, and it is counted so', async () => {
  const html = await reporters.html(await lintTree(buildNode(), { picture }));
  const { text } = parse(html);
  expect(text).toMatch(
    /\d+ of \d+ succeedTLS handshakes.*?; 1 of those that succeed only on the client's side: the server is not in the input\./,
  );
  expect(text).toContain('extension API serversnot in the input');
  expect(text).toContain('clients with newly signed certificateskube-apiserverany');
});

it('what is pasted at once is one chain, in which waits are loops', async () => {
  const html = await reporters.html(await lintTree(buildNode(), { picture, at: new Date('2028-01-01') }));
  const all = [...html.matchAll(/<pre [^>]*>(.*?)<\/pre>/gs)].map(([, block = '']) => block.replace(/<[^>]+>/g, ''));
  expect(all.filter((block) => /^\{ n=0; until /m.test(block)).length).toBeGreaterThan(0);
  const isNote = (line: string) => line.startsWith('#');
  for (const block of all) {
    const lines = block.split('\n').slice(0, -1);
    // Only notes are above the commands, each of which needs the one before.
    const commands = lines.slice(lines.findLastIndex(isNote) + 1);
    expect(commands.filter((line) => !line.endsWith(' &amp;&amp;'))).toEqual([]);
  }
});

it('dates and kinds of the overview are not broken; the facts of one node are those of the node', async () => {
  const several = await reporters.html(await lintTrees([controlPlane(1), worker()], { picture }));
  expect(several).toContain('<span class="word">control plane</span>');
  expect(several).toMatch(/2027-11-\d\d<\/span>,<\/span> <span class="word">in \d+ days<\/span>/);
});

it('what nothing depends on is named apart', async () => {
  const node = buildNode().write('pki/old.crt', buildNode({ name: 'cp-9' }).read('pki/apiserver.crt'));
  const { text } = parse(await reporters.html(await lintTree(node, { picture })));
  expect(text).toContain('1 certificate that nothing depends on: its date does not matter');
});

it('what has expired comes before what expires next', async () => {
  // What nothing reads does not count.
  const node = buildNode().write('pki/old.crt', buildNode({ name: 'cp-9' }).read('pki/apiserver.crt'));
  const { text } = parse(await reporters.html(await lintTree(node, { picture, at: new Date('2028-01-01') })));
  expect(text).toContain('12 certificates have expired. Next expiry: ');
});

it('a healthy node has nothing that does not work, and nothing to type', async () => {
  const { text } = parse(await reporters.html(await lintTree(buildNode(), { picture })));
  expect(text).toContain('No problems found');
  expect(text).not.toMatch(/Also: |Start here/);
});

it('every command is whole; a fix of words is a list, and has nothing to copy', async () => {
  const report = brokenReport;
  const html = await reporters.html(report);
  const commands = report.findings.flatMap(({ fix }) => fix.flat().filter(({ kind }) => kind === 'command'));
  expect(commands.length).toBeGreaterThan(3);
  for (const command of commands) expect(parse(html).text).toContain(command.text);
  const fixes = html.split(/(?=<(?:div|details) class="fix">)/).slice(1);
  const shapes = fixes.map((fix) => [/Fix \w+|Then/.exec(fix)?.[0], /^<\w+/.exec(fix)?.[0], /<pre|<ul/.exec(fix)?.[0]]);
  // The alternatives to the first are folded.
  expect(shapes).toEqual([
    ['Fix 1A', '<div', '<pre'],
    ['Fix 1B', '<details', '<pre'],
    ['Then', '<div', '<ul'],
  ]);
});

it('a file that nodes share is at fault only in the graph of the node that has the finding, and in that of all', async () => {
  const nodes = [buildNode({ name: 'cp-1' }).chmod('pki/sa.key', 0o644), buildNode({ name: 'cp-2', ip: '192.0.2.11' })];
  const html = await reporters.html(await lintTrees(nodes, { picture }));
  const graphs = html.split('<svg viewBox="-').slice(1);
  const isMarked = (graph: string) =>
    /<g class="item faulty(?: part)?"[^>]*><a [^>]*><title>Certificate or key: service-account/.test(graph);
  expect(graphs.map(isMarked)).toEqual([true, true, false]);
});

it('a report without a picture is rejected', async () => {
  await expect(reporters.html(await lintTree(buildNode()))).rejects.toThrow('the format html shows more');
});

describe('size', () => {
  it('20 control planes with a fault each: at most 1 MB', { timeout: 120_000 }, async () => {
    const trees = Array.from({ length: 20 }, (_, index) => broken(`cp-${index + 1}`, `192.0.2.${index + 10}`));
    const html = await reporters.html(await lintTrees(trees, { picture }));
    expect(faults(html)).toEqual([]);
    expect(html.length).toBeLessThan(1_000_000);
  });

  it('1,000 nodes, of which 300 have faults: 100 have sections, and at most 5 MB', async () => {
    const html = await reporters.html(copies(brokenReport, 1000, 300));
    expect(faults(html)).toEqual([]);
    const { elements, text } = parse(html);
    expect(html.length).toBeLessThan(5_000_000);
    expect(elements.filter(({ tag, within }) => tag === 'tr' && within.includes('tbody')).length).toBeGreaterThan(1000);
    expect(text).toContain('node-1000');
  });
});
