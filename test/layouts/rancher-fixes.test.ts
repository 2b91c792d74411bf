/** The first fixes on k3s and RKE2: their programs recreate what they make, and how depends on the release. */
import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/index.ts';
import { lintTrees } from '../cases/harness.ts';
import { fixLines } from '../support/fix-lines.ts';
import { hosts } from './kits/profiles.ts';
import { rancherAgent, rancherServer } from './kits/rancher.ts';

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
