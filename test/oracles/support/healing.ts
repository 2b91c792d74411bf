/**
 * Follows the first fix of what a report prints first, lints again, and so on, until nothing is left that can be
 * followed.
 */
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding, Report } from '../../../src/index.ts';
import { at, treeOf } from '../../cases/harness.ts';
import { brokenConnections, differences, leftovers, lost } from '../../support/equal-to-healthy.ts';
import { NodeTree } from '../../support/node-tree.ts';
import {
  alarmsOf,
  copyOf,
  type Faulty,
  faultsOf,
  follow,
  isAlarm,
  isWriting,
  labelOf,
  lintRoots,
  textsOf,
} from './follow.ts';
import { furnishRoot } from './node-shell.ts';
import { commandsOf, type PrintedFix, printedFixes } from './printed-fix.ts';

/** What became of a broken node. All are empty if it is as it was before. */
export interface Outcome {
  /** Commands that failed, after the rule of their finding. */
  readonly failed: readonly string[];
  /** Alarms that nothing printed changes. */
  readonly left: readonly string[];
  /** What the fixes have made different from the healthy node. */
  readonly changed: readonly string[];
  /** What is not there any more. */
  readonly lost: readonly string[];
  /** Errors and broken connections that a fix has added. */
  readonly worse: readonly string[];
}

interface Healed extends Outcome {
  /** All in which the node differs from the healthy one: also what a case has set, and no fix has touched. */
  readonly different: readonly string[];
  /** The rule whose fix was followed in each round. */
  readonly rounds: readonly string[];
}

/** A broken cluster, and its first node before. */
export interface Broken {
  readonly one: Faulty;
  readonly trees: readonly NodeTree[];
  /** undefined: not known. */
  readonly healthy: NodeTree | undefined;
  /** Lints the faults one by one: what another one hid is not new when it shows. */
  readonly apart?: () => Promise<readonly Report[]>;
}

const minute = 60_000;

/** Heals copies of a cluster. */
export async function heal({ one, trees, healthy, apart }: Broken, standIns: string): Promise<Healed> {
  const roots = trees.map(copyOf);
  const start = one.options?.at ?? at;
  const later = (round: number): Faulty => ({
    ...one,
    options: { ...one.options, at: new Date(start.getTime() + round * minute) },
  });
  let report = await lintRoots(roots, later(0));
  const names = report.nodes.map(({ name }) => name);
  for (const root of roots) furnishRoot(root, names.map(labelOf));
  const broken = await treeOnDisk(roots[0] ?? '');
  const most = report.findings.filter(isAlarm).length + 2;
  const tried = new Set<string>();
  const [rounds, failed, worse]: [string[], string[], string[]] = [[], [], []];
  const allowed = new Set(errorsOf(report));
  while (rounds.length < most) {
    const next = await firstOf(report, tried);
    if (next === undefined) break;
    const now = later(rounds.length);
    const copies = { one: now, names, roots, trees, standIns };
    const done = await follow(next.fix, next.finding, copies, healthy ?? trees[0] ?? new NodeTree());
    rounds.push(next.finding.rule);
    failed.push(...done.failed.map((command) => `${next.finding.rule}: ${command}`));
    const after = await lintRoots(roots, later(rounds.length));
    const each = (await apart?.()) ?? [];
    for (const id of each.flatMap(errorsOf)) allowed.add(id);
    const fresh = errorsOf(after).filter((id) => !allowed.has(id));
    for (const id of fresh) allowed.add(id);
    // Two faults may make a connection work that either of them breaks.
    const hidden = new Set(each.flatMap(({ connections }) => brokenConnections(report.connections, connections)));
    const broken = brokenConnections(report.connections, after.connections).filter((words) => !hidden.has(words));
    worse.push(
      ...fresh.map((id) => `${next.finding.rule} adds ${id}`),
      ...broken.map((words) => `${next.finding.rule} breaks ${words}`),
    );
    report = after;
  }
  const healed = await treeOnDisk(roots[0] ?? '');
  const set = new Set(healthy === undefined ? [] : differences(healthy, broken));
  const different =
    healthy === undefined ? [] : [...differences(healthy, healed), ...leftovers([healthy, broken], healed)];
  return {
    rounds,
    failed,
    worse,
    left: alarmsOf(report, report.findings),
    different,
    changed: different.filter((words) => !set.has(words)),
    lost: lost(broken, healed),
  };
}

/** What a person would do next: the first fix that has not been followed. */
async function firstOf(
  report: Report,
  tried: Set<string>,
): Promise<{ readonly fix: PrintedFix; readonly finding: Finding } | undefined> {
  const alarms = report.findings.filter((finding) => isAlarm(finding) && isWriting(finding));
  if (alarms.length === 0) return undefined;
  for (const fix of await printedFixes(report, 100)) {
    const commands = JSON.stringify(commandsOf(fix));
    const finding = alarms.find((other) => JSON.stringify(textsOf(other)) === commands);
    // The folder of backups has the time of the lint in its name.
    const name = `${finding?.rule} ${finding?.path} ${commands.replace(/\d{8}T?-?\d*/g, '')}`;
    if (finding === undefined || tried.has(name)) continue;
    tried.add(name);
    return { fix, finding };
  }
  return undefined;
}

const errorsOf = (report: Report): readonly string[] =>
  faultsOf(
    report,
    report.findings.filter(({ severity }) => severity === 'error'),
  );

/** The node of a case before something went wrong, as far as the case says it. */
export async function healthyOf({ node, options }: Faulty): Promise<NodeTree | undefined> {
  const isClean = async (tree: NodeTree) => {
    const report = await lintRoots([copyOf(tree)], { name: '', ...(options && { options }) });
    return !report.findings.some(isAlarm);
  };
  const before = await treeOf({ ...(node !== undefined && { node }) });
  if (await isClean(before)) return before;
  if (node === undefined || typeof node === 'function') return undefined;
  const { certificates: _, ...plain } = node;
  const usual = await treeOf({ node: plain });
  return (await isClean(usual)) ? usual : undefined;
}

const folders = ['etc', 'var', 'root', 'srv', 'opt', 'home', 'lib'];

/** Reads the copy of a node. */
export async function treeOnDisk(root: string): Promise<NodeTree> {
  const tree = new NodeTree();
  const read = (path: string) => {
    const file = join(root, path);
    const found = lstatSync(file, { throwIfNoEntry: false });
    if (found === undefined) return;
    if (found.isSymbolicLink()) tree.link(path, readlinkSync(file));
    else if (found.isDirectory()) {
      tree.directory(path, found.mode & 0o7777);
      for (const name of readdirSync(file)) read(`${path}/${name}`);
    } else if (found.isFile()) {
      tree.write(path, readFileSync(file), found.mode & 0o7777);
      tree.chown(path, found.uid, found.gid);
    }
  };
  for (const folder of folders)
    if (lstatSync(join(root, folder), { throwIfNoEntry: false })?.isDirectory()) read(`/${folder}`);
  return tree;
}
