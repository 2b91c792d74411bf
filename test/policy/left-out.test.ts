/** Copies without secrets: `init` writes what they leave out, and its next command is green, but red on half a copy. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { LeftOut } from '../../src/artifact/left-out.ts';
import { lintTree, lintTrees, names } from '../cases/harness.ts';
import { type CorpusName, corpus } from '../support/corpus.ts';
import { sampled } from '../support/extent.ts';
import { policyWith } from '../support/policy.ts';
import { typed } from '../support/program.ts';
import { folderWith } from './folder.ts';

type Filter = (path: string) => boolean;

const isPki: Filter = (path) => path.startsWith('/etc/kubernetes/pki/');

/** The documented ways to copy a node without secrets, by the files that they copy, and what they leave out. */
const ways: Readonly<Record<string, readonly [copied: Filter, leftOut: readonly LeftOut[]]>> = {
  // docs/ci.md, integrations/ssh, integrations/ansible
  'a list of files': [
    (path) =>
      (isPki(path) && /\.(?:crt|pub)$/.test(path)) ||
      /^\/etc\/kubernetes\/manifests(?:$|\/)/.test(path) ||
      /^\/var\/lib\/kubelet\/(?:config\.yaml|kubeadm-flags\.env|pki\/kubelet\.crt)$/.test(path),
    ['keys', 'kubeconfigs'],
  ],
  'all but secrets': [
    (path) => /^\/etc\/kubernetes|^\/var\/lib\/kubelet/.test(path) && !/\.(?:key|conf|pem)$/.test(path),
    ['keys', 'kubeconfigs'],
  ],
  'all but keys': [(path) => /^\/etc\/kubernetes|^\/var\/lib\/kubelet/.test(path) && !path.endsWith('.key'), ['keys']],
};

/** Healthy clusters. */
const clusters: readonly (readonly CorpusName[])[] = [
  ['kubeadm-1.36-ha', 'kubeadm-1.36-ha-node2'],
  ['kubeadm-1.36-default', 'kubeadm-1.36-worker'],
  ['kubeadm-1.36-default'],
  ['kubeadm-1.36-worker-bootstrapped'],
  ['kubeadm-1.32-default'],
  ['kubeadm-1.36-external-etcd'],
  ['kubeadm-1.36-finalized'],
];

const all: Filter = () => true;

/** Writes `cp-1.tar` … into a folder. The last node has only the files that are `kept`. */
async function writeCopies(cwd: string, nodes: readonly CorpusName[], copied: Filter, kept: Filter = all) {
  for (const [index, name] of nodes.entries()) {
    const only: Filter = (path) => copied(path) && (index < nodes.length - 1 || kept(path));
    writeFileSync(join(cwd, `cp-${index + 1}.tar`), await (await corpus(name)).toTar({ only }));
  }
}

/** Types what `init` says is next. Returns its exit code and its last lines. */
async function next(init: string, cwd: string) {
  const command = /^ {2}pki-lint (.*)$/m.exec(init)?.[1] ?? '';
  return typed(command, cwd);
}

// The sample is one way to copy each cluster.
const cases = Object.entries(ways).flatMap(([way, [copied, leftOut]], turn) =>
  clusters
    .filter((_, index) => sampled(index % 3 === turn, true))
    .map((nodes) => ({ way, copied, leftOut, nodes, words: nodes.map((_, index) => `cp-${index + 1}.tar`) })),
);

describe('a copy without secrets', () => {
  it.each(cases)('$way of $nodes is green', async ({ copied, leftOut, nodes, words }) => {
    const cwd = folderWith({});
    await writeCopies(cwd, nodes, copied);
    const init = await typed(`init ${words.join(' ')} --at 2026-12-01`, cwd);
    expect(init.exitCode).toBe(0);
    const policy = readFileSync(join(cwd, 'pki-lint.config.yaml'), 'utf8');
    expect(policy).toContain(`\nleftOut: [${leftOut.join(', ')}]\nrequireComplete: true\n`);
    const { exitCode, stdout } = await next(init.stdout, cwd);
    expect([exitCode, stdout.match(/^.*left out.*$/gm)]).toEqual([
      0,
      [`Not checked: ${leftOut.length > 1 ? 'private keys and kubeconfigs' : 'private keys'} (left out of the input)`],
    ]);
    expect(stdout).not.toMatch(/[✖▲]/u);
  });
});

/** What is lost of a control plane besides. */
const losses: Readonly<Record<string, Filter>> = {
  'all but the certificates': isPki,
  'the manifests': (path) => !path.startsWith('/etc/kubernetes/manifests'),
  'a CA': (path) => !path.endsWith('/etcd/ca.crt'),
  'the public key of tokens': (path) => !path.endsWith('/sa.pub'),
};

describe('half a copy without secrets', () => {
  const control = clusters
    .slice(0, 1)
    .flatMap((nodes) => Object.entries(ways).map(([way, [copied]]) => ({ way, copied, nodes })));
  // The sample has every loss and every way.
  const lost = control.flatMap((one, turn) =>
    Object.entries(losses)
      .filter((_, index) => sampled(index % control.length === turn, true))
      .map(([what, kept]) => ({ ...one, what, kept })),
  );

  it.each(lost)(
    '$way, without $what of one node, is red, after init on it or before',
    async ({ copied, kept, nodes }) => {
      const whole = folderWith({});
      await writeCopies(whole, nodes, copied);
      const before = await typed('init cp-1.tar cp-2.tar --at 2026-12-01', whole);
      await writeCopies(whole, nodes, copied, kept);
      expect((await next(before.stdout, whole)).exitCode).toBe(1);
      const half = folderWith({});
      await writeCopies(half, nodes, copied, kept);
      const after = await typed('init cp-1.tar cp-2.tar --at 2026-12-01', half);
      expect((await next(after.stdout, half)).exitCode).toBe(1);
    },
  );

  it.each(control)('$way, cut in the middle, is red', async ({ copied, nodes }) => {
    const cwd = folderWith({});
    await writeCopies(cwd, nodes, copied);
    const init = await typed('init cp-1.tar cp-2.tar --at 2026-12-01', cwd);
    const whole = readFileSync(join(cwd, 'cp-2.tar'));
    writeFileSync(join(cwd, 'cp-2.tar'), whole.subarray(0, whole.length / 2));
    expect((await next(init.stdout, cwd)).exitCode).toBe(2);
  });
});

describe('without a policy', () => {
  const secret = /\.(?:key|conf|pem)$/;
  const without = async (name: CorpusName, left: RegExp) => {
    const node = await corpus(name);
    for (const path of [...node.entries.keys()]) if (left.test(path)) node.remove(path);
    return node;
  };

  it('what a copy leaves out is said once, and --require-complete demands it', async () => {
    const report = await lintTree(await without('kubeadm-1.36-default', secret), { requireComplete: true });
    expect(report).toMatchObject({
      exitCode: 1,
      findings: [],
      nodes: [{ leftOut: ['keys', 'kubeconfigs'] }],
      notChecked: [
        { path: '/etc/kubernetes/*.conf', reason: 'the input has no kubeconfigs' },
        { path: '/etc/kubernetes/pki/*.key', reason: 'the input has no private keys' },
      ],
      summary: { notChecked: 2 },
    });
  });

  it.each([
    ['kubeconfigs, but not the keys', /\.conf$/, 4],
    ['kubeconfigs, but not one key', /\.conf$|(?<!\/sa)\.key$/, 4],
    ['one key', /apiserver\.key$/, 1],
    ['one kubeconfig', /scheduler\.conf$/, 1],
  ])('a node without its %s has lost them', async (_, left, errors) => {
    const report = await lintTree(await without('kubeadm-1.36-default', left));
    expect(report.summary.errors + report.summary.warnings).toBeGreaterThanOrEqual(errors);
    expect(report.nodes[0]?.leftOut ?? []).not.toContain('kubeconfigs');
  });

  it('a worker without its kubeconfig, but with its credential, has lost it', async () => {
    const report = await lintTree(await without('kubeadm-1.36-worker', /kubelet\.conf$/));
    expect(names(report)).toEqual(['kubeconfig/present@kubelet.conf']);
  });
});

describe('a policy', () => {
  const withoutSecrets = async () => {
    const node = await corpus('kubeadm-1.36-default');
    for (const path of [...node.entries.keys()]) if (/\.(?:key|conf|pem)$/.test(path)) node.remove(path);
    return node;
  };
  const policy = (leftOut: readonly LeftOut[]) => policyWith({ leftOut });

  const both = { policy: policy(['keys', 'kubeconfigs']), requireComplete: true };

  it('does not excuse anything else', async () => {
    const node = (await withoutSecrets()).remove('pki/apiserver.crt');
    expect(names(await lintTree(node, both))).toContain('cert/present@kube-apiserver');
  });

  it.each([
    ['CAs', 'kube-apiserver', 'client-ca-file', 'nope.key'],
    ['CAs, which is the name of a key', 'kube-apiserver', 'client-ca-file', 'ca.key'],
    ['CAs of etcd', 'kube-apiserver', 'etcd-cafile', 'etcd/ca.key'],
    ['a certificate, and a key too', 'kube-apiserver', 'tls-cert-file', 'apiserver.key'],
    ['the CAs of etcd itself', 'etcd', 'trusted-ca-file', 'etcd/ca.key'],
  ])('does not excuse that %s are missing', async (_, component, flag, file) => {
    const node = (await withoutSecrets()).edit(`manifests/${component}.yaml`, (text) =>
      text.replace(new RegExp(`--${flag}=.*`), `--${flag}=/etc/kubernetes/pki/${file}`),
    );
    for (const options of [both, {}]) {
      const { exitCode, findings } = await lintTree(node, options);
      const errors = findings.filter(({ rule, severity }) => rule === 'argument/file' && severity === 'error');
      expect([exitCode, errors.map(({ message }) => message)]).toEqual([
        1,
        // What else names the file reads its key.
        expect.arrayContaining([`${component} --${flag} names /etc/kubernetes/pki/${file}, which does not exist`]),
      ]);
    }
  });

  it('does not excuse that the CAs of a kubeconfig are missing', async () => {
    const node = (await corpus('kubeadm-1.36-default')).edit('scheduler.conf', (text) =>
      text.replace(/certificate-authority-data: .*/, 'certificate-authority: /etc/kubernetes/pki/nope.key'),
    );
    for (const path of [...node.entries.keys()]) if (path.endsWith('.key')) node.remove(path);
    const { findings } = await lintTree(node, { policy: policy(['keys']) });
    expect(findings.map(({ severity, message }) => [severity, message])).toEqual([
      ['error', expect.stringContaining('nope.key')],
    ]);
  });

  it('leaves out the private key with which tokens are verified', async () => {
    const node = (await withoutSecrets()).edit('manifests/kube-apiserver.yaml', (text) =>
      text.replace(
        '--service-account-key-file=/etc/kubernetes/pki/sa.pub',
        '--service-account-key-file=/etc/kubernetes/pki/sa.key',
      ),
    );
    expect((await lintTree(node, both)).exitCode).toBe(0);
  });

  it.each([
    ['kubeconfig', 'scheduler.conf'],
    ['key', 'pki/apiserver.key'],
    ['key of a CA', 'pki/etcd/ca.key'],
  ])('does not excuse that one %s is missing next to others', async (_, file) => {
    const lost = async () => (await corpus('kubeadm-1.36-default')).remove(file);
    const plain = await lintTree(await lost());
    const report = await lintTree(await lost(), both);
    expect(names(report).filter((name) => !name.startsWith('policy/left-out@'))).toEqual(names(plain));
    expect(report.nodes[0]?.leftOut).toBeUndefined();
    expect(JSON.stringify(report)).not.toContain('the input has no');
  });

  it('reports secrets that are there, and they are judged', async () => {
    const node = (await corpus('kubeadm-1.36-default')).chmod('pki/ca.key', 0o644);
    const { findings } = await lintTree(node, { policy: policy(['keys', 'kubeconfigs']) });
    expect(findings.map(({ rule, severity, message }) => [rule, severity, message])).toEqual([
      ['key/mode-signing', 'error', expect.stringContaining('ca.key')],
      [
        'policy/left-out',
        'warning',
        'pki-lint.config.yaml says that copies are made without kubeconfigs, but this one contains 5 files: /etc/kubernetes/admin.conf, /etc/kubernetes/controller-manager.conf, /etc/kubernetes/kubelet.conf and 2 more',
      ],
      [
        'policy/left-out',
        'warning',
        'pki-lint.config.yaml says that copies are made without private keys, but this one contains 11 files: /etc/kubernetes/pki/apiserver-etcd-client.key, /etc/kubernetes/pki/apiserver-kubelet-client.key, /etc/kubernetes/pki/apiserver.key and 8 more',
      ],
    ]);
  });

  it('that says what is left out completes every node of it', async () => {
    const nodes = await Promise.all([corpus('kubeadm-1.36-ha'), corpus('kubeadm-1.36-ha-node2')]);
    for (const node of nodes) for (const path of [...node.entries.keys()]) if (path.endsWith('.key')) node.remove(path);
    const { exitCode, notChecked } = await lintTrees(nodes, { policy: policy(['keys']), requireComplete: true });
    expect({ exitCode, notChecked }).toEqual({ exitCode: 0, notChecked: [] });
  });
});
