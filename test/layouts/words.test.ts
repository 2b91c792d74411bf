/** What is said about a node that kubeadm has not set up never names kubeadm, nor its folders. */
import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { audit } from '../../src/api/lint.ts';
import type { Finding } from '../../src/index.ts';
import { isAboutObjects, rules } from '../../src/tables/catalog.ts';
import { groups } from '../cases/all.ts';
import { at, type Case, treeOf } from '../cases/harness.ts';
import { sampled } from '../support/extent.ts';
import { fixLines } from '../support/fix-lines.ts';
import { NodeTree } from '../support/node-tree.ts';
import { known, movedToToy } from './toy.ts';

/** Cases whose options name files of kubeadm's nodes stay where they are. */
const isMovable = ({ unreadable, options: { policy, kubeadmConfig } = {} }: Case) =>
  unreadable === undefined && policy === undefined && kubeadmConfig === undefined;

async function findingsInToy(one: Case): Promise<readonly Finding[]> {
  const trees = [await treeOf(one), ...((await one.beside?.()) ?? [])].map(movedToToy);
  const all = new NodeTree();
  for (const [index, tree] of trees.entries()) {
    for (const [path, entry] of tree.entries)
      all.entries.set(trees.length === 1 ? path : `/node-${index + 1}${path}`, entry);
  }
  const archive = await all.toTar();
  const { report } = await audit(
    { at, cwd: '/', paths: ['-'], stdin: () => Readable.from([archive]), ...one.options },
    known,
  );
  return report.findings;
}

/** Without the groups and bindings that certificates of the cases name. */
const textsOf = ({ message, fix, why, expected }: Finding) =>
  [message, why, expected, ...fixLines(fix)].map((text) => text.replaceAll(/kubeadm:[\w-]+/g, ''));

/** The first case of each rule. */
const seen = new Set<string>();
const cases = Object.values(groups)
  .flat()
  .filter((one) => {
    const rules = one.findings.map((name) => name.replace(/@.*/, ''));
    const isNew = isMovable(one) && rules.some((rule) => !seen.has(rule));
    if (isNew) for (const rule of rules) seen.add(rule);
    return isNew;
  });

const found = new Set<string>();

/** The sample is every sixth. */
const tried = cases.filter((_, index) => sampled(index % 6 === 0, true));

it.each(tried)('$name', async (one) => {
  const findings = await findingsInToy(one);
  for (const { rule } of findings) found.add(rule);
  const said = findings.flatMap((finding) => textsOf(finding).map((text) => `${finding.rule}: ${text}`));
  expect(said.filter((text) => /kubeadm|\/etc\/kubernetes/.test(text))).toEqual([]);
});

it('is seen of many rules', () => {
  expect(found.size).toBeGreaterThan(sampled(25, 130));
});

it('holds for every text of the catalogue, but for rules about one installer, or about its objects', () => {
  const bad = rules
    .filter((rule) => rule.installers === undefined && !isAboutObjects(rule))
    .filter(({ title, message, expected, found, why, fix, fixes }) =>
      /kubeadm|\/etc\/kubernetes/.test(JSON.stringify([title, message, expected, found, why, fix, fixes])),
    );
  expect(bad.map(({ id }) => id)).toEqual([]);
  const ofKubeadm = rules.filter(({ installers }) => installers?.includes('kubeadm'));
  expect(ofKubeadm.map(({ id }) => id).sort()).toEqual([
    'argument/joining',
    'authority/key-type',
    'upgrade/etcd',
    'upgrade/groups',
    'upgrade/renewal',
  ]);
});
