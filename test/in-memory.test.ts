/** Connections whose files fit, and of which a running process holds an older file. */
import { describe, expect, it } from 'vitest';
import { heldInMemory } from '../src/api/held-in-memory.ts';
import type { ComponentProcess } from '../src/artifact/process.ts';
import { buildGraph } from '../src/graph/build.ts';
import {
  brokenConnections,
  type JudgedConnections,
  judgeConnections,
  reportedConnection,
} from '../src/lint/rules/connections.ts';
import type { Failure } from '../src/lint/rules/failure.ts';
import type { Holding } from '../src/lint/rules/in-memory.ts';
import { runAlone } from '../src/lint/rules/run-nodes.ts';
import { findConnections, type SimulatedConnection } from '../src/model/handshake/index.ts';
import type { Pki } from '../src/model/roles/pki.ts';
import { rules } from '../src/tables/catalog.ts';
import { at, pkiOf } from './cases/harness.ts';
import { buildNode } from './support/build-node.ts';

const processOf = (pid: number): ComponentProcess => ({
  component: 'etcd',
  pid,
  words: [],
  started: 0,
  tolerance: 1000,
  mounts: undefined,
  container: undefined,
  unit: undefined,
});
const [etcd, other] = [processOf(312), processOf(340)];
const wanted = { rule: () => true, role: () => true, passes: false } as const;
const reason = 'etcd trusts the former CA';
const path = '/etc/kubernetes/pki/etcd/ca.crt';

/** The failure that reports a process. */
function stale(pki: Pki, process: ComponentProcess, id = 'process/stale'): Failure {
  const [rule] = rules;
  if (rule === undefined) throw new Error('no rule');
  const subject = { value: process as never, name: 'etcd', path, hangsOn: [], role: undefined };
  return { pki, rule: { ...rule, id }, subject, problem: { at: { path }, data: {} } as unknown as Failure['problem'] };
}

const dialsEtcd = ({ row }: SimulatedConnection) => row.id === 'kube-apiserver-etcd';
const holding = (process: ComponentProcess): Holding => ({ reason, end: 'server', process });

function judged(pki: Pki, failures: readonly Failure[], of = (one: SimulatedConnection) => dialsEtcd(one)) {
  const simulated = findConnections(pki, [pki]);
  return judgeConnections(simulated, failures, wanted, (one) => (of(one) ? holding(etcd) : undefined));
}

const reportOf = ({ connections }: JudgedConnections, fingerprint: string | undefined) =>
  connections.map((one) => reportedConnection(one, () => fingerprint)).filter(({ inMemory }) => inMemory);

describe('a connection that works on disk', () => {
  it('has nothing more without a process that holds an older file', async () => {
    const pki = await pkiOf(buildNode());
    const result = judgeConnections(findConnections(pki, [pki]), [], wanted);
    expect(reportOf(result, 'f')).toEqual([]);
    expect(result.broken.size).toBe(0);
    expect(heldInMemory(result).size).toBe(0);
  });

  it('fails in memory, because of the finding about the process', async () => {
    const pki = await pkiOf(buildNode());
    const [cause, ...others] = [stale(pki, etcd), stale(pki, other), stale(pki, etcd, 'process/arguments')];
    const result = judged(pki, [cause, ...others]);
    expect(reportOf(result, 'f')).toMatchObject([
      { id: 'kube-apiserver-etcd', verdict: 'ok', cause: null, inMemory: { reason, end: 'server', cause: 'f' } },
    ]);
    expect(reportOf(result, undefined)[0]?.inMemory?.cause).toBeNull();
    expect([...result.broken.keys()]).toEqual([cause]);
    expect(result.failures).toEqual([]);
    expect(brokenConnections(result, [cause])).toEqual([
      {
        path,
        subject: 'kube-apiserver → https://127.0.0.1:2379',
        message: 'the API server is down',
        connection: 'kube-apiserver-etcd',
        error: reason,
        fingerprint: null,
      },
    ]);
  });

  it('is drawn as one that fails', async () => {
    const pki = await pkiOf(buildNode());
    const held = heldInMemory(judged(pki, []));
    const simulated = findConnections(pki, [pki]);
    expect(held.size).toBe(1);
    const drawn = [...held.values(), ...simulated.filter((one) => !dialsEtcd(one))];
    const failing = buildGraph([pki], drawn, at.getTime()).edges.filter(({ verdict }) => verdict === 'fail');
    expect(failing.map((one) => one.reason)).toEqual([`✔ on disk, ✖ in memory: ${reason}`]);
  });
});

it('a connection that fails on disk does not fail in memory too', async () => {
  const node = buildNode();
  const pki = await pkiOf(node.write('pki/apiserver-etcd-client.key', node.read('pki/etcd/ca.key')));
  const [run] = runAlone(pki, wanted).nodes;
  const result = judged(pki, [...(run?.failures ?? []), stale(pki, etcd)]);
  expect(result.connections.filter(({ connection }) => dialsEtcd(connection))).toMatchObject([{ holding: undefined }]);
  expect(reportOf(result, 'f')).toEqual([]);
});
