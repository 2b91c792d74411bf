/** The chain of few boxes that shows where trust is broken. */
import { expect, it } from 'vitest';
import { reporters } from '../../../src/index.ts';
import { at, lintTrees } from '../../cases/harness.ts';
import { buildNode } from '../../support/build-node.ts';
import { controlPlane, worker } from '../../support/cluster.ts';
import { giveNewAuthority } from '../../support/new-authority.ts';
import type { NodeTree } from '../../support/node-tree.ts';

/** Returns each chain on the page of some nodes as text. */
async function chainsOf(...nodes: readonly NodeTree[]): Promise<readonly string[]> {
  const html = await reporters.html(await lintTrees(nodes, { picture: true }));
  const chains = [...html.matchAll(/<ol class="chain".*?<\/ol>/gs)];
  return chains.map(([chain]) =>
    chain
      .replace(/<wbr>/g, '')
      .replace(/<[^>]+>/g, ' ')
      .replace(/ +/g, ' ')
      .trim(),
  );
}

it('names the certificates, their CA, and the file that contains a different one', async () => {
  const wrong = controlPlane(2);
  wrong.write('pki/etcd/ca.crt', wrong.read('pki/ca.crt'));
  const chains = await chainsOf(controlPlane(1), wrong);
  expect(chains).toHaveLength(1);
  expect(chains[0]).toMatch(
    /kube-etcd, .*signed by → etcd-ca .* error: is not .*ca\.crt .*kubernetes-ca .*← trusted by /,
  );
});

it('names a CA that was made again under the same name, and who still has the old one', async () => {
  const renewed = controlPlane(1);
  giveNewAuthority(renewed, 'kubernetes-ca', at.toISOString());
  const chains = await chainsOf(renewed, worker());
  expect(chains).toContainEqual(
    expect.stringMatching(
      /apiserver\.crt presented by kube-apiserver on cp-1 signed by → kubernetes a CA with a different key/,
    ),
  );
  expect(chains.join('\n')).toMatch(
    /is not \S*kubelet\.conf kubernetes on \S+ ← trusted by kubelet their connections fail/,
  );
});

it('is not shown on a healthy node, or where something else is wrong', async () => {
  const expired = buildNode();
  expired.issue('kube-apiserver', { notAfter: new Date(at.getTime() - 1000) });
  expect(await chainsOf(buildNode())).toEqual([]);
  expect(await chainsOf(expired)).toEqual([]);
});
