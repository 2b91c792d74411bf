/** YAML and what is written in it, systemd units, environment files, command lines. */
import { kubeletUnit } from '../../../src/scan/components/kubelet.ts';
import { findProgram } from '../../../src/scan/components/program.ts';
import { splitShell } from '../../../src/scan/components/shell.ts';
import { staticPods } from '../../../src/scan/components/static-pods.ts';
import { readEnvironmentFile, readUnit, splitQuoted } from '../../../src/scan/components/systemd.ts';
import { parseFlags } from '../../../src/scan/components/words.ts';
import { filesOfTree } from '../../../src/scan/files.ts';
import type { FileTree } from '../../../src/scan/fs/tree.ts';
import { readKubeadmConfig } from '../../../src/scan/parse/kubeadm.ts';
import { parseYaml } from '../../../src/scan/parse/yaml.ts';
import { type Reading, readContent } from '../../../src/scan/read.ts';
import { knownFlags } from '../../../src/tables/flags.ts';
import { layouts } from '../../../src/tables/layouts.ts';
import { strictest } from '../../../src/core/strictness.ts';
import type { Dice } from '../../support/random.ts';
import { makeArmor } from './read-der.ts';
import { choice, type Fuzzed, textOf } from './reader.ts';
import type { Samples } from './samples.ts';
import { type Language, mutateText } from './text.ts';

export const yamlWords = [
  ...['\n', ' ', '  ', '\t', ': ', ':', '- ', '-', '? ', '{', '}', '[', ']', ',', '|', '>', '|-\n', '|9\n', '>+\n', '#', '# x\n'],
  ...['&a ', '*a', '<<: *a\n', '&a [*a]', '!!str ', '!!binary ', '!x ', '%YAML 1.2\n', '---\n', '...\n', '"', "'", '\\', '"\\u202e"'],
  ...['null', '~', 'true', 'yes', 'off', '0x1f', '1e999', '.inf', '.nan', '0o7', '1_0', '2026-12-01', '', 'a: b\n', '- a: b\n', '{a: b}'],
  ...['__proto__: x\n', 'constructor', '"\\ud800"', '\ufeff', '\0', '\u0085', '\u2028', '@', '`', '[[[[[[[[', '{a: {a: {a: ', '- - - - - '],
];
export const kubernetesWords = [
  ...['kind: Config\n', 'kind: Pod\n', 'apiVersion: v1\n', 'current-context: x\n', 'contexts:\n', 'clusters: []\n', 'users: []\n'],
  ...['client-key: ', 'client-certificate-data: ', 'client-key-data: ', 'certificate-authority: ', 'insecure-skip-tls-verify: true\n'],
  ...['tls-server-name: x\n', 'server: https://[::1]:99999/x?y#z\n', 'server: unix:///x\n', 'server: ":"\n', 'token: x\n', 'exec: {}\n'],
  ...['/etc/kubernetes/pki/ca.crt', '../../../x', '//', 'LS0tLS1CRUdJTi', '=', '====', 'containers:\n', 'hostNetwork: true\n', 'env: []\n'],
  ...['$(A)', '$$(A)', '$(', '${A}', '--', '-', '--x', '--x=', '--tls-cert-file', '--tls-cert-file=', '--service-cluster-ip-range=::/0'],
  ...['--advertise-address=', '--etcd-servers=http://', '--service-account-issuer=', '-v=2', '1.2.3.4', '::ffff:1.2.3.4', '10.0.0.0/33'],
  ...['image: kube-apiserver\n', 'image: "x@sha256:"\n', 'registry.k8s.io/etcd:3.6.1-0', 'v1.36.2', 'v99.0', '1.', 'command: []\n'],
  ...['args: x\n', 'volumeMounts: []\n', 'hostPath: {path: /}\n', 'mountPath: ""\n', 'subPath: ..\n', 'kubernetesVersion: ', 'certSANs: '],
  ...['serviceSubnet: ', 'staticPodPath: ', 'clusterDNS: ', 'tlsCertFile: ', 'clientCAFile: ', 'etcd: {external: {}}\n', 'data:\n'],
];
export const shellWords = [
  ...[' ', '\n', '\\', '\\\n', '"', "'", '$', '$$', '${', '${A}', '$A', '$(', '`', '(', ')', '{', '}', ';', '&', '&&', '|', '||', '<', '>'],
  ...['2>&1', '<<EOF\n', '#', '*', '?', '~', '!', '=', 'A=', 'A=b ', 'exec ', 'env ', 'env -i ', 'nice -n ', 'timeout 5 ', 'sh -c ', 'bash '],
  ...['busybox sh ', 'kube-apiserver ', 'etcd ', 'kubelet ', 'hyperkube ', '/usr/bin/kubelet', '--', '-', '--config=', '--config ', 'if ', 'fi'],
  ...['\\x20', '\\"', "\\'", '\t', '\r', '\0', '\ufeff', 'é', '%n', '%%', '%i', '$A'.repeat(40), '"${A}"', "'$A'", '-- ', ' -c '],
];
export const unitWords = [
  ...['[Service]\n', '[Unit]\n', '[', ']', 'ExecStart=', 'ExecStart=\n', 'Environment=', 'Environment="A=', 'EnvironmentFile=', 'Type='],
  ...['EnvironmentFile=-/etc/default/kubelet\n', 'EnvironmentFile=/dev/zero\n', '-@:+!|', '; x\n', '# x\n', 'execstart=x\n', ' = '],
];

const at = { path: '/x' };
const flagType = (component: string, flag: string) => knownFlags(component)?.get(flag);
const reading = (): Reading => ({ flagType, settings: new Map(), authorities: new Map(), strictness: () => strictest });

const mutated =
  (samples: readonly string[], words: readonly string[], others = samples) =>
  (dice: Dice): Uint8Array => {
    const language: Language = { words, samples: dice.chance(0.8) ? samples : others };
    return Buffer.from(mutateText(dice.pick(samples), dice, language));
  };

const content = (as: 'kubeconfig' | 'manifest' | 'settings' | 'any') => (input: Uint8Array) =>
  readContent(`/etc/kubernetes/x.${as}`, input, as, reading());

/** A node whose files have these texts and no more. */
function treeOf(texts: ReadonlyMap<string, Uint8Array>): FileTree {
  const paths = [...texts.keys()];
  const isFolder = (path: string) => path === '/' || paths.some((one) => one.startsWith(`${path}/`));
  const entry = { mode: 0o644, uid: 0, gid: 0 };
  const absent = { state: 'absent' } as const;
  return {
    lstat(path) {
      const size = texts.get(path)?.length;
      if (size !== undefined) return { ...entry, type: 'file', size };
      return isFolder(path) ? { ...entry, type: 'directory', size: 0 } : absent;
    },
    list(path) {
      const folder = path === '/' ? path : `${path}/`;
      const names = paths.flatMap((one) => (one.startsWith(folder) ? [one.slice(folder.length).split('/')[0] ?? ''] : []));
      return isFolder(path) ? [...new Set(names)].sort() : absent;
    },
    read: (path) => texts.get(path) ?? absent,
    readlink: () => absent,
    describe: (path) => path,
  };
}

const nodePaths = [
  '/usr/lib/systemd/system/kubelet.service',
  '/etc/systemd/system/kubelet.service.d/10-kubeadm.conf',
  '/var/lib/kubelet/kubeadm-flags.env',
  '/var/lib/kubelet/config.yaml',
  '/etc/default/kubelet',
  '/etc/kubernetes/manifests/kube-apiserver.yaml',
] as const;

/** The files that start components, each with a mutation or without. */
function makeStarted({ units, environments, settings, manifests }: Samples, dice: Dice): Uint8Array {
  const language = { words: [...unitWords, ...shellWords, ...kubernetesWords], samples: [...units, ...environments] };
  const lists = [units, units, environments, settings, environments, manifests];
  const texts = lists.map((list) => {
    const text = dice.pick(list);
    return dice.chance(0.5) ? mutateText(text, dice, language) : text;
  });
  return Buffer.from(texts.join('\n%%%\n'));
}

function readStarted(input: Uint8Array): unknown {
  const texts = textOf(input).split('\n%%%\n');
  const tree = treeOf(new Map(nodePaths.map((path, index) => [path, Buffer.from(texts[index] ?? '')])));
  const layout = choice(input, [layouts[0], ...layouts]);
  const files = filesOfTree(tree, reading());
  const search = { files, layout, flagType, beyondPki: true, manifests: undefined, isPki: () => false };
  const kubelet = kubeletUnit.find(search, []);
  const pods = staticPods.find({ ...search, manifests: '/etc/kubernetes/manifests' }, kubelet.components);
  return { kubelet, pods: pods.components, files: files.all };
}

function readShell(input: Uint8Array): unknown {
  const environment = { variables: new Map([['A', 'a b'], ['B', '$A'], ['C', undefined]]) };
  const script = textOf(input);
  const words = splitQuoted(script).map((text) => ({ text, at }));
  const started = findProgram([{ text: 'sh', at }, { text: '-c', at }, { text: script, at }], environment);
  return {
    shell: splitShell(script, at, environment),
    words,
    started,
    unit: findProgram(words, environment),
    flags: parseFlags(choice(input, ['etcd', 'kube-apiserver']), words, flagType),
  };
}

const scripts = [
  `exec /usr/local/bin/kube-apiserver --etcd-servers="$A" --advertise-address \${B} '--tls-cert-file=/x' 2>&1 | tee /log`,
  'if true; then env -u X A=1 timeout 5 nice -n 3 etcd --name $(hostname) --data-dir `pwd`; fi',
  'kubelet --config=/var/lib/kubelet/config.yaml --node-ip "${A}" \\\n  --cert-dir /x',
];

export function textReaders(samples: Samples): Readonly<Record<string, Fuzzed>> {
  const { kubeconfigs, manifests, settings, units, environments } = samples;
  const every = [...kubeconfigs, ...manifests, ...settings];
  const words = [...yamlWords, ...kubernetesWords];
  return {
    yaml: { make: mutated(every, yamlWords), read: parseYaml },
    kubeconfig: { make: mutated(kubeconfigs, words, every), read: content('kubeconfig') },
    manifest: { make: mutated(manifests, words, every), read: content('manifest') },
    settings: { make: mutated(settings, words, every), read: content('settings') },
    any: {
      make: (dice) => (dice.chance(0.5) ? Buffer.from(makeArmor(samples, dice)) : mutated(every, words)(dice)),
      read: content('any'),
    },
    kubeadm: { make: mutated(settings, words, every), read: (input) => readKubeadmConfig('x', input) },
    unit: { make: mutated(units, [...unitWords, ...shellWords]), read: (input) => readUnit('x', textOf(input)) },
    environment: {
      make: mutated(environments, shellWords),
      read: (input) => readEnvironmentFile('x', textOf(input)),
    },
    shell: { make: mutated(scripts, shellWords, [...units, ...environments]), read: readShell },
    started: { make: (dice) => makeStarted(samples, dice), read: readStarted },
  };
}
