/**
 * The first fixes on k3s and RKE2: their programs recreate what they make, and how depends on the release. Nothing of
 * it is edited.
 */
import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/index.ts';
import { lintTrees } from '../cases/harness.ts';
import { fixLines } from '../support/fix-lines.ts';
import { keyNamed, privateKeyPem } from '../support/keys.ts';
import { formerCa, formerCaPem } from './faults/fault.ts';
import type { KitChanges } from './kits/kit.ts';
import { hosts } from './kits/profiles.ts';
import { rancherAgent, rancherServer } from './kits/rancher.ts';
import { rancherKits } from './kits/rancher-kits.ts';

const first = ({ findings }: Report, rule: string, subject?: string) => {
  const found = findings.find((one) => one.rule === rule && (subject === undefined || one.subject === subject));
  return fixLines(found?.fix.slice(0, 1) ?? []).join('\n');
};

const manifest = '/var/lib/rancher/rke2/agent/pod-manifests/kube-apiserver.yaml';

const expiredOn = (release: string) =>
  lintTrees([
    rancherServer(
      { distribution: 'rke2' },
      {
        certificates: { 'dynamic-cert': { notAfter: '2026-11-30' } },
        files: { [manifest]: (text) => text.replace('v1.36.2-rke2r1', `v${release}-rke2r1`) },
      },
    ),
  ]);

describe('an expired certificate of the supervisor', () => {
  it.each(['1.29.15', '1.30.13', '1.33.1'])('is moved away before the restart of RKE2 v%s', async (release) => {
    const fix = first(await expiredOn(release), 'cert/expired', 'supervisor-port');
    expect(fix).toMatch(/issue 8318[\s\S]*mv .*dynamic-cert\.json[\s\S]*systemctl restart rke2-server/);
  });

  it.each(['1.30.14', '1.33.2', '1.35.4'])('is renewed by a restart of RKE2 v%s', async (release) => {
    const fix = first(await expiredOn(release), 'cert/expired', 'supervisor-port');
    expect(fix).toContain('systemctl restart rke2-server');
    expect(fix).not.toContain('mv ');
  });

  it('is renewed by a restart of k3s', async () => {
    const tree = rancherServer(
      { distribution: 'k3s' },
      { certificates: { 'dynamic-cert': { notAfter: '2026-11-30' } } },
    );
    const fix = first(await lintTrees([tree]), 'cert/expired', 'supervisor-port');
    expect(fix).toContain('systemctl restart k3s');
    expect(fix).not.toContain('mv ');
  });
});

describe('what else the program recreates', () => {
  it('is not missing where a setting that asks for it was not applied yet', async () => {
    const tree = rancherServer(
      { distribution: 'k3s' },
      {
        files: {
          '/etc/rancher/k3s/config.yaml': (text) => `${text}secrets-encryption: true\n`,
          '/var/lib/rancher/k3s/server/cred/encryption-config.json': null,
        },
      },
    );
    const { findings } = await lintTrees([tree]);
    expect(findings.map(({ rule }) => rule)).not.toContain('argument/file');
  });

  it('comes back by a restart alone if it is the key of a CA that a manifest names', async () => {
    const tree = rancherServer(
      { distribution: 'rke2' },
      { files: { '/var/lib/rancher/rke2/server/tls/client-ca.key': null } },
    );
    expect(first(await lintTrees([tree]), 'manifest/host-path')).toBe('systemctl restart rke2-server');
  });

  it('is the configuration of etcd, and the CA that it would name is healthy', async () => {
    const tree = rancherServer(
      { distribution: 'rke2' },
      { files: { '/var/lib/rancher/rke2/server/db/etcd/config': null } },
    );
    const report = await lintTrees([tree]);
    expect(report.findings.filter(({ severity }) => severity === 'error').map(({ rule }) => rule)).toEqual([
      'manifest/host-path',
    ]);
    expect(first(report, 'manifest/host-path')).toBe('systemctl restart rke2-server');
  });

  it('is moved away where a kubeconfig only names it', async () => {
    const tree = rancherServer(
      { distribution: 'k3s' },
      { certificates: { 'client-controller': { key: 'P-256', writeKey: false } } },
    );
    const fix = first(await lintTrees([tree]), 'cert/pair');
    expect(fix).toMatch(/mv .*controller\.kubeconfig \S*client-controller\.crt \S*client-controller\.key/);
  });

  it('stays where the CA was replaced without its key: that comes back from the datastore', async () => {
    const tree = rancherServer(
      { distribution: 'k3s' },
      { files: { '/var/lib/rancher/k3s/server/tls/request-header-ca.crt': formerCaPem } },
    );
    const fix = first(await lintTrees([tree]), 'cert/issuer');
    expect(fix).toMatch(/mv \S+ \S*request-header-ca\.crt \S*request-header-ca\.key/);
    expect(fix).not.toContain('client-auth-proxy');
  });

  it('stays where a setting makes a flag name the CA for something else: without it RKE2 would make a new CA', async () => {
    const flags = { 'kube-apiserver': { 'client-ca-file': '/var/lib/rancher/rke2/server/tls/server-ca.crt' } };
    const fix = first(await lintTrees([rancherServer({ distribution: 'rke2' }, { flags })]), 'argument/target');
    expect(fix).toContain('remove what sets --client-ca-file');
    expect(fix).not.toMatch(/\bmv\b/);
  });

  it('is moved away first if its key or its signer is wrong', async () => {
    const tree = rancherServer(
      { distribution: 'k3s' },
      { certificates: { 'serving-kube-apiserver': { key: 'P-256', writeKey: false } } },
    );
    const fix = first(await lintTrees([tree]), 'cert/pair');
    expect(fix).toMatch(/mv .*serving-kube-apiserver\.crt .*serving-kube-apiserver\.key[\s\S]*systemctl restart k3s/);
    expect(fix).not.toContain('openssl');
  });

  it('comes back on an agent by its own service', async () => {
    const tree = rancherAgent(
      { distribution: 'rke2' },
      { certificates: { 'client-kubelet 10': { notAfter: '2026-11-30' } } },
    );
    expect(first(await lintTrees([tree]), 'cert/expired')).toContain('systemctl restart rke2-agent');
  });

  it('gets further names from tls-san', async () => {
    const server = rancherServer(
      { distribution: 'k3s' },
      { certificates: { 'dynamic-cert': { sans: hosts('localhost', '127.0.0.1', 'server-1', '10.0.0.11') } } },
    );
    const report = await lintTrees([server, rancherAgent({ distribution: 'k3s' })]);
    const fix = first(report, 'san/coverage');
    expect(fix).toMatch(/printf .*tls-san\+:.*cluster\.example\.com.* > \/etc\/rancher\/k3s\/config\.yaml\.d\//);
    expect(fix).toMatch(/systemctl restart k3s$/m);
  });
});

/** The commands of the first fix of each finding of a rule. */
async function firstFixes(kit: string, rule: string, change: KitChanges): Promise<readonly (readonly string[])[]> {
  const nodes = rancherKits[kit]?.nodes ?? [];
  const { findings } = await lintTrees(nodes.map((make, index) => make(index === 0 ? change : {})));
  const own = findings.filter((finding) => finding.rule === rule);
  return own.map(({ fix }) => (fix?.[0] ?? []).map(({ text }) => text));
}

const expired = { notAfter: '2026-11-30' };
const several = { certificates: { 'client-admin': expired, 'client-scheduler': expired, 'dynamic-cert': expired } };

describe.each([
  ['k3s', 'systemctl restart k3s'],
  ['RKE2', 'systemctl restart rke2-server'],
])('fixes of %s', (name, restart) => {
  const folder = `/var/lib/rancher/${name.toLowerCase()}/server`;
  const kit = `${name} server with etcd`;

  it('restart the service where several certificates have expired', async () => {
    const [fix = []] = await firstFixes(kit, 'cert/expired', several);
    expect(fix.at(-1)).toBe(restart);
  });

  it('move both keys of tokens away', async () => {
    const key = privateKeyPem(keyNamed('another key of tokens', 'RSA-2048'));
    const [fix = []] = await firstFixes(kit, 'service-account/verified', {
      files: { [`${folder}/tls/service.key`]: key },
    });
    expect(
      fix.some((text) => text.startsWith('mv ') && /service\.key/.test(text) && /service\.current\.key/.test(text)),
    ).toBe(true);
    expect(fix.at(-1)).toBe(restart);
  });

  it('move a CA away that was replaced by hand', async () => {
    const change = { files: { [`${folder}/tls/server-ca.crt`]: formerCaPem } };
    const [fix = []] = await firstFixes(kit, 'kubeconfig/authority', change);
    expect(fix.filter((text) => text.startsWith('mv '))).toEqual([
      expect.stringContaining(`${folder}/tls/server-ca.crt`),
    ]);
    expect(fix.at(-1)).toBe(restart);
  });
});

describe('fixes of k3s with a datastore of the user', () => {
  it('name the setting and leave the files', async () => {
    const change = { certificates: { 'etcd-client': { key: 'P-256' as const, writeKey: false, issuer: formerCa } } };
    const [fix = []] = await firstFixes('k3s server with an etcd of its own', 'cert/pair', change);
    expect(fix.some((text) => /^line \d+ of \/etc\/rancher\/k3s\/config\.yaml names/.test(text))).toBe(true);
    expect(fix.some((text) => text.startsWith('mv '))).toBe(false);
  });
});
