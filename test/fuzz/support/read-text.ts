// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of a shell
/** YAML and what is written in it, systemd units, environment files, command lines. */

import { strictest } from '../../../src/artifact/strictness.ts';
import { withConfiguration } from '../../../src/scan/components/configuration.ts';
import { readEnvironmentFile } from '../../../src/scan/components/environment-file.ts';
import { splitVariable } from '../../../src/scan/components/expansion.ts';
import { placeWithin } from '../../../src/scan/components/located.ts';
import { findProgram } from '../../../src/scan/components/program.ts';
import { splitShell } from '../../../src/scan/components/shell.ts';
import { staticPods } from '../../../src/scan/components/static-pods.ts';
import { readUnit } from '../../../src/scan/components/unit-lines.ts';
import { units } from '../../../src/scan/components/units.ts';
import { parseFlags } from '../../../src/scan/components/words.ts';
import { filesOfTree } from '../../../src/scan/files.ts';
import type { FileTree } from '../../../src/scan/fs/tree.ts';
import { readInstallerConfig } from '../../../src/scan/parse/kubeadm.ts';
import { parseYaml } from '../../../src/scan/parse/yaml.ts';
import { parserOf, type Reading } from '../../../src/scan/read.ts';
import { layouts } from '../../../src/tables/layouts/index.ts';
import { podTable } from '../../../src/tables/pod-fields.ts';
import type { Dice } from '../../support/random.ts';
import { makeArmor } from './read-der.ts';
import { choice, type Fuzzed, textOf } from './reader.ts';
import type { Samples } from './samples.ts';
import { type Language, mutateText } from './text.ts';
import { words } from './words.ts';

const at = { path: '/x' };
const { programs } = layouts[0];
const reading = (): Reading => ({
  programs,
  podTable,
  settings: new Map(),
  authorities: new Map(),
  strictness: () => strictest,
});

const mutated =
  (samples: readonly string[], vocabulary: readonly string[], others = samples) =>
  (dice: Dice): Uint8Array => {
    const language: Language = { words: vocabulary, samples: dice.chance(0.8) ? samples : others };
    return Buffer.from(mutateText(dice.pick(samples), dice, language));
  };

const content = (as: 'kubeconfig' | 'manifest' | 'settings' | 'any') => (input: Uint8Array) =>
  parserOf(`/etc/kubernetes/x.${as}`, input, as).parse(reading());

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
      const names = paths.flatMap((one) =>
        one.startsWith(folder) ? [one.slice(folder.length).split('/')[0] ?? ''] : [],
      );
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
  const language = {
    words: [...words.unit, ...words.shell, ...words.kubernetes],
    samples: [...units, ...environments],
  };
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
  const search = { files, layout, beyondPki: true, manifests: undefined, isPki: () => false };
  const started = units.find(search, []).components.map((component) => withConfiguration(files, component));
  const pods = staticPods.find({ ...search, manifests: '/etc/kubernetes/manifests' }, started);
  return { started, pods: pods.components, files: files.all };
}

function readShell(input: Uint8Array): unknown {
  const environment = {
    variables: new Map([
      ['A', 'a b'],
      ['B', '$A'],
      ['C', undefined],
    ]),
  };
  const script = textOf(input);
  const words = splitVariable({ text: script, placeOf: () => at });
  const started = findProgram(
    [
      { text: 'sh', at },
      { text: '-c', at },
      { text: script, at },
    ],
    environment,
    programs,
  );
  return {
    shell: splitShell(script, at, environment),
    words,
    started,
    unit: findProgram(words, environment, programs),
    flags: parseFlags(choice(input, ['etcd', 'kube-apiserver']), words, programs),
  };
}

/**
 * Each value by its text and its place: as it is, it refers to the whole file, which would be compared once for each.
 */
const readUnitText = (input: Uint8Array) =>
  [...readUnit('x', textOf(input))].map((one) =>
    one.kind === 'setting'
      ? { ...one, value: one.value.text, place: placeWithin(one.value, 0, one.value.text.length) }
      : one,
  );

const scripts = [
  `exec /usr/local/bin/kube-apiserver --etcd-servers="$A" --advertise-address \${B} '--tls-cert-file=/x' 2>&1 | tee /log`,
  'if true; then env -u X A=1 timeout 5 nice -n 3 etcd --name $(hostname) --data-dir `pwd`; fi',
  'kubelet --config=/var/lib/kubelet/config.yaml --node-ip "${A}" \\\n  --cert-dir /x',
];

export function textReaders(samples: Samples): Readonly<Record<string, Fuzzed>> {
  const { kubeconfigs, manifests, settings, units, environments } = samples;
  const every = [...kubeconfigs, ...manifests, ...settings];
  const known = [...words.yaml, ...words.kubernetes];
  return {
    yaml: { make: mutated(every, words.yaml), read: parseYaml },
    kubeconfig: { make: mutated(kubeconfigs, known, every), read: content('kubeconfig') },
    manifest: { make: mutated(manifests, known, every), read: content('manifest') },
    settings: { make: mutated(settings, known, every), read: content('settings') },
    any: {
      make: (dice) => (dice.chance(0.5) ? Buffer.from(makeArmor(samples, dice)) : mutated(every, known)(dice)),
      read: content('any'),
    },
    kubeadm: { make: mutated(settings, known, every), read: (input) => readInstallerConfig('x', input) },
    unit: { make: mutated(units, [...words.unit, ...words.shell]), read: readUnitText },
    environment: {
      make: mutated(environments, words.shell),
      read: (input) => readEnvironmentFile('x', textOf(input)),
    },
    shell: { make: mutated(scripts, words.shell, [...units, ...environments]), read: readShell },
    started: { make: (dice) => makeStarted(samples, dice), read: readStarted },
  };
}
