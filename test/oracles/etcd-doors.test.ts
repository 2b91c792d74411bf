import { afterAll, beforeAll, expect, test } from 'vitest';
import { lintTree } from '../cases/harness.ts';
import { setFlags } from '../cases/manifest-edits.ts';
import { askEtcd, clientOf, startEtcd } from './support/etcd.ts';
import { all } from './support/etcd-variants.ts';
import { type Namespace, networkNamespace } from './support/namespace.ts';
import { freshNode, keepEtcdClient } from './support/nodes.ts';
import { compare, judged } from './support/verdicts.ts';

const address = '192.0.2.10';
const overTls = `https://127.0.0.1:2379,https://${address}:2379`;

let network: Namespace;
beforeAll(() => {
  network = networkNamespace([address]);
});
afterAll(() => network?.remove());

/** Whether a client without a certificate from etcd's CA gets in, and our findings above info. */
const doors = [
  { name: 'as kubeadm wrote it', flags: {}, findings: [] },
  {
    name: 'no trust file, and nobody asked',
    flags: { 'trusted-ca-file': undefined, 'client-cert-auth': 'false' },
    findings: ['etcd/open@etcd'],
  },
  { name: 'a trust file, and the flag off', flags: { 'client-cert-auth': 'false' }, findings: [] },
  {
    name: 'the flag on, and no trust file',
    flags: { 'trusted-ca-file': undefined },
    findings: ['argument/required@etcd --trusted-ca-file'],
  },
  { name: 'own certificates beside those that are given', flags: { 'auto-tls': 'true' }, findings: [] },
  {
    name: 'plain http to the network',
    flags: { 'listen-client-urls': `${overTls},http://${address}:2378` },
    url: `http://${address}:2378`,
    findings: ['etcd/open@etcd'],
  },
  {
    name: 'plain http to the machine itself',
    flags: { 'listen-client-urls': `${overTls},http://127.0.0.1:2378` },
    url: 'http://127.0.0.1:2378',
    findings: ['etcd/open-local@etcd'],
  },
];

test.each(doors)('a stranger at the door of etcd: $name', async ({ flags, url, findings }) => {
  const node = setFlags(await freshNode('kubeadm-1.32-default'), 'etcd', flags);
  const report = await lintTree(node, { at: new Date() });
  const told = report.findings.filter(({ severity }) => severity !== 'info');
  expect(told.map(({ rule, subject }) => `${rule}@${subject}`)).toEqual(findings);
  keepEtcdClient(node, 'probe')();
  const member = startEtcd(node, network);
  try {
    expect(await member.until('ready to serve client requests'), member.output()).toBe('said');
    const stranger = clientOf('apiserver-kubelet-client');
    const { healthy, output } = await member.health(stranger, url ?? `https://${address}:2379`, 2);
    expect(healthy, output).toBe(findings.some((finding) => finding.startsWith('etcd/open')));
    await compare(judged(report, all), askEtcd(member, node));
  } finally {
    await member.stop();
  }
});
