/**
 * What is printed first about nodes that the program of a distribution owns is pasted into shells on copies of the
 * nodes, and heals: when it restarts, a stand-in of the program makes again what is not there. Nothing that was on a
 * node is lost.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Finding, FixStep, Report } from '../../src/index.ts';
import { layouts } from '../../src/tables/layouts/index.ts';
import { type FilesOwner, filesOfOwner } from '../../src/tables/layouts/owner.ts';
import type { KitFault } from '../layouts/faults/fault.ts';
import { faults } from '../layouts/faults/index.ts';
import { type Cluster, kits, layoutIn } from '../layouts/kits/index.ts';
import type { KitChanges } from '../layouts/kits/kit.ts';
import { sample, sampled } from '../support/extent.ts';
import type { NodeTree } from '../support/node-tree.ts';
import { alarmsOf, copyOf, firstFix, isAlarm, isWriting, labelOf, lintRoots } from './support/follow.ts';
import { furnishRoot, paste, writeStandIns } from './support/node-shell.ts';
import { temporaryFolder } from './support/programs.ts';

const folder = temporaryFolder();
writeStandIns(folder.path);
afterAll(folder.remove);

const owners = new Map(layouts.map(({ name, remedies }) => [name, remedies.owner]));

const renamed = 'k3s signs new names when it starts, which the stand-in does not';
const token = 'a person gives the agent the token of the cluster first, as the note says';
const firstFixed = 'the fix of the finding before it puts the CA back';

/** Fixes that do not heal when they are pasted alone, with the reason. Those of RKE2 are those of k3s. */
const notHealed: Readonly<Record<string, string>> = {
  'tls-san is misspelt': renamed,
  'tls-san has an underscore': renamed,
  'the certificate was not made again since a name was added': renamed,
  'the certificate of RKE2 was not made again since a name was added': renamed,
  'k3s: no server has a name for the address at which others register': renamed,
  'k3s: the API server lacks the loopback address': renamed,
  'k3s: an agent that registers at cluster.example.com has both CAs of another cluster': token,
  'k3s: an agent that registers at 10.0.0.12 has both CAs of another cluster': token,
  'k3s: an agent that registers at server-3 has both CAs of another cluster': token,
  'k3s: the CA for servers was replaced by hand': firstFixed,
  'k3s: the CA of front proxies was replaced': firstFixed,
  'MicroShift: the CA of the aggregator was replaced, and its client is of the old one': firstFixed,
  'k0s: the CA of front proxies was replaced': 'k0s signs with the CA that is there, which the stand-in does not',
};
const reasonOf = ({ name }: KitFault) => notHealed[name.replace('RKE2: ', 'k3s: ')];

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/**
 * What k3s writes at each start: what agents fetch from a server (k3s-io/k3s pkg/agent/config/config.go `getHostFile`),
 * the first certificates of CAs (pkg/daemons/control/deps/deps.go, `SigningClientCA`), and the kubeconfig of
 * administrators.
 */
const isAlwaysWritten = (path: string): boolean =>
  /\/agent\/[^/]+\.(?:crt|key)$|\.nochain\.crt$|^\/etc\/rancher\/.*\/(?:k3s|rke2)\.yaml$/.test(path);

/** Makes what the owner makes when it starts, as it is on a healthy node. */
function restart(root: string, healthy: NodeTree, owner: FilesOwner): void {
  for (const [path, entry] of healthy.entries) {
    const target = join(root, path);
    const isMissing = !existsSync(target) && filesOfOwner(path, owner)?.moved === true;
    if (entry.type !== 'file' || !(isMissing || isAlwaysWritten(path))) continue;
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, entry.content, { mode: entry.mode });
  }
}

/** The files of a node whose contents are nowhere any more. */
function lostFiles(root: string, tree: NodeTree): readonly string[] {
  const left = new Set(
    readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => sha256(readFileSync(join(entry.parentPath, entry.name)))),
  );
  return [...tree.entries].flatMap(([path, entry]) =>
    entry.type === 'file' && !isAlwaysWritten(path) && !left.has(sha256(entry.content)) ? [`lost ${path}`] : [],
  );
}

/** Whether a shell can do all of it: nothing is left to a person, on nodes of the input. */
const isPasted = (finding: Finding, { nodes }: Report) =>
  isAlarm(finding) &&
  isWriting(finding) &&
  firstFix(finding).every(
    ({ kind, on, info }) => info || (kind === 'command' && nodes.some(({ name }) => name === on)),
  );

interface Nodes {
  readonly trees: readonly NodeTree[];
  readonly healthy: readonly NodeTree[];
  readonly owners: readonly (FilesOwner | undefined)[];
}

function nodesOf({ kit, change }: KitFault): Nodes {
  const changes: readonly KitChanges[] = Array.isArray(change) ? change : [change];
  const cluster: Cluster = kits[kit];
  return {
    trees: cluster.nodes.map((make, index) => make(changes[index] ?? {})),
    healthy: cluster.nodes.map((make) => make()),
    owners: cluster.nodes.map((_, index) => owners.get(layoutIn(cluster, index))),
  };
}

/** Pastes steps, one node after the other. Returns what failed. */
async function pasteSteps(steps: readonly FixStep[], names: readonly string[], roots: readonly string[], nodes: Nodes) {
  const failed: string[] = [];
  for (const { on, text } of steps.filter(({ kind }) => kind === 'command')) {
    const index = names.indexOf(on ?? '');
    const [root, healthy, owner] = [roots[index], nodes.healthy[index], nodes.owners[index]];
    if (root === undefined || healthy === undefined || owner === undefined) return [`${on} has no owner`];
    const others = names.flatMap((name, other) => (other === index ? [] : [[labelOf(name, other), roots[other]]]));
    const answer = async () => {
      restart(root, healthy, owner);
      return { status: 0 };
    };
    const done = await paste([text], { root, others: Object.fromEntries(others), answer }, folder.path);
    failed.push(...done.failed.map((command) => `failed ${command}: ${done.output.slice(-200)}`));
  }
  return failed;
}

const pasted: string[] = [];

async function problemsOf(fault: KitFault): Promise<readonly string[]> {
  const nodes = nodesOf(fault);
  const { name } = fault;
  const before = await lintRoots(nodes.trees.map(copyOf), { name });
  const known = alarmsOf(before, before.findings);
  const names = before.nodes.map((node) => node.name);
  const problems: string[] = [];
  for (const finding of before.findings.filter((one) => isPasted(one, before))) {
    const roots = nodes.trees.map(copyOf);
    for (const root of roots) furnishRoot(root, names.map(labelOf));
    const failed = await pasteSteps(firstFix(finding), names, roots, nodes);
    const lost = roots.flatMap((root, index) => lostFiles(root, nodes.trees[index] as NodeTree));
    const after = await lintRoots(roots, { name });
    const left = alarmsOf(after, after.findings);
    const stays = alarmsOf(before, [finding]).filter((id) => left.includes(id));
    const fresh = left.filter((id) => !known.includes(id));
    pasted.push(finding.rule);
    const all = [...failed, ...lost, ...stays.map((id) => `stays ${id}`), ...fresh.map((id) => `new ${id}`)];
    problems.push(...all.map((one) => `${finding.rule}: ${one}`));
  }
  return problems;
}

/**
 * Programs that make files again at a start. The snaps have commands of their own for this, which the test does not
 * have.
 */
const programs = new Set(['k3s', 'k3s-agent', 'rke2', 'rke2-agent', 'k0s', 'microshift']);
const owned = faults.filter(({ kit, expects }) => expects !== null && programs.has(kits[kit].layout));

describe('what is printed first about nodes of a distribution heals', () => {
  it.each(sample(owned, 15))('$kit: $name', async (fault) => {
    const problems = await problemsOf(fault);
    if (reasonOf(fault) === undefined) expect(problems).toEqual([]);
    else expect(problems).not.toEqual([]);
  });

  it('with many fixes', () => {
    expect(pasted.length).toBeGreaterThan(sampled(5, 150));
  });
});
