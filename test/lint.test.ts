import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pack } from 'tar-stream';
import { afterAll, describe, expect, it } from 'vitest';
import { type LintOptions, lint } from '../src/index.ts';
import { stepLine } from '../src/results/fix.ts';
import { at, lintTree } from './cases/harness.ts';
import { buildNode } from './support/build-node.ts';
import type { NodeTree } from './support/node-tree.ts';

const folder = mkdtempSync(join(tmpdir(), 'pki-lint-'));
afterAll(() => rmSync(folder, { recursive: true }));

const archived = async (tree: NodeTree, only: (path: string) => boolean, options: LintOptions = {}) => {
  const archive = await tree.toTar({ only });
  return lint({ at, paths: ['-'], stdin: () => Readable.from([archive]), ...options });
};

describe('the name of the node', () => {
  it.each(['../etc/kubernetes/admin', 'CP-1', 'cp_1', ''])(
    'cannot be given as %j, which no node can have',
    async (nodeName) => {
      await expect(lintTree(buildNode(), { facts: { nodeName } })).rejects.toMatchObject({
        exitCode: 2,
        message: `invalid --node-name ${JSON.stringify(nodeName)}: expected the name of a node such as cp-1`,
      });
    },
  );

  it('is reported where it is set, if no node can have it', async () => {
    const node = buildNode().edit('/var/lib/kubelet/kubeadm-flags.env', (text) =>
      text.replace('hostname-override=cp-1', 'hostname-override=../etc/kubernetes/admin'),
    );
    const { findings } = await lintTree(node);
    expect(findings.map(({ rule, path, line, message }) => ({ rule, path, line, message }))).toEqual([
      {
        rule: 'fact/node-name',
        path: '/var/lib/kubelet/kubeadm-flags.env',
        line: 1,
        message: '"../etc/kubernetes/admin" is not a valid node name (kubelet --hostname-override)',
      },
    ]);
  });
});

describe('exit codes', () => {
  const warned = () => buildNode().remove('admin.conf');
  const informed = () => buildNode({ externalCa: true });

  it.each([
    ['an error', buildNode().remove('pki/sa.pub'), {}, 1],
    ['a warning', warned(), {}, 0],
    ['a warning, if warnings fail', warned(), { failOn: 'warning' }, 1],
    ['an info, if warnings fail', informed(), { failOn: 'warning' }, 0],
    ['an info, if infos fail', informed(), { failOn: 'info' }, 1],
    ['a healthy node, if infos fail', buildNode(), { failOn: 'info' }, 0],
    ['an error, if nothing fails', buildNode().remove('pki/sa.pub'), { failOn: 'never' }, 0],
    ['a warning that was made an error', warned(), { rules: { 'kubeconfig/present-admin': 'error' } }, 1],
    [
      'an error that was made an info',
      buildNode().chmod('pki/ca.key', 0o644),
      { rules: { 'key/mode-signing': 'info' } },
      0,
    ],
    ['an error in another part than the chosen', buildNode().remove('pki/sa.pub'), { only: ['cert/*'] }, 0],
    ['everything was checked, as demanded', buildNode(), { requireComplete: true }, 0],
  ] satisfies [string, NodeTree, LintOptions, number][])('%s', async (_, tree, options, exitCode) => {
    expect((await lintTree(tree, options)).exitCode).toBe(exitCode);
  });

  it('not everything was checked, though that was demanded', async () => {
    const unknown = buildNode().replaceFlag('kube-apiserver', 'etcd-cafile', '$(ETCD_CA)');
    expect((await lintTree(unknown)).exitCode).toBe(0);
    const report = await lintTree(unknown, { requireComplete: true });
    expect(report.exitCode).toBe(1);
    expect(report.notChecked).toMatchObject([{ reason: 'the value of $(ETCD_CA) is unknown' }]);
  });

  it('nothing to lint, and a PATH that is not there', async () => {
    const empty = await archived(buildNode(), (path) => path === '/etc' || path === '/etc/kubernetes');
    expect(empty.exitCode).toBe(3);
    expect((await lint({ at, paths: [join(folder, 'gone')] })).exitCode).toBe(2);
  });
});

describe('what is not in the input raises no alarm, and is reported', () => {
  const reasons = (report: Awaited<ReturnType<typeof lint>>) => report.notChecked.map((one) => one.path);

  it('only the folder of certificates', async () => {
    const root = join(folder, 'bare');
    buildNode().move('pki', '/certs').toDisk(root);
    const report = await lint({ at, paths: [join(root, 'certs')] });
    expect(report.nodes).toMatchObject([{ role: 'control-plane', pki: '/etc/kubernetes/pki' }]);
    expect(report.findings.filter((finding) => finding.severity !== 'info')).toEqual([]);
    expect(report.exitCode).toBe(0);
  });

  it('only the PKI, in an archive', async () => {
    const report = await archived(buildNode(), (path) => path.startsWith('/etc/kubernetes/pki'));
    expect(report.findings.filter((finding) => finding.severity !== 'info')).toEqual([]);
    expect(reasons(report)).toContain('/etc/kubernetes/admin.conf');
  });

  it('only some of the certificates', async () => {
    const root = join(folder, 'few');
    buildNode().toDisk(root);
    const few = join(root, 'etc/kubernetes/pki/etcd');
    const report = await lint({ at, paths: [few] });
    expect(report.findings.filter((finding) => finding.severity === 'error')).toEqual([]);
  });
});

describe('several nodes in one run', () => {
  async function cluster(...nodes: readonly NodeTree[]): Promise<Buffer> {
    const archive = pack();
    const { extract } = await import('tar-stream');
    for (const [index, node] of nodes.entries()) {
      const reader = extract();
      Readable.from([await node.toTar({ wrapper: `node-${index + 1}` })]).pipe(reader);
      for await (const entry of reader) {
        const chunks: Buffer[] = [];
        for await (const chunk of entry) chunks.push(chunk as Buffer);
        if (entry.header.type === 'file') archive.entry(entry.header, Buffer.concat(chunks));
        else archive.entry(entry.header);
      }
    }
    archive.finalize();
    const whole: Buffer[] = [];
    for await (const chunk of archive) whole.push(chunk as Buffer);
    return Buffer.concat(whole);
  }

  it('each is judged by itself, and every finding names its node', async () => {
    const second = buildNode({ name: 'cp-2', ip: '192.0.2.11' }).remove('pki/sa.pub');
    const archive = await cluster(buildNode(), second, buildNode({ worker: true }));
    const report = await lint({ at, paths: ['-'], stdin: () => Readable.from([archive]) });
    expect(report.nodes.map((node) => [node.name, node.role])).toEqual([
      ['cp-1', 'control-plane'],
      ['cp-2', 'control-plane'],
      ['worker-1', 'worker'],
    ]);
    const errors = report.findings.filter((finding) => finding.severity === 'error');
    expect(errors.map((finding) => [finding.node, finding.rule])).toEqual([['cp-2', 'cluster/incomplete']]);
    expect(new Set(report.findings.map((finding) => finding.fingerprint)).size).toBe(report.findings.length);
    await expect(
      lint({ at, paths: ['-'], stdin: () => Readable.from([archive]), facts: { nodeName: 'cp-1' } }),
    ).rejects.toThrow('--node-name describes one node, but there are 3');
  });
});

describe('a copy without private keys', () => {
  it('is judged by what it holds, and says that no key was given', async () => {
    const report = await archived(buildNode(), (path) => !path.endsWith('.key'));
    expect(report.findings.map((finding) => finding.rule)).toEqual([]);
    expect(report.notChecked.filter((one) => one.path.endsWith('.key')).map((one) => one.reason)).toContain(
      'the input has no private keys',
    );
  });

  it('is something else than a node with one key missing', async () => {
    const report = await archived(buildNode(), (path) => !path.endsWith('/apiserver.key'));
    expect(report.findings.map((finding) => finding.rule)).toContain('cert/key');
  });
});

describe('a certificate without the address that a kubeconfig dials', () => {
  const dialling = async (...files: readonly string[]) => {
    const node = buildNode();
    for (const file of files) node.editKubeconfig(file, { server: 'https://192.0.2.99:6443' });
    const { findings } = await lintTree(node);
    return findings.find(({ rule }) => rule === 'san/coverage')?.fix.map((fix) => fix.map(stepLine)) ?? [];
  };

  it('gets the address, or the kubeconfigs another one, which is first: both ways are in the fix', async () => {
    const [first, second, third] = await dialling('admin.conf', 'super-admin.conf');
    expect(first).toEqual([
      'nothing in the input shows whether 192.0.2.99 is an address of the API server: if it is not, correct the kubeconfig, and if it is, add it to the certificate',
      'mkdir -p /root/pki-backup-20261201-0000',
      'cp --parents --backup=numbered /etc/kubernetes/admin.conf /etc/kubernetes/super-admin.conf /root/pki-backup-20261201-0000/',
      'connect to the address that the API server and the other clients use: kubectl config set-cluster kubernetes --server=https://192.0.2.10:6443 --kubeconfig /etc/kubernetes/admin.conf',
      'kubectl config set-cluster kubernetes --server=https://192.0.2.10:6443 --kubeconfig /etc/kubernetes/super-admin.conf',
    ]);
    expect(second).toContain('kubeadm init phase certs apiserver --config /root/kubeadm-certs.yaml');
    expect(third?.[0]).toMatch(/^pki-lint issue /);
  });

  it('only deviates if no kubeconfig dials the address of the API server', async () => {
    const node = buildNode()
      .replaceFlag('kube-apiserver', 'advertise-address', '192.0.2.99')
      .replaceFlag('kube-apiserver', 'bind-address', '192.0.2.99');
    const { findings } = await lintTree(node);
    const sans = findings.filter(({ rule }) => rule.startsWith('san/'));
    expect(sans.map(({ rule, severity }) => `${severity} ${rule}`)).toEqual(['warning san/documented']);
    expect(sans[0]?.message).toContain('192.0.2.99');
  });
});
