/** What is said about processes, and where nothing is. */
import { describe, expect, it } from 'vitest';
import type { ComponentProcess } from '../../src/artifact/process.ts';
import type { Pki } from '../../src/model/roles/pki.ts';
import { lookAtRunning } from '../../src/model/running/pairing.ts';
import { type Cluster, kits } from '../layouts/kits/index.ts';
import { buildNode } from '../support/build-node.ts';
import { sampled, spreadInAll } from '../support/extent.ts';
import { asAsked, kubelet, pkiWith, processWith, saidAbout, seen, staticPod, unknownAbout } from './support.ts';

const without = (all: readonly ComponentProcess[], name: string) => all.filter(({ component }) => component !== name);

describe('processes that are as their files ask', () => {
  const nodes = Object.entries<Cluster>(kits).flatMap(([name, { nodes: all }]) =>
    // The sample is the first node of each.
    all.slice(0, sampled(1, all.length)).map((make, index) => [`${name} ${index + 1}`, make] as const),
  );

  it.each(spreadInAll(nodes, 30))('of %s: nothing is said', async (_, make) => {
    const pki = await pkiWith(make(), (node) => seen(asAsked(node)));
    expect(saidAbout(pki)).toEqual([]);
  });
});

describe('what a program runs in itself', () => {
  const supervised = Object.entries<Cluster>(kits).filter(([name]) =>
    /k3s|RKE2|k0s|MicroK8s|MicroShift|snap/i.test(name),
  );

  it.each(spreadInAll(supervised, 10))('%s: nothing is said of its children', async (_, { nodes }) => {
    const children = ['kube-apiserver', 'kube-scheduler', 'etcd'].map((name) => processWith(name, ['--v=9']));
    for (const make of nodes.slice(0, sampled(1, nodes.length)))
      expect(saidAbout(await pkiWith(make(), () => seen(children)))).toEqual([]);
  });
});

describe('what is unknown', () => {
  it.each([
    ['a copy without processes', undefined, []],
    ['a copy without processes of components', seen([]), []],
    ['a copy that was made without processes', { state: 'unseen', reason: 'none', isAbsent: true } as const, []],
    ['hidden processes', { state: 'unseen', reason: 'hidden' } as const, ['process/kubelet-down: hidden']],
  ] as const)('%s', async (_, running, reasons) => {
    const pki = await pkiWith(buildNode(), () => running);
    expect([saidAbout(pki), unknownAbout(pki)]).toEqual([[], reasons]);
  });

  it('is not that nothing runs on this machine itself', () => {
    const node = (rootfs: string) => ({ node: { running: seen([]), rootfs } }) as unknown as Pki;
    expect(lookAtRunning(node('/')).seen).toBeDefined();
    expect(lookAtRunning(node('/mnt')).seen).toBeUndefined();
  });

  it('is what a container runtime has not started, but not what it has', async () => {
    const pki = await pkiWith(buildNode(), () =>
      seen([processWith('kube-scheduler', ['--v=9'], { pid: undefined, container: staticPod('1') })], {
        from: 'bundles',
      }),
    );
    expect(saidAbout(pki)).toEqual(['process/arguments@kube-scheduler']);
    expect(unknownAbout(pki)).toEqual([expect.stringMatching(/^process\/kubelet-down: the process table is not in/)]);
  });

  it('is what differs on which of two processes is the one of the manifest', async () => {
    const both = ['1', '2'].map((id, pid) =>
      processWith('kube-scheduler', ['--v=9'], { pid, container: staticPod(id) }),
    );
    const pki = await pkiWith(buildNode(), (node) =>
      seen([...without(asAsked(node), 'kube-scheduler'), ...both, kubelet]),
    );
    expect(saidAbout(pki)).toEqual(['process/second@cp-1']);
  });
});

describe('a second process', () => {
  it('is not a shell or a child in the same container', async () => {
    const pki = await pkiWith(buildNode(), (node) => {
      const all = asAsked(node);
      const twin = all.filter(({ component }) => component === 'etcd').map((one) => ({ ...one, pid: 900 }));
      return seen([...all, ...twin]);
    });
    expect(saidAbout(pki)).toEqual([]);
  });

  it('is not a service with a name of its own, such as that of an etcd for events', async () => {
    const pki = await pkiWith(buildNode(), (node) =>
      seen([...asAsked(node), processWith('etcd', [], { unit: 'etcd-events.service' })]),
    );
    expect(saidAbout(pki)).toEqual([]);
  });

  it('is a service with the name of a component that the kubelet starts', async () => {
    const pki = await pkiWith(buildNode(), (node) =>
      seen([...asAsked(node), processWith('etcd', [], { unit: 'etcd.service' })]),
    );
    expect(saidAbout(pki)).toEqual(['process/second@cp-1']);
  });
});

describe('a kubelet that is not there', () => {
  it('is no fault of a node that only has its configuration', async () => {
    const tree = buildNode({ worker: true }).remove('kubelet.conf');
    const pki = await pkiWith(tree, () => seen([processWith('etcd', [])]));
    expect(saidAbout(pki)).toEqual([]);
  });

  it('is one of a worker', async () => {
    const pki = await pkiWith(buildNode({ worker: true }), () => seen([processWith('kube-proxy', [])]));
    expect(saidAbout(pki)).toEqual(['process/kubelet-down@worker-1']);
  });
});
