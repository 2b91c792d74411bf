/** Process tables, and the files of container runtimes. */
import { parseBundleJson } from '../../../src/scan/processes/bundle-json.ts';
import { runningOn } from '../../../src/scan/processes/running.ts';
import { groups, hostMounts, id, node, tableOf } from '../../scan/processes/support.ts';
import { memoryTree } from '../../scan/support.ts';
import type { Dice } from '../../support/random.ts';
import { type Fuzzed, textOf } from './reader.ts';
import { mutateText } from './text.ts';

const separator = '\n%%%\n';

const table = tableOf({
  1: { words: ['/sbin/init'] },
  312: { words: ['/usr/bin/kubelet', '--config=/var/lib/kubelet/config.yaml'] },
  378: {
    words: ['etcd', '--name=cp-1', '--trusted-ca-file=/etc/kubernetes/pki/etcd/ca.crt'],
    group: groups.staticPod('c'),
    mounts: `${hostMounts}30 21 8:1 /etc/kubernetes/pki/etcd//deleted /etc/kubernetes/pki/etcd rw - ext4 /dev/sda1 rw\n`,
  },
  466: { words: ['kube-scheduler', '--leader-elect'], group: groups.docker('d') },
});
const paths = Object.keys(table);
const texts = Object.values(table);

const vocabulary = [
  ...[')', '(', '\\040', '\\012', '//deleted', ' - ', '\0', '-1', '99999999999999999999', 'btime ', '..', '/../..'],
  ...['kube-apiserver', 'etcd', 'hyperkube', 'Z', 'S', '.slice', '.scope', 'pod', id('e')],
];

const language = { words: vocabulary, samples: texts };

const makeTable = (dice: Dice): Uint8Array =>
  Buffer.from(texts.map((text) => (dice.chance(0.3) ? mutateText(text, dice, language) : text)).join(separator));

function readTable(input: Uint8Array): unknown {
  const given = textOf(input).split(separator);
  const tree = memoryTree(Object.fromEntries(paths.map((path, index) => [`/${path}`, given[index] ?? ''])));
  return runningOn(node, { tree, procfs: undefined });
}

const bundle = JSON.stringify({
  ociVersion: '1.2.0',
  process: { args: ['etcd', '--name=cp-1'], env: ['TOKEN=a'], cwd: '/' },
  mounts: [{ destination: '/etc/kubernetes/pki/etcd', type: 'bind', source: '/etc/kubernetes/pki/etcd' }],
  annotations: {
    'io.kubernetes.cri.container-type': 'container',
    'io.kubernetes.cri.sandbox-name': 'etcd-cp-1',
    'io.kubernetes.cri.sandbox-namespace': 'kube-system',
  },
});

export const processReaders: Readonly<Record<string, Fuzzed>> = {
  processes: { make: makeTable, read: readTable },
  bundle: {
    make: (dice) =>
      Buffer.from(mutateText(bundle, dice, { words: ['{', '[', '"', 'null', '1e999'], samples: [bundle] })),
    read: (input) => parseBundleJson(textOf(input)),
  },
};
