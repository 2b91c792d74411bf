/** Connections whose files fit, and of which a running process holds an older file. */
import { describe, expect, it } from 'vitest';
import { asJudged } from '../src/api/judged-connections.ts';
import { buildGraph } from '../src/graph/build.ts';
import { brokenConnections, type JudgedConnections } from '../src/lint/rules/connections.ts';
import { reportedConnection } from '../src/lint/rules/reported-connection.ts';
import { runAlone } from '../src/lint/rules/run-nodes.ts';
import { at } from './cases/harness.ts';
import { later, replaceAuthority } from './running/edits.ts';
import { pkiOfRecording } from './running/lint-recording.ts';
import { Recording } from './running/recording.ts';

const wanted = { rule: () => true, role: () => true, passes: false } as const;
const path = '/etc/kubernetes/pki/etcd/ca.crt';
const refused = /^etcd refuses new connections from (?:client|member)s/;

async function running(): Promise<Recording> {
  const node = await Recording.read('healthy');
  node.at = new Date(later);
  return node;
}

const replaced = async () => replaceAuthority(await running(), 'etcd-ca');

async function runOf(node: Recording) {
  const pki = await pkiOfRecording(node);
  const { nodes, connections } = runAlone(pki, wanted);
  return { pki, failures: nodes[0]?.failures ?? [], connections };
}

const inMemory = ({ connections }: JudgedConnections, fingerprint = 'f') =>
  connections.map((one) => reportedConnection(one, () => fingerprint)).filter((one) => one.inMemory);

describe('a connection that works on disk', () => {
  it('has nothing more without a process that holds an older file', async () => {
    const { connections } = await runOf(await running());
    expect(inMemory(connections)).toEqual([]);
    expect(asJudged(connections)).toEqual(connections.connections.map(({ connection }) => connection));
  });

  it('fails in memory, because of the finding about the process', async () => {
    const { connections, failures } = await runOf(await replaced());
    const [cause, ...others] = failures.filter(({ rule }) => rule.id.startsWith('process/'));
    expect(others).toEqual([]);
    expect(inMemory(connections)).toMatchObject(
      ['kube-apiserver-etcd', 'etcd-peer', 'etcdctl-etcd', 'etcd-gateway'].map((id) => ({
        id,
        verdict: 'ok',
        cause: null,
        inMemory: { reason: expect.stringMatching(refused), end: 'server', cause: 'f' },
      })),
    );
    expect(cause && connections.broken.get(cause)?.map(({ row }) => row.id)).toContain('kube-apiserver-etcd');
    expect(cause && brokenConnections(connections, [cause])[0]).toMatchObject({
      path,
      subject: 'kube-apiserver → https://127.0.0.1:2379',
      message: 'the API server is down',
    });
  });

  it('is drawn as one that fails', async () => {
    const { pki, connections } = await runOf(await replaced());
    const failing = buildGraph([pki], asJudged(connections), [], at.getTime()).edges.filter(
      ({ verdict }) => verdict === 'fail',
    );
    expect(failing.map(({ reason }) => reason)).toEqual(
      failing.map(() => expect.stringMatching(/^✔ on disk, ✖ in memory: etcd refuses new connections/)),
    );
    expect(failing).not.toEqual([]);
  });
});

it('a connection that fails on disk does not fail in memory too', async () => {
  const node = await replaced();
  node.write('pki/apiserver-etcd-client.key', node.read('pki/etcd/ca.key'));
  const { connections } = await runOf(node);
  expect(inMemory(connections).map(({ id }) => id)).not.toContain('kube-apiserver-etcd');
});
