/** A fingerprint says what is wrong on which node, never where the copy of the node is. */
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { type LintOptions, lint, type Report } from '../src/index.ts';
import { controlPlane } from './support/cluster.ts';
import { type CorpusName, corpus } from './support/corpus.ts';
import { keyNamed } from './support/keys.ts';
import type { NodeTree } from './support/node-tree.ts';

/** Everything in them has expired. */
const at = new Date('2030-01-01');

let top: string;
beforeEach(() => {
  top = realpathSync(mkdtempSync(join(tmpdir(), 'fingerprints-')));
  onTestFinished(() => rmSync(top, { recursive: true }));
});

const lintPaths = (paths: readonly string[], options: LintOptions = {}) =>
  lint({ at, cwd: '/', paths: paths.map((path) => join(top, path)), ...options });

/** `rule fingerprint` of each finding, sorted, without those that compare nodes: they depend on what was given. */
const marksOf = (report: Report, node?: string): readonly string[] =>
  report.findings
    .filter((one) => (node === undefined || one.node === node) && !one.rule.startsWith('cluster/'))
    .map(({ rule, fingerprint }) => `${rule} ${fingerprint}`)
    .sort();

const fingerprints = (report: Report) => report.findings.map(({ fingerprint }) => fingerprint);

/** All forms in which the same node can be given. */
async function everywhere(tree: NodeTree): Promise<Readonly<Record<string, readonly string[]>>> {
  const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
  for (const [path, { type }] of tree.entries) if (type !== 'link') tree.chown(path, uid, gid);
  tree.toDisk(join(top, 'node'));
  mkdirSync(join(top, 'moved/to/a'), { recursive: true });
  tree.toDisk(join(top, 'moved/to/a/better place'));
  writeFileSync(join(top, 'node.tar'), await tree.toTar());
  writeFileSync(join(top, 'node.tar.gz'), await tree.toTar({ gzip: true, wrapper: 'cp-9' }));
  tree.toDisk(join(top, 'fleet/one'));
  const other = controlPlane(3).remove('pki/sa.pub');
  other.toDisk(join(top, 'fleet/two'));
  const stdin = await tree.toTar({ wrapper: './some/folder' });
  const fleet = await lintPaths(['fleet']);
  expect(new Set(fingerprints(fleet)).size).toBe(fleet.findings.length);
  const [one] = fleet.nodes.filter(({ rootfs }) => rootfs.endsWith('one'));
  return {
    folder: marksOf(await lintPaths(['node'])),
    moved: marksOf(await lintPaths(['moved/to/a/better place'])),
    relative: marksOf(await lint({ at, cwd: join(top, 'moved'), paths: ['../node'] })),
    tar: marksOf(await lintPaths(['node.tar'])),
    gzipped: marksOf(await lintPaths(['node.tar.gz'])),
    stdin: marksOf(await lint({ at, paths: ['-'], stdin: () => Readable.from([stdin]) })),
    among: marksOf(fleet, one?.name),
  };
}

const named: readonly CorpusName[] = ['kubeadm-1.36-default', 'kubeadm-1.22-renewed', 'kubeadm-1.36-worker'];

/** Nothing in it says its name: no kubelet, and no etcd that is named after the node. */
async function nameless(name: CorpusName): Promise<NodeTree> {
  const tree = (await corpus(name)).remove('kubelet.conf').remove('manifests/etcd.yaml');
  return tree.has('/var/lib/kubelet') ? tree.remove('/var/lib/kubelet') : tree;
}

describe('the same node has the same fingerprints as a folder, an archive and among others', () => {
  it.each(named)('%s', async (name) => {
    const forms = await everywhere(await corpus(name));
    expect(forms.folder?.length).toBeGreaterThan(0);
    for (const marks of Object.values(forms)) expect(marks).toEqual(forms.folder);
  });

  it('without a name', async () => {
    const forms = await everywhere(await nameless('kubeadm-1.36-default'));
    expect(forms.folder?.length).toBeGreaterThan(0);
    for (const marks of Object.values(forms)) expect(marks).toEqual(forms.folder);
  });

  it('in folders with the names of what is at fault', async () => {
    const tree = (await nameless('kubeadm-1.36-default')).replaceFlag('kube-apiserver', 'no-such-flag', 'x');
    writeFileSync(join(top, 'node.tar'), await tree.toTar());
    const archive = await lintPaths(['node.tar']);
    const subjects = archive.findings.flatMap(({ subject, members = [] }) => [
      subject,
      ...members.map((one) => one.subject),
    ]);
    const names = [...new Set(subjects)].filter((name) => /^[\w-]+$/.test(name));
    expect(names).toContain('kube-apiserver');
    for (const name of names) {
      tree.toDisk(join(top, name));
      const report = await lint({ at, cwd: top, paths: [name] });
      expect(report.nodes.map((node) => node.name)).toEqual([name]);
      expect([name, marksOf(report)]).toEqual([name, marksOf(archive)]);
    }
  });

  it('with a kubeadm configuration that is somewhere else', async () => {
    controlPlane(1).toDisk(join(top, 'node'));
    const config =
      'apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\nnetworking:\n  dnsDomain: other.test\n';
    for (const path of ['a.yaml', 'b.yaml']) writeFileSync(join(top, path), config);
    const [one, other] = await Promise.all(
      ['a.yaml', 'b.yaml'].map((path) => lintPaths(['node'], { kubeadmConfig: join(top, path) })),
    );
    expect(one?.findings.map(({ rule }) => rule)).toContain('fact/agreement');
    expect(one && marksOf(one)).toEqual(other && marksOf(other));
  });
});

describe('different nodes share no fingerprint', () => {
  /** Writes only the PKI of nodes, each as `pki-N`. */
  function write(...trees: readonly NodeTree[]): readonly string[] {
    return trees.map((tree, index) => {
      rmSync(join(top, `${index}`), { recursive: true, force: true });
      tree
        .move('pki', '/pki')
        .remove('/etc')
        .toDisk(join(top, `${index}`));
      return `${index}/pki`;
    });
  }

  /** The fingerprints of each node, in the order of the paths. */
  async function of(paths: readonly string[]): Promise<readonly (readonly string[])[]> {
    const report = await lintPaths(paths);
    expect(new Set(fingerprints(report)).size).toBe(report.findings.length);
    return report.nodes.map(({ name }) => marksOf(report, name));
  }

  it('of a cluster, with names', async () => {
    const trees = [controlPlane(1), controlPlane(2), controlPlane(3)];
    for (const [index, tree] of trees.entries()) tree.toDisk(join(top, `${index}`));
    const [one, two, three] = await of(['0', '1', '2']);
    expect(new Set([...(one ?? []), ...(two ?? []), ...(three ?? [])]).size).toBe(
      (one?.length ?? 0) + (two?.length ?? 0) + (three?.length ?? 0),
    );
    expect(await of(['2', '0', '1'])).toEqual(expect.arrayContaining([one, two, three]));
    expect(await of(['1'])).toEqual([two]);
  });

  it('of a cluster, without names, in whatever order and place they are given', async () => {
    const paths = write(controlPlane(1), controlPlane(2), controlPlane(3));
    const all = await of(paths);
    expect(all).toHaveLength(3);
    expect((await of(paths.toReversed())).toSorted()).toEqual(all.toSorted());
  });

  it('of two clusters, without names: each has its own, given together or not', async () => {
    const authority = { key: keyNamed('the CA of a different cluster') };
    const other = controlPlane(2, { certificates: { 'kubernetes-ca': authority } });
    const [first = '', second = ''] = write(controlPlane(1), other);
    const together = await of([first, second]);
    expect(together).toEqual([...(await of([first])), ...(await of([second]))]);
    expect(together[0]).not.toEqual(together[1]);
  });

  it('of two clusters, with the same name', async () => {
    const authority = { key: keyNamed('the CA of a different cluster') };
    const other = controlPlane(1, { certificates: { 'kubernetes-ca': authority } });
    controlPlane(1).toDisk(join(top, 'prod'));
    other.toDisk(join(top, 'test'));
    const all = await of(['prod', 'test']);
    expect((await of(['test', 'prod'])).toSorted()).toEqual(all.toSorted());
  });

  it('with the same serving certificate: what else their files contain distinguishes them', async () => {
    const other = () => controlPlane(1).issue('front-proxy-client', { key: keyNamed('a different front proxy') });
    const paths = write(controlPlane(1), other());
    const all = await of(paths);
    expect((await of(paths.toReversed())).toSorted()).toEqual(all.toSorted());
    expect(all[0]).not.toEqual(all[1]);
  });

  it('of two copies of one node, of which one has the certificate of the other', async () => {
    const trees = () => [controlPlane(1), controlPlane(1), controlPlane(2)] as const;
    const paths = write(...trees());
    const all = fingerprints(await lintPaths(paths));
    expect(new Set(all).size).toBe(all.length);
    const [one = '', two = '', three = ''] = write(...trees()).map((path) => {
      cpSync(join(top, path), join(top, 'elsewhere', path), { recursive: true });
      return `elsewhere/${path}`;
    });
    expect(fingerprints(await lintPaths([one, two, three])).toSorted()).toEqual(all.toSorted());
    expect((await lintPaths([one, two, three])).findings.map(({ rule }) => rule)).toContain('cluster/own-keys');
  });
});

it.each([
  ['with a name', (tree: NodeTree) => tree],
  ['without a name', (tree: NodeTree) => tree.remove('kubelet.conf').remove('manifests').remove('/var/lib/kubelet')],
])('a renewal keeps them, %s', async (_, change) => {
  change(controlPlane(1)).toDisk(join(top, 'before'));
  const renewed = controlPlane(1)
    .issue('kubernetes-ca', { serial: 99n })
    .issue('kube-apiserver', { key: keyNamed('a renewed API server') });
  change(renewed).toDisk(join(top, 'after'));
  expect(marksOf(await lintPaths(['after']))).toEqual(marksOf(await lintPaths(['before'])));
});
