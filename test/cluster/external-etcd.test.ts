/** etcd on separate machines, in the same input as the control planes that store their data in it. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import schema from '../../rules/schema/report.schema.json' with { type: 'json' };
import type { Report } from '../../src/index.ts';
import { lintTrees } from '../cases/harness.ts';
import { buildNode, type NodeOptions } from '../support/build-node.ts';
import { controlPlane } from '../support/cluster.ts';
import { keyNamed, privateKeyPem, publicKeyPem } from '../support/keys.ts';
import type { NodeTree } from '../support/node-tree.ts';

const ajv = new Ajv2020({ strict: true, strictTypes: false, allErrors: true });
formats.default(ajv);
const validate = ajv.compile(schema);

/** A machine that runs only etcd. */
function etcdNode(options: NodeOptions = {}): NodeTree {
  const node = buildNode({ name: 'etcd-1', ip: '192.0.2.31', ...options });
  const kept = /^\/etc\/kubernetes\/(pki\/etcd\/|manifests\/etcd\.yaml)/;
  for (const [path, entry] of node.entries) if (entry.type === 'file' && !kept.test(path)) node.entries.delete(path);
  return node;
}

const client = (number: 1 | 2, options: NodeOptions = {}) =>
  controlPlane(number, { externalEtcd: ['https://192.0.2.31:2379'], ...options });

const alarms = ({ findings }: Report) =>
  findings.filter(({ severity }) => severity !== 'info').map(({ node, rule, subject }) => [node, rule, subject]);

const toEtcd = ({ connections }: Report) =>
  connections
    .filter(({ id }) => id === 'kube-apiserver-etcd')
    .map(({ node, server, verdict }) => [node, server, verdict]);

describe('an external etcd', () => {
  it('that the control planes trust is healthy', async () => {
    const report = await lintTrees([client(1), client(2), etcdNode()]);
    expect(alarms(report)).toEqual([]);
    expect(toEtcd(report)).toEqual([
      ['cp-1', 'etcd on etcd-1', 'ok'],
      ['cp-2', 'etcd on etcd-1', 'ok'],
    ]);
  });

  it('with another CA shares nothing with them, and is theirs by its address', async () => {
    const report = await lintTrees([client(1), client(2), etcdNode({ certificates: { 'etcd-ca': { key: 'P-384' } } })]);
    expect(alarms(report)).toEqual([['etcd-1', 'cluster/authority', 'etcd-ca']]);
    expect(toEtcd(report).map(([, , verdict]) => verdict)).toEqual(['fail', 'fail']);
    const causes = report.connections.filter(({ verdict }) => verdict === 'fail').map(({ cause }) => cause);
    const [finding] = report.findings.filter(({ rule }) => rule === 'cluster/authority');
    expect(new Set(causes)).toEqual(new Set([finding?.fingerprint]));
    validate(JSON.parse(JSON.stringify(report)));
    expect(validate.errors ?? []).toEqual([]);
  });

  it('of two clusters makes no one cluster of them', async () => {
    const another = { key: 'P-384' } as const;
    const stranger = buildNode({
      ...{ name: 'other-1', ip: '192.0.2.51', externalEtcd: ['https://192.0.2.31:2379'] },
      certificates: { 'kubernetes-ca': another, 'front-proxy-ca': another },
    });
    const tokens = keyNamed('tokens of another cluster');
    stranger.write('pki/sa.key', privateKeyPem(tokens)).write('pki/sa.pub', publicKeyPem(tokens));
    const report = await lintTrees([client(1), stranger, etcdNode()]);
    expect(report.findings.filter(({ rule }) => rule.startsWith('cluster/'))).toEqual([]);
  });
});
