import { X509Certificate } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Pem } from '../../src/core/artifact.ts';
import { strictest } from '../../src/core/strictness.ts';
import { readKubeconfig } from '../../src/scan/kubeconfig.ts';
import { isYamlError, parseYamlText } from '../../src/scan/yaml.ts';
import { lintTree } from '../cases/harness.ts';
import { corpora, corpus } from '../support/corpus.ts';
import type { NodeTree } from '../support/node-tree.ts';
import { type Namespace, networkNamespace } from './support/namespace.ts';
import { errorsOf, errorWords, freshNode } from './support/nodes.ts';
import { buildGo, type Command, run, start, temporaryFolder } from './support/programs.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());

const kubectl = (file: string, ...args: string[]): Command => [
  'kubectl',
  `--kubeconfig=${file}`,
  `--cache-dir=${folder.path}`,
  ...args,
];

interface Named {
  readonly name: string;
}

/** What `kubectl config view --raw -o json` prints, as far as we read it. */
interface View {
  readonly 'current-context': string;
  readonly contexts: readonly (Named & { readonly context: { readonly cluster: string; readonly user: string } })[];
  readonly clusters: readonly (Named & { readonly cluster: Readonly<Record<string, string>> })[];
  readonly users: readonly (Named & { readonly user: Readonly<Record<string, string>> })[];
}

const named = <T extends Named>(list: readonly T[], name: string): T | undefined =>
  list.find((item) => item.name === name);

const fingerprints = (base64: string): readonly string[] => {
  const blocks =
    Buffer.from(base64, 'base64')
      .toString()
      .match(/-----BEGIN CERT[\s\S]+?-----END CERT.*/g) ?? [];
  return blocks.map((pem) => new X509Certificate(pem).fingerprint256.replaceAll(':', '').toLowerCase());
};

/** A kubeconfig as kubectl reads it. */
function readByKubectl(text: string) {
  const file = join(folder.path, 'view.conf');
  writeFileSync(file, text, { mode: 0o600 });
  const view: View = JSON.parse(run(kubectl(file, 'config', 'view', '--raw', '-o', 'json')).stdout);
  const current = run(kubectl(file, 'config', 'current-context')).stdout.trim();
  const context = named(view.contexts, current)?.context;
  const cluster = named(view.clusters, context?.cluster ?? '');
  const user = named(view.users, context?.user ?? '');
  return {
    current,
    cluster: cluster?.name,
    server: cluster?.cluster.server,
    authority: fingerprints(cluster?.cluster['certificate-authority-data'] ?? ''),
    user: user?.name,
    certificate: fingerprints(user?.user['client-certificate-data'] ?? ''),
    file: user?.user['client-certificate'],
  };
}

/** The same kubeconfig as we read it. */
function readByUs(path: string, text: string) {
  const documents = parseYamlText(text);
  const [document] = isYamlError(documents) ? [] : documents;
  if (document === undefined) throw new Error(`${path} is no YAML`);
  const { currentContext, cluster, user } = readKubeconfig(path, document, {
    strictness: () => strictest,
    authorities: new Map(),
  });
  const blocks = (pem: Pem | undefined) =>
    pem?.blocks.flatMap((block) => (block.type === 'certificate' ? [block.certificate.fingerprint256] : [])) ?? [];
  return {
    current: currentContext?.value,
    cluster: cluster?.name,
    server: cluster?.server?.value,
    authority: blocks(cluster?.certificateAuthority?.embedded),
    user: user?.name,
    certificate: blocks(user?.certificate?.embedded),
    file: user?.certificate?.path,
  };
}

describe('kubectl reads what we read', () => {
  test.each(corpora)('%s', async (name) => {
    const node = await corpus(name);
    const files = [...node.entries.keys()].filter((path) => /^\/etc\/kubernetes\/[a-z-]+\.conf$/.test(path));
    expect(files.length).toBeGreaterThan(0);
    for (const path of files) expect(readByUs(path, node.read(path)), path).toEqual(readByKubectl(node.read(path)));
  });
});

let network: Namespace;
let program = '';
beforeAll(() => {
  network = networkNamespace(['192.0.2.10']);
  program = buildGo('server', folder.path);
});
afterAll(() => network?.remove());

let node: NodeTree;
beforeEach(async () => {
  node = await freshNode('kubeadm-1.32-default');
});

interface Answer {
  readonly status: number | null;
  /** What kubectl says; paths are those of the node. */
  readonly said: string;
  /** What the server says. */
  readonly logged: string;
}

/**
 * Asks the API server of the node for its version by a kubeconfig of the node. The stand-in serves with the node's
 * certificate and lets in whom the node's CA has signed. `words` are waited for in what the server says, if need be.
 */
async function ask(kubeconfig: string, words?: string): Promise<Answer> {
  const root = mkdtempSync(join(folder.path, 'node-'));
  node.toDisk(root);
  const at = (path: string) => join(root, 'etc/kubernetes', path);
  const pair = [at('pki/apiserver.crt'), at('pki/apiserver.key'), at('pki/ca.crt')];
  const server = start(network.inside([program, '192.0.2.10:6443', ...pair]));
  try {
    await server.until('listening on');
    const get = ['get', '--raw', '/version', '--request-timeout=5s', '-v=8'];
    const { status, output } = run(network.inside(kubectl(at(kubeconfig), ...get)));
    if (words !== undefined && !output.includes(words)) await server.until(words);
    return { status, said: output.replaceAll(root, ''), logged: server.output() };
  } finally {
    await server.kill();
  }
}

const lintNow = () => lintTree(node, { at: new Date() });

interface Variant {
  readonly name: string;
  readonly change: (node: NodeTree) => unknown;
}

/** Replaces text in admin.conf. */
const edit =
  (pattern: RegExp, replacement: string): Variant['change'] =>
  (tree) =>
    tree.edit('admin.conf', (text) => text.replace(pattern, replacement));

const encoded = (text: string) => Buffer.from(text).toString('base64');
const anHourAgo = () => new Date(Date.now() - 3_600_000);

const healthy: readonly Variant[] = [
  { name: 'as kubeadm wrote it', change: () => undefined },
  {
    name: 'the CA in a file beside it',
    change: edit(/certificate-authority-data: .*/, 'certificate-authority: pki/ca.crt'),
  },
  {
    name: 'a name to verify instead of the address',
    change: edit(/server: .*/, 'server: https://192.0.2.10:6443\n    tls-server-name: kubernetes'),
  },
  { name: 'a server in capitals', change: edit(/server: .*/, 'server: HTTPS://192.0.2.10:6443/') },
  { name: 'lines that end in CR LF', change: edit(/\n/g, '\r\n') },
  {
    name: 'JSON',
    change: (tree) => {
      const file = join(folder.path, 'admin.conf');
      writeFileSync(file, tree.read('admin.conf'), { mode: 0o600 });
      tree.write('admin.conf', run(kubectl(file, 'config', 'view', '--raw', '-o', 'json')).stdout);
    },
  },
  {
    name: 'a CA bundle with another CA in front',
    change: (tree) =>
      tree.editKubeconfig('admin.conf', {
        certificateAuthority: tree.read('pki/etcd/ca.crt') + tree.read('pki/ca.crt'),
      }),
  },
];

describe('kubectl gets its answer, and we find no error', () => {
  test.each(healthy)('$name', async ({ change }) => {
    change(node);
    expect(errorsOf(await lintNow())).toEqual([]);
    const { status, said } = await ask('admin.conf');
    expect(status, said).toBe(0);
    expect(said).toContain('"caller":"kubernetes-admin"');
  });

  test.each([
    ['super-admin.conf', 'kubernetes-super-admin'],
    ['controller-manager.conf', 'system:kube-controller-manager'],
    ['scheduler.conf', 'system:kube-scheduler'],
    ['kubelet.conf', 'system:node:cp-1'],
  ])('%s', async (kubeconfig, user) => {
    const { status, said } = await ask(kubeconfig);
    expect(status, said).toBe(0);
    expect(said).toContain(`"caller":"${user}"`);
  });
});

interface Broken extends Variant {
  /** Our errors, as `rule@subject`. */
  readonly errors: readonly string[];
  /** The words of kubectl, or of the server, which our error quotes. null: kubectl fails in other words than ours. */
  readonly says: string | null;
}

const unknownAuthority = 'x509: certificate signed by unknown authority';
const wrongUsage = 'x509: certificate specifies an incompatible key usage';
const wrongTime = 'x509: certificate has expired or is not yet valid: current time';

const broken: readonly Broken[] = [
  {
    name: 'an unknown context',
    change: edit(/current-context: .*/, 'current-context: other'),
    errors: ['kubeconfig/context@admin.conf'],
    says: 'context was not found for specified context: ',
  },
  {
    name: 'no current context: it dials localhost:8080',
    change: edit(/current-context: .*\n/, ''),
    errors: ['kubeconfig/context@admin.conf'],
    says: null,
  },
  {
    name: 'an unknown cluster: it dials localhost:8080',
    change: edit(/^ {4}cluster: kubernetes$/m, '    cluster: other'),
    errors: ['kubeconfig/context@admin.conf'],
    says: null,
  },
  {
    name: 'an unknown user: it asks for a name',
    change: edit(/^ {4}user: .*$/m, '    user: other'),
    errors: ['kubeconfig/context@admin.conf'],
    says: null,
  },
  {
    name: 'a name twice',
    change: edit(/^users:$/m, 'users:\n- name: kubernetes-admin\n  user: {}'),
    errors: ['kubeconfig/context@admin.conf'],
    says: 'duplicate name "kubernetes-admin" in ',
  },
  {
    name: 'bad base64',
    change: edit(/client-certificate-data: ..../, 'client-certificate-data: A-_='),
    errors: ['kubeconfig/data@admin.conf'],
    says: 'illegal base64 data at input byte 1',
  },
  {
    name: 'bad base64 for the CA',
    change: edit(/certificate-authority-data: ..../, 'certificate-authority-data: AA-_'),
    errors: ['kubeconfig/data@admin.conf'],
    says: 'illegal base64 data at input byte 2',
  },
  {
    name: 'a credential that is no PEM',
    change: edit(/client-certificate-data: .*/, `client-certificate-data: ${encoded('words')}`),
    errors: ['kubeconfig/data@admin.conf'],
    says: 'tls: failed to find any PEM data in certificate input',
  },
  {
    name: 'a key that is no PEM',
    change: edit(/client-key-data: .*/, `client-key-data: ${encoded('words')}`),
    errors: ['kubeconfig/data@admin.conf'],
    says: 'tls: failed to find any PEM data in key input',
  },
  {
    name: 'a CA that is no PEM',
    change: edit(/certificate-authority-data: .*/, `certificate-authority-data: ${encoded('words')}`),
    errors: ['kubeconfig/data@admin.conf'],
    says: 'unable to load root certificates: unable to parse bytes as PEM block',
  },
  {
    name: 'the key of another certificate',
    change: (tree) => tree.issue('admin.conf', { key: 'RSA-2048', writeKey: false }),
    errors: ['cert/pair@admin.conf'],
    says: 'tls: private key does not match public key',
  },
  {
    name: 'no key',
    change: edit(/ *client-key-data: .*\n/, ''),
    errors: ['cert/key@admin.conf'],
    says: null,
  },
  {
    name: 'a missing file for the CA',
    change: edit(/certificate-authority-data: .*/, 'certificate-authority: pki/none.crt'),
    errors: ['kubeconfig/file@admin.conf'],
    says: '/etc/kubernetes/pki/none.crt',
  },
  {
    name: 'a missing file for the credential',
    change: edit(/client-certificate-data: .*/, 'client-certificate: /etc/kubernetes/pki/none.crt'),
    errors: ['kubeconfig/file@admin.conf'],
    says: 'no such file',
  },
  {
    name: 'no credential',
    change: edit(/client-certificate-data: .*\n *client-key-data: .*/, 'token: ""'),
    errors: ['kubeconfig/credential@admin.conf'],
    says: null,
  },
  {
    name: 'plain http',
    change: (tree) => tree.editKubeconfig('admin.conf', { server: 'http://192.0.2.10:6443' }),
    errors: ['kubeconfig/server@admin.conf'],
    says: 'Client sent an HTTP request to an HTTPS server',
  },
  {
    name: 'no scheme: it dials http',
    change: (tree) => tree.editKubeconfig('admin.conf', { server: '192.0.2.10:6443' }),
    errors: ['kubeconfig/server@admin.conf'],
    says: 'Client sent an HTTP request to an HTTPS server',
  },
  {
    name: 'no server: it dials localhost:8080',
    change: edit(/ +server: .*\n/, ''),
    errors: ['kubeconfig/server@admin.conf'],
    says: null,
  },
  {
    name: 'a CA and no verification',
    change: edit(/ +server: /, '    insecure-skip-tls-verify: true\n$&'),
    errors: ['kubeconfig/usable@admin.conf'],
    says: 'specifying a root certificates file with the insecure flag is not allowed',
  },
  {
    name: 'no CA',
    change: edit(/ *certificate-authority-data: .*\n/, ''),
    errors: ['kubeconfig/authority@admin.conf'],
    says: unknownAuthority,
  },
  {
    name: 'another CA',
    change: (tree) => tree.editKubeconfig('admin.conf', { certificateAuthority: tree.read('pki/etcd/ca.crt') }),
    errors: ['kubeconfig/authority@admin.conf'],
    says: unknownAuthority,
  },
  {
    name: 'a client certificate of another CA',
    change: (tree) => tree.issue('admin.conf', { issuer: 'etcd-ca' }),
    errors: ['cert/issuer@admin.conf'],
    says: unknownAuthority,
  },
  {
    name: 'an expired client certificate',
    change: (tree) => tree.issue('admin.conf', { notAfter: anHourAgo() }),
    errors: ['cert/expired@admin.conf'],
    says: wrongTime,
  },
  {
    name: 'a client certificate without client auth',
    change: (tree) => tree.issue('admin.conf', { usages: ['serverAuth'] }),
    errors: ['cert/usage@admin.conf'],
    says: wrongUsage,
  },
  {
    name: 'a server certificate of another CA',
    change: (tree) => tree.issue('kube-apiserver', { issuer: 'etcd-ca' }),
    errors: ['cert/issuer@kube-apiserver'],
    says: unknownAuthority,
  },
  {
    name: 'an expired server certificate',
    change: (tree) => tree.issue('kube-apiserver', { notAfter: anHourAgo() }),
    errors: ['cert/expired@kube-apiserver'],
    says: wrongTime,
  },
  {
    name: 'a server certificate without server auth',
    change: (tree) => tree.issue('kube-apiserver', { usages: ['clientAuth'] }),
    errors: ['cert/usage@kube-apiserver'],
    says: wrongUsage,
  },
  {
    name: 'a server certificate that does not name its address',
    change: (tree) => tree.issue('kube-apiserver', { sans: ['DNS:kubernetes', 'IP:10.96.0.1'] }),
    errors: ['san/coverage@kube-apiserver'],
    says: 'x509: certificate is valid for 10.96.0.1, not 192.0.2.10',
  },
];

describe('kubectl fails in the words of our error', () => {
  test.each(broken)('$name', async ({ change, errors, says }) => {
    change(node);
    const report = await lintNow();
    expect(errorsOf(report)).toEqual(errors);
    if (says !== null) expect(errorWords(report)).toContain(says);
    const { status, said, logged } = await ask('admin.conf', says ?? undefined);
    expect(status, said).not.toBe(0);
    expect(said + logged).toContain(says ?? '');
  });
});
