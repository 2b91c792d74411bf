import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { IssueOptions } from '../../src/index.ts';
import { joinNode, makeWorker } from './support/issue-scenarios.ts';
import { facts, issueInto, joined } from './support/issued.ts';
import { type Namespace, networkNamespace } from './support/namespace.ts';
import { buildGo, type Command, type Running, run, start, temporaryFolder } from './support/programs.ts';

const folder = temporaryFolder();
let network: Namespace;
let program = '';
beforeAll(() => {
  network = networkNamespace([facts.advertiseAddress, joined.advertiseAddress]);
  program = buildGo('server', folder.path);
});
afterAll(() => {
  network?.remove();
  folder.remove();
});

const inside = (root: string, file: string): string => join(root, 'etc/kubernetes', file);

/** Starts a stand-in for kube-apiserver, with the node's certificate and client CA, at the node's address. */
async function serve(root: string, address: string): Promise<Running> {
  const files = { certificate: 'pki/apiserver.crt', key: 'pki/apiserver.key', clientCA: 'pki/ca.crt' };
  const paths = Object.entries(files).map(([name, file]) => [name, inside(root, file)]);
  const standIn = { addresses: [`${address}:6443`], ...Object.fromEntries(paths) };
  const server = start(network.inside([program, JSON.stringify(standIn)]));
  await server.until('all listen');
  expect(server.output()).not.toContain('does not start');
  return server;
}

/** The user that the API server sees when kubectl uses a kubeconfig of a node. */
function callerOf(root: string, kubeconfig: string): string {
  const file = inside(root, kubeconfig);
  const get: Command = ['kubectl', `--kubeconfig=${file}`, `--cache-dir=${folder.path}`, 'get', '--raw', '/version'];
  const { status, stdout, output } = run(network.inside([...get, '--request-timeout=5s']));
  expect(status, `${kubeconfig}: ${output}`).toBe(0);
  return JSON.parse(stdout).caller;
}

const users = {
  'admin.conf': 'kubernetes-admin',
  'super-admin.conf': 'kubernetes-super-admin',
  'controller-manager.conf': 'system:kube-controller-manager',
  'scheduler.conf': 'system:kube-scheduler',
} as const;
const callersOf = (root: string, kubeconfigs: readonly string[]) =>
  Object.fromEntries(kubeconfigs.map((kubeconfig) => [kubeconfig, callerOf(root, kubeconfig)]));

/** The names of a kubeconfig's only cluster, context and user. The context must be the current one. */
function namesOf(root: string, kubeconfig: string): readonly string[] {
  const names = '{.current-context}|{.clusters[*].name}|{.contexts[*].name}|{.users[*].name}';
  const view = ['config', 'view', '-o', `jsonpath=${names}`];
  const [current, cluster = '', context = '', user = ''] = run([
    'kubectl',
    `--kubeconfig=${inside(root, kubeconfig)}`,
    ...view,
  ]).stdout.split('|');
  expect(current).toBe(context);
  return [cluster, context, user];
}

interface Variant extends IssueOptions {
  readonly name: string;
  /** Names in admin.conf: cluster, context and user. */
  readonly names: readonly string[];
}

const variants: readonly Variant[] = [
  {
    name: 'as kubeadm, rsa-2048',
    algorithm: 'rsa-2048',
    only: ['kube-apiserver', ...Object.keys(users)],
    names: ['kubernetes', 'kubernetes-admin@kubernetes', 'kubernetes-admin'],
  },
  {
    name: 'as documented',
    profile: 'documented',
    names: ['default-cluster', 'default-system', 'default-admin'],
  },
];

describe('kubectl gets its answer with every kubeconfig', () => {
  test.each(variants)('$name', async ({ name, names, ...options }) => {
    const root = join(folder.path, name.replaceAll(/\W+/g, '-'));
    await issueInto(root, { facts, ...options });
    const server = await serve(root, facts.advertiseAddress);
    try {
      expect(callersOf(root, Object.keys(users))).toEqual(users);
      expect(namesOf(root, 'admin.conf')).toEqual(names);
    } finally {
      await server.kill();
    }
  });

  test('on every node of a cluster under one root', async () => {
    const [first, second, worker] = ['cp-1', 'cp-2', 'worker'].map((name) => join(folder.path, name)) as [
      string,
      string,
      string,
    ];
    await issueInto(first, { facts, rootCa: true, rootDir: join(folder.path, 'root') });
    await joinNode(first, second);
    await makeWorker(first, worker);
    const servers = [await serve(first, facts.advertiseAddress), await serve(second, joined.advertiseAddress)];
    const { 'super-admin.conf': _, ...common } = users;
    try {
      const kubeconfigs = ['kubelet.conf', ...Object.keys(users)];
      expect(callersOf(first, kubeconfigs)).toEqual({ 'kubelet.conf': 'system:node:cp-1', ...users });
      const ofSecond = ['kubelet.conf', ...Object.keys(common)];
      expect(callersOf(second, ofSecond)).toEqual({ 'kubelet.conf': 'system:node:cp-2', ...common });
      expect(callersOf(worker, ['kubelet.conf'])).toEqual({ 'kubelet.conf': 'system:node:worker-1' });
    } finally {
      for (const server of servers) await server.kill();
    }
  });
});
