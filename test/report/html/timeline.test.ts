/** The timeline: a row for each date and renewer, what is marked in it, and what its lines mean. */
import { expect, it } from 'vitest';
import { type LintOptions, reporters } from '../../../src/index.ts';
import { lintTree, lintTrees } from '../../cases/harness.ts';
import { buildNode } from '../../support/build-node.ts';
import { controlPlane, worker } from '../../support/cluster.ts';
import { corpus } from '../../support/corpus.ts';

/** The section of a page, as HTML. */
const sectionOf = (html: string) => html.split('<section id="timeline"')[1]?.split('</section>')[0] ?? '';

const ofNode = async (node = buildNode(), options: LintOptions = {}) =>
  sectionOf(await reporters.html(await lintTree(node, { picture: true, ...options })));

/** The rows of the section as text, their cells apart. */
const rowsOf = (section: string) =>
  [...(section.split('<details')[0]?.match(/<tr>(?:(?!<\/tr>).)*<\/tr>/gs) ?? [])].slice(1).map((row) =>
    row

      .replace(/<\/t[dh]>/g, ' | ')
      .replace(/<[^>]+>/g, '')
      .replace(/ +/g, ' '),
  );

it('a row is a date and what renews it; each certificate is below', async () => {
  const section = await ofNode();
  expect(rowsOf(section)).toEqual([
    expect.stringMatching(/^11 certificates \| \| 2027-11-\d\d \| in \d+ days \| kubeadm certs renew all \| $/),
    expect.stringMatching(/^kubelet\.conf .*\| by hand \| $/),
    expect.stringMatching(/^3 CAs: etcd-ca, front-proxy-ca, kubernetes-ca .*\| by hand \| $/),
  ]);
  expect(section).toMatch(/>kube-etcd-peer<.*?peer\.crt<\/code>/);
});

it('the first date is first, whatever else expires', async () => {
  const soon = buildNode().issue('kube-apiserver-etcd-client', { notAfter: '2026-12-20' });
  const [first = ''] = rowsOf(await ofNode(soon));
  expect(first).toMatch(/^kube-apiserver-etcd-client .*2026-12-20 \| in 19 days \| kubeadm certs renew /);
});

it('what expires soon or has expired is marked, and leads to its finding', async () => {
  const soon = await ofNode(buildNode(), { at: new Date('2027-11-10') });
  expect(rowsOf(soon)[0]).toMatch(/^▲warning: 11 certificates/);
  expect(soon).toMatch(/<a href="#finding-\w+">(?:<span[^>]*>)*2027-11-\d\d</);
  const late = await ofNode(buildNode(), { at: new Date('2028-01-01') });
  expect(rowsOf(late)[0]).toMatch(/^✖error: 11 certificates.* \| expired \d+ days ago \| /);
});

it('the same certificate of several nodes is a row', async () => {
  const workers = [1, 2].map((number) => worker({ name: `worker-${number}`, ip: `192.0.2.2${number}` }));
  const html = await reporters.html(await lintTrees([controlPlane(1), ...workers], { picture: true }));
  expect(rowsOf(sectionOf(html)).filter((row) => /^kubelet\.conf on 2 nodes/.test(row))).toHaveLength(1);
});

it('certificates that the CA of a node did not sign are a row, and lead to the finding', async () => {
  const wrong = controlPlane(2);
  wrong.write('pki/etcd/ca.crt', wrong.read('pki/ca.crt'));
  const section = sectionOf(await reporters.html(await lintTrees([controlPlane(1), wrong], { picture: true })));
  const [row = '', ...others] = rowsOf(section).filter((one) => one.includes('not verified'));
  expect(row).toMatch(/4 certificates on cp-2.*not verified: its CA is not on the node .*\| kubeadm \| $/);
  expect(others).toEqual([]);
  expect(section).toMatch(/<a href="#finding-\w+">not verified/);
  expect(section.match(/class="life refused"/g)).toHaveLength(1);
  expect(await ofNode()).not.toContain('refused');
});

it('the dashed line has its date', async () => {
  const options = { at: new Date('2027-11-01'), targetVersion: 'v1.37.0' };
  const text = (await ofNode(await corpus('kubeadm-1.36-default'), options)).replace(/<[^>]+>/g, '');
  expect(text).toContain('The dashed line, 2028-01-30, is the latest date assumed for the upgrade.');
});

it('copies are counted apart: the head of the page counts all', async () => {
  const report = await lintTree(buildNode(), { picture: true });
  const entries = report.picture?.expiries.length ?? 0;
  const copies = report.summary.certificates - entries;
  expect(copies).toBeGreaterThan(0);
  expect(sectionOf(await reporters.html(report))).toContain(`${entries} certificates, and ${copies} copies of them`);
});

it('certificates that nothing depends on are a line for each file, with the number of nodes', async () => {
  const serving = (await corpus('kubeadm-1.36-worker')).read('/var/lib/kubelet/pki/kubelet.crt');
  const nodes = ['worker-1', 'worker-2'].map((name) =>
    worker({ name }).write('/var/lib/kubelet/pki/kubelet.crt', serving),
  );
  const html = await reporters.html(await lintTrees(nodes, { picture: true }));
  const [, list = ''] = /that nothing depends on: .*?<ul>(.*?)<\/ul>/s.exec(html) ?? [];
  const lines = list.split('</li>').flatMap((line) => line.replace(/<[^>]*>/g, '') || []);
  expect(lines).toEqual(['kubelet.crt on 2 nodes: 2027-11-24 (/var/lib/kubelet/pki/kubelet.crt)']);
});
