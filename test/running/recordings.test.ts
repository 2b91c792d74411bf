/** What is said about real nodes of which the processes were recorded. */
import { expect, it } from 'vitest';
import { lint } from '../../src/index.ts';

/** The rules that compare processes with what starts them. */
const compared = ['absent', 'arguments', 'kubelet-down', 'second', 'settling', 'unmanaged'].map(
  (name) => `process/${name}`,
);

it.each<readonly [string, string, readonly string[]]>([
  ['healthy', '2026-11-28T17:16:35Z', []],
  ['renewed-not-restarted', '2026-11-28T17:16:47Z', []],
  ['renewed-two-restarted', '2026-11-28T17:17:11Z', []],
  ['single-mount-renamed', '2026-11-28T17:17:17Z', []],
  [
    'manifests-changed-kubelet-down',
    '2026-11-28T17:17:51Z',
    [
      'warning: the kubelet does not run: kube-apiserver runs with flags that differ from those of its manifest (--tls-cipher-suites) and kube-scheduler runs without a manifest',
    ],
  ],
  [
    'second-copy',
    '2026-11-28T17:18:39Z',
    [
      expect.stringMatching(
        /^warning: kube-scheduler runs more often .* process 1714 in the pod kube-scheduler-cp-1 and process 2108 in a container without a pod/,
      ),
    ],
  ],
  ['etcd-ca-not-restarted', '2026-11-28T17:18:54Z', []],
  ['etcd-ca-not-restarted-gnu-noproc', '2026-11-28T17:18:58Z', []],
  ['kubelet-only', '2026-11-28T17:19:07Z', []],
])('%s', async (name, at, expected) => {
  const { findings } = await lint({ paths: [`fixtures/running/${name}.tar.gz`], at: new Date(at) });
  const own = findings.filter(({ rule }) => compared.includes(rule));
  expect(own.map(({ severity, message }) => `${severity}: ${message}`)).toEqual(expected);
});
