import { describe, expect, test } from 'vitest';
import type { Component } from '../../../src/artifact/component.ts';
import type { StartingUnit } from '../../../src/artifact/oddities.ts';
import { type FakeProcess, groups, hostMounts, id, node, ownPids, runningWith, uid } from './support.ts';

const kubelet: FakeProcess = { words: ['/usr/bin/kubelet', '--config=/var/lib/kubelet/config.yaml'] };
const scheduler = ['kube-scheduler', '--kubeconfig=/etc/kubernetes/scheduler.conf'];
const containerMounts = (...lines: string[]) =>
  ['700 600 0:230 / / rw - overlay overlay rw', ...lines.map((line) => `701 700 ${line} rw - ext4 /dev/sda1 rw`)].join(
    '\n',
  );
const ofNode = containerMounts('8:1 /etc/kubernetes /etc/kubernetes');

describe('processes of the node', () => {
  test.each<[string, FakeProcess]>([
    ['a static pod', { words: scheduler, group: groups.staticPod('c') }],
    ['a kubelet of a unit', kubelet],
    ['a kubelet of a session', { ...kubelet, group: groups.session }],
    ['a component that was started by hand with files of the node', { words: scheduler, group: groups.session }],
    ['a component of a unit of its name', { words: ['etcd'], group: '0::/system.slice/etcd.service' }],
    [
      'a container without a pod, with files of the node',
      { words: scheduler, group: groups.docker('c'), mounts: ofNode },
    ],
    ['one of ctr', { words: scheduler, group: '0::/k8s.io/by-hand', mounts: ofNode }],
    [
      'one in the control group of a supervisor',
      {
        words: ['/var/lib/k0s/bin/kube-scheduler', '--kubeconfig', '/etc/kubernetes/a.conf'],
        group: '0::/system.slice/k0scontroller.service',
      },
    ],
  ])('%s', (_, fake) => {
    expect(ownPids({ 5: kubelet, 9: fake })).toEqual([5, 9]);
  });

  test('a unit that starts a component has any name', () => {
    const unit = { name: 'member.service' } as StartingUnit;
    const component: Component = {
      name: 'etcd',
      at: { file: '/x' } as unknown as Component['at'],
      arguments: [],
      mounts: undefined,
      unit,
    };
    const fake = { 9: { words: ['etcd'], group: '0::/system.slice/member.service' } };
    expect(ownPids(fake, { ...node, components: [component] })).toEqual([9]);
    expect(ownPids(fake)).toEqual([]);
  });
});

describe('processes of others', () => {
  test.each<[string, FakeProcess]>([
    ['an editor', { words: ['vim', '/etc/kubernetes/manifests/kube-apiserver.yaml'], name: 'vim' }],
    ['an editor that is called like a component', { words: ['vim', 'kubelet'], name: 'kubelet' }],
    ['a program that calls itself like a component', { words: ['kubelet'], name: 'sleep' }],
    ['a shell that starts one', { words: ['/bin/sh', '-c', 'etcd'], group: groups.staticPod('c') }],
    [
      'the etcd of an application',
      { words: ['etcd', '--cert-file=/etc/kubernetes/pki/x.crt'], group: groups.pod('c') },
    ],
    ['a node of kind', { words: ['kubelet'], group: `0::/docker/${id('d')}/system.slice/kubelet.service` }],
    [
      'a pod of a node of kind',
      {
        words: scheduler,
        group: `0::/docker/${id('d')}/kubelet/kubepods/podc444b831caf15d7fe4253f9cd47a2fde/${id('c')}`,
        mounts: ofNode,
      },
    ],
    [
      'a control plane in a pod',
      {
        words: scheduler,
        group: `0::/kubepods/pod${uid}/${id('d')}/kubepods/podc444b831caf15d7fe4253f9cd47a2fde/${id('c')}`,
      },
    ],
    [
      'an etcd in a container',
      { words: ['etcd'], group: groups.docker('c'), mounts: containerMounts('8:1 /srv/etcd /data') },
    ],
    [
      'a control plane of a test',
      { words: ['/tmp/envtest/kube-apiserver', '--cert-dir=/tmp/k8s_test_framework_1'], group: groups.session },
    ],
    [
      'the etcd of a different service',
      { words: ['etcd', '--data-dir=/srv/patroni'], group: '0::/system.slice/patroni-etcd.service' },
    ],
    ['one that has ended', { words: scheduler, group: groups.staticPod('c'), state: 'Z' }],
    ['one without a command line', { words: [], name: 'etcd', group: groups.staticPod('c') }],
    ['a thread of the kernel', { words: ['etcd'], flags: 2129984, group: groups.staticPod('c') }],
  ])('%s', (_, fake) => {
    expect(ownPids({ 5: kubelet, 9: fake })).toEqual([5]);
  });
});

describe('processes that start each other', () => {
  const group = groups.staticPod('c');

  test('a program of the name that starts the component is not a second one', () => {
    const all = { 5: { words: ['etcd', 'run'], group }, 9: { words: ['etcd', '--name=a'], parent: 5, group } };
    expect(runningWith(all).processes.map(({ words }) => words)).toEqual([['--name=a']]);
  });

  test('a child that has not started its program yet is not a second one', () => {
    const words = ['etcd', '--name=a'];
    expect(ownPids({ 5: { words, group }, 9: { words, group, parent: 5, ticks: 9000 } })).toEqual([5]);
  });

  test('two in two containers are two', () => {
    const other = groups.staticPod('d');
    expect(ownPids({ 5: { words: scheduler, group }, 9: { words: scheduler, group: other, parent: 5 } })).toEqual([
      5, 9,
    ]);
  });

  test('a wrapper is left out by its own name', () => {
    const all = {
      5: { words: ['/go-runner', '--log-file=/x', 'kube-scheduler'], group },
      9: { words: scheduler, parent: 5, group },
    };
    expect(ownPids(all)).toEqual([9]);
  });
});

test('what is known of a process', () => {
  const {
    processes,
    hostMounts: host,
    at,
    from,
  } = runningWith({ 9: { words: scheduler, group: groups.staticPod('c'), ticks: 605170, mounts: ofNode }, 5: kubelet });
  expect(processes).toEqual([
    {
      component: 'kubelet',
      pid: 5,
      words: ['--config=/var/lib/kubelet/config.yaml'],
      arguments: [expect.objectContaining({ name: 'config', value: '/var/lib/kubelet/config.yaml' })],
      started: 1_795_880_120_000,
      tolerance: 1000,
      mounts: expect.any(Array),
      container: undefined,
      unit: 'kubelet.service',
    },
    {
      component: 'kube-scheduler',
      pid: 9,
      words: ['--kubeconfig=/etc/kubernetes/scheduler.conf'],
      arguments: [expect.objectContaining({ name: 'kubeconfig', value: '/etc/kubernetes/scheduler.conf' })],
      started: 1_795_886_161_700,
      tolerance: 1000,
      mounts: [
        { device: '0:230', root: '/', path: '/', isDeleted: false },
        { device: '8:1', root: '/etc/kubernetes', path: '/etc/kubernetes', isDeleted: false },
      ],
      container: { id: id('c'), podUid: 'c444b831caf15d7fe4253f9cd47a2fde', pod: undefined, image: undefined },
      unit: undefined,
    },
  ]);
  expect({ host: host?.length, at, from }).toEqual({
    host: hostMounts.split('\n').length - 1,
    at: undefined,
    from: 'proc',
  });
});
