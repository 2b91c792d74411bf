/** The documented tables of a page: what was found, once, and what does not apply. */
import { expect, it } from 'vitest';
import { type LintOptions, reporters } from '../../../src/index.ts';
import { lintTree, lintTrees } from '../../cases/harness.ts';
import { buildNode } from '../../support/build-node.ts';
import { controlPlane } from '../../support/cluster.ts';
import type { NodeTree } from '../../support/node-tree.ts';

/** The rows of the tables by their roles, as the first table that has one shows it, and what is below it. */
async function rowsOf(nodes: readonly NodeTree[], options: LintOptions = {}) {
  const [only] = nodes;
  const lint = { picture: true, ...options };
  const html = await reporters.html(
    nodes.length === 1 && only ? await lintTree(only, lint) : await lintTrees(nodes, lint),
  );
  const section = html.split('<section id="tables"')[1]?.split('</section>')[0] ?? '';
  const rows = [...section.matchAll(/<tr><td>(.*?)<\/tr>/gs)].map(([, row = '']) => row);
  const textOf = (row: string) =>
    row
      .replace(/<\/div>|<br>/g, '\n')
      .replace(/<[^>]+>/g, '')
      .replaceAll('\u00a0', ' ');
  return {
    row: (role: string) => textOf(rows.find((row) => row.includes(`<strong>${role}<`)) ?? ''),
    absent: [...section.matchAll(/<li>(.*?)<\/li>/g)].map(([, line = '']) => textOf(line)),
    section,
  };
}

it('a certificate that a CA on another node signed has no plain mark', async () => {
  const wrong = controlPlane(2);
  wrong.write('pki/etcd/ca.crt', wrong.read('pki/ca.crt'));
  const { row } = await rowsOf([controlPlane(1), wrong]);
  expect(row('kube-etcd-peer')).toMatch(/^✖error/);
  expect(row('kube-etcd-peer')).toMatch(
    /signed by etcd-ca\s*signed by CN=etcd-ca, whose certificate is not on this node \(finding 1\)/,
  );
  expect(row('kube-apiserver')).toMatch(/^✔ok/);
});

it('a date is said once', async () => {
  const { row } = await rowsOf([buildNode()], { at: new Date('2028-01-01') });
  const found = row('kube-apiserver');
  expect(found.match(/2027-11-\d\d/g)).toHaveLength(1);
  const { row: healthy } = await rowsOf([buildNode()]);
  expect(healthy('kube-apiserver')).toMatch(/expires: 2027-11-\d\d, in \d+ days/);
});

it('two findings are two lines, and two paths too', async () => {
  const { row } = await rowsOf([buildNode().chmod('pki/sa.key', 0o644).chmod('pki/sa.pub', 0o666)]);
  expect(row('service-account')).toContain('/etc/kubernetes/pki/sa.key\n/etc/kubernetes/pki/sa.pub');
});

it('what does not apply is named once for all nodes, below the tables', async () => {
  const { absent } = await rowsOf([controlPlane(1), controlPlane(2), controlPlane(3)]);
  expect(absent).toEqual(['super-admin.conf: optional, and not on this node (cp-2, cp-3)']);
});

it('only differences are shown, as expected and as found; the summary counts the others', async () => {
  const { row, section } = await rowsOf([buildNode().chmod('pki/sa.key', 0o644)]);
  expect(row('service-account')).toMatch(/mode 0600mode 0644 \(finding 1\)/);
  expect(section).toMatch(/<details><summary>.*?15 of 16 rows as documented<\/span><\/span><\/summary>/);
  expect(section.match(/<td data-label="Found">/g)).toHaveLength(1);
  const { section: healthy } = await rowsOf([buildNode()]);
  expect(healthy).toContain('16 of 16 rows as documented');
  expect(healthy).not.toContain('data-label="Found"');
});
