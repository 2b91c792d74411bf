/** What is read from a copy without keys that was changed, or that another release made. */
import { describe, expect, it } from 'vitest';
import { lintTree } from '../cases/harness.ts';
import { buildNode } from '../support/build-node.ts';
import { controlPlane } from '../support/cluster.ts';
import { configure, encryption, identity, keyed, secretOf } from '../support/configurations.ts';
import { firstSeed, sampled } from '../support/extent.ts';
import { NodeTree } from '../support/node-tree.ts';
import { dice } from '../support/random.ts';
import { copyOf, lintCopies } from './support.ts';

const [header = '', node = ''] = (await copyOf(buildNode())).files.map(([, content]) => content);

const lintFiles = (files: { readonly header?: string; readonly node?: string }) =>
  lintTree(
    new NodeTree()
      .write('/pki-lint-copy.json', files.header ?? header)
      .write('/pki-lint-node.json', files.node ?? node),
  );

describe('a copy', () => {
  it('says once that it is one', async () => {
    const { nodes } = await lintFiles({});
    expect(nodes.map(({ collected }) => collected)).toEqual([
      { at: '2026-12-01T00:00:00Z', version: expect.any(String) },
    ]);
  });

  it.each([
    [
      'of another format',
      { header: header.replace('"format": 1', '"format": 2') },
      'a copy of another format (2, this pki-lint reads 1)',
    ],
    ['that is cut off', { node: node.slice(0, 5000) }, 'pki-lint-node.json is no JSON'],
    [
      'whose mode is a text',
      { node: node.replace(/"mode": \d+/, '"mode": "root"') },
      'pki-lint-node.json: expected a count in .files[0].mode',
    ],
    ['with a line of 0', { node: node.replace(/"line": \d+/, '"line": 0') }, 'expected a number from 1'],
    [
      'of an unknown layout',
      { node: node.replace('"name": "kubeadm"', '"name": "own"') },
      'a node of the layout own, which this pki-lint does not know',
    ],
    [
      'with values deep in each other',
      { node: node.replace(/"line": \d+/, `"line": ${'['.repeat(1e5)}${']'.repeat(1e5)}`) },
      'pki-lint-node.json has more than 1000 values in each other',
    ],
    [
      'with a path of a million directories',
      { node: node.replace('"/etc/kubernetes/pki/ca.crt"', `"${'/a'.repeat(1e6)}"`) },
      'expected a text of at most 65536 characters',
    ],
    [
      'of a time that is none',
      { header: header.replace(/"at": \d+/, '"at": 1e300') },
      'expected a time in milliseconds in .collection.at',
    ],
    [
      'whose format is a long text',
      { header: header.replace('"format": 1', `"format": "${'1'.repeat(1e6)}"`) },
      'a copy of another format (this pki-lint reads 1)',
    ],
    [
      'with a key that is none',
      { node: node.replace(/"publicKey": "[^"]{8}/, '"publicKey": "AAAAAAAA') },
      'expected a public key',
    ],
    [
      'with certificates by the ten thousand',
      { node: node.replace('"blocks": [', `"blocks": [${'{"label": ""},'.repeat(20_001)}`) },
      'more than 20000 certificates and keys',
    ],
  ])('%s is refused', async (_, files, message) => {
    const { failures, nodes } = await lintFiles(files);
    expect(nodes).toEqual([]);
    expect(failures.map((failure) => failure.message)).toEqual([expect.stringContaining(message)]);
  });

  it('is linted beside nodes that are no copies', async () => {
    const tree = new NodeTree().write('/a/pki-lint-copy.json', header).write('/a/pki-lint-node.json', node);
    for (const [path, entry] of controlPlane(2).entries) tree.entries.set(`/b${path}`, entry);
    const { nodes, failures } = await lintTree(tree);
    expect(nodes.map(({ rootfs, collected }) => [rootfs, collected !== undefined])).toEqual([
      ['-!/a', true],
      ['-!/b', false],
    ]);
    expect(failures).toEqual([]);
  });

  const names = ['pki-lint-copy.json', 'pki-lint-node.json'];
  const planted = (tree: NodeTree, folder: string) =>
    names.reduce((all, name) => all.write(`${folder}/${name}`, name === names[0] ? header : node), tree);

  it.each(['/', '/etc/kubernetes', '/etc/kubernetes/pki', '/etc/kubernetes/pki/x', '/root'])(
    'among the files of a node, in %s, is named, and the node is judged by its files',
    async (folder) => {
      const tree = () => controlPlane(1).remove('pki/ca.crt');
      const { nodes, failures, findings } = await lintTree(planted(tree(), folder.replace(/\/$/, '')));
      expect(nodes.map(({ collected }) => collected)).toEqual([undefined]);
      expect(failures.map(({ message }) => message)).toEqual([
        'a copy without keys among the files of a node: only the files are judged',
      ]);
      expect(findings.map(({ rule }) => rule)).toEqual((await lintTree(tree())).findings.map(({ rule }) => rule));
    },
  );

  it.each([['manifests/kube-apiserver.yaml'], ['admin.conf'], ['pki/ca.crt']])(
    'hides no node of a fleet that has only %s',
    async (path) => {
      const tree = planted(new NodeTree(), '/a');
      for (const index of [1, 2] as const)
        for (const [name, entry] of controlPlane(index).entries)
          if (index === 1 || name.endsWith(path)) tree.entries.set(`/node-${index}${name}`, entry);
      const { nodes, failures } = await lintTree(planted(tree, '/node-2'));
      expect(nodes.map(({ rootfs, collected }) => [rootfs, collected !== undefined])).toEqual([
        ['-!/a', true],
        ['-!/node-1', false],
        ['-!/node-2', false],
      ]);
      expect(failures.map(({ path }) => path)).toEqual(['-!/node-2']);
    },
  );

  it('is not collected again', async () => {
    const tree = new NodeTree().write('/pki-lint-copy.json', header).write('/pki-lint-node.json', node);
    await expect(copyOf(tree)).rejects.toThrow('it is a copy without keys already');
  });

  it('with any change is judged or refused', async () => {
    const random = dice(firstSeed);
    const lines = node.split('\n');
    const values = ['null', '0', '-1', '1e400', '"x"', '[]', '{}', '"/"', '"__proto__"', '{"kind": "map"}', 'true'];
    for (let round = 0; round < sampled(30, 3000); round += 1) {
      const at = random.below(lines.length);
      const changed = lines.map((line, index) =>
        index === at ? line.replace(/: .*?(,?)$/, `: ${random.pick(values)}$1`) : line,
      );
      const { failures } = await lintFiles({ node: changed.join('\n') });
      expect(
        failures.filter(({ message }) => message.includes('internal error')),
        lines[at],
      ).toEqual([]);
    }
  });
});

describe('keys of encryption', () => {
  const encrypting = (index: 1 | 2 | 3, letter: string) =>
    configure(
      controlPlane(index),
      'encryption-provider-config',
      '/etc/kubernetes/pki/encryption.yaml',
      encryption(keyed({ key1: secretOf(letter) }) + identity),
    );
  const rulesOf = async (trees: readonly NodeTree[]) =>
    (await lintCopies(trees)).findings.map(({ rule }) => rule).filter((rule) => rule === 'cluster/encryption');

  it('are compared by what copies say of them', async () => {
    expect(await rulesOf([encrypting(1, 'a'), encrypting(2, 'a')])).toEqual([]);
    expect(await rulesOf([encrypting(1, 'a'), encrypting(2, 'b')])).toEqual(['cluster/encryption']);
  });

  it('are 32 bits', async () => {
    const { files } = await copyOf(encrypting(1, 'a'));
    const digests = files.flatMap(([, content]) => content.match(/"digest": "[0-9a-f]{8}:[0-9a-f]{8}"/g) ?? []);
    expect(digests).toHaveLength(1);
  });
});
