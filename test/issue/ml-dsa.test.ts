import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { InstallerConfig } from '../../src/artifact/installer-config.ts';
import { groupBy } from '../../src/core/collections.ts';
import { type IssueReport, issue } from '../../src/index.ts';
import { settingsOf } from '../../src/issue/inputs/settings.ts';
import { readPem } from '../../src/x509/pem.ts';
import { at } from '../cases/harness.ts';
import type { NodeTree } from '../support/node-tree.ts';
import { keysIn } from '../support/secrets.ts';
import { issueCommand } from './support/command.ts';
import { alarmsIn, cp1, emptyFolder, folderOf, issueIn, write } from './support/folders.ts';

const key = { key: 'ML-DSA-65' } as const;
const algorithm = 'ml-dsa-65';

/** A node of Kubernetes 1.38, whose CAs are of ML-DSA, but for that of etcd: Go 1.26 built its etcd. */
const newer = (change: (node: NodeTree) => unknown = () => undefined) =>
  folderOf({ certificates: { 'kubernetes-ca': key, 'front-proxy-ca': key } }, (node) => {
    for (const name of ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler']) release(node, name, 'v1.38.0');
    release(node, 'etcd', '3.7.1-0');
    change(node);
  });

const release = (node: NodeTree, name: string, tag: string) =>
  node.edit(`manifests/${name}.yaml`, (text) => text.replace(/(image: .*):.*/, `$1:${tag}`));

const without =
  (...files: readonly string[]) =>
  (node: NodeTree) => {
    for (const file of files) node.remove(file);
  };

const server = without('pki/apiserver.crt', 'pki/apiserver.key');
const peers = without('pki/etcd/server.crt', 'pki/etcd/server.key');

const at138 = (folder: string, file: string) => join(folder, 'etc/kubernetes', file);

/** The algorithms of the keys of a plan, by role. */
const algorithmsOf = ({ plan }: IssueReport): Readonly<Record<string, string | null>> =>
  Object.fromEntries(plan.actions.map(({ role, algorithm: one }) => [role, one]));

/** Every seed in the files of a folder. */
function seedsBelow(folder: string): readonly Buffer[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const keys = files.flatMap(({ parentPath, name }) => keysIn(readFileSync(join(parentPath, name), 'utf8')));
  const ders = keys.map((pem) => Buffer.from(pem.replace(/-----.*-----/g, ''), 'base64'));
  return ders.filter(({ length }) => length === 54).map((der) => der.subarray(-32));
}

describe('on a node whose components know ML-DSA', () => {
  it('a missing certificate and its key are of ML-DSA, and lint finds nothing', async () => {
    const folder = await newer((node) => [server(node), without('admin.conf')(node)]);
    const report = await write(folder, { algorithm });
    expect(algorithmsOf(report)).toEqual({ 'kube-apiserver': algorithm, 'admin.conf': algorithm });
    const [block] = readPem(readFileSync(at138(folder, 'pki/apiserver.crt'))).blocks;
    expect(block).toMatchObject({
      type: 'certificate',
      certificate: {
        signatureAlgorithm: 'ML-DSA-65',
        publicKey: { type: 'ML-DSA-65' },
        keyUsage: ['digitalSignature'],
      },
    });
    expect(statSync(at138(folder, 'pki/apiserver.key')).mode & 0o777).toBe(0o600);
    expect(await alarmsIn(folder)).toEqual([]);
  });

  it('a CA of ML-DSA signs keys of other kinds, and etcd has its own', async () => {
    const folder = await newer((node) => [server(node), peers(node)]);
    await write(folder);
    const [block] = readPem(readFileSync(at138(folder, 'pki/apiserver.crt'))).blocks;
    expect(block).toMatchObject({ certificate: { signatureAlgorithm: 'ML-DSA-65', publicKey: { type: 'ECDSA' } } });
    expect(await alarmsIn(folder)).toEqual([]);
  });

  it('CAs are replaced and renewed with ML-DSA, and everything below follows', async () => {
    const folder = await newer();
    const only = ['kubernetes-ca', 'front-proxy-ca'];
    const { plan } = await write(folder, { algorithm: 'ml-dsa-44', replace: only, yes: true });
    expect(plan.actions.filter(({ algorithm: one }) => one !== 'ml-dsa-44')).toEqual([]);
    const [first] = plan.actions;
    expect(first).toMatchObject({ certificate: { keyUsage: ['digitalSignature', 'keyCertSign'] } });
    expect(first?.notes.join()).toContain('what connects from elsewhere must know ML-DSA too');
    expect(await alarmsIn(folder)).toEqual([]);
    const renewed = await write(folder, { replace: only, keepKey: true, yes: true });
    expect(algorithmsOf(renewed)).toMatchObject({ 'kubernetes-ca': 'kept', 'front-proxy-ca': 'kept' });
    expect(await alarmsIn(folder)).toEqual([]);
  });

  it('requests are signed with ML-DSA', async () => {
    const folder = await newer((node) => [server(node), without('pki/ca.key')(node)]);
    const csr = emptyFolder();
    const report = await write(folder, { algorithm, csr, only: ['kube-apiserver'] });
    expect(algorithmsOf(report)).toEqual({ 'kube-apiserver': algorithm });
    const request = readFileSync(join(csr, 'apiserver.csr'));
    expect(readPem(request).blocks).toMatchObject([
      { type: 'certificate-request', request: { publicKey: { type: 'ML-DSA-65' } } },
    ]);
  });
});

describe('what does not know ML-DSA is named with its Go', () => {
  const refusals = async (folder: string, options: Parameters<typeof issueIn>[1] = { algorithm }) => {
    const report = await issueIn(folder, { ...options, write: true });
    expect(report.exitCode).toBe(2);
    return report.plan.refusals.map(({ role, message }) => `${role}: ${message}`);
  };

  it('etcd, and --only leaves it out', async () => {
    const folder = await newer((node) => [server(node), peers(node)]);
    expect(await refusals(folder)).toEqual(['kube-etcd: etcd 3.7.1 (Go 1.26) does not know ML-DSA']);
    const { plan } = await issueIn(folder, { algorithm });
    expect(plan.byItself).toBe('--only kube-apiserver');
    await write(folder, { algorithm, only: ['kube-apiserver'] });
    await write(folder);
    expect(await alarmsIn(folder)).toEqual([]);
  });

  it('a scheduler that is older than kube-apiserver', async () => {
    const folder = await newer((node) => [server(node), release(node, 'kube-scheduler', 'v1.37.0')]);
    expect(await refusals(folder)).toEqual(['kube-apiserver: kube-scheduler v1.37.0 (Go 1.26) does not know ML-DSA']);
  });

  it('a release by Go 1.26, and one of which nobody knows the Go', async () => {
    const options = { algorithm, only: ['kube-apiserver', 'kubernetes-ca'] } as const;
    const of = (kubernetesVersion: string) =>
      refusals(emptyFolder(), { ...options, facts: { ...cp1, kubernetesVersion } });
    expect((await of('1.37.0'))[0]).toBe('kubernetes-ca: kube-apiserver v1.37.0 (Go 1.26) does not know ML-DSA');
    expect((await of('1.37.9'))[0]).toBe(
      'kubernetes-ca: which Go built kube-apiserver v1.37.9 is not known, and none before 1.27 knows ML-DSA',
    );
  });

  it('etcd below a CA of ML-DSA that exists', async () => {
    const folder = await folderOf({ certificates: { 'etcd-ca': key } }, (node) => {
      release(node, 'kube-apiserver', 'v1.38.0');
      release(node, 'etcd', '3.7.1-0');
      peers(node);
    });
    expect(await refusals(folder, {})).toEqual([
      'kube-etcd: etcd 3.7.1 (Go 1.26) cannot verify what etcd-ca signs with its key of ML-DSA-65',
    ]);
  });
});

describe('encryptionAlgorithm of kubeadm', () => {
  /** Issues a whole node in a folder that has only kubeadm's configuration. */
  async function configured(kubernetesVersion: string, isWritten: boolean) {
    const [root, folder] = [emptyFolder(), emptyFolder()];
    const kubeadmConfig = join(folder, 'kubeadm.yaml');
    const config = ['kind: ClusterConfiguration', 'encryptionAlgorithm: ML-DSA-65'];
    const lines = ['apiVersion: kubeadm.k8s.io/v1beta4', ...config, `kubernetesVersion: ${kubernetesVersion}`, ''];
    writeFileSync(kubeadmConfig, lines.join('\n'));
    const report = await issue({ at, cwd: '/', paths: [root], facts: cp1, kubeadmConfig, write: isWritten });
    return { report, alarms: await alarmsIn(root, { kubeadmConfig, facts: { kubernetesVersion } }) };
  }

  /** The notes about an algorithm, and the roles that have each. */
  const notesOf = ({ plan }: IssueReport) => {
    const all = plan.actions.flatMap(({ role, notes }) => notes.map((note) => ({ role, note })));
    return [...groupBy(all, ({ note }) => note)]
      .filter(([note]) => note.includes(' instead of '))
      .map(([note, same]) => `${same.map(({ role }) => role).join(' ')}: ${note}`);
  };

  it('is followed where it can be read; etcd and tokens get the default, and a note says why', async () => {
    const { report, alarms } = await configured('v1.38.0', true);
    const made = Object.entries(algorithmsOf(report));
    const etcd = 'etcd-ca kube-etcd kube-etcd-peer kube-etcd-healthcheck-client kube-apiserver-etcd-client';
    const usual = made.filter(([, one]) => one === 'rsa-2048').map(([role]) => role);
    expect(usual.join(' ')).toBe(`${etcd} service-account`);
    expect(made.filter(([, one]) => one === algorithm)).toHaveLength(10);
    expect(notesOf(report)).toEqual([
      `${etcd}: rsa-2048 instead of ml-dsa-65: which Go built etcd is not known, and none before 1.27 knows ML-DSA`,
      'service-account: rsa-2048 instead of ml-dsa-65: it is not known whether keys of ML-DSA work for tokens',
    ]);
    expect(alarms).toEqual([]);
  });

  it('is not followed by a release that cannot read it', async () => {
    const { report } = await configured('v1.37.0', false);
    expect(new Set(Object.values(algorithmsOf(report)))).toEqual(new Set(['rsa-2048']));
    expect(notesOf(report).join('\n')).toMatch(
      /^kubernetes-ca .*: kube-apiserver v1\.37\.0 \(Go 1\.26\) does not know/m,
    );
  });
});

it('a policy about the length of keys is not about ML-DSA, but about what is used instead of it', () => {
  const settings = [{ '*/key-size': { rsa: 4096 } }] as const;
  const at = { path: '/kubeadm.yaml', line: 1 };
  const config = { encryptionAlgorithm: { value: 'ML-DSA-65', at } } as unknown as InstallerConfig;
  expect(settingsOf({}, config, { settings })).toMatchObject({
    algorithm,
    caAlgorithm: algorithm,
    tokenAlgorithm: 'rsa-4096',
    instead: { algorithm: 'rsa-4096', caAlgorithm: 'rsa-4096' },
  });
  const given = settingsOf({ algorithm }, undefined, { settings });
  expect(given).toMatchObject({ algorithm, caAlgorithm: algorithm, tokenAlgorithm: 'rsa-4096', instead: undefined });
});

it.each([['table'], ['json']])('no seed is printed as %s, with all that a plan can say', async (format) => {
  const folder = await newer((node) => [server(node), without('scheduler.conf')(node)]);
  const options = ['--algorithm', algorithm, '--format', format, '--verbose'];
  const said = [await issueCommand(folder, ...options), await issueCommand(folder, ...options, '--write')];
  expect(said.map(({ exitCode }) => exitCode)).toEqual([1, 0]);
  const printed = said.map(({ stdout, stderr }) => stdout + stderr).join();
  const seeds = seedsBelow(folder);
  expect(seeds.length).toBeGreaterThanOrEqual(4);
  const forms = seeds.flatMap((seed) => [seed.toString('hex'), seed.toString('base64').slice(4, -4)]);
  expect(forms.filter((form) => printed.includes(form))).toEqual([]);
  expect(printed).not.toContain('PRIVATE KEY');
});
