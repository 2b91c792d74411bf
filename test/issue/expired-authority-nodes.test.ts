/** A CA that has expired on several nodes: one renews it, the others copy its certificate. */
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Finding, type Fix, lint } from '../../src/index.ts';
import { at, lintTrees, names } from '../cases/harness.ts';
import { controlPlane, worker } from '../support/cluster.ts';
import { byPkiLint, isOurs } from '../support/fix-lines.ts';
import { keyNamed } from '../support/keys.ts';
import type { NodeTree } from '../support/node-tree.ts';
import { authorities } from '../support/roles.ts';
import { onDisk, type } from './support/remedy.ts';

const cas = ['kubernetes-ca', 'etcd-ca', 'front-proxy-ca'] as const;
const expired = { notBefore: '2016-11-22', notAfter: '2026-11-20' } as const;
const year = { notBefore: '2025-11-20', notAfter: '2026-11-20' } as const;
const kubeconfigs = ['admin.conf', 'super-admin.conf', 'controller-manager.conf', 'scheduler.conf', 'kubelet.conf'];

/** A node with expired CAs, of which the kubeconfigs embed copies. */
function withExpired(node: NodeTree, roles: readonly (typeof cas)[number][]): NodeTree {
  for (const role of roles) node.issue(role, expired);
  if (!roles.includes('kubernetes-ca')) return node;
  for (const path of kubeconfigs.filter((one) => node.has(one))) {
    node.editKubeconfig(path, { certificateAuthority: node.read('pki/ca.crt') });
  }
  return node;
}

type Roots = Readonly<Record<string, string>>;

/** What a command of a fix does to the files of the nodes. */
const effects: readonly (readonly [RegExp, (words: readonly string[], root: string, roots: Roots) => unknown])[] = [
  [
    /^scp -p root@(\S+):(\S+) (\S+)$/,
    ([, from = '', path = '', to = ''], root, roots) => copyFileSync(join(roots[from] ?? '', path), join(root, to)),
  ],
  [
    /^kubectl config set-cluster kubernetes --certificate-authority=(\S+) --embed-certs --kubeconfig (\S+)$/,
    ([, ca = '', path = ''], root) => {
      const data = readFileSync(join(root, ca)).toString('base64');
      const file = join(root, path);
      const text = readFileSync(file, 'utf8');
      writeFileSync(file, text.replace(/certificate-authority-data: .*/, `certificate-authority-data: ${data}`));
    },
  ],
];

/** Follows the alternative with pki-lint if there is one, as far as it changes the PKI. */
async function follow(fix: readonly Fix[], roots: Roots): Promise<void> {
  for (const { on, text } of firstOf(fix)) {
    const root = roots[on ?? ''] ?? expect.fail(`no node ${on}`);
    if (text.startsWith('pki-lint issue ')) {
      const { exitCode, said } = await type(text, root, at);
      expect(exitCode, said).toBe(0);
    }
    for (const [pattern, change] of effects) {
      const words = pattern.exec(text);
      if (words) change(words, root, roots);
    }
  }
}

const firstOf = (fix: readonly Fix[]): Fix =>
  fix.some((steps) => steps.some(isOurs)) ? byPkiLint(fix) : (fix[0] ?? []);
const alarming = (findings: readonly Finding[]) => findings.filter(({ severity }) => severity !== 'info');
const expiredOn = (findings: readonly Finding[], name: string) =>
  findings.find(({ rule, node }) => rule === 'authority/expired' && node === name)?.fix ?? [];
const linesOn = (findings: readonly Finding[], name: string) =>
  firstOf(expiredOn(findings, name)).map(({ text }) => text);

describe('nodes that share an expired CA', () => {
  it('are not named in commands by what no node can be called', async () => {
    const named = controlPlane(1);
    named.edit('/var/lib/kubelet/kubeadm-flags.env', (text) => text.replace('cp-1', '$(id)'));
    const nodes = [named, controlPlane(2)].map((node) => withExpired(node, ['etcd-ca']));
    const { findings } = await lintTrees(nodes, { at });
    const steps = findings.flatMap(({ fix }) => fix.flat());
    expect(findings.map(({ rule }) => rule)).toContain('fact/node-name');
    expect(steps.filter(({ kind, text }) => kind === 'command' && /\$\(id|scp/.test(text))).toEqual([]);
    // Where it was found is not the name of a machine.
    expect(steps.map(({ text }) => text)).toContain(
      'a command is left out here, because the name of the other node is not known. What would follow is left out too',
    );
  });

  it.each<[string, readonly (typeof cas)[number][], (node: NodeTree) => unknown]>([
    ['one CA', ['kubernetes-ca'], () => {}],
    [
      'one CA, and what it signed',
      ['kubernetes-ca'],
      (node) => node.issue('kube-apiserver', year).issue('scheduler.conf', year),
    ],
    [
      'one CA, and what all of them signed',
      ['kubernetes-ca'],
      (node) => node.issue('kube-apiserver', year).issue('kube-etcd', year).issue('front-proxy-client', year),
    ],
    ['one CA that no kubeconfig embeds', ['etcd-ca'], (node) => node.issue('kube-etcd', year)],
    ['all CAs', cas, () => {}],
    ['all CAs, and what they signed', cas, (node) => node.issue('admin.conf', year).issue('front-proxy-client', year)],
  ])('have one certificate of it after their fixes: %s', async (_, roles, change) => {
    const nodes = [controlPlane(1), controlPlane(2)].map((node) => withExpired(node, roles));
    for (const node of nodes) change(node);
    const roots: Roots = Object.fromEntries(nodes.map((node, index) => [`cp-${index + 1}`, onDisk(node)]));
    const paths = Object.values(roots);
    const before = alarming((await lint({ at, paths })).findings);
    expect(before.filter(({ rule }) => !['authority/expired', 'cert/expired'].includes(rule))).toEqual([]);
    for (const { fix } of before) await follow(fix, roots);
    const after = await lint({ at, paths });
    expect(names({ findings: alarming(after.findings) })).toEqual([]);
    for (const role of roles) {
      const file = `etc/kubernetes/${authorities[role].file}.crt`;
      const [first, second] = paths.map((root) => readFileSync(join(root, file), 'utf8'));
      expect(second).toBe(first);
    }
  });

  it('are told by which node it is renewed, workers too', async () => {
    const nodes = [controlPlane(2), controlPlane(3), worker()].map((node) => withExpired(node, ['kubernetes-ca']));
    const { findings } = await lintTrees(nodes);
    const renewal = /^pki-lint issue .*--replace/;
    expect(linesOn(findings, 'cp-2')[0]).toMatch(renewal);
    for (const name of ['cp-3', 'worker-1']) {
      expect(linesOn(findings, name).slice(0, 2)).toEqual([
        'first renew it on cp-2: all nodes share one certificate of this CA, so this node gets a copy',
        'scp -p root@cp-2:/etc/kubernetes/pki/ca.crt /etc/kubernetes/pki/ca.crt',
      ]);
      expect(linesOn(findings, name).filter((line) => renewal.test(line))).toEqual([]);
    }
  });

  it('copy it from the node that has renewed it already', async () => {
    const nodes = [withExpired(controlPlane(1), ['etcd-ca']), controlPlane(2), withExpired(worker(), [])];
    const { findings } = await lintTrees(nodes);
    expect(linesOn(findings, 'cp-1')[0]).toBe(
      'scp -p root@cp-2:/etc/kubernetes/pki/etcd/ca.crt /etc/kubernetes/pki/etcd/ca.crt',
    );
  });

  it.each([
    ['with a second node', 2],
    ['alone', 1],
  ])('have what other CAs signed renewed in a list of its own, which renews no CA again: %s', async (_, count) => {
    const nodes = [controlPlane(1), controlPlane(2)].slice(0, count);
    for (const node of nodes) {
      withExpired(node, ['kubernetes-ca']).issue('kube-etcd', year).issue('front-proxy-client', year);
    }
    const { findings } = await lintTrees(nodes);
    const others = findings.filter(({ rule }) => rule === 'cert/expired').map(({ fix }) => byPkiLint(fix)[0]?.text);
    expect(others).toEqual(nodes.map(() => 'pki-lint issue --write --only kube-etcd,front-proxy-client --renew'));
  });

  it('have one command for what other CAs signed, where no node has the key of the expired one', async () => {
    const nodes = [controlPlane(1), controlPlane(2)].map((node) => {
      node.authorityKeys.set('kubernetes-ca', keyNamed('kubernetes-ca'));
      return withExpired(node, ['kubernetes-ca']).issue('kube-apiserver', year).remove('pki/ca.key');
    });
    for (const node of nodes)
      node.issue('kube-etcd', year).issue('kube-etcd-peer', year).issue('front-proxy-client', year);
    const { findings } = await lintTrees(nodes);
    const commands = findings
      .filter(({ rule }) => rule === 'cert/expired')
      .map(({ fix }) =>
        byPkiLint(fix)
          .map(({ text }) => text)
          .filter((text) => text.startsWith('pki-lint issue')),
      );
    const renewal = 'pki-lint issue --write --only kube-etcd,kube-etcd-peer,front-proxy-client --renew';
    expect(commands).toEqual([[renewal], [renewal]]);
  });

  it('are renewed with everything by the fix of what has expired, if that is all that is asked for', async () => {
    const node = withExpired(controlPlane(1), ['kubernetes-ca']).issue('kube-apiserver', year).issue('kube-etcd', year);
    const { findings } = await lintTrees([node], { only: ['cert/*'] });
    const fix = findings.find(({ rule }) => rule === 'cert/expired')?.fix ?? [];
    expect(byPkiLint(fix)[0]?.text).toBe('pki-lint issue --write --replace kubernetes-ca --keep-key --renew --yes');
  });
});

describe('is renewed by each node itself', () => {
  const renewals = async (nodes: readonly NodeTree[]) =>
    (await lintTrees(nodes)).findings
      .filter(({ rule }) => rule === 'authority/expired')
      .map(({ fix }) => byPkiLint(fix)[0]?.text.split(' ').slice(0, 2).join(' '));

  it('a CA of its own', async () => {
    const others = controlPlane(2, { certificates: { 'front-proxy-ca': { key: keyNamed('another') } } });
    const nodes = [controlPlane(1), others].map((node) => withExpired(node, ['front-proxy-ca']));
    expect(await renewals(nodes)).toEqual(['pki-lint issue', 'pki-lint issue']);
  });

  it('that of a node that was given twice', async () => {
    const nodes = [controlPlane(1), controlPlane(1)].map((node) => withExpired(node, ['front-proxy-ca']));
    expect(await renewals(nodes)).toEqual(['pki-lint issue', 'pki-lint issue']);
  });
});
