/** Commands in fixes act on the node that was linted, with the facts that lint was given. */
import { expect, it } from 'vitest';
import { lint } from '../../src/index.ts';
import { layouts } from '../../src/tables/layouts/index.ts';
import { at } from '../cases/harness.ts';
import { onDisk } from '../issue/support/remedy.ts';
import { buildNode } from '../support/build-node.ts';
import type { NodeTree } from '../support/node-tree.ts';
import { wordedRules } from '../support/worded-rules.ts';

it.each<[string, (node: NodeTree) => NodeTree]>([
  ['a lost folder', (node) => node.remove('pki')],
  ['an open key, and a lost certificate', (node) => node.chmod('pki/ca.key', 0o644).remove('pki/apiserver.crt')],
])('every command that issues names the node: %s', async (_, change) => {
  const rootfs = onDisk(change(buildNode()));
  const { findings } = await lint({ at, rootfs, cwd: '/', facts: { nodeName: 'cp-1' } });
  const commands = findings.flatMap(({ fix }) => fix.flat()).filter(({ text }) => text.includes('pki-lint issue'));
  expect(commands.length).toBeGreaterThan(0);
  for (const { text, copy } of commands) {
    expect(text).toMatch(/^pki-lint issue --write .*--node-name cp-1/);
    expect(copy).toBe(text.replace('issue', `issue --rootfs ${rootfs}`));
  }
});

it('no text of the tables contains such a command without the options of the node', () => {
  const texts = JSON.stringify([
    wordedRules.map(({ fix, fixes }) => [fix, fixes]),
    layouts.map(({ remedies }) => remedies),
  ]).match(/pki-lint issue[^"]*/g);
  expect([...new Set(texts)]).toEqual(['pki-lint issue {options}', 'pki-lint issue {options} --replace etcd-ca --yes']);
});

it('an open key is closed by one command, which changes nothing else', async () => {
  const rootfs = onDisk(buildNode().chmod('pki/ca.key', 0o644).chmod('pki/sa.key', 0o644));
  const { findings } = await lint({ at, rootfs, cwd: '/' });
  expect(findings.map(({ rule, fix }) => [rule, fix.map((steps) => steps.map(({ text }) => text))])).toEqual([
    [
      'key/mode-signing',
      [
        [
          'chmod 600 /etc/kubernetes/pki/ca.key',
          'chmod 600 /etc/kubernetes/pki/sa.key',
          'this does not undo a leak: if other users could log in to this node, replace the key as well',
        ],
      ],
    ],
  ]);
});

it('the effect of an open key is what it signs', async () => {
  const effectsOf = async (...paths: readonly string[]) => {
    const node = paths.reduce((tree, path) => tree.chmod(path, 0o644), buildNode());
    const { findings } = await lint({ at, rootfs: onDisk(node), cwd: '/' });
    return findings.flatMap(({ related }) => related.map(({ message }) => message));
  };
  const certificates = 'any user of this node can create certificates of any name that the cluster trusts';
  const tokens = 'any user of this node can create tokens of any service account';
  expect(await effectsOf('pki/sa.key')).toEqual([tokens]);
  expect(await effectsOf('pki/front-proxy-ca.key')).toEqual([certificates]);
  expect(await effectsOf('pki/ca.key', 'pki/sa.key')).toEqual([certificates, tokens]);
});
