/** What decides which flags a supervisor gives to its components. */
import type { Supervisor, SupervisorCondition, SupervisorFlags, SupervisorRow } from '../../artifact/supervisor.ts';
import { isSettingOn, valueFor, valuesFor } from '../../artifact/supervisor.ts';
import { readBool } from '../../core/go-values.ts';
import type { Files } from '../components/node-files.ts';
import { join } from '../fs/tree.ts';
import type { UserArgument } from './user-arguments.ts';

/** A node, as far as conditions look at it. */
export interface Conditions {
  readonly files: Files;
  readonly row: SupervisorRow;
  readonly supervisor: Supervisor;
  /** The flags that the user gives to components. */
  readonly given: readonly UserArgument[];
  /** `1.35.2`; undefined if it is unknown. */
  readonly release: string | undefined;
}

const isFolder = (files: Files, path: string): boolean => files.seek(path, 'any')?.state === 'directory';

/**
 * Whether a server keeps its state in etcd inside of its process: if it begins or joins a cluster, or has such data.
 */
const hasEtcd = ({ files, row, supervisor }: Conditions): boolean =>
  supervisor.datastore === undefined &&
  (isSettingOn(supervisor, 'cluster-init') ||
    valueFor(supervisor, 'server') !== undefined ||
    isFolder(files, join(row.folders.server, 'db/etcd')));

const conditions: Readonly<Record<string, (of: Conditions) => boolean>> = {
  server: ({ supervisor }) => supervisor.kind === 'server',
  etcd: hasEtcd,
  'external-etcd': ({ supervisor }) => supervisor.datastore?.kind === 'etcd',
  kine: (of) => of.supervisor.datastore?.kind === 'kine' || (of.supervisor.datastore === undefined && !hasEtcd(of)),
  egress: ({ supervisor }) => valueFor(supervisor, 'egress-selector-mode')?.value !== 'disabled',
  ipv6: ({ supervisor }) => valuesFor(supervisor, 'service-cidr')[0]?.value.includes(':') === true,
  // Releases that write these files give the kubelet few flags.
  'kubelet-folder': ({ files, row }) => isFolder(files, join(row.folders.agent, 'etc/kubelet.conf.d')),
};

/** Whether a condition of a row holds. */
export function holds(condition: SupervisorCondition, of: Conditions): boolean {
  if (condition.startsWith('!')) return !holds(condition.slice(1), of);
  if (condition.startsWith('/')) return of.files.seek(condition, 'any') !== undefined;
  const known = conditions[condition];
  if (known !== undefined) return known(of);
  const [component, flag] = condition.split(' ');
  if (flag !== undefined) return of.given.some((one) => one.component === component && one.name === flag);
  const value = valueFor(of.supervisor, condition)?.value ?? '';
  return value !== '' && readBool(value) !== false;
}

/** Whether a node has flags: of a release that is unknown, those of the newest. */
export function areSet({ when = [], since, until }: SupervisorFlags, of: Conditions): boolean {
  const isSince = (releases: readonly string[] | undefined, unknown: boolean) =>
    releases === undefined || of.release === undefined ? unknown : isFromOneOf(of.release, releases);
  return when.every((one) => holds(one, of)) && isSince(since, true) && !isSince(until, until !== undefined);
}

/** Whether a release is one of these or later: each minor has its own, and minors after all of them have it. */
function isFromOneOf(release: string, firsts: readonly string[]): boolean {
  const [minor, patch] = minorAndPatch(release);
  const all = firsts.map(minorAndPatch);
  const own = all.find(([one]) => one === minor);
  return own === undefined ? all.every(([one]) => one < minor) : patch >= own[1];
}

function minorAndPatch(release: string): readonly [minor: number, patch: number] {
  const [major = 0, minor = 0, patch = 0] = release.split('.').map((part) => Number.parseInt(part, 10));
  return [major * 1000 + minor, patch];
}
