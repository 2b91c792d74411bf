import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { examplesIn, readRulePages } from '../../scripts/rule-pages.mjs';
import { remember } from '../../src/core/collections.ts';
import { type Finding, lint } from '../../src/index.ts';
import { objectLines } from '../../src/results/read/objects.ts';
import { isAboutObjects, rules } from '../../src/tables/catalog.ts';
import { examplesOf } from '../cases/examples.ts';
import { at, expected, names, vagueTexts } from '../cases/harness.ts';
import { root } from '../repository/files.ts';
import { fixLines } from '../support/fix-lines.ts';
import { unseenFixes } from '../support/unseen-fixes.ts';
import { objectCases } from './cases.ts';
import { lintObjects } from './harness.ts';

const documented = examplesIn(readRulePages(root));

/** The report of a case, which several tests look at. */
const reportOf = remember(lintObjects);

it.each(objectCases)('$name', async (one) => {
  const report = await reportOf(one);
  expect(names(report)).toEqual(expected(one));
  expect(vagueTexts(report)).toEqual([]);
  expect(report.failures).toEqual([]);
  for (const [rule, text] of examplesOf(one, report)) expect(documented.get(rule), 'npm run docs').toBe(text);
});

it('every rule about objects has a case in which it fails, and one in which nothing is wrong', async () => {
  const failing = new Set(objectCases.flatMap((one) => expected(one)).map((name) => name.split('@')[0]));
  const reports = await Promise.all(objectCases.map((one) => reportOf(one)));
  const passing = (id: string) =>
    reports.some(({ outcomes }) => (outcomes[id]?.pass ?? 0) + (outcomes[id]?.notApplicable ?? 0) > 0);
  const ids = rules.filter(isAboutObjects).map(({ id }) => id);
  expect(ids.filter((id) => !failing.has(id))).toEqual([]);
  expect(ids.filter((id) => !passing(id))).toEqual([]);
});

it('each step of a fix is printed in a case: rules about what is alike share their steps', async () => {
  const reports = await Promise.all(objectCases.map((one) => reportOf(one)));
  const lines = reports.flatMap(({ findings }) => findings.flatMap(({ fix }) => fixLines(fix)));
  expect(unseenFixes(rules.filter(isAboutObjects), () => lines)).toEqual([]);
});

it('forty faults and thirty healthy dumps are from public sources, and the sources are addresses', () => {
  const sourced = objectCases.filter(({ source }) => source !== undefined);
  expect(sourced.filter(({ findings }) => findings.length > 0).length).toBeGreaterThanOrEqual(40);
  expect(sourced.filter(({ findings }) => findings.length === 0).length).toBeGreaterThanOrEqual(30);
  expect(sourced.filter(({ source }) => !/^https:\/\/[\w.-]+\/\S+$/.test(source ?? ''))).toEqual([]);
  const all = sourced.map(({ source }) => source).join(' ');
  const programs = [
    'cert-manager',
    'gatekeeper',
    'kyverno',
    'linkerd',
    'percona',
    'external-secrets',
    'rancher',
    'rook',
  ];
  for (const name of [...programs, 'metrics-server', 'cluster-api']) expect(all).toContain(name);
});

const corpora = `${root}fixtures/corpora/objects/`;

const isFault = ({ severity }: Pick<Finding, 'severity'>) => severity !== 'info';

it.each(readdirSync(corpora))('%s is healthy', async (name) => {
  const { findings, exitCode } = await lint({ paths: [`${corpora}${name}`], at });
  expect(exitCode).toBe(0);
  expect(findings.filter(isFault).map(({ rule, subject }) => `${rule}@${subject}`)).toEqual([]);
});

const inDefault = ['default', 'default-keys', 'default-json', 'cluster-info-dump', 'must-gather'].map(
  (name) => [name, ['kubeadm-1.36-default']] as const,
);

it.each([...inDefault, ['ha', ['kubeadm-1.36-ha', 'kubeadm-1.36-ha-node2']] as const])(
  '%s is healthy together with its nodes',
  async (name, nodes) => {
    const paths = nodes.map((node) => `${root}fixtures/corpora/${node}.tar.gz`);
    const { findings, objects, nodes: read } = await lint({ paths: [...paths, `${corpora}${name}.tar.gz`], at });
    expect(objects?.map((one) => one.nodes)).toEqual([read.map((node) => node.name)]);
    expect(findings.filter((one) => isFault(one) && one.node === '').map(({ rule }) => rule)).toEqual([]);
  },
);

it('a dump of a different cluster is judged alone, though its nodes have the same names', async () => {
  const paths = [`${root}fixtures/corpora/kubeadm-1.36-default.tar.gz`, `${corpora}ha.tar.gz`];
  const { objects } = await lint({ paths, at });
  expect(objects?.map(({ nodes }) => nodes)).toEqual([[]]);
});

it('a report says how many checks need a control plane, and which Nodes are not in the input', async () => {
  const linesFor = async (...names: readonly string[]) =>
    objectLines(await lint({ paths: names.map((name) => `${root}fixtures/corpora/${name}.tar.gz`), at }));
  const need = '11 checks need the files of a control plane';
  expect(await linesFor('objects/default')).toEqual([
    expect.stringMatching(`; none of its nodes is in the input: ${need}$`),
  ]);
  expect(await linesFor('objects/default', 'kubeadm-1.36-ha')).toEqual([
    expect.stringMatching(`; no node in the input is of the same cluster: ${need}$`),
  ]);
  expect(await linesFor('objects/default', 'kubeadm-1.36-default')).toEqual([
    expect.stringMatching('; together with cp-1; not in the input: w-1$'),
  ]);
});

it('what stops a node comes before objects, which only a running API server can change', async () => {
  const paths = [`${root}fixtures/corpora/kubeadm-1.36-default.tar.gz`, `${corpora}default.tar.gz`];
  const { findings } = await lint({ at: new Date('2028-12-01'), paths });
  const errors = findings.filter(({ severity }) => severity === 'error').map(({ node }) => node);
  expect(errors[0]).toBe('cp-1');
  expect(errors.lastIndexOf('cp-1')).toBeLessThan(errors.indexOf(''));
});
