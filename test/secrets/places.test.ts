/** No command prints or writes what a person put in a place of a node that may be secret. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nodeOf } from '../cases/configuration/k3s-nodes.ts';
import { buildNode } from '../support/build-node.ts';
import { firstSeed, sampled, spreadInAll } from '../support/extent.ts';
import type { NodeTree } from '../support/node-tree.ts';
import { commands, leaks } from './leaks.ts';
import { places } from './places.ts';

const core = 'Canary7f3a9c51d2e84b06';

/** The length of what is looked for: a part of a secret is one too. */
const part = 16;

/** Lints in all formats, and makes a copy. */
const main = commands.slice(0, 2);

const texts = (node: NodeTree): string =>
  JSON.stringify([...node.entries].map(([path, one]) => [path, one.type === 'file' ? `${one.content}` : '']));

function nodeWith(place: (typeof places)[string], secret: string): NodeTree {
  const node = buildNode();
  place(node, secret);
  return node;
}

const all = Object.entries(places);

describe('a secret in one place', () => {
  it.each(all)('%s', async (name, place) => {
    const node = nodeWith(place, core);
    expect(texts(node)).not.toBe(texts(buildNode()));
    const tried = sampled(all.findIndex(([one]) => one === name) % 12 === 0 ? commands : main, commands);
    expect(await leaks(node, [core.slice(0, part)], tried)).toEqual([]);
  });

  // Of random secrets in base64, one in 64 begins with a slash, as a path does.
  it.each(spreadInAll(all, 12))('%s, which begins like a path', async (_, place) => {
    expect(await leaks(nodeWith(place, `/${core}`), [core.slice(0, part)], main)).toEqual([]);
  });

  const settings = ['token', 'agent-token', 'etcd-s3-secret-key', 'datastore-endpoint', 'my-own', 'kube-apiserver-arg'];
  it.each(settings)('a setting %s of k3s', async (name) => {
    const value = name.endsWith('-arg')
      ? `my-password=${core}`
      : name.endsWith('endpoint')
        ? `postgres://u:${core}@db`
        : core;
    const node = nodeOf('k3s server', 0, { '/etc/rancher/k3s/config.yaml': `${name}: ${value}\n` });
    expect(await leaks(node, [core.slice(0, part)], main)).toEqual([]);
  });
});

/** What a secret may have in it that ends a word, a value, a URL or a text somewhere. */
const around = fc.constantFrom(
  ...['', ' ', '/', '@', ':', '#', '?', '&', '=', ',', ';', '%40', '%', '\\', '"', "'", '://', '//', '@@', ' --', '\t'],
  ...[
    '$',
    '$(',
    '${',
    '|',
    '[',
    ']',
    '{',
    '}',
    '&amp;',
    '-----',
    '.',
    '..',
    '~',
    'é',
    '\u202e',
    '…',
    'https://',
    'u:p@',
  ],
);

it('is in no report, whatever is around it', async () => {
  const property = fc.asyncProperty(fc.constantFrom(...all), around, around, async ([, place], before, after) => {
    const secret = `${before}${core}${after}${core.toUpperCase()}`;
    expect(await leaks(nodeWith(place, secret), [core.slice(0, part)], main)).toEqual([]);
  });
  await fc.assert(property, { seed: firstSeed, numRuns: sampled(60, 2000), endOnFailure: true });
}, 3_600_000);
