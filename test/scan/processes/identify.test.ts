import { describe, expect, test } from 'vitest';
import { candidateNames, identify, identifyStarted, wordsOf } from '../../../src/scan/processes/identify.ts';
import { node } from './support.ts';

const { programs } = node.layout;

const component = (words: readonly string[], executable?: string) => identify(words, executable, programs)?.component;

describe('which component a command line is of', () => {
  test.each([
    [['kube-apiserver', '--v=2'], undefined, 'kube-apiserver'],
    [['/usr/local/bin/etcd'], '/usr/local/bin/etcd', 'etcd'],
    [['kubelet'], '/usr/bin/kubelet (deleted)', 'kubelet'],
    [['/opt/kube-1.29.3/bin/kubelet'], '/opt/kube-1.29.3/bin/kubelet', 'kubelet'],
    [['kubelet'], '/opt/bin/kubelet-v1.33.2', 'kubelet'],
    [['/run/current-system/sw/bin/kubelet'], '/nix/store/x/bin/.kubelet-wrapped', 'kubelet'],
    [['/hyperkube', 'apiserver', '--v=2'], '/hyperkube', 'kube-apiserver'],
    [['hyperkube', 'kube-scheduler'], undefined, 'kube-scheduler'],
    [['hyperkube'], undefined, undefined],
    [['kubelet', '--v=2'], '/usr/bin/sleep', undefined],
    [['vim', '/etc/kubernetes/manifests/kube-apiserver.yaml'], undefined, undefined],
    [['grep', 'etcd'], undefined, undefined],
    [['sh', '-c', 'etcd --name=a'], undefined, undefined],
    [['/bin/sh', '-ec', 'exec kube-apiserver'], '/bin/dash', undefined],
    [['/go-runner', '--log-file=/x', 'kube-apiserver'], undefined, undefined],
    [['tini', '--', 'etcd'], undefined, undefined],
    [['etcdctl', 'get'], undefined, undefined],
    [['kube-apiserver-monitor'], undefined, undefined],
    [['etcd --name=a'], undefined, undefined],
    [[], undefined, undefined],
    [[''], undefined, undefined],
  ])('%j that runs %s: %s', (words, executable, expected) => {
    expect(component(words, executable)).toBe(expected);
  });

  test('the first argument of hyperkube is not a flag', () => {
    expect(identify(['hyperkube', 'scheduler', '--v=2'], undefined, programs)?.words).toEqual(['--v=2']);
  });
});

test.each([
  [
    ['/go-runner', '--log-file=/var/log/x.log', '--also-stdout=true', '/usr/local/bin/kube-apiserver', '--v=2'],
    'kube-apiserver',
  ],
  [['tini', '--', 'etcd', '--v=2'], 'etcd'],
  [['kube-scheduler', '--v=2'], 'kube-scheduler'],
])('the container of %j', (words, expected) => {
  expect(identifyStarted(words, programs)).toEqual({ component: expected, words: ['--v=2'] });
});

test('what only starts a component is not one', () => {
  expect(identifyStarted(['tini', '--', 'nginx'], programs)).toBeUndefined();
  expect(identifyStarted(['sh', '-c', 'etcd'], programs)).toBeUndefined();
});

test('names that the kernel keeps', () => {
  const mayBe = candidateNames(programs);
  expect(
    ['kube-controller', 'kubelet', 'etcd', 'hyperkube', '.kubelet-wrappe', '.kube-controlle'].filter(mayBe),
  ).toHaveLength(6);
  expect(['kube', 'bash', '', 'pause', 'kubectl', 'containerd-shim'].filter(mayBe)).toEqual([]);
});

test('words of a command line', () => {
  expect(wordsOf('a\0\0b\0')).toEqual(['a', '', 'b']);
  expect(wordsOf('a\0b')).toEqual(['a', 'b']);
  expect(wordsOf('')).toEqual([]);
});
