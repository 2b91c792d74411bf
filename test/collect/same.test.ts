/** A copy without keys has the findings of its node. */
import { describe, expect, it } from 'vitest';
import { groups } from '../cases/all.ts';
import { type Case, lintTree, lintTrees, treeOf } from '../cases/harness.ts';
import { incidents } from '../incidents/incidents.ts';
import { corpora, corpus } from '../support/corpus.ts';
import { isWhole, oneOfEachInAll, spreadInAll } from '../support/extent.ts';
import { lintCopies, verdictsOf } from './support.ts';

/** Where the report of a copy is a different one, and why: docs/copies.md has this list. */
const differences: Readonly<Record<string, string>> = {
  'a flag that etcd 3.7 refuses, with a tag of the image that the user chose':
    'an option names a file that is only on the node',
  'one machine, given twice': 'fingerprints of nodes that only the contents of their files tell apart',
  'all of /etc/kubernetes is that of another node: nothing shows that it is not the same one': 'the same',
  'a copy with a private key, of which the policy says that it has none': 'the copy has none',
  'a folder of certificates like that of k3s': 'a node without a name is named after the archive',
  'the flat folder of Kubernetes the hard way': 'the same',
};

type Faulty = Pick<Case, 'node' | 'change' | 'beside' | 'options'>;

async function expectSame(one: Faulty): Promise<void> {
  const [first, ...others] = [await treeOf(one), ...((await one.beside?.()) ?? [])] as const;
  const own = one.beside === undefined ? lintTree(first, one.options) : lintTrees([first, ...others], one.options);
  expect(verdictsOf(await lintCopies([first, ...others], one.options))).toEqual(verdictsOf(await own));
}

describe('real nodes', () => {
  it.each(spreadInAll(corpora, 3))('%s', async (name) => expectSame({ node: () => corpus(name) }));
});

const isDifferent = ({ name }: Case) => Object.hasOwn(differences, name);
const readable = Object.values(groups)
  .flat()
  .filter(({ unreadable }) => unreadable === undefined);

const alike = readable.filter((one) => !isDifferent(one));
const files = new Map(Object.entries(groups).flatMap(([file, cases]) => cases.map((one) => [one, file] as const)));
/** What a copy keeps depends on the files that are read, so the sample has last cases of files of these. */
const last = oneOfEachInAll(alike.toReversed(), (one) => [files.get(one) ?? '']);
const tried = spreadInAll(last, 12);
const rulesOf = (names: readonly string[]) => names.map((name) => name.split('@')[0] ?? '');
const met = new Set(last.flatMap(({ findings }) => rulesOf(findings)));

describe('incidents', () => {
  // The sample is of those of rules that such cases do not have.
  const others = incidents.filter(({ finds }) => isWhole || rulesOf(finds).some((rule) => !met.has(rule)));
  const each = oneOfEachInAll(others, ({ finds: [first = ''] }) => rulesOf([first]));
  it.each(spreadInAll(each, 8))('$id', expectSame);
});

describe('cases', () => {
  it.each(tried)('$name', expectSame);

  it.each(readable.filter(isDifferent))('$name, which differs', async (one) => {
    await expect(expectSame(one)).rejects.toThrow();
  });

  it('all that differ are there', () => {
    expect(
      readable
        .filter(isDifferent)
        .map(({ name }) => name)
        .sort(),
    ).toEqual(Object.keys(differences).sort());
  });
});
