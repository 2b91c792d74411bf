/** The timeline: what its bars and lines mean, which certificates its CAs did not sign, and in which order they are. */
import { expect, it } from 'vitest';
import { type LintOptions, reporters } from '../../../src/index.ts';
import { lintTree, lintTrees } from '../../cases/harness.ts';
import { buildNode } from '../../support/build-node.ts';
import { controlPlane } from '../../support/cluster.ts';
import { corpus } from '../../support/corpus.ts';

/** The section of a page, as HTML. */
const sectionOf = (html: string) => html.split('<section id="timeline"')[1]?.split('</section>')[0] ?? '';

const ofNode = async (node = buildNode(), options: LintOptions = {}) =>
  sectionOf(await reporters.html(await lintTree(node, { picture: true, ...options })));

it('certificates that the CA of a node did not sign are marked, and lead to the finding', async () => {
  const wrong = controlPlane(2);
  wrong.write('pki/etcd/ca.crt', wrong.read('pki/ca.crt'));
  const section = sectionOf(await reporters.html(await lintTrees([controlPlane(1), wrong], { picture: true })));
  const text = section.replace(/<[^>]+>/g, '');
  expect(text).toContain('Signed by etcd-ca, whose certificate on cp-2 is a different one: finding 1');
  expect(section.match(/class="life refused"/g)).toHaveLength(4);
  expect(section).toMatch(
    /<a href="#finding-\w+"><span[^>]*>kube-etcd-peer<\/span><\/a>|<a href="#finding-\w+">kube-etcd-peer<\/a>/,
  );
  expect(await ofNode()).not.toContain('refused');
});

it('the words say what a red bar is only if there is one', async () => {
  expect(await ofNode()).toContain('whichever is first. Near');
  expect(await ofNode(buildNode(), { at: new Date('2028-01-01') })).toContain(
    'whichever is first; left of &quot;now&quot;: expired already. Near',
  );
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

it('certificates are in the order of the documented tables, whichever expires first', async () => {
  const namesOf = (section: string) =>
    [...section.matchAll(/<th scope="row">.*?<\/th>/gs)].map(([cell]) => /(?:<span>|">)([\w.-]+)[ <]/.exec(cell)?.[1]);
  const soon = buildNode().issue('kube-apiserver-etcd-client', { notAfter: '2026-12-20' });
  const names = namesOf(await ofNode());
  expect(names.indexOf('kube-etcd')).toBeLessThan(names.indexOf('kube-apiserver-etcd-client'));
  expect(namesOf(await ofNode(soon)).map((name) => name ?? '')).toEqual(names);
});
