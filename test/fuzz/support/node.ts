/** Damages the files of a node, each as what it is. */
import { pem } from '../../support/der.ts';
import { NodeTree } from '../../support/node-tree.ts';
import type { Dice } from '../../support/random.ts';
import { mutateBytes } from './bytes.ts';
import { mutateTree } from './der.ts';
import type { Samples } from './samples.ts';
import { type Language, mutateText } from './text.ts';
import { words } from './words.ts';

/** A copy, which can be changed without changing the original. */
export function copyOf(node: NodeTree): NodeTree {
  const copy = new NodeTree();
  for (const [path, entry] of node.entries) copy.entries.set(path, entry);
  return copy;
}

type Mutate = (text: string, dice: Dice, samples: Samples) => string;

const armor = /-----BEGIN ([^\n]*?)-----\n([A-Za-z0-9+/=\n]*)-----END \1-----\n?/g;

/** Damages the DER of one block and leaves its armor intact, or damages the armor. */
export const mutateArmor: Mutate = (text, dice, { certificates, privateKeys, publicArmor }) => {
  const blocks = [...text.matchAll(armor)];
  if (blocks.length === 0 || dice.chance(0.3))
    return mutateText(text, dice, { words: words.armor, samples: publicArmor });
  const chosen = dice.pick(blocks);
  const [whole, label = '', body = ''] = chosen;
  const donor = dice.pick(label.includes('KEY') ? privateKeys : certificates);
  const der = mutateTree(Buffer.from(body, 'base64'), dice, donor);
  return text.slice(0, chosen.index) + pem(label, der) + text.slice(chosen.index + whole.length);
};

const inYaml =
  (vocabulary: readonly string[], of: (samples: Samples) => Language['samples']): Mutate =>
  (text, dice, samples) =>
    mutateText(text, dice, { words: vocabulary, samples: of(samples) });

const mutateKubeconfig = inYaml([...words.yaml, ...words.kubernetes], ({ kubeconfigs }) => kubeconfigs);

/** Damages what a kubeconfig embeds, or the kubeconfig. */
const mutateEmbedded: Mutate = (text, dice, samples) => {
  const values = [...text.matchAll(/(?<=-data: )\S+/g)];
  if (values.length === 0 || dice.chance(0.6)) return mutateKubeconfig(text, dice, samples);
  const chosen = dice.pick(values);
  const inner = mutateArmor(Buffer.from(chosen[0], 'base64').toString('latin1'), dice, samples);
  const encoded = Buffer.from(inner, 'latin1').toString('base64');
  return text.slice(0, chosen.index) + encoded + text.slice(chosen.index + chosen[0].length);
};

/** The mutations of a file, by its name; the first match applies. */
const kinds: readonly (readonly [RegExp, Mutate])[] = [
  [/\.(?:crt|key|pub|pem|csr)$/, mutateArmor],
  [/\.conf$/, mutateEmbedded],
  [/manifests\//, inYaml([...words.yaml, ...words.kubernetes, ...words.shell], ({ manifests }) => manifests)],
  [/\.ya?ml$/, inYaml([...words.yaml, ...words.kubernetes], ({ settings }) => settings)],
  [/\.(?:env|service)$|systemd|default/, inYaml([...words.unit, ...words.shell], ({ units }) => units)],
];

const filesOf = (node: NodeTree): string[] =>
  [...node.entries].flatMap(([path, { type }]) => (type === 'file' ? [path] : []));

/** Damages one file of a node. */
export function mutateFile(node: NodeTree, dice: Dice, samples: Samples): void {
  const path = dice.pick(filesOf(node));
  const bytes = node.bytes(path);
  const mutate = kinds.find(([pattern]) => pattern.test(path))?.[1];
  if (mutate === undefined || dice.chance(0.05)) node.write(path, mutateBytes(bytes, dice));
  else node.write(path, Buffer.from(mutate(bytes.toString('latin1'), dice, samples), 'latin1'));
}

const strange = [
  '/',
  '..',
  '.',
  '/dev/zero',
  '/etc/kubernetes',
  'x'.repeat(5000),
  '/etc/kubernetes/pki/\u202e.crt',
  'a\nb',
];

/** Removes, moves, exchanges or links files, or changes their modes and owners. */
export function mutatePlaces(node: NodeTree, { pick, below }: Dice): void {
  const files = filesOf(node);
  const [one, other] = [pick(files), pick(files)];
  const acts: readonly (() => unknown)[] = [
    () => node.remove(one),
    () => node.write(other, node.bytes(one)),
    () =>
      node.write(
        `/etc/kubernetes/pki/${pick(['__proto__', '\u202e.crt', 'a\nb.key', 'x'.repeat(200)])}`,
        node.bytes(one),
      ),
    () => node.chmod(one, below(0o10000)),
    () => node.chown(one, below(70_000), below(70_000)),
    () => node.remove(one).link(one, pick([other, ...strange])),
    () => node.remove(one).special(one, pick(['fifo', 'character-device'])),
    () => node.remove(one).directory(one),
    () => {
      const bytes = node.bytes(one);
      node.write(one, node.bytes(other)).write(other, bytes);
    },
  ];
  pick(acts)();
}
