/**
 * A row of the checklist is in order only if its file is there, and if neither its CA nor the clock makes that moot.
 */
import { describe, expect, it } from 'vitest';
import type { LintOptions } from '../src/index.ts';
import { lintTree } from './cases/harness.ts';
import { buildNode } from './support/build-node.ts';
import type { NodeTree } from './support/node-tree.ts';

async function rowOf(role: string, node: NodeTree, options: LintOptions = {}) {
  const { checklist } = await lintTree(node, options);
  const row = checklist.find((one) => one.role === role);
  return `${row?.state}: ${row?.reason}`;
}

const unrelated: LintOptions = { only: ['file/stray'] };

describe('a row without findings', () => {
  it('is in order on a healthy node', async () => {
    expect(await rowOf('kube-etcd', buildNode())).toBe('ok: null');
    expect(await rowOf('kubernetes-ca', buildNode())).toBe('ok: null');
    expect(await rowOf('service-account', buildNode())).toBe('ok: null');
  });

  it.each([
    ['kube-etcd', 'pki/etcd/server.crt'],
    ['kubernetes-ca', 'pki/ca.crt'],
    ['service-account', 'pki/sa.pub'],
    ['scheduler.conf', 'scheduler.conf'],
  ])('is not in order if the file of %s is absent', async (role, path) => {
    expect(await rowOf(role, buildNode().remove(path), unrelated)).toBe(
      `skipped: /etc/kubernetes/${path}: no such file`,
    );
  });

  it('is not in order if its CA is absent', async () => {
    const node = buildNode().remove('pki/etcd/ca.crt');
    const reason = 'its CA is missing: /etc/kubernetes/pki/etcd/ca.crt: no such file';
    expect(await rowOf('kube-etcd', node)).toBe(`skipped: ${reason}`);
  });

  it('is not in order if its CA has expired', async () => {
    const node = buildNode().issue('etcd-ca', { notAfter: '2026-11-30' });
    expect(await rowOf('kube-etcd', node)).toBe('skipped: its CA: expired on 2026-11-30T00:00:00Z');
    expect(await rowOf('etcd-ca', node)).toBe('error: null');
    expect(await rowOf('etcd-ca', node, unrelated)).toBe('skipped: expired on 2026-11-30T00:00:00Z');
  });

  it('is not in order if the clock is behind', async () => {
    const early: LintOptions = { ...unrelated, at: new Date('2020-01-01T00:00:00Z') };
    expect(await rowOf('kube-etcd', buildNode(), early)).toMatch(/^skipped: not valid before 20/);
  });
});
