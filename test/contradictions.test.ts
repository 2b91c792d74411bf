import { describe, expect, it } from 'vitest';
import type { Report } from '../src/index.ts';
import { lintTree } from './cases/harness.ts';
import { buildNode } from './support/build-node.ts';
import { contradictions } from './support/contradictions.ts';

/** A report in which every connection works, or none has a cause. */
async function changed(change: Partial<Report['connections'][number]>) {
  const { findings, connections } = await lintTree(buildNode().remove('manifests/etcd.yaml').remove('pki/ca.key'));
  return { findings, connections: connections.map((one) => ({ ...one, ...change })) };
}

describe('a contradiction', () => {
  it('is a connection that works although its component does not start', async () => {
    expect(contradictions(await changed({ verdict: 'ok' }))).toContain(
      'cp-1 kube-controller-manager-kube-apiserver https://192.0.2.10:6443 works, despite ' +
        'argument/file@kube-controller-manager --cluster-signing-key-file',
    );
  });

  it('is a connection that fails without a finding, unless findings were left out', async () => {
    const report = await changed({ verdict: 'fail', reason: 'why', cause: null });
    expect(contradictions(report)).toContain('cp-1 kube-apiserver-etcd fails without a finding: why');
    expect(contradictions(report, { only: ['cert/*'] })).toEqual([]);
  });
});
