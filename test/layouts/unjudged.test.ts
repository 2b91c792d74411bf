/** Nodes that are recognised and named, but not judged. */
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { expect as expectations } from '../../src/api/expect.ts';
import { issue } from '../../src/api/issue.ts';
import { lint } from '../../src/index.ts';
import { diskTree } from '../../src/scan/fs/disk.ts';
import { layoutOfTree } from '../../src/scan/fs/layout-of-tree.ts';
import { layouts } from '../../src/tables/layouts/index.ts';
import { packed, plant } from '../scan/support.ts';

const pem = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';
const nodes = {
  'Talos Linux': ['system/secrets/kubernetes/kube-apiserver/ca.crt'],
  'Talos Linux ': ['etc/kubernetes/kubeconfig-kubelet', 'etc/kubernetes/kubelet.yaml'],
  RKE1: ['etc/kubernetes/ssl/kube-ca.pem', 'etc/kubernetes/ssl/kube-node.pem'],
  OpenShift: [
    'etc/kubernetes/static-pod-resources/kube-apiserver-pod-7/secrets/x/tls.crt',
    'etc/kubernetes/kubelet-ca.crt',
  ],
};
const said = (title: string) =>
  `nothing to lint: this is a node of ${title.trim()}, whose certificates pki-lint does not judge`;
const planted = (files: readonly string[], folder = '') =>
  plant(Object.fromEntries(files.map((file) => [`${folder}${file}`, pem])));

describe.each(Object.entries(nodes))('a node of %s', (title, files) => {
  const message = said(title);

  it('is named, and exit code 3 says that it was not judged', async () => {
    const root = planted(files);
    const archive = await packed(files.map((name) => ({ name, content: pem })));
    for (const options of [
      { rootfs: root },
      { paths: [root] },
      { paths: ['-'], stdin: () => Readable.from([archive]) },
    ]) {
      const report = await lint(options);
      expect(report).toMatchObject({ exitCode: 3, nodes: [], findings: [], failures: [{ message }] });
      expect(report.failures[0]?.hint).toBeTruthy();
    }
  });

  it('is named where it is next to others, which are judged', async () => {
    const root = plant({
      ...Object.fromEntries(files.map((file) => [`a/${file}`, pem])),
      'b/etc/kubernetes/pki/ca.crt': pem,
    });
    const report = await lint({ paths: [root] });
    expect(report.nodes).toHaveLength(1);
    expect(report.failures).toMatchObject([{ path: `${root}/a`, message }]);
    expect(report.exitCode).toBe(1);
  });

  it('among nodes without findings is not passed over by the exit code', async () => {
    const healthy = 'fixtures/corpora/kubeadm-1.36-default.tar.gz';
    const report = await lint({ paths: [healthy, planted(files)], at: new Date('2027-06-01') });
    expect(report).toMatchObject({ exitCode: 3, failures: [{ message }], findings: [] });
  });

  it.each([
    ['expect', expectations],
    ['issue', issue],
  ] as const)('is named by %s', async (_, ask) => {
    await expect(ask({ rootfs: planted(files) })).rejects.toMatchObject({
      message: expect.stringContaining(message),
      exitCode: 3,
    });
  });
});

it.each([
  [
    'an empty folder of OpenShift',
    { 'etc/kubernetes/static-pod-resources': { make: 'folder' }, 'etc/kubernetes/kubelet-ca.crt': pem },
  ],
  ['a unit of k3s', { 'etc/systemd/system/k3s.service': '[Service]\nExecStart=/usr/local/bin/k3s server\n' }],
  [
    'a folder of RKE1 without certificates',
    { 'etc/kubernetes/ssl/kube-ca.pem': { make: 'folder' }, 'etc/kubernetes/ssl/kube-node.pem': { make: 'folder' } },
  ],
] as const)('%s does not hide a node of kubeadm', async (_, marks) => {
  const root = plant({ ...marks, 'etc/kubernetes/pki/ca.crt': pem, 'etc/kubernetes/manifests/x.yaml': '' });
  const report = await lint({ paths: [root] });
  expect(report.failures).toEqual([]);
  expect(report.nodes).toMatchObject([{ layout: 'kubeadm' }]);
  expect(report.findings).not.toEqual([]);
});

it('a node of k3s with manifests of kubeadm is judged as both', async () => {
  const root = plant({
    'etc/systemd/system/k3s.service': '[Service]\nExecStart=/usr/local/bin/k3s server\n',
    'var/lib/rancher/k3s/server/tls/server-ca.crt': pem,
    'etc/kubernetes/pki/ca.crt': pem,
    'etc/kubernetes/manifests/kube-apiserver.yaml': '',
  });
  const { nodes, findings } = await lint({ paths: [root] });
  expect(nodes.map(({ layout }) => layout)).toEqual(['k3s', 'kubeadm']);
  expect(findings.map(({ path }) => path)).toContain('/etc/kubernetes/pki/ca.crt');
});

it('what lies beside it of kubeadm is judged as well', async () => {
  const root = plant({ [nodes['Talos Linux'][0] ?? '']: pem, 'etc/kubernetes/pki/ca.crt': pem });
  const report = await lint({ paths: [root] });
  expect(report.failures).toMatchObject([{ path: root, message: said('Talos Linux') }]);
  expect(report.nodes).toMatchObject([{ layout: 'kubeadm' }]);
  expect(report.exitCode).toBe(1);
});

it('links in a folder to itself are not followed', () => {
  const loops = Object.fromEntries(Array.from({ length: 6 }, (_, n) => [`etc/kubernetes/pki/${n}`, { link: '.' }]));
  const unit = '[Service]\nExecStart=/usr/local/bin/k3s server\n';
  const folder = plant({ 'etc/systemd/system/k3s.service': unit, ...loops });
  const tree = diskTree({ folder, base: '/', cwd: '/', layouts });
  let lists = 0;
  const list = (path: string) => {
    lists += 1;
    return tree.list(path);
  };
  layoutOfTree({ ...tree, list }, '/', layouts);
  expect(lists).toBeGreaterThan(0);
  expect(lists).toBeLessThan(20);
});
