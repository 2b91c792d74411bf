/** The documented tables of a page: what was found, once, and what does not apply. */
import { expect, it } from 'vitest';
import { type LintOptions, reporters } from '../../../src/index.ts';
import { lintTree, lintTrees } from '../../cases/harness.ts';
import { buildNode } from '../../support/build-node.ts';
import { controlPlane, worker } from '../../support/cluster.ts';
import type { NodeTree } from '../../support/node-tree.ts';

/** The rows of the tables by their roles, as the last table has them, and what is below it. */
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
    row: (role: string) => textOf(rows.findLast((row) => row.includes(`<strong>${role}<`)) ?? ''),
    feet: [...section.matchAll(/<\/table><p class="foot[^>]*>(.*?)<\/p><\/div>/g)].map(([, foot = '']) => textOf(foot)),
  };
}

it('a certificate that a CA on another node signed has no plain mark', async () => {
  const wrong = controlPlane(2);
  wrong.write('pki/etcd/ca.crt', wrong.read('pki/ca.crt'));
  const { row } = await rowsOf([controlPlane(1), wrong]);
  expect(row('kube-etcd-peer')).toMatch(/^✖error/);
  expect(row('kube-etcd-peer')).toContain('signed by CN=etcd-ca, whose certificate is not on this node: finding 1');
  expect(row('kube-apiserver')).toMatch(/^✔ok/);
});

it('a date is said once', async () => {
  const { row } = await rowsOf([buildNode()], { at: new Date('2028-01-01') });
  const found = row('kube-apiserver');
  expect(found).toMatch(/signed by kubernetes-ca\nexpired on 2027-11-\d\d, \d+ days ago/);
  expect(found.match(/expire/g)).toHaveLength(1);
  const { row: healthy } = await rowsOf([buildNode()]);
  expect(healthy('kube-apiserver')).toMatch(/expires 2027-11-\d\d, in \d+ days/);
});

it('a connection says what it has to do with the file', async () => {
  const far = [worker(), worker({ name: 'worker-2', ip: '192.0.2.22' })].map((node) =>
    node.editKubeconfig('kubelet.conf', { server: 'https://api.example.test:6443' }),
  );
  const { row } = await rowsOf([...far, controlPlane(1)]);
  expect(row('kube-apiserver')).toContain('not valid for api.example.test, which kubelet on worker-1 dials');
});

it('two findings are two lines, and two paths too', async () => {
  const { row } = await rowsOf([buildNode().chmod('pki/sa.key', 0o644).chmod('pki/sa.pub', 0o666)]);
  expect(row('service-account')).toContain('/etc/kubernetes/pki/sa.key\n/etc/kubernetes/pki/sa.pub');
});

it('what does not apply is named inside of the table', async () => {
  const { feet } = await rowsOf([controlPlane(1), controlPlane(2)]);
  expect(feet).toEqual(['Not applicable: super-admin.conf: optional, and not on this node']);
});
