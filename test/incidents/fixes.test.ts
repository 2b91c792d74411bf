/** Every command of pki-lint that a finding prints fixes what it promises, and breaks nothing. */
import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lint, type Report } from '../../src/index.ts';
import type { Finding } from '../../src/results/finding.ts';
import { groups } from '../cases/all.ts';
import { at, type Case, treeOf } from '../cases/harness.ts';
import { onDisk, type as run } from '../issue/support/remedy.ts';
import { oneOfEach, sampled, spreadInAll } from '../support/extent.ts';
import type { NodeTree } from '../support/node-tree.ts';
import type { Incident } from './incident.ts';
import { incidents } from './incidents.ts';

type Faulty = Pick<Case, 'node' | 'change' | 'beside' | 'options'>;

/** One alternative of a fix: its commands of pki-lint, each with the node to run it on. */
interface Commands {
  readonly own: readonly { readonly on: string | null; readonly text: string }[];
  /** Whether a note says to copy the CAs and the token keys from another node before. */
  readonly copies: boolean;
}

function commandsOf({ fix }: Finding): readonly Commands[] {
  return fix.flatMap((steps) => {
    const own = steps.filter(({ kind, text }) => kind === 'command' && text.startsWith('pki-lint issue '));
    const copies = steps.some(({ kind, text }) => kind === 'note' && text.includes('copy only what all of them share'));
    return own.length === 0 ? [] : [{ own: own.map(({ on, text }) => ({ on, text })), copies }];
  });
}

const lintRoots = (roots: readonly string[], { options }: Faulty) => lint({ at, ...options, paths: roots, cwd: '/' });

/** Identifies findings in two copies of a node, also if its files do not say its name. */
const idsOf = ({ nodes, findings }: Report, wanted: (finding: Finding) => boolean = () => true): readonly string[] =>
  findings
    .filter(wanted)
    .map(
      ({ rule, subject, path, node }) => `${nodes.findIndex(({ name }) => name === node)} ${rule}@${subject} ${path}`,
    );

const shared = [
  'ca.crt',
  'ca.key',
  'sa.key',
  'sa.pub',
  'front-proxy-ca.crt',
  'front-proxy-ca.key',
  'etcd/ca.crt',
  'etcd/ca.key',
];

/** Copies what all control planes share from a different node. */
function copyShared(to: string, roots: readonly string[]): void {
  const pki = 'etc/kubernetes/pki';
  const from =
    roots.find((root) => root !== to && existsSync(join(root, pki, 'ca.key'))) ?? expect.fail('no other node');
  mkdirSync(join(to, pki, 'etcd'), { recursive: true });
  for (const name of shared) copyFileSync(join(from, pki, name), join(to, pki, name));
}

/** Returns what is left of what the commands promise to fix, and which errors and warnings are new. */
async function follow(commands: Commands, before: Report, trees: readonly NodeTree[], one: Faulty) {
  const roots = trees.map(onDisk);
  for (const { on, text } of commands.own) {
    const root = roots[before.nodes.findIndex(({ name }) => name === on)] ?? expect.fail(`there is no node ${on}`);
    if (commands.copies) copyShared(root, roots);
    const typed = commands.copies ? `${text} --service-cidr 10.96.0.0/12` : text;
    const { exitCode, said } = await run(typed, root, one.options?.at ?? at);
    expect({ text, exitCode }, said).toEqual({ text, exitCode: 0 });
  }
  const same = JSON.stringify(commands);
  const promised = idsOf(before, (finding) => commandsOf(finding).some((other) => JSON.stringify(other) === same));
  const [known, after] = [new Set(idsOf(before)), await lintRoots(roots, one)];
  const left = new Set(idsOf(after));
  return {
    stays: promised.filter((id) => left.has(id)),
    fresh: idsOf(after, ({ severity }) => severity !== 'info').filter((id) => !known.has(id)),
  };
}

/** Follows every alternative, each on copies of its own. Returns the number of commands. */
async function followAll(one: Faulty): Promise<number> {
  const trees = [await treeOf(one), ...((await one.beside?.()) ?? [])];
  const before = await lintRoots(trees.map(onDisk), one);
  const all = new Map(before.findings.flatMap(commandsOf).map((each) => [JSON.stringify(each), each]));
  for (const [name, commands] of all) {
    expect({ name, ...(await follow(commands, before, trees, one)) }).toEqual({ name, stays: [], fresh: [] });
  }
  return [...all.values()].flatMap(({ own }) => own).length;
}

let ofIncidents = 0;

const ruleOf = (name: string): string => name.replace(/^\w+ |@.*/g, '');

/** The rule of its cause. */
const kindOf = ({ finds: [cause = ''] }: Incident) => [ruleOf(cause)];

describe('the commands that are printed', () => {
  it.each(spreadInAll(oneOfEach(incidents, kindOf), 45))('about the incident $id', async (one) => {
    ofIncidents += await followAll(one);
  });

  it('are more than a few', () => {
    expect(ofIncidents).toBeGreaterThan(sampled(10, 35));
  });

  // The others are those of test/issue/remedies.test.ts.
  const laterAlternative = /^(?:key\/mode|file\/writable|service-account\/present)/;
  const cases = Object.values(groups)
    .flat()
    .filter(({ beside, findings }) => beside !== undefined || findings.some((name) => laterAlternative.test(name)));

  const ofCauses = oneOfEach(cases, ({ beside, findings }) =>
    findings.slice(0, 1).map((name) => `${ruleOf(name)}${beside === undefined ? '' : ' of several nodes'}`),
  );

  it.each(spreadInAll(ofCauses, 20))('about several nodes, or in a later alternative: $name', async (one) => {
    await followAll(one);
  });
});
