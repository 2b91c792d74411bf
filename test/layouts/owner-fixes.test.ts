/** The first fixes where a program of the distribution makes the files: MicroK8s, kOps and k0s. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { issueIn } from '../../src/api/issue.ts';
import type { Report } from '../../src/index.ts';
import { at, lintTrees } from '../cases/harness.ts';
import { fixLines } from '../support/fix-lines.ts';
import { keyNamed, privateKeyPem } from '../support/keys.ts';
import { formerCaPem } from './faults/fault.ts';
import { k0sController } from './kits/k0s.ts';
import { k8sSnapNode } from './kits/k8s-snap.ts';
import { kopsControlPlane } from './kits/kops.ts';
import { microk8sNode, microk8sWorker, revision } from './kits/microk8s.ts';
import { microshiftNode } from './kits/microshift.ts';

const ended = { notBefore: '2025-11-20T09:00:00Z', notAfter: '2026-11-20T09:00:00Z' };

const first = ({ findings }: Report, rule: string) => {
  const found = findings.find((one) => one.rule === rule);
  return fixLines(found?.fix.slice(0, 1) ?? []);
};

describe('certificates that have expired together', () => {
  it('are renewed by the restart of k0s alone', async () => {
    const report = await lintTrees([k0sController({ certificates: { server: ended, ccm: ended, admin: ended } })]);
    expect(first(report, 'cert/expired').join('\n')).toContain('systemctl restart k0scontroller');
  });

  it('are renewed by the rolling update of kOps alone', async () => {
    const report = await lintTrees([
      kopsControlPlane({ certificates: { 'kube-apiserver': ended, 'etcd-client': ended } }),
    ]);
    expect(first(report, 'cert/expired').join('\n')).toContain('kops rolling-update cluster');
  });

  it('are all copied before a command of MicroK8s writes them', async () => {
    const report = await lintTrees([
      microk8sNode({ certificates: { client: ended, controller: ended, scheduler: ended } }),
    ]);
    const lines = first(report, 'cert/expired');
    const last = lines.findLastIndex((line) => line.startsWith('cp '));
    expect(last).toBeGreaterThan(0);
    expect(lines.findIndex((line) => line.includes('create_user_certs_and_configs'))).toBeGreaterThan(last);
  });
});

it('approves the request of a kubelet of k0s that has no serving certificate', async () => {
  const tree = k0sController({}, { as: 'worker' });
  for (const path of [...tree.entries.keys()]) if (path.includes('/kubelet-server-')) tree.remove(path);
  const fix = first(await lintTrees([tree]), 'kubelet/not-serving').join('\n');
  expect(fix).toContain('k0s kubectl certificate approve');
});

describe('what only the program can heal', () => {
  it('is no unit of a component on kOps: the key of the CA comes with a new instance', async () => {
    const key = privateKeyPem(keyNamed('another cluster'));
    const tree = kopsControlPlane({ files: { '/srv/kubernetes/kube-controller-manager/ca.key': key } });
    const fix = first(await lintTrees([tree]), 'authority/pair').join('\n');
    expect(fix).toContain('kops rolling-update cluster');
    expect(fix).not.toContain('systemctl');
  });

  it('is the membership of a worker of MicroK8s: it joins again', async () => {
    const tree = microk8sWorker({ files: { [`${revision}/certs/ca.remote.crt`]: formerCaPem } });
    const fix = first(await lintTrees([tree]), 'authority/issued').join('\n');
    expect(fix).toContain('microk8s join');
    expect(fix).not.toContain('openssl');
  });

  it('is done on its own node: first the key of the CA is put back', async () => {
    const files = { [`${revision}/certs/server.crt`]: null, [`${revision}/certs/ca.key`]: null };
    const fix = first(await lintTrees([microk8sNode({ files })]), 'cert/present').join('\n');
    expect(fix).toMatch(/put the key of kubernetes-ca back[\s\S]*refresh-certs -e server\.crt/);
    expect(fix).not.toContain('on a copy');
  });
});

describe('the certificate of dqlite', () => {
  it('is signed again with its key, and dqlite restarts', async () => {
    const report = await lintTrees([microk8sNode({ certificates: { dqlite: ended } })]);
    const fix = first(report, 'authority/expired').join('\n');
    expect(fix).toMatch(/cp -p --parents [\s\S]*openssl x509 [\s\S]*snap restart microk8s\.daemon-k8s-dqlite/);
    expect(fix).not.toContain('daemon-kubelite');
  });
});

it('restarts a service once, whatever it runs', async () => {
  const key = privateKeyPem(keyNamed('another cluster'));
  const tree = microk8sNode({
    flags: { 'kube-controller-manager': { 'service-account-private-key-file': `\${SNAP_DATA}/certs/sa2.key` } },
    files: { [`${revision}/certs/sa2.key`]: key },
  });
  const lines = first(await lintTrees([tree]), 'service-account/verified');
  expect(lines.filter((line) => line.includes('snap restart'))).toHaveLength(1);
});

describe('issue', () => {
  const nodes = {
    k0s: [k0sController({ certificates: { server: ended } }), '/var/lib/k0s/pki/server.crt', 'systemctl restart k0s'],
    MicroK8s: [
      microk8sNode({ certificates: { server: ended } }),
      `${revision}/certs/server.crt`,
      'microk8s refresh-certs -e server.crt',
    ],
    'k8s-snap': [k8sSnapNode({ certificates: { apiserver: ended } }), '/etc/kubernetes/pki/apiserver.crt', 'k8s '],
    kOps: [
      kopsControlPlane({ certificates: { 'kube-apiserver': ended } }),
      '/srv/kubernetes/kube-apiserver/server.crt',
      'kops rolling-update cluster',
    ],
    MicroShift: [
      microshiftNode({ certificates: { 'kube-apiserver-localhost-serving': ended } }),
      '/var/lib/microshift/certs/kube-apiserver-localhost-signer/kube-apiserver-localhost-serving/server.crt',
      'systemctl restart microshift',
    ],
  } as const;

  it.each(Object.entries(nodes))('on %s is refused, and names the command', async (_, [tree, path, command]) => {
    const rootfs = mkdtempSync(join(tmpdir(), 'owner-issue-'));
    onTestFinished(() => rmSync(rootfs, { recursive: true }));
    tree.toDisk(rootfs);
    const before = readFileSync(`${rootfs}${path}`);
    const { plan, exitCode } = await issueIn({ at, cwd: '/', rootfs, renew: true, write: true });
    expect([exitCode, plan.actions]).toEqual([2, []]);
    expect(JSON.stringify(plan.refusals)).toContain(command);
    expect(readFileSync(`${rootfs}${path}`)).toEqual(before);
  });

  it('asks for nothing of a control plane on a worker of MicroK8s', async () => {
    const rootfs = mkdtempSync(join(tmpdir(), 'owner-issue-'));
    onTestFinished(() => rmSync(rootfs, { recursive: true }));
    microk8sWorker().toDisk(rootfs);
    const { plan, exitCode } = await issueIn({ at, cwd: '/', rootfs });
    expect([exitCode, plan.actions, plan.refusals]).toEqual([0, [], []]);
  });
});
