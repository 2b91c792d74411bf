import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CorpusName } from '../support/corpus.ts';
import { roles } from '../support/roles.ts';
import { alarmsIn, certificateAt, cp1, emptyFolder, filesIn, issueIn, unpacked, write } from './support/folders.ts';
import { putNode } from './support/issued.ts';

const yaml = (...lines: readonly string[]) => `${lines.join('\n')}\n`;

const config = yaml(
  'apiVersion: kubeadm.k8s.io/v1beta4',
  'kind: InitConfiguration',
  'localAPIEndpoint:',
  '  advertiseAddress: 192.0.2.30',
  'nodeRegistration:',
  '  name: Cp-30',
  '---',
  'apiVersion: kubeadm.k8s.io/v1beta4',
  'kind: ClusterConfiguration',
  'kubernetesVersion: v1.28.4',
  'controlPlaneEndpoint: lb.example.test:8443',
  'networking:',
  '  serviceSubnet: 172.20.0.0/16',
);

describe('a kubeadm config', () => {
  it('provides what the command line does not, with the defaults of kubeadm', async () => {
    const folder = emptyFolder();
    const kubeadmConfig = join(emptyFolder(), 'kubeadm.yaml');
    writeFileSync(kubeadmConfig, config);
    const report = await write(folder, { kubeadmConfig });
    expect(report.plan.assumed).toEqual(['--etcd stacked', '--dns-domain cluster.local']);
    expect(report.plan.node).toBe('cp-30');
    const names = certificateAt(folder, 'pki/apiserver.crt').subjectAltName ?? '';
    for (const name of ['cp-30', 'lb.example.test', '172.20.0.1', '192.0.2.30', 'kubernetes.default.svc.cluster.local'])
      expect(names).toContain(name);
    // kubeadm 1.28 has no super-admin.conf. Its administrators are members of system:masters.
    expect(filesIn(folder).has('super-admin.conf')).toBe(false);
    expect(certificateAt(folder, 'admin.conf').subject).toBe('O=system:masters\nCN=kubernetes-admin');
    expect(await alarmsIn(folder, { kubeadmConfig })).toEqual([]);
  });

  it('yields to the command line', async () => {
    const kubeadmConfig = join(emptyFolder(), 'kubeadm.yaml');
    writeFileSync(kubeadmConfig, config);
    const facts = {
      nodeName: 'other',
      kubernetesVersion: '1.36.2',
      etcd: 'external',
      dnsDomain: 'corp.internal',
    } as const;
    const report = await issueIn(emptyFolder(), { kubeadmConfig, facts, only: ['kube-apiserver', 'super-admin.conf'] });
    expect(report.plan.assumed).toEqual([]);
    expect(report.plan.actions.map(({ role }) => role)).toEqual([
      'kubernetes-ca',
      'kube-apiserver',
      'super-admin.conf',
    ]);
    const names = report.plan.actions[1]?.certificate?.sans.map(({ value }) => value);
    expect(names).toEqual(expect.arrayContaining(['other', 'kubernetes.default.svc.corp.internal']));
  });
});

describe('a node that has lost its whole PKI', () => {
  it.each(['kubeadm-1.22-default', 'kubeadm-1.36-default', 'kubeadm-1.36-ha'] as const satisfies readonly CorpusName[])(
    'has its facts from its manifests: %s',
    async (name) => {
      const folder = await unpacked(name);
      const before = filesIn(folder);
      const admin = certificateAt(folder, 'etc/kubernetes/admin.conf');
      rmSync(join(folder, 'etc/kubernetes/pki'), { recursive: true });
      for (const path of before.keys()) if (/^etc\/kubernetes\/[a-z-]+\.conf$/.test(path)) rmSync(join(folder, path));
      const ha = name === 'kubeadm-1.36-ha';
      // No manifest contains the address in front of the API servers or additional names.
      const told = { nodeName: 'cp-1', controlPlaneEndpoint: ha ? 'lb.example.test:6443' : '192.0.2.10:6443' };
      const isThere = (role: string) => !role.endsWith('.conf') || before.has(`etc/kubernetes/${role}`);
      const only = [...roles.filter(isThere), 'service-account'];
      const report = await write(folder, { facts: told, only, yes: true });
      expect(report.plan.assumed).toEqual([]);
      expect([...filesIn(folder).keys()]).toEqual([...before.keys()]);
      const service = ha ? '172.20.0.1' : '10.96.0.1';
      expect(certificateAt(folder, 'etc/kubernetes/pki/apiserver.crt').subjectAltName).toContain(service);
      expect(certificateAt(folder, 'etc/kubernetes/admin.conf').subject).toBe(admin.subject);
      expect(await alarmsIn(folder)).toEqual([]);
    },
  );
});

describe('the folder', () => {
  it('with only certificates is a node’s, if it has that name', async () => {
    const folder = join(emptyFolder(), 'pki');
    await write(folder, { facts: cp1 });
    rmSync(join(folder, '../admin.conf'));
    rmSync(join(folder, 'front-proxy-client.crt'));
    await write(folder, { facts: cp1 });
    expect(await alarmsIn(join(folder, '..'))).toEqual([]);
  });

  it('of certificates by another name is nothing but that', async () => {
    const [first, folder] = [emptyFolder(), join(emptyFolder(), 'certificates')];
    await putNode(first);
    mkdirSync(folder);
    cpSync(join(first, 'pki'), folder, { recursive: true });
    rmSync(join(folder, 'front-proxy-client.crt'));
    const report = await write(folder, { facts: cp1 });
    expect(report.plan.actions.map(({ role }) => role)).toEqual(['front-proxy-client']);
    const beyond = await issueIn(folder, { facts: cp1, only: ['admin.conf'], write: true });
    expect(beyond).toMatchObject({ exitCode: 2, result: null });
    expect(await alarmsIn(folder)).toEqual([]);
  });

  it('is one of certificates that is called otherwise, below --rootfs', async () => {
    const rootfs = emptyFolder();
    await write('/etc/kubernetes/ssl', { rootfs, facts: cp1 });
    const files = [...filesIn(rootfs).keys()];
    expect(files).toContain('etc/kubernetes/ssl/apiserver.crt');
    expect(files).toContain('etc/kubernetes/admin.conf');
    expect(await issueIn('/etc/kubernetes/ssl', { rootfs })).toMatchObject({ exitCode: 0, plan: { actions: [] } });
  });

  it.each(['', '/etc', '/etc/kubernetes', '/etc/kubernetes/pki'])(
    'below --rootfs may be named by any of its parts: %s',
    async (path) => {
      const rootfs = emptyFolder();
      mkdirSync(join(rootfs, 'etc'));
      writeFileSync(join(rootfs, 'etc/os-release'), 'ID=image\n');
      const options = { rootfs, facts: cp1, ...(path === '' ? { paths: [rootfs] } : {}) };
      const report = await issueIn(path, options);
      expect(report.plan.folder).toBe(join(rootfs, 'etc/kubernetes/pki'));
      expect(report.plan.actions).toHaveLength(16);
    },
  );

  it('is one', async () => {
    const two = issueIn('', { paths: [emptyFolder(), emptyFolder()] });
    await expect(two).rejects.toThrow('issuing works on one node at a time');
  });
});
