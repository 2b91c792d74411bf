import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { at, lintTree } from '../cases/harness.ts';
import { buildNode } from '../support/build-node.ts';
import { certificatePem } from '../support/certificates.ts';
import { type CorpusName, corpora, corpus } from '../support/corpus.ts';
import { credentialOf } from '../support/credential.ts';
import { sample } from '../support/extent.ts';
import { makeAuthority } from '../support/issue.ts';
import { keyNamed, privateKeyPem } from '../support/keys.ts';
import type { NodeTree } from '../support/node-tree.ts';
import type { AuthorityRole, LeafRole } from '../support/roles.ts';
import { type HandshakeAnswer, shakeHands } from './support/handshake.ts';
import { errorsOf, rolesOf } from './support/nodes.ts';
import { buildGo, temporaryFolder } from './support/programs.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());

let program = '';
beforeAll(() => {
  program = buildGo('handshake', folder.path);
});

/** The server's role and the CA that it trusts, and the same for the client. */
interface Connection {
  readonly server: LeafRole;
  readonly serverTrusts: AuthorityRole;
  readonly client: LeafRole;
  readonly clientTrusts: AuthorityRole;
}

const kube = { server: 'kube-apiserver', serverTrusts: 'kubernetes-ca', clientTrusts: 'kubernetes-ca' } as const;
const etcd = { server: 'kube-etcd', serverTrusts: 'etcd-ca', clientTrusts: 'etcd-ca' } as const;

const connections: readonly Connection[] = [
  ...(['admin.conf', 'super-admin.conf', 'controller-manager.conf', 'scheduler.conf', 'kubelet.conf'] as const).map(
    (client) => ({ ...kube, client }),
  ),
  // The servers of these two are not on the node: a kubelet and an aggregated API server.
  { ...kube, client: 'kube-apiserver-kubelet-client' },
  { ...kube, client: 'front-proxy-client', serverTrusts: 'front-proxy-ca' },
  { ...etcd, client: 'kube-apiserver-etcd-client' },
  { ...etcd, client: 'kube-etcd-healthcheck-client' },
  { ...etcd, server: 'kube-etcd-peer', client: 'kube-etcd-peer' },
];

/** The hosts that the node's own files dial. No member dials the peer address in a cluster with one member. */
function dialled(node: NodeTree, server: LeafRole): readonly string[] {
  const text = (component: string) => node.read(`manifests/${component}.yaml`);
  const flag = (component: string, name: string) => new RegExp(`--${name}=(.*)`).exec(text(component))?.[1] ?? '';
  const hosts = (urls: string) => urls.split(',').map((url) => new URL(url).hostname.replace(/^\[|\]$/g, ''));
  if (server === 'kube-etcd-peer') return ['127.0.0.1'];
  if (server === 'kube-etcd') {
    return hosts(`${flag('kube-apiserver', 'etcd-servers')},${flag('etcd', 'advertise-client-urls')}`);
  }
  const servers = [...node.entries.keys()]
    .filter((path) => /^\/etc\/kubernetes\/[a-z-]+\.conf$/.test(path))
    .map((path) => /server: (.*)/.exec(node.read(path))?.[1] ?? '');
  const service =
    flag('kube-apiserver', 'service-cluster-ip-range')
      .split(',')[0]
      ?.replace(/0\/\d+$/, '1') ?? '';
  return [flag('kube-apiserver', 'advertise-address'), service, ...hosts(servers.join())];
}

/** Runs Go's TLS handshake for every connection that has both ends on the node. */
function askGo(node: NodeTree): readonly (Connection & { readonly host: string; readonly answer: HandshakeAnswer })[] {
  const present = rolesOf(node);
  const questions = connections
    .filter(({ server, client }) => present.includes(server) && present.includes(client))
    .flatMap((connection) => [...new Set(dialled(node, connection.server))].map((host) => ({ ...connection, host })));
  const end = (role: LeafRole, trusted: AuthorityRole) => ({
    certificate: node.certificate(role),
    key: credentialOf(node, role).key ?? '',
    trust: node.certificate(trusted),
  });
  const handshakes = questions.map(({ server, serverTrusts, client, clientTrusts, host }) => ({
    server: end(server, serverTrusts),
    client: end(client, clientTrusts),
    host,
    at,
  }));
  const answers = shakeHands(program, handshakes);
  return questions.map((question, i) => ({ ...question, answer: answers[i] as HandshakeAnswer }));
}

/** Go's errors about a role's certificate, without the text around them. */
function complaints(node: NodeTree): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  const add = (role: string, error: string) => {
    if (error === '' || error.startsWith('remote error: ')) return;
    const words = error.replace(/^tls: failed to verify certificate: /, '').replace(/ \(possibly because of .*/s, '');
    found.set(role, [...new Set([...(found.get(role) ?? []), words])]);
  };
  for (const { server, client, answer } of askGo(node)) {
    add(server, answer.serverPair || answer.client);
    add(client, answer.clientPair || answer.server);
  }
  return found;
}

describe('Go shakes hands where we find no error', () => {
  const whole = corpora.filter((name) => !name.includes('worker'));
  test.each(sample(whole, 5))('%s', async (name: CorpusName) => {
    const node = await corpus(name);
    const report = await lintTree(node);
    expect(askGo(node).length).toBeGreaterThan(7);
    expect(complaints(node)).toEqual(new Map());
    expect(errorsOf(report).filter((error) => /^(cert|san|authority)\//.test(error))).toEqual([]);
  });
});

const stranger = makeAuthority('kubernetes');
const intermediate = makeAuthority('kubernetes intermediate', {}, stranger);
const apiserver = 'pki/apiserver.crt';

interface Variant {
  readonly name: string;
  readonly change: (node: NodeTree) => unknown;
  /** Our errors, as `rule@role`. */
  readonly errors: readonly string[];
}

const variants: readonly Variant[] = [
  {
    name: 'a server certificate of another CA',
    change: (node) => node.issue('kube-apiserver', { issuer: 'etcd-ca' }),
    errors: ['cert/issuer@kube-apiserver'],
  },
  {
    name: 'a server certificate of a namesake of the CA',
    change: (node) => node.issue('kube-apiserver', { issuer: stranger }),
    errors: ['cert/issuer@kube-apiserver'],
  },
  {
    name: 'a server certificate that signed itself',
    change: (node) => node.issue('kube-apiserver', { issuer: 'self' }),
    errors: ['cert/issuer@kube-apiserver'],
  },
  {
    name: 'a client certificate of another CA',
    change: (node) => node.issue('scheduler.conf', { issuer: 'front-proxy-ca' }),
    errors: ['cert/issuer@scheduler.conf'],
  },
  {
    name: 'a server certificate without server auth',
    change: (node) => node.issue('kube-apiserver', { usages: ['clientAuth'] }),
    errors: ['cert/usage@kube-apiserver'],
  },
  {
    name: 'a server certificate for any usage',
    change: (node) => node.issue('kube-apiserver', { usages: ['anyExtendedKeyUsage'] }),
    errors: [],
  },
  {
    name: 'certificates without any usage extension',
    change: (node) =>
      node.issue('kube-apiserver', { usages: null, keyUsage: null }).issue('admin.conf', { usages: null }),
    errors: [],
  },
  {
    name: 'an etcd server without client auth',
    change: (node) => node.issue('kube-etcd', { usages: ['serverAuth'] }),
    errors: [],
  },
  {
    name: 'an etcd peer without client auth',
    change: (node) => node.issue('kube-etcd-peer', { usages: ['serverAuth'] }),
    errors: ['cert/usage@kube-etcd-peer'],
  },
  {
    name: 'a client certificate without client auth',
    change: (node) => node.issue('kube-apiserver-kubelet-client', { usages: ['serverAuth'] }),
    errors: ['cert/usage@kube-apiserver-kubelet-client'],
  },
  {
    name: 'an expired server certificate',
    change: (node) => node.issue('kube-apiserver', { notAfter: '2026-11-30T23:59:59Z' }),
    errors: ['cert/expired@kube-apiserver'],
  },
  {
    name: 'a certificate in its last second',
    change: (node) => node.issue('kube-apiserver', { notAfter: at }).issue('admin.conf', { notBefore: at }),
    errors: [],
  },
  {
    name: 'an expired client certificate',
    change: (node) => node.issue('front-proxy-client', { notAfter: '2026-11-25' }),
    errors: ['cert/expired@front-proxy-client'],
  },
  {
    name: 'a client certificate of tomorrow',
    change: (node) => node.issue('controller-manager.conf', { notBefore: '2026-12-02' }),
    errors: ['cert/not-yet-valid@controller-manager.conf'],
  },
  {
    name: 'a server certificate without the advertised address',
    change: (node) => node.issue('kube-apiserver', { sans: ['DNS:cp-1', 'IP:10.96.0.1'] }),
    errors: ['san/coverage@kube-apiserver'],
  },
  {
    name: 'a server certificate without the address of the Service',
    change: (node) => node.issue('kube-apiserver', { sans: ['DNS:kubernetes', 'IP:192.0.2.10'] }),
    errors: ['san/coverage@kube-apiserver'],
  },
  {
    name: 'a server certificate without names',
    change: (node) => node.issue('kube-apiserver', { sans: null }),
    errors: ['san/coverage@kube-apiserver'],
  },
  {
    name: 'a server certificate with addresses as DNS names',
    change: (node) => node.issue('kube-apiserver', { sans: ['DNS:192.0.2.10', 'DNS:10.96.0.1'] }),
    errors: ['san/coverage@kube-apiserver'],
  },
  {
    name: 'an etcd server certificate without the loopback address',
    change: (node) => node.issue('kube-etcd', { sans: ['DNS:localhost', 'IP:192.0.2.10'] }),
    errors: ['san/coverage@kube-etcd'],
  },
  {
    name: 'a key of another certificate',
    change: (node) => node.issue('kube-apiserver', { key: 'P-256', writeKey: false }),
    errors: ['cert/pair@kube-apiserver'],
  },
  {
    name: 'a key of another type',
    change: (node) => node.write('pki/apiserver.key', privateKeyPem(keyNamed('other', 'RSA-2048'))),
    errors: ['cert/pair@kube-apiserver'],
  },
  {
    name: 'the CA in front of the server certificate',
    change: (node) => node.edit(apiserver, (text) => node.read('pki/ca.crt') + text),
    errors: ['cert/pair@kube-apiserver'],
  },
  {
    name: 'the CA behind the server certificate',
    change: (node) => node.edit(apiserver, (text) => text + node.read('pki/ca.crt')),
    errors: [],
  },
  {
    name: 'an intermediate that is not sent',
    change: (node) => {
      const between = makeAuthority('between', {}, node.authority('kubernetes-ca'));
      node.issue('kube-apiserver', { issuer: between });
    },
    errors: ['cert/issuer@kube-apiserver'],
  },
  {
    name: 'an intermediate that is sent',
    change: (node) => {
      const between = makeAuthority('between', {}, node.authority('kubernetes-ca'));
      node
        .issue('kube-apiserver', { issuer: between })
        .edit(apiserver, (text) => text + certificatePem(between.certificate));
    },
    errors: [],
  },
  {
    name: 'an intermediate of another root',
    change: (node) =>
      node
        .issue('kube-apiserver', { issuer: intermediate })
        .edit(apiserver, (text) => text + certificatePem(intermediate.certificate)),
    errors: ['cert/issuer@kube-apiserver'],
  },
  {
    name: 'another key type for every end',
    change: (node) => node.issue('kube-apiserver', { key: 'Ed25519' }).issue('admin.conf', { key: 'P-521' }),
    errors: [],
  },
  {
    name: 'a signature with SHA-1',
    change: (node) => node.issue('kube-apiserver', { hash: 'sha1' }),
    errors: ['cert/signature@kube-apiserver'],
  },
  {
    name: 'an unknown critical extension',
    change: (node) =>
      node.issue('kube-apiserver', {
        extensions: [{ oid: '1.2.3.4', critical: true, value: Buffer.from('0500', 'hex') }],
      }),
    errors: ['cert/extension@kube-apiserver'],
  },
];

describe('Go complains of the certificate of our error, in its words', () => {
  test.each(sample(variants, 12))('$name', async ({ change, errors }) => {
    const node = buildNode();
    change(node);
    const report = await lintTree(node);
    expect(errorsOf(report)).toEqual(errors);
    const said = complaints(node);
    expect([...said.keys()]).toEqual(errors.map((error) => error.split('@')[1]));
    for (const [role, words] of said) {
      const messages = report.findings
        .filter(({ subject, severity }) => subject === role && severity === 'error')
        .flatMap(({ message, related }) => [message, ...related.flatMap((one) => [one.message, one.error ?? ''])]);
      for (const word of words) expect(messages.join('\n')).toContain(word);
    }
  });
});
