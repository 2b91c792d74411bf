import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { lintTree } from '../cases/harness.ts';
import { certificatePem } from '../support/certificates.ts';
import { makeAuthority } from '../support/issue.ts';
import { keyFromPem, keyNamed, privateKeyPem } from '../support/keys.ts';
import type { NodeTree } from '../support/node-tree.ts';
import { type Member, startEtcd } from './support/etcd.ts';
import { type Namespace, networkNamespace } from './support/namespace.ts';
import { errorsOf, errorWords, freshNode } from './support/nodes.ts';

const address = '192.0.2.10';
const otherAddress = '192.0.2.11';
const ready = 'ready to serve client requests';
const apiserver = 'apiserver-etcd-client';
const local = 'https://127.0.0.1:2379';

let network: Namespace;
beforeAll(() => {
  network = networkNamespace([address, otherAddress]);
});
afterAll(() => network?.remove());

let node: NodeTree;
beforeEach(async () => {
  node = await freshNode('kubeadm-1.32-default');
});

/** Runs the node's etcd for as long as the questions take. */
async function withEtcd<T>(ask: (member: Member) => Promise<T>, tree = node): Promise<T> {
  const member = startEtcd(tree, network);
  try {
    return await ask(member);
  } finally {
    await member.stop();
  }
}

const lintNow = () => lintTree(node, { at: new Date() });
const anHourAgo = () => new Date(Date.now() - 3_600_000);
const inAnHour = () => new Date(Date.now() + 3_600_000);
const damaged = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
const trustFile = 'pki/etcd/ca.crt';

interface Variant {
  readonly name: string;
  readonly change: (node: NodeTree) => unknown;
  /** Findings above info, as `rule@subject`. */
  readonly findings: readonly string[];
}

const healthy: readonly Variant[] = [
  { name: 'as kubeadm wrote it', change: () => undefined, findings: [] },
  {
    name: 'a server certificate without client auth',
    change: (tree) => tree.issue('kube-etcd', { usages: ['serverAuth'] }),
    findings: ['cert/usage-documented@kube-etcd'],
  },
  {
    name: 'keys in PKCS#8',
    change: (tree) => {
      for (const path of ['pki/etcd/server.key', 'pki/etcd/peer.key', `pki/${apiserver}.key`]) {
        tree.edit(path, (text) => privateKeyPem(keyFromPem(text), 'pkcs8'));
      }
    },
    findings: [],
  },
  {
    name: 'lines that end in CR LF',
    change: (tree) => {
      for (const file of [trustFile, 'pki/etcd/server.crt', 'pki/etcd/server.key', 'pki/etcd/peer.crt']) {
        tree.edit(file, (text) => text.replaceAll('\n', '\r\n'));
      }
    },
    findings: [],
  },
  {
    name: 'a trust file with a coming CA beside the present one, and words between them',
    change: (tree) => {
      const coming = certificatePem(makeAuthority('etcd-ca', { notBefore: anHourAgo() }).certificate);
      tree.edit(trustFile, (text) => `the next one\n${coming}the present one\n${text}`);
    },
    findings: [],
  },
  {
    name: 'an elliptic curve key of another kind',
    change: (tree) => tree.issue('kube-etcd', { key: 'P-384' }).issue('kube-apiserver-etcd-client', { key: 'Ed25519' }),
    findings: [],
  },
];

describe('etcd serves its clients, and we find no error', () => {
  test.each(healthy)('$name', async ({ change, findings }) => {
    change(node);
    const report = await lintNow();
    const told = report.findings.filter(({ severity }) => severity !== 'info');
    expect(told.map(({ rule, subject }) => `${rule}@${subject}`)).toEqual(findings);
    expect(errorsOf(report)).toEqual([]);
    await withEtcd(async (member) => {
      expect(await member.until(ready), member.output()).toBe('said');
      for (const client of ['etcd/healthcheck-client', apiserver]) {
        for (const host of ['127.0.0.1', address]) {
          const { healthy: well, output } = member.health(client, `https://${host}:2379`);
          expect(well, output + member.output()).toBe(true);
        }
      }
    });
  });

  test('and refuses a client of the cluster CA', async () => {
    await withEtcd(async (member) => {
      expect(await member.until(ready)).toBe('said');
      expect(member.health('apiserver-kubelet-client', local, 1).healthy).toBe(false);
      await member.until('x509: certificate signed by unknown authority');
    });
  });
});

interface Broken extends Variant {
  /** The words of etcd or of its client, which our finding quotes. */
  readonly says: string;
}

const unknownAuthority = 'x509: certificate signed by unknown authority';
const wrongUsage = 'x509: certificate specifies an incompatible key usage';
const wrongTime = 'x509: certificate has expired or is not yet valid: current time';
const mismatch = 'tls: private key does not match public key';
const noFile = 'no such file';

const broken: readonly Broken[] = [
  {
    name: 'a server certificate of the cluster CA',
    change: (tree) => tree.issue('kube-etcd', { issuer: 'kubernetes-ca' }),
    findings: ['cert/issuer@kube-etcd'],
    says: unknownAuthority,
  },
  {
    name: 'a server certificate of a namesake of the CA',
    change: (tree) => tree.issue('kube-etcd', { issuer: makeAuthority('etcd-ca', { notBefore: anHourAgo() }) }),
    findings: ['cert/issuer@kube-etcd'],
    says: unknownAuthority,
  },
  {
    name: 'an expired server certificate',
    change: (tree) => tree.issue('kube-etcd', { notAfter: anHourAgo() }),
    findings: ['cert/expired@kube-etcd'],
    says: wrongTime,
  },
  {
    name: 'a server certificate of tomorrow',
    change: (tree) => tree.issue('kube-etcd', { notBefore: inAnHour() }),
    findings: ['cert/not-yet-valid@kube-etcd'],
    says: wrongTime,
  },
  {
    name: 'an expired CA',
    change: (tree) => tree.issue('etcd-ca', { notAfter: anHourAgo() }),
    findings: ['authority/expired@etcd-ca'],
    says: wrongTime,
  },
  {
    name: 'the key of another certificate',
    change: (tree) => tree.edit('pki/etcd/server.key', () => tree.read('pki/etcd/peer.key')),
    findings: ['cert/pair@kube-etcd'],
    says: mismatch,
  },
  {
    name: 'a key of another type',
    change: (tree) => tree.edit('pki/etcd/server.key', () => privateKeyPem(keyNamed('other'))),
    findings: ['cert/pair@kube-etcd'],
    says: 'tls: private key type does not match public key type',
  },
  {
    name: 'the key of another certificate for peers',
    change: (tree) => tree.edit('pki/etcd/peer.key', () => tree.read('pki/etcd/server.key')),
    findings: ['cert/pair@kube-etcd-peer'],
    says: mismatch,
  },
  {
    name: 'no server certificate',
    change: (tree) => tree.remove('pki/etcd/server.crt'),
    findings: ['cert/present@kube-etcd'],
    says: noFile,
  },
  {
    name: 'no server key',
    change: (tree) => tree.remove('pki/etcd/server.key'),
    findings: ['cert/key@kube-etcd'],
    says: noFile,
  },
  {
    name: 'no peer certificate',
    change: (tree) => tree.remove('pki/etcd/peer.crt'),
    findings: ['cert/present@kube-etcd-peer'],
    says: noFile,
  },
  {
    name: 'no CA',
    change: (tree) => tree.remove(trustFile),
    findings: ['authority/present@etcd-ca'],
    says: noFile,
  },
  {
    name: 'the cluster CA as the trust file',
    change: (tree) => {
      const path = '/etc/kubernetes/pki/etcd/trusted.crt';
      tree.write(path, tree.read('pki/ca.crt')).replaceFlag('etcd', 'trusted-ca-file', path);
    },
    findings: ['argument/target@etcd --trusted-ca-file'],
    says: unknownAuthority,
  },
  {
    name: 'a server certificate that does not name 127.0.0.1',
    change: (tree) => tree.issue('kube-etcd', { sans: ['DNS:cp-1', 'DNS:localhost', `IP:${address}`] }),
    findings: ['san/coverage@kube-etcd'],
    says: `x509: certificate is valid for ${address}, not 127.0.0.1`,
  },
  {
    name: 'a server certificate that names 127.0.0.1 as a DNS name',
    change: (tree) => tree.issue('kube-etcd', { sans: ['DNS:cp-1', 'DNS:127.0.0.1', `IP:${address}`] }),
    findings: ['san/coverage@kube-etcd'],
    says: `x509: certificate is valid for ${address}, not 127.0.0.1`,
  },
  {
    name: 'a server certificate without server auth',
    change: (tree) => tree.issue('kube-etcd', { usages: ['clientAuth'] }),
    findings: ['cert/usage@kube-etcd'],
    says: wrongUsage,
  },
  {
    name: 'a damaged block in the trust file',
    change: (tree) => tree.edit(trustFile, (text) => text + damaged),
    findings: [`file/parse@/etc/kubernetes/${trustFile}`],
    says: 'x509: malformed certificate',
  },
  {
    name: 'a private key in the trust file',
    change: (tree) => tree.edit(trustFile, (text) => text + tree.read('pki/etcd/ca.key')),
    findings: [`file/parse@/etc/kubernetes/${trustFile}`],
    says: 'x509: malformed tbs certificate',
  },
  {
    name: 'an empty trust file',
    change: (tree) => tree.write(trustFile, ''),
    findings: [`file/parse@/etc/kubernetes/${trustFile}`],
    says: unknownAuthority,
  },
  {
    name: 'a client certificate of the cluster CA',
    change: (tree) => tree.issue('kube-apiserver-etcd-client', { issuer: 'kubernetes-ca' }),
    findings: ['cert/issuer@kube-apiserver-etcd-client'],
    says: unknownAuthority,
  },
  {
    name: 'a client certificate without client auth',
    change: (tree) => tree.issue('kube-apiserver-etcd-client', { usages: ['serverAuth'] }),
    findings: ['cert/usage@kube-apiserver-etcd-client'],
    says: wrongUsage,
  },
  {
    name: 'an expired client certificate',
    change: (tree) => tree.issue('kube-apiserver-etcd-client', { notAfter: anHourAgo() }),
    findings: ['cert/expired@kube-apiserver-etcd-client'],
    says: wrongTime,
  },
];

describe('etcd fails in the words of our error', () => {
  test.each(broken)('$name', async ({ change, findings, says }) => {
    change(node);
    const report = await lintNow();
    expect(errorsOf(report)).toEqual(findings);
    expect(errorWords(report)).toContain(says);
    await withEtcd(async (member) => {
      const started = (await member.until(ready)) === 'said';
      const { healthy: well, output } = started ? member.health(apiserver, local, 1) : { healthy: false, output: '' };
      expect(well, output).toBe(false);
      if (!output.includes(says)) await member.until(says);
      expect(output + member.output()).toContain(says);
    });
  });
});

/** Within one namespace a peer comes from the address that it dials, and etcd compares that with the peer's names. */
const bothAddresses = [`IP:${address}`, `IP:${otherAddress}`];

/** Two members of one cluster: the node under test, and a healthy one that is no business of ours. */
async function pairUp(): Promise<NodeTree> {
  const members = `cp-1=https://${address}:2380,cp-2=https://${otherAddress}:2380`;
  node
    .replaceFlag('etcd', 'initial-cluster', members)
    .issue('kube-etcd-peer', { sans: ['DNS:cp-1', ...bothAddresses] });
  const flags = {
    'advertise-client-urls': `https://${otherAddress}:2379`,
    'initial-advertise-peer-urls': `https://${otherAddress}:2380`,
    'listen-client-urls': `https://${otherAddress}:2379`,
    'listen-metrics-urls': 'http://127.0.0.1:2382',
    'listen-peer-urls': `https://${otherAddress}:2380`,
    name: 'cp-2',
  };
  const other = (await freshNode('kubeadm-1.32-default')).replaceFlag('etcd', 'initial-cluster', members);
  for (const [flag, value] of Object.entries(flags)) other.replaceFlag('etcd', flag, value);
  return other.issue('kube-etcd-peer', { sans: ['DNS:cp-2', ...bothAddresses] });
}

describe('two members', () => {
  test('find each other', async () => {
    const other = await pairUp();
    expect(errorsOf(await lintNow())).toEqual([]);
    await withEtcd(
      (second) =>
        withEtcd(async (first) => {
          expect(await first.until(ready), first.output() + second.output()).toBe('said');
          expect(first.health(apiserver).healthy).toBe(true);
        }),
      other,
    );
  });

  const peers: readonly Broken[] = [
    {
      name: 'a peer certificate without client auth',
      change: (tree) => tree.issue('kube-etcd-peer', { usages: ['serverAuth'] }),
      findings: ['cert/usage@kube-etcd-peer'],
      says: wrongUsage,
    },
    {
      name: 'a peer certificate of the cluster CA',
      change: (tree) => tree.issue('kube-etcd-peer', { issuer: 'kubernetes-ca' }),
      findings: ['cert/issuer@kube-etcd-peer'],
      says: unknownAuthority,
    },
    {
      name: 'a peer certificate that does not name its address',
      change: (tree) => tree.issue('kube-etcd-peer', { sans: ['DNS:cp-1', `IP:${otherAddress}`] }),
      findings: ['san/coverage@kube-etcd-peer'],
      says: `x509: certificate is valid for ${otherAddress}, not ${address}`,
    },
  ];
  test.each(peers)('refuse $name', async ({ change, findings, says }) => {
    const other = await pairUp();
    change(node);
    const report = await lintNow();
    expect(errorsOf(report)).toEqual(findings);
    expect(errorWords(report)).toContain(says);
    await withEtcd((second) => withEtcd(() => second.until(says)), other);
  });
});
