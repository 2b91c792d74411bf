import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { IssueOptions, IssueReport } from '../../src/index.ts';
import { type CorpusName, corpora, corpus } from '../support/corpus.ts';
import { sampled } from '../support/extent.ts';
import type { NodeTree } from '../support/node-tree.ts';
import { isAuthority, isKubeconfig, pathOf, roles } from '../support/roles.ts';
import { actionsOf, alarmsIn, emptyFolder, filesIn, issueIn } from './support/folders.ts';

const pair = 'service-account';

/** The paths of a role's files, absolute on the node. */
function filesOf(role: string): readonly string[] {
  if (role === pair) return ['/etc/kubernetes/pki/sa.key', '/etc/kubernetes/pki/sa.pub'];
  const path = pathOf(role as (typeof roles)[number]);
  return isKubeconfig(role) ? [path] : [path, path.replace(/\.crt$/, '.key')];
}

const externalCa = [
  'kube-apiserver',
  'kube-apiserver-kubelet-client',
  'front-proxy-client',
  ...roles.filter(isKubeconfig),
];

/** Leaves whose CA key is not on the node. */
const unsigned: Partial<Record<CorpusName, readonly string[]>> = {
  'kubeadm-1.36-external-ca': externalCa,
  'kubeadm-1.36-external-etcd': ['kube-apiserver-etcd-client'],
  'kubeadm-1.36-worker': ['kubelet.conf'],
  'kubeadm-1.36-worker-bootstrapped': ['kubelet.conf'],
};

/** Whether something is created only if it is named, because other nodes may have it. */
function isNamed(role: string, name: CorpusName): boolean {
  return role === 'super-admin.conf' || (role === pair && name.startsWith('kubeadm-1.36-ha'));
}

/** CAs that remain because a different file contains the same CA. */
const stillThere: Partial<Record<CorpusName, readonly string[]>> = { 'intermediate-root': ['kubernetes-ca'] };

/**
 * The sample is every twelfth role of a node, each of them another one, and those of which there is something special.
 */
function isTried(role: string, name: CorpusName): boolean {
  const isSpecial = stillThere[name]?.includes(role) || unsigned[name]?.at(0) === role;
  const turn = ([...roles, pair].indexOf(role as typeof pair) + corpora.indexOf(name)) % 12;
  return sampled(isSpecial || turn === 0, true);
}

const nodes = new Map(await Promise.all(corpora.map(async (name) => [name, await corpus(name)] as const)));

describe.each(corpora)('%s', (name) => {
  const node = nodes.get(name) as NodeTree;
  const there = (role: string) => filesOf(role).filter((path) => node.entries.get(path)?.type === 'file');
  let folder: string;
  let before: ReadonlyMap<string, string>;
  let alarms: readonly string[];
  let left: IssueReport['plan']['left'];

  beforeAll(async () => {
    folder = emptyFolder();
    node.toDisk(folder);
    before = filesIn(folder);
    alarms = await alarmsIn(folder);
    ({ left } = (await issueIn(folder)).plan);
  });

  /** Removes a role's files. Returns a function that restores them. */
  function without(role: string): () => void {
    const paths = there(role);
    for (const path of paths) rmSync(join(folder, path));
    return () => {
      for (const path of paths) {
        const entry = node.entries.get(path);
        if (entry?.type !== 'file') throw new Error(`${path} was no file`);
        writeFileSync(join(folder, path), entry.content);
        chmodSync(join(folder, path), entry.mode);
      }
    };
  }

  it('has nothing to issue', async () => {
    const report = await issueIn(folder, { write: true });
    expect(report).toMatchObject({ plan: { actions: [], refusals: [], assumed: [] }, result: null, exitCode: 0 });
    expect(filesIn(folder)).toEqual(before);
  });

  it.each([...roles, pair].filter((role) => there(role).length > 0 && isTried(role, name)))(
    'without %s',
    async (role) => {
      const restore = without(role);
      try {
        const bare = filesIn(folder);
        const isRefused = isAuthority(role) || unsigned[name]?.includes(role);
        // A new pair for tokens is made by name alone.
        const isPair = role === pair;
        const named: IssueOptions = isPair || isNamed(role, name) ? { only: [role], yes: isPair } : {};
        const report = await issueIn(folder, { ...named, write: true });
        if (stillThere[name]?.includes(role)) {
          expect(report).toMatchObject({ plan: { actions: [], refusals: [] } });
          expect(report.plan.left[0]?.role).toBe(role);
          expect(filesIn(folder)).toEqual(bare);
        } else if (isRefused) {
          expect(report).toMatchObject({ result: null, exitCode: 2, plan: { actions: [], refusals: [{ role }] } });
          expect(filesIn(folder)).toEqual(bare);
        } else {
          expect(actionsOf(report)).toHaveLength(1);
          expect(report).toMatchObject({
            exitCode: 0,
            failure: null,
            plan: { refusals: [], left: named.only ? [] : left },
          });
          const after = filesIn(folder);
          expect([...after.keys()]).toEqual([...before.keys()]);
          const changed = [...after].filter(([path, told]) => before.get(path) !== told).map(([path]) => `/${path}`);
          expect(changed).toEqual([...filesOf(role)].sort());
          expect(await alarmsIn(folder)).toEqual(alarms);
        }
      } finally {
        restore();
      }
    },
  );
});
