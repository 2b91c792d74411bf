import { X509Certificate } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Pem } from '../../src/artifact/pem-blocks.ts';
import { strictest } from '../../src/artifact/strictness.ts';
import { readKubeconfig } from '../../src/scan/parse/kubeconfig.ts';
import { isYamlError, parseYamlText } from '../../src/scan/parse/yaml.ts';
import { lintTree } from '../cases/harness.ts';
import { corpora, corpus } from '../support/corpus.ts';
import { sample } from '../support/extent.ts';
import type { NodeTree } from '../support/node-tree.ts';
import { broken, healthy } from './support/kubeconfig-variants.ts';
import { type Namespace, networkNamespace } from './support/namespace.ts';
import { errorsOf, errorWords, freshNode } from './support/nodes.ts';
import { buildGo, type Command, run, temporaryFolder } from './support/programs.ts';
import { addresses, byKubeconfig, startServers } from './support/servers.ts';
import { compare, failing, judged } from './support/verdicts.ts';

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

/** The parts that we read of what `kubectl config view --raw -o json` prints. */
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
  const current = view['current-context'];
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
  test.each(sample(corpora, 5))('%s', async (name) => {
    const node = await corpus(name);
    const files = [...node.entries.keys()].filter((path) => /^\/etc\/kubernetes\/[a-z-]+\.conf$/.test(path));
    expect(files.length).toBeGreaterThan(0);
    for (const path of files) expect(readByUs(path, node.read(path)), path).toEqual(readByKubectl(node.read(path)));
  });
});

let network: Namespace;
let program = '';
beforeAll(() => {
  network = networkNamespace(addresses);
  program = buildGo('server', folder.path);
});
afterAll(() => network?.remove());

let node: NodeTree;
beforeEach(async () => {
  node = await freshNode('kubeadm-1.32-default');
});

/**
 * Lints the node, and compares the verdicts on these connections with the results of kubectl. Returns all output too.
 */
async function lintAndAsk(...ids: readonly string[]) {
  const report = await lintTree(node, { at: new Date() });
  const connections = judged(report, ids);
  const servers = await startServers(node, network, folder.path, program);
  try {
    return { report, connections, said: await compare(connections, servers.make) };
  } finally {
    await servers.stop();
  }
}

describe('kubectl gets its answer, and we find no error', () => {
  test.each(sample(healthy, 6))('$name', async ({ change }) => {
    change(node);
    const { report, connections, said } = await lintAndAsk('admin-kube-apiserver');
    expect(errorsOf(report)).toEqual([]);
    expect(connections.map(({ verdict }) => verdict)).toEqual(['ok']);
    expect(said).toContain('"caller":"kubernetes-admin"');
  });

  test('as the user of the kubeconfig', async () => {
    const { connections, said } = await lintAndAsk(...byKubeconfig);
    expect(failing(connections)).toEqual([]);
    for (const user of [
      'kubernetes-super-admin',
      'system:kube-controller-manager',
      'system:kube-scheduler',
      'system:node:cp-1',
    ]) {
      expect(said).toContain(`"caller":"${user}"`);
    }
  });
});

describe('kubectl fails in the words of our error', () => {
  test.each(sample(broken, 10))('$name', async ({ change, errors, says }) => {
    change(node);
    const { report, connections, said } = await lintAndAsk('admin-kube-apiserver');
    expect(errorsOf(report)).toEqual(errors);
    if (says !== null) expect(errorWords(report)).toContain(says);
    expect(connections.map(({ verdict }) => verdict)).toEqual(['fail']);
    expect(said).toContain(says ?? '');
  });
});
