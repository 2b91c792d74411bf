/** "If a CA is lost": what stops without its files, and after its expiry. */
import { expect, it } from 'vitest';
import { type LintOptions, reporters } from '../../../src/index.ts';
import { lintTree, lintTrees } from '../../cases/harness.ts';
import { buildNode } from '../../support/build-node.ts';
import { controlPlane } from '../../support/cluster.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import { parse } from './parse.ts';

const sectionOf = (text: string) =>
  text.split('someone who has its key can do.')[1]?.split('Documented tables')[0] ?? '';

/** The card of a CA. */
async function cardsOf(nodes: readonly NodeTree[], options: LintOptions = {}): Promise<readonly string[]> {
  const [only] = nodes;
  const lint = { picture: true, ...options };
  const report = nodes.length === 1 && only ? await lintTree(only, lint) : await lintTrees(nodes, lint);
  const section = sectionOf(parse(await reporters.html(report)).text);
  const starts = ['kubernetes-ca', 'etcd-ca', 'front-proxy-ca'].map((name) => section.indexOf(`${name}expires`));
  const etcd = starts[1] === -1 ? section.indexOf('etcd-cacp-') : (starts[1] ?? 0);
  return [section.slice(starts[0], etcd), section.slice(etcd, starts[2]), section.slice(starts[2])];
}

it('a list that is nearly that of an earlier CA says how it differs', async () => {
  const [first = '', etcd = '', frontProxy = ''] = await cardsOf([buildNode()]);
  expect(first).toContain('this follows:the API server is down');
  expect(etcd).toContain(
    'the same follows as without kubernetes-ca, and also:this etcd member leaves the quorum if there are others',
  );
  expect(frontProxy).toContain('the same follows as without kubernetes-ca.If it expires');
});

it('a CA that expires stops less than one whose files are missing', async () => {
  const [first = '', etcd = '', frontProxy = ''] = await cardsOf([buildNode()]);
  expect(first).toContain(
    'If it expires: the same follows, but these connections still succeed:kube-apiserver → etcdkube-apiserver as front proxy → extension API servers',
  );
  expect(etcd).toMatch(/If it expires: this follows:the API server is down.*gateway → etcd\)To issue/);
  expect(frontProxy).toContain(
    'If it expires: this follows:aggregated APIs such as metrics.k8s.io fail (kube-apiserver as front proxy → extension API servers)To issue',
  );
});

it('an effect of several connections says of how many addresses, or on which nodes', async () => {
  const [first = ''] = await cardsOf([buildNode()]);
  expect(first).toContain('pods cannot use the API (pods → kube-apiserver, 2 addresses)');
  const [several = ''] = await cardsOf([controlPlane(1), controlPlane(2)]);
  expect(several).toContain('pods cannot use the API (pods → kube-apiserver, on cp-1, cp-2)');
});

it('what fails already is a finding, and only counted', async () => {
  const at = new Date('2028-01-01');
  const [first = '', etcd = ''] = await cardsOf([buildNode()], { at });
  expect(first).not.toContain('the node becomes NotReady');
  expect(first).toMatch(/\d+ connections that need it fail already\./);
  expect(etcd).toMatch(/\d+ connections that need it fail already\./);
  const [healthy = ''] = await cardsOf([buildNode()]);
  expect(healthy).not.toContain('already');
});

it('nothing is said of a file that is a different CA, but where it is found', async () => {
  const wrong = controlPlane(2);
  wrong.write('pki/etcd/ca.crt', wrong.read('pki/ca.crt'));
  const [, etcd = ''] = await cardsOf([controlPlane(1), wrong]);
  expect(etcd).toContain('On cp-1If its files are missing');
  expect(etcd).toContain('On cp-2 the file is not this CA: see finding 1.');
  expect(etcd).not.toContain('On cp-2If');
  expect(etcd).not.toContain('kube-apiserver-kubelet-client');
});

it('an attacker acts, not the component; what to do then has a head', async () => {
  const [first = '', , frontProxy = ''] = await cardsOf([buildNode()]);
  expect(first).toContain('kube-apiserver: an attacker can act as any user in any group');
  expect(first).toContain('What to do then');
  // Who has the key of the CA signs a certificate with the new name, too.
  expect(frontProxy).not.toContain('shut out');
});
