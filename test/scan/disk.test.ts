import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { filesOfTree } from '../../src/scan/files.ts';
import { diskTree } from '../../src/scan/fs/disk.ts';
import { resolver } from '../../src/scan/fs/resolve.ts';
import { walk } from '../../src/scan/walk.ts';
import { layouts } from '../../src/tables/layouts/index.ts';
import { memoryTree, newestGo, plant, podOf, scanOne, scanPaths, stateOf } from './support.ts';

const pki = 'etc/kubernetes/pki';
const crt = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';

describe('links', () => {
  it('are followed inside the root', async () => {
    const root = plant({
      [`${pki}/ca.crt`]: crt,
      [`${pki}/absolute.crt`]: { link: '/srv/pki/real.crt' },
      [`${pki}/relative.crt`]: { link: '../../../srv/pki/real.crt' },
      [`${pki}/climbing.crt`]: { link: '../../../../../../../../../../srv/pki/real.crt' },
      [`${pki}/twice.crt`]: { link: 'absolute.crt' },
      'srv/pki/real.crt': crt,
    });
    const node = await scanOne(root);
    for (const name of ['absolute', 'relative', 'climbing', 'twice']) {
      expect(node.files.get(`/${pki}/${name}.crt`)).toMatchObject({
        state: 'file',
        realPath: '/srv/pki/real.crt',
        mode: 0o600,
        content: { type: 'pem' },
      });
    }
    expect(node.files.get(`/${pki}/twice.crt`)?.links).toEqual([
      { path: `/${pki}/twice.crt`, target: 'absolute.crt' },
      { path: `/${pki}/absolute.crt`, target: '/srv/pki/real.crt' },
    ]);
    expect(node.files.get(`/${pki}/ca.crt`)).toMatchObject({ links: [], realPath: `/${pki}/ca.crt`, size: crt.length });
  });

  it('may be folders on the way', async () => {
    const node = await scanOne(plant({ 'etc/kubernetes/ssl/etcd/ca.crt': crt, [pki]: { link: 'ssl' } }));
    expect(node.pkiFiles).toEqual([`/${pki}/etcd/ca.crt`]);
    expect(node.files.get(`/${pki}/etcd/ca.crt`)?.realPath).toBe('/etc/kubernetes/ssl/etcd/ca.crt');
  });

  it('that lead nowhere say where', async () => {
    const root = plant({
      [`${pki}/ca.crt`]: crt,
      [`${pki}/broken.crt`]: { link: 'gone.crt' },
      [`${pki}/through.crt`]: { link: 'ca.crt/x' },
      [`${pki}/self.crt`]: { link: 'self.crt' },
      [`${pki}/a.crt`]: { link: 'b.crt' },
      [`${pki}/b.crt`]: { link: 'a.crt' },
      [`${pki}/outside.crt`]: { link: '/opt/x.crt' },
    });
    const { files } = await scanOne(root);
    expect(files.get(`/${pki}/broken.crt`)).toMatchObject({ state: 'broken-link', detail: 'gone.crt' });
    expect(files.get(`/${pki}/through.crt`)?.state).toBe('broken-link');
    for (const name of ['self', 'a', 'b']) expect(files.get(`/${pki}/${name}.crt`)?.state).toBe('link-loop');
    expect(files.get(`/${pki}/outside.crt`)?.state).toBe('outside');
  });

  it('to folders end', async () => {
    const root = plant({
      [`${pki}/ca.crt`]: crt,
      [`${pki}/up`]: { link: '..' },
      [`${pki}/me`]: { link: '.' },
      [`${pki}/etcd/back`]: { link: '../../pki' },
    });
    const node = await scanOne(root);
    expect(node.pkiFiles.filter((file) => file.endsWith('ca.crt')).length).toBeLessThan(3);
  });
});

describe('what is not a file', () => {
  it('is distinguished from a file, and nothing waits for it', async () => {
    const root = plant({
      [`${pki}/ca.crt`]: crt,
      [`${pki}/fifo.crt`]: { make: 'fifo' },
      [`${pki}/folder.crt`]: { make: 'folder' },
      [`${pki}/null.crt`]: { link: '/dev/null' },
      'dev/null': { make: 'fifo' },
    });
    const server = createServer().listen(path.join(root, pki, 's.crt'));
    onTestFinished(() => void server.close());
    await new Promise((resolve) => server.once('listening', resolve));
    const node = await scanOne(root);
    expect(['fifo', 'folder', 's', 'null'].map((name) => stateOf(node, `/${pki}/${name}.crt`))).toEqual([
      'fifo',
      'directory',
      'socket',
      'fifo',
    ]);
  });

  it('too large a file is not read', async () => {
    const node = await scanOne(
      plant({ [`${pki}/ca.crt`]: crt, [`${pki}/large.crt`]: Buffer.alloc(4 * 1024 * 1024 + 1) }),
    );
    expect(node.files.get(`/${pki}/large.crt`)).toMatchObject({
      state: 'too-large',
      detail: 'larger than 4 MiB (4194305 bytes)',
    });
    expect(node.files.get(`/${pki}/large.crt`)?.content).toBeUndefined();
  });

  it('names may be anything', async () => {
    const node = await scanOne(
      plant({ [`${pki}/ca.crt`]: crt, [`${pki}/a\nb \u202e$(x).crt`]: crt, [`${pki}/${'n'.repeat(250)}.crt`]: crt }),
    );
    expect(node.pkiFiles.map((file) => stateOf(node, file))).toEqual(['file', 'file', 'file']);
    expect(node.pkiFiles).toHaveLength(3);
  });

  it('folders nest no deeper than is sensible', async () => {
    const node = await scanOne(plant({ [`${pki}/ca.crt`]: crt, [`${pki}/${'d/'.repeat(30)}deep.crt`]: crt }));
    const last = node.pkiFiles.find((file) => file.endsWith('/d'));
    expect(last && node.files.get(last)).toMatchObject({
      state: 'too-large',
      detail: 'directories are nested more than 16 levels deep',
    });
  });

  it('a folder of very many files is left', () => {
    const names = Object.fromEntries(
      Array.from({ length: 20_010 }, (_, index) => [`/etc/kubernetes/pki/${index}`, '']),
    );
    const tree = memoryTree(names);
    const files = filesOfTree(
      {
        ...tree,
        lstat: (file) =>
          file in names
            ? { type: 'file', mode: 0, uid: 0, gid: 0, size: 0 }
            : { type: 'directory', mode: 0, uid: 0, gid: 0, size: 0 },
      },
      newestGo,
    );
    expect(walk(files, resolver(tree), '/etc/kubernetes/pki').at(-1)).toBe('/etc/kubernetes/pki');
    expect(files.all.get('/etc/kubernetes/pki')).toMatchObject({ state: 'too-large', detail: 'more than 20000 files' });
  });
});

it('a root that went away holds nothing', () => {
  const tree = diskTree({ folder: path.join(plant({}), 'gone'), base: '/', cwd: '/', layouts: [] });
  const outside = { state: 'outside' };
  expect([tree.lstat('/'), tree.list('/'), tree.lstat('/etc')]).toEqual([outside, outside, outside]);
});

describe('what may not be read', () => {
  it('is unreadable, not absent', () => {
    const tree = memoryTree(
      {
        '/etc/kubernetes/pki/ca.crt': crt,
        '/etc/kubernetes/pki/ca.key': 'secret',
        '/etc/kubernetes/pki/etcd/ca.crt': crt,
      },
      new Set(['/etc/kubernetes/pki/ca.key', '/etc/kubernetes/pki/etcd']),
    );
    const files = filesOfTree(tree, newestGo);
    expect(walk(files, resolver(tree), '/etc/kubernetes/pki')).toEqual([
      '/etc/kubernetes/pki/ca.crt',
      '/etc/kubernetes/pki/ca.key',
      '/etc/kubernetes/pki/etcd',
    ]);
    expect(files.look('/etc/kubernetes/pki/ca.key')).toMatchObject({
      state: 'unreadable',
      detail: 'EACCES',
      mode: 0o600,
    });
    expect(files.look('/etc/kubernetes/pki/etcd')).toMatchObject({ state: 'unreadable' });
    expect(files.look('/etc/kubernetes/pki/etcd/ca.crt').state).toBe('unreadable');
    expect(files.look('/etc/kubernetes/pki/gone').state).toBe('absent');
  });
});

describe('while files change', () => {
  const changing = () => {
    const folder = plant({ [`${pki}/ca.crt`]: crt, 'etc/passwd': '' });
    return { folder, tree: diskTree({ folder, base: '/', cwd: '/', layouts }) };
  };

  it('a directory is listed once: what is added to it later was absent', () => {
    const { folder, tree } = changing();
    expect(tree.lstat(`/${pki}/sa.key`)).toEqual({ state: 'absent' });
    writeFileSync(path.join(folder, pki, 'ca.key'), 'x');
    expect(tree.lstat(`/${pki}/ca.key`)).toEqual({ state: 'absent' });
    expect(tree.lstat(`/${pki}/ca.crt`)).toMatchObject({ type: 'file' });
  });

  it('what is removed later was there', () => {
    const { folder, tree } = changing();
    expect(tree.lstat(`/${pki}/sa.key`)).toEqual({ state: 'absent' });
    rmSync(path.join(folder, pki, 'ca.crt'));
    expect(tree.lstat(`/${pki}/ca.crt`)).toEqual({ state: 'unreadable', detail: 'changed while it was read' });
  });
});

describe('absent or outside', () => {
  const expected = [
    'ca.key',
    'etcd/ca.crt',
    '/etc/kubernetes/admin.conf',
    '/etc/kubernetes/manifests/etcd.yaml',
    '/var/lib/kubelet/pki/kubelet.crt',
    '/opt/x/ca.crt',
  ];
  it.each<[string, Record<string, Parameters<typeof plant>[0][string]>, string[]]>([
    [
      'a whole root',
      { [`${pki}/ca.crt`]: crt, 'etc/passwd': '' },
      ['absent', 'absent', 'absent', 'absent', 'absent', 'absent'],
    ],
    [
      'a copy of pki alone',
      { [`${pki}/ca.crt`]: crt },
      ['absent', 'absent', 'outside', 'outside', 'outside', 'outside'],
    ],
    [
      'a copy of /etc/kubernetes',
      { [`${pki}/ca.crt`]: crt, 'etc/kubernetes/kubelet.conf': '' },
      ['absent', 'absent', 'absent', 'absent', 'outside', 'outside'],
    ],
    [
      'one with some kubelet files',
      { [`${pki}/ca.crt`]: crt, 'var/lib/kubelet/config.yaml': '' },
      ['absent', 'absent', 'outside', 'outside', 'outside', 'outside'],
    ],
    [
      'one with the kubelet’s pki',
      { [`${pki}/ca.crt`]: crt, 'var/lib/kubelet/pki/x': '' },
      ['absent', 'absent', 'outside', 'outside', 'absent', 'outside'],
    ],
  ])('in %s', async (_, files, states) => {
    const node = await scanOne(plant(files), { expected });
    expect(expected.map((file) => stateOf(node, file.startsWith('/') ? file : `/${pki}/${file}`))).toEqual(states);
  });

  it('in a bare folder of certificates', async () => {
    const root = plant({ 'ca.crt': crt, 'own.crt': { link: 'ca.crt' }, 'etcd/ca.crt': crt });
    const node = await scanOne(root, { expected });
    expect(node).toMatchObject({ pki: `/${pki}`, beyondPki: false, rootfs: root });
    expect(node.pkiFiles).toEqual([`/${pki}/ca.crt`, `/${pki}/etcd/ca.crt`, `/${pki}/own.crt`]);
    expect(expected.map((file) => stateOf(node, file.startsWith('/') ? file : `/${pki}/${file}`))).toEqual([
      'absent',
      'file',
      'outside',
      'outside',
      'outside',
      'outside',
    ]);
    expect(node.files.get(`/${pki}/own.crt`)?.file).toBe(path.join(root, 'own.crt'));
  });

  it('links of a bare folder by its own name stay in it', async () => {
    const root = plant({ 'ca.crt': crt });
    const linked = plant({ 'real.crt': crt });
    symlinkSync(path.join(linked, 'real.crt'), path.join(linked, 'link.crt'));
    symlinkSync(path.join(root, 'ca.crt'), path.join(linked, 'other.crt'));
    const node = await scanOne(linked);
    expect(stateOf(node, `/${pki}/link.crt`)).toBe('file');
    expect(stateOf(node, `/${pki}/other.crt`)).toBe('outside');
  });
});

describe('PATH', () => {
  it.each([
    ['the root', ''],
    ['its etc', 'etc'],
    ['/etc/kubernetes', 'etc/kubernetes'],
    ['the PKI folder', pki],
    ['a folder below it', `${pki}/etcd`],
    ['the manifests', 'etc/kubernetes/manifests'],
    ['the kubelet’s', 'var/lib/kubelet'],
  ])('may be %s', async (_, below) => {
    const root = plant({
      [`${pki}/etcd/ca.crt`]: crt,
      'etc/kubernetes/manifests/x': '',
      'var/lib/kubelet/config.yaml': '',
    });
    const node = await scanOne(path.join(root, below));
    expect(node).toMatchObject({
      rootfs: root,
      label: root,
      pki: `/${pki}`,
      beyondPki: true,
      pkiFiles: [`/${pki}/etcd/ca.crt`],
    });
  });

  it('may be a copy of /etc/kubernetes, or another folder of certificates', async () => {
    const copy = plant({ 'pki/ca.crt': crt, 'kubelet.conf': 'kind: Config' });
    expect(await scanOne(copy)).toMatchObject({ pki: `/${pki}`, beyondPki: true, pkiFiles: [`/${pki}/ca.crt`] });
    const ssl = plant({ 'etc/kubernetes/ssl/ca.crt': crt });
    expect(await scanOne(path.join(ssl, 'etc/kubernetes/ssl'))).toMatchObject({
      rootfs: ssl,
      pki: '/etc/kubernetes/ssl',
    });
  });

  it('is read inside --rootfs', async () => {
    const root = plant({ 'etc/kubernetes/pki/ca.crt': crt, 'srv/pki/ca.crt': crt });
    expect((await scanOne('/srv/pki', { rootfs: root })).pki).toBe('/srv/pki');
    expect((await scanOne(path.join(root, 'srv/pki'), { rootfs: root })).pki).toBe('/srv/pki');
    const { nodes } = await scanPaths([], { rootfs: path.basename(root), cwd: path.dirname(root) });
    expect(nodes[0]).toMatchObject({ pki: `/${pki}`, rootfs: path.basename(root) });
    expect(nodes[0]?.files.get(`/${pki}/ca.crt`)?.file).toBe(`${path.basename(root)}/${pki}/ca.crt`);
  });

  it('may be an absolute link of the node', async () => {
    const root = plant({ [pki]: { link: '/srv/pki' }, 'srv/pki/ca.crt': crt });
    for (const rootfs of [{}, { rootfs: root }]) {
      expect((await scanOne(path.join(root, pki), rootfs)).pkiFiles).toEqual([`/${pki}/ca.crt`]);
    }
    expect((await scanPaths(['etc/kubernetes/gone'], { rootfs: root })).failures[0]?.message).toBe(
      'no such file or directory',
    );
  });

  it.each<[string, Parameters<typeof plant>[0], boolean]>([
    ['a kubeconfig', { 'etc/kubernetes/kubelet.conf': '' }, true],
    ['a manifest', { 'etc/kubernetes/manifests/etcd.yaml': '' }, true],
    ['an empty directory of manifests', { 'etc/kubernetes/manifests': { make: 'folder' } }, false],
    ['another file', { 'etc/kubernetes/note.txt': '' }, false],
  ])('may be a PKI that is gone, where the node has more: %s', async (_, files, isNode) => {
    const root = plant(files);
    for (const [paths, options] of [
      [[path.join(root, pki)], {}],
      [[], { rootfs: root }],
    ] as const) {
      const { nodes, failures } = await scanPaths(paths, options);
      expect(nodes.map((node) => node.pki)).toEqual(isNode ? [`/${pki}`] : []);
      expect(failures.map(({ message }) => message)).toEqual(isNode ? [] : ['no such file or directory']);
    }
  });

  it('several of one root are one node', async () => {
    const root = plant({ 'etc/kubernetes/pki/ca.crt': crt, 'etc/kubernetes/ssl/x.crt': crt });
    const { nodes } = await scanPaths([
      root,
      path.join(root, 'etc/kubernetes/pki'),
      path.join(root, 'etc/kubernetes/ssl'),
    ]);
    expect(nodes.map((node) => node.pkiFiles)).toEqual([[`/${pki}/ca.crt`, '/etc/kubernetes/ssl/x.crt']]);
  });

  it('that fails says why, and the others are scanned', async () => {
    const root = plant({
      'etc/kubernetes/pki/ca.crt': crt,
      'text.txt': 'not a tar'.repeat(200),
      'empty/x': { make: 'folder' },
      pipe: { make: 'fifo' },
      'whole/etc/passwd': '',
      loop: { link: 'loop' },
    });
    const given = ['gone', 'text.txt', 'empty', 'pipe', 'whole', 'loop', '.'];
    const { nodes, failures } = await scanPaths(given, { cwd: root });
    expect(nodes).toHaveLength(1);
    expect(failures.map(({ path: name, message, exitCode }) => [name, message, exitCode])).toEqual([
      ['gone', 'no such file or directory', 2],
      ['text.txt', 'not a tar archive', 2],
      ['pipe', 'not a directory or regular file', 2],
      ['loop', 'too many symbolic links', 2],
      ['empty', expect.stringMatching(/^nothing to lint/), 3],
      ['whole', expect.stringMatching(/^nothing to lint/), 3],
    ]);
  });

  it('options that name nothing are errors', async () => {
    const root = plant({ [`${pki}/ca.crt`]: crt, 'bad.yaml': 'kind: Pod' });
    await expect(scanPaths([root], { rootfs: '/nowhere/at/all' })).rejects.toThrow(
      '--rootfs /nowhere/at/all: no such directory',
    );
    await expect(scanPaths([root], { manifests: '/nowhere/at/all' })).rejects.toThrow(
      '--manifests /nowhere/at/all: no such directory',
    );
    await expect(scanPaths([root], { installerConfig: '/nowhere' })).rejects.toThrow(
      '--kubeadm-config /nowhere: no such file',
    );
    await expect(scanPaths([root], { installerConfig: path.join(root, 'bad.yaml') })).rejects.toThrow(
      /InitConfiguration/,
    );
  });
});

describe('other places', () => {
  it('of manifests, kubeconfigs and the kubelet', async () => {
    const root = plant({ [`${pki}/ca.crt`]: crt, 'etc/kubernetes/admin.conf': 'kind: Config' });
    const other = plant({
      'pods/etcd.yaml': podOf({ command: ['etcd'] }),
      'conf/scheduler.conf': 'kind: Config',
      'conf/ca.crt': crt,
      'kubelet/config.yaml': 'kind: KubeletConfiguration\nstaticPodPath: /etc/kubernetes/manifests\nclusterDomain: x\n',
    });
    mkdirSync(path.join(other, 'kubelet/pki'));
    const node = await scanOne(root, {
      manifests: path.join(other, 'pods'),
      kubeconfigs: 'conf',
      kubeletDir: 'kubelet',
      cwd: other,
    });
    expect(node.components.map(({ name }) => name)).toEqual(['etcd', 'kubelet']);
    expect(node.files.get('/etc/kubernetes/manifests/etcd.yaml')?.file).toBe('pods/etcd.yaml');
    expect(node.files.get('/etc/kubernetes/scheduler.conf')).toMatchObject({
      state: 'file',
      file: 'conf/scheduler.conf',
      content: { type: 'kubeconfig' },
    });
    expect(node.files.has('/etc/kubernetes/admin.conf')).toBe(false);
    expect(node.pkiFiles).toEqual([`/${pki}/ca.crt`]);
  });

  it('within the node', async () => {
    const root = plant({
      [`${pki}/ca.crt`]: crt,
      'srv/pods/etcd.yaml': podOf({ command: ['etcd'] }),
    });
    for (const manifests of ['/srv/pods', path.join(root, 'srv/pods')]) {
      expect((await scanOne(root, { rootfs: root, manifests })).components.map(({ name }) => name)).toEqual(['etcd']);
    }
  });

  it('of a kubeadm configuration', async () => {
    const yaml = `apiVersion: kubeadm.k8s.io/v1beta4\nkind: InitConfiguration\nnodeRegistration: {name: cp-1}\nlocalAPIEndpoint: {advertiseAddress: 192.0.2.10}\n---\nkind: ClusterConfiguration\nkubernetesVersion: v1.36.2\ncontrolPlaneEndpoint: lb:6443\nnetworking: {dnsDomain: c.local, serviceSubnet: 10.0.0.0/16}\napiServer: {certSANs: [a, 1]}\netcd: {external: {endpoints: [x]}}\n`;
    const root = plant({
      [`${pki}/ca.crt`]: crt,
      'kubeadm.yaml': yaml,
      'cm.yaml': `kind: ConfigMap\ndata:\n  ClusterConfiguration: |\n    kind: ClusterConfiguration\n    kubernetesVersion: v1.36.3\n`,
    });
    const { installerConfig } = await scanOne(root, { installerConfig: path.join(root, 'kubeadm.yaml') });
    expect(installerConfig).toMatchObject({
      nodeName: { value: 'cp-1', at: { line: 3 } },
      advertiseAddress: { value: '192.0.2.10' },
      kubernetesVersion: { value: 'v1.36.2', at: { line: 7, column: 20 } },
      controlPlaneEndpoint: { value: 'lb:6443' },
      dnsDomain: { value: 'c.local' },
      serviceSubnet: { value: '10.0.0.0/16' },
      certSans: [{ value: 'a' }, { value: '1' }],
      externalEtcd: true,
    });
    const fromMap = await scanOne(root, { installerConfig: path.join(root, 'cm.yaml') });
    expect(fromMap.installerConfig).toMatchObject({
      kubernetesVersion: { value: 'v1.36.3' },
      externalEtcd: false,
      certSans: [],
      etcdServerSans: [],
      etcdPeerSans: [],
    });
  });
});
