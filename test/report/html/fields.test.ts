/**
 * What a page says about a finding: effects as a list, the words of components once, and what members have in common
 * once.
 */
import { expect, it } from 'vitest';
import { reporters } from '../../../src/index.ts';
import { lintTree, lintTrees } from '../../cases/harness.ts';
import { buildNode } from '../../support/build-node.ts';
import { controlPlane, worker } from '../../support/cluster.ts';
import { corpus } from '../../support/corpus.ts';

const picture = true;

/** The fields of the first finding: the items, or the text, of each. */
function fieldsOf(html: string): Readonly<Record<string, readonly string[]>> {
  const [, list = ''] = /<dl class="fields">(.*?)<\/dl>/s.exec(html) ?? [];
  const plain = (text: string) =>
    text
      .replace(/<[^>]*>/g, '')
      .replaceAll('&quot;', '"')
      .replaceAll('&#39;', "'");
  return Object.fromEntries(
    list
      .split('<dt>')
      .slice(1)
      .map((part) => {
        const [label = '', ...values] = part.split(/<\/dt>|<\/dd>|<\/li>/);
        return [label, values.map(plain).filter((text) => text !== '')];
      }),
  );
}

it('of many certificates that expired together the time is said once, and every folder is named', async () => {
  const report = await lintTree(buildNode(), { picture, at: new Date('2028-01-01') });
  const { Effect = [], Error: errors = [], Where, Which = [] } = fieldsOf(await reporters.html(report));
  expect(Effect.length).toBeGreaterThan(8);
  expect(Effect.filter((text) => text.includes('x509'))).toEqual([]);
  expect(errors).toEqual([expect.stringMatching(/^x509: certificate has expired or is not yet valid: [^;]*$/)]);
  expect(Where).toEqual(['/etc/kubernetes/pki/etcd, /etc/kubernetes/pki, /etc/kubernetes']);
  expect(Which[0]).toMatch(/^all on 2027-11-24 \d\d:\d\d UTC, 37 days ago:$/);
  expect(Which).toContain('scheduler.conf');
  expect(Which).toHaveLength(13);
});

it('members with different values keep them', async () => {
  const node = buildNode().issue('kube-etcd', { notAfter: new Date('2026-11-20') });
  const report = await lintTree(node.issue('kube-etcd-peer', { notAfter: new Date('2026-11-10') }), { picture });
  const [first] = report.findings;
  expect(new Set(first?.members?.map(({ found }) => found)).size).toBe(2);
  const { Which = [] } = fieldsOf(await reporters.html(report));
  expect(Which).toEqual([
    expect.stringMatching(/^kube-etcd: on 2026-11-20 00:00 UTC, \d+ days ago$/),
    expect.stringMatching(/^kube-etcd-peer: on 2026-11-10 00:00 UTC, \d+ days ago$/),
  ]);
});

it('an effect on many nodes is said once, with the nodes in the order of their numbers', async () => {
  const far = Array.from({ length: 13 }, (_, index) =>
    worker({ name: `worker-${index + 1}`, ip: `192.0.2.${index + 30}` }).editKubeconfig('kubelet.conf', {
      server: 'https://192.0.2.99:6443',
    }),
  );
  const html = await reporters.html(await lintTrees([controlPlane(1), ...far], { picture }));
  const { Effect } = fieldsOf(html);
  expect(Effect).toEqual(['kubelet → kube-apiserver: the node becomes NotReady (worker-1 to worker-13)']);
});

it('of several nodes each effect begins with the node of its client', async () => {
  const second = controlPlane(2).write('pki/etcd/ca.crt', controlPlane(2).read('pki/ca.crt'));
  const { Effect = [] } = fieldsOf(await reporters.html(await lintTrees([controlPlane(1), second], { picture })));
  expect(Effect.length).toBeGreaterThan(3);
  for (const text of Effect) expect(text).toMatch(/^cp-\d: /);
});

it('a note without a command has its words, and no heading of a fix', async () => {
  const report = await lintTree(await corpus('kubeadm-1.32-default'), { picture, targetVersion: 'v1.37.0' });
  const html = await reporters.html(report);
  const notes = [...html.matchAll(/<article id="[^"]*" class="info".*?<\/article>/gs)].map(([text]) => text);
  const words = notes.filter((text) => text.includes('class="fix"') && !text.includes('<pre'));
  expect(words.length).toBeGreaterThan(0);
  for (const text of words) expect(text).not.toContain('<h4>');
});

it('nodes that have one problem are a list to copy, and their effects and words are said once', async () => {
  const workers = Array.from({ length: 9 }, (_, index) =>
    worker({ name: `worker-${index + 1}`, ip: `192.0.2.${index + 30}` }),
  );
  for (const far of workers.slice(0, 4)) far.editKubeconfig('kubelet.conf', { server: 'https://192.0.2.99:6443' });
  const html = await reporters.html(await lintTrees([controlPlane(1), controlPlane(2), ...workers], { picture }));
  const { Nodes, Effect, Error: errors } = fieldsOf(html);
  expect(Nodes).toEqual(['worker-1 to worker-4worker-1 worker-2 worker-3 worker-4']);
  expect(Effect).toEqual(['kubelet → kube-apiserver: the node becomes NotReady']);
  // The other API server has another address of its own in its certificate, and lacks the same name.
  expect(errors).toBeUndefined();
  expect(html).toContain('<div class="commands words"><pre');
});
