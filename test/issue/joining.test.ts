/** Nodes that already belong to a cluster, although few of their files show it. */
import { cpSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type LintOptions, lint } from '../../src/index.ts';
import { at } from '../cases/harness.ts';
import { certificatePem } from '../support/certificates.ts';
import { isOurs } from '../support/fix-lines.ts';
import { makeAuthority } from '../support/issue.ts';
import type { NodeTree } from '../support/node-tree.ts';
import {
  actionsOf,
  alarmsIn,
  cp1,
  emptyFolder,
  filesIn,
  folderOf,
  issueIn,
  signedByKubernetesCa,
  unpacked,
  write,
} from './support/folders.ts';
import { putNode } from './support/issued.ts';

const cluster = { serviceCidrs: ['10.96.0.0/12'], dnsDomain: 'cluster.local', controlPlaneEndpoint: 'lb.example.test' };

describe('a kubeadm config for joining', () => {
  const config = (controlPlane: string) => {
    const file = join(emptyFolder(), 'kubeadm.yaml');
    const lines = [
      'apiVersion: kubeadm.k8s.io/v1beta4',
      'kind: JoinConfiguration',
      'nodeRegistration: { name: cp-2 }',
      ...(controlPlane === '' ? [] : [`controlPlane: { localAPIEndpoint: ${controlPlane} }`]),
    ];
    writeFileSync(file, lines.join('\n'));
    return file;
  };

  it('makes no cluster of its own', async () => {
    const folder = join(emptyFolder(), 'etc/kubernetes');
    const kubeadmConfig = config('{ advertiseAddress: 192.0.2.11, bindPort: 8443 }');
    const report = await issueIn(folder, { kubeadmConfig, write: true });
    expect(report).toMatchObject({ exitCode: 2, result: null });
    const refused = new Map(report.plan.refusals.map(({ role, message }) => [role, message]));
    const shown = `this node belongs to a cluster, as ${kubeadmConfig} shows`;
    for (const role of ['kubernetes-ca', 'front-proxy-ca']) {
      expect(refused.get(role)).toBe(`${shown}, and nothing there would trust a new ${role}`);
    }
    expect(refused.get('service-account')).toBe(
      `${shown}: its control planes share one pair, and reject tokens of a different one`,
    );
    expect(report.plan.assumed.join()).not.toMatch(/service-cidr|dns-domain/);
    expect(report.plan.actions.map(({ role }) => role)).not.toContain('super-admin.conf');
  });

  it('has the port of its own API server', async () => {
    const [first, second] = [emptyFolder(), emptyFolder()];
    await write(first, { facts: cp1 });
    mkdirSync(join(second, 'pki/etcd'), { recursive: true });
    for (const name of ['ca', 'front-proxy-ca', 'etcd/ca'].flatMap((one) => [`${one}.crt`, `${one}.key`]))
      cpSync(join(first, 'pki', name), join(second, 'pki', name));
    for (const name of ['sa.key', 'sa.pub']) cpSync(join(first, 'pki', name), join(second, 'pki', name));
    const kubeadmConfig = config('{ advertiseAddress: 192.0.2.11, bindPort: 8443 }');
    const { plan } = await write(second, { kubeadmConfig, facts: cluster });
    const servers = new Map(plan.actions.map(({ role, kubeconfig }) => [role, kubeconfig?.server]));
    expect(servers.get('scheduler.conf')).toBe('https://192.0.2.11:8443');
    expect(servers.get('admin.conf')).toBe('https://lb.example.test:8443');
    expect(await alarmsIn(second, { facts: cluster })).toEqual([]);
  });
});

it('calls the cluster as its kubeadm config does', async () => {
  const kubeadmConfig = join(emptyFolder(), 'kubeadm.yaml');
  writeFileSync(kubeadmConfig, 'kind: ClusterConfiguration\nclusterName: staging\n');
  const empty = await issueIn(emptyFolder(), { facts: cp1, kubeadmConfig });
  expect(empty.plan.actions.find(({ role }) => role === 'admin.conf')?.kubeconfig?.cluster).toBe('staging');
});

describe('CAs that are kept elsewhere', () => {
  async function kept(...names: readonly string[]): Promise<string> {
    const [other, folder] = [emptyFolder(), emptyFolder()];
    await putNode(other, 'another');
    for (const name of names) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      cpSync(join(other, 'pki', name), join(folder, name));
    }
    return folder;
  }

  it('are not joined by new ones', async () => {
    const report = await issueIn(emptyFolder(), { facts: cp1, caDir: await kept('ca.crt', 'ca.key'), write: true });
    expect(report).toMatchObject({ exitCode: 2, result: null });
    expect(report.plan.refusals.map(({ role }) => role)).toEqual(expect.arrayContaining(['etcd-ca', 'front-proxy-ca']));
    expect(actionsOf(report).filter((one) => one.startsWith('create-ca'))).toEqual([]);
  });

  it('may consist of keys only, if the node has their certificates', async () => {
    const [folder, caDir] = [emptyFolder(), emptyFolder()];
    await putNode(folder);
    renameSync(join(folder, 'pki/ca.key'), join(caDir, 'ca.key'));
    const facts = { ...cp1, ...cluster };
    for (const replace of [['kube-apiserver'], ['scheduler.conf']]) await write(folder, { replace, caDir, facts });
    expect(await alarmsIn(folder)).toEqual([]);
    const strange = await issueIn(folder, { replace: ['kube-apiserver'], caDir: await kept('ca.key'), facts });
    expect(strange.plan.refusals[0]?.message).toContain(
      '--ca-dir contains a different kubernetes-ca from the one that this node trusts',
    );
  });
});

describe('a CA that has signed nothing here', () => {
  async function stranger(): Promise<string> {
    const [folder, other] = [await unpacked('kubeadm-1.36-default'), emptyFolder()];
    await putNode(other, 'another');
    for (const name of ['ca.crt', 'ca.key']) cpSync(join(other, 'pki', name), join(folder, 'etc/kubernetes/pki', name));
    return folder;
  }

  it('renews nothing', async () => {
    const folder = await stranger();
    const before = filesIn(folder);
    const report = await issueIn(folder, { renew: true, withinDays: 4000, write: true });
    expect(report).toMatchObject({ exitCode: 2, result: null });
    expect(filesIn(folder)).toEqual(before);
  });

  it('signs what is named, and then all is well', async () => {
    const folder = await stranger();
    expect((await issueIn(folder, { replace: signedByKubernetesCa })).plan.left).toEqual([]);
    const report = await write(folder, { replace: signedByKubernetesCa });
    expect(report.plan.left).toEqual([]);
    expect(await alarmsIn(folder)).toEqual([]);
  });
});

describe('links', () => {
  it.each(['/srv/pki', '../../srv/pki'])(
    'of the folder of certificates are followed inside the node: %s',
    async (target) => {
      const root = await unpacked('kubeadm-1.36-ha-node2');
      mkdirSync(join(root, 'srv'));
      renameSync(join(root, 'etc/kubernetes/pki'), join(root, 'srv/pki'));
      symlinkSync(target, join(root, 'etc/kubernetes/pki'));
      rmSync(join(root, 'etc/kubernetes/manifests'), { recursive: true });
      for (const name of ['admin', 'kubelet', 'controller-manager', 'scheduler', 'super-admin'])
        rmSync(join(root, `etc/kubernetes/${name}.conf`), { force: true });
      rmSync(join(root, 'srv/pki/apiserver.crt'));
      const { plan } = await issueIn('/', {
        rootfs: root,
        facts: { nodeName: 'cp-2', advertiseAddress: '192.0.2.11' },
      });
      expect(plan.refusals.find(({ role }) => role === 'kube-apiserver')?.message).toMatch(/--service-cidr/);
      expect(plan.actions.map(({ role }) => role)).not.toContain('super-admin.conf');
    },
  );
});

it('an /etc/kubernetes that is an absolute link is found, and what runs there is restarted', async () => {
  const root = await unpacked('kubeadm-1.36-default');
  mkdirSync(join(root, 'srv'));
  renameSync(join(root, 'etc/kubernetes'), join(root, 'srv/k8s'));
  symlinkSync('/srv/k8s', join(root, 'etc/kubernetes'));
  expect(await alarmsIn(root)).toEqual([]);
  const { plan } = await write(root, { replace: ['scheduler.conf'] });
  expect(plan.next.map(({ command }) => command)).toContain(
    "crictl ps --name '^kube-scheduler$' --label io.kubernetes.pod.namespace=kube-system -q | xargs -r crictl stop -t 30",
  );
  expect(await alarmsIn(root)).toEqual([]);
});

it('a node with only the CA of an external etcd becomes a control plane', async () => {
  const [etcd, folder] = [emptyFolder(), emptyFolder()];
  await write(etcd, { facts: cp1 });
  mkdirSync(join(folder, 'pki/etcd'), { recursive: true });
  cpSync(join(etcd, 'pki/etcd/ca.crt'), join(folder, 'pki/etcd/ca.crt'));
  const facts = { ...cp1, ...cluster, etcd: 'external' } as const;
  const csr = emptyFolder();
  await write(folder, { facts, csr, only: ['kube-apiserver-etcd-client'] });
  const report = await issueIn(folder, { facts });
  expect(report.plan.kind).toBe('control-plane');
  expect(actionsOf(report).slice(0, 2)).toEqual(['create-ca kubernetes-ca', 'create-ca front-proxy-ca']);
});

describe('a worker', () => {
  it('takes its API server only from an option', async () => {
    const caDir = emptyFolder();
    const other = emptyFolder();
    await putNode(other, 'another');
    for (const name of ['ca.crt', 'ca.key']) cpSync(join(other, 'pki', name), join(caDir, name));
    const facts = { nodeName: 'worker-1', advertiseAddress: '192.0.2.10' };
    const folder = join(emptyFolder(), 'etc/kubernetes');
    const report = await issueIn(folder, { only: ['kubelet.conf'], caDir, facts });
    expect(report.plan.refusals[0]?.message).toBe(
      'not known: the address of the API server (--control-plane-endpoint)',
    );
    const alone = await issueIn(folder, { only: ['kubelet.conf'], facts: { ...facts, ...cluster } });
    expect(alone.plan.actions).toEqual([]);
    expect(alone.plan.refusals[0]?.message).toBe('a node of kind worker gets kubernetes-ca from its cluster');
  });
});

describe('another CA for the peers of etcd', () => {
  const own = (node: NodeTree) =>
    node
      .write('pki/etcd/peer-ca.crt', certificatePem(makeAuthority('etcd-peer-ca').certificate))
      .replaceFlag('etcd', 'peer-trusted-ca-file', '/etc/kubernetes/pki/etcd/peer-ca.crt');

  it('signs what the CA of etcd would sign in vain', async () => {
    const folder = await folderOf({}, (node) => own(node).remove('pki/etcd/peer.crt').remove('pki/etcd/peer.key'));
    const report = await issueIn(folder, { write: true });
    expect(report).toMatchObject({ exitCode: 2, result: null });
    expect(report.plan.refusals.map(({ role, message }) => [role, message])).toEqual([
      ['kube-etcd-peer', 'it is verified by etcd --peer-trusted-ca-file, whose file does not contain etcd-ca'],
    ]);
  });

  it('keeps nothing else from being issued', async () => {
    const folder = await folderOf({}, (node) => own(node).remove('pki/etcd/server.crt').remove('pki/apiserver.crt'));
    expect(actionsOf(await write(folder))).toEqual(['issue kube-etcd', 'issue kube-apiserver']);
  });
});

it('a wrong argument of kube-apiserver does not prevent issuing its certificate', async () => {
  const folder = await folderOf({}, (node) =>
    node.replaceFlag('kube-apiserver', 'etcd-cafile', '/srv/etcd-ca.crt').remove('pki/apiserver.crt'),
  );
  expect(actionsOf(await write(folder))).toEqual(['issue kube-apiserver']);
});

it('the commands of a finding are those of the node, and name the copy that was linted apart', async () => {
  const root = await unpacked('kubeadm-1.36-default');
  rmSync(join(root, 'etc/kubernetes/pki/front-proxy-client.crt'));
  const commands = async (options: LintOptions) =>
    (await lint({ at, ...options })).findings.flatMap(({ fix }) =>
      fix.flatMap((steps) => steps.filter(isOurs).map(({ text, copy }) => [text, copy])),
    );
  const onNode = 'pki-lint issue --write --only front-proxy-client';
  const [cwd, name] = [dirname(root), basename(root)];
  expect(await commands({ cwd, paths: [name] })).toEqual([
    [onNode, `pki-lint issue --rootfs ${name} --write --only front-proxy-client`],
  ]);
  expect(await commands({ cwd: '/', rootfs: root })).toEqual([
    [onNode, `pki-lint issue --rootfs ${root} --write --only front-proxy-client`],
  ]);
});
