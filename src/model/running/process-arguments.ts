/** In which flags a process differs from the manifest or the unit of its component. */
import type { Argument } from '../../artifact/argument.ts';
import { isGiven } from '../../artifact/arguments.ts';
import type { Component } from '../../artifact/component.ts';
import type { FlagType } from '../../artifact/layout.ts';
import { fileIn } from '../../artifact/place.ts';
import type { ComponentProcess } from '../../artifact/process.ts';
import { groupBy, remember } from '../../core/collections.ts';
import { readBool } from '../../core/go-values.ts';
import { knownFlags } from '../../tables/flags.ts';
import type { Pki } from '../roles/pki.ts';
import { accumulating } from '../roles/slots.ts';
import { isJudged, lookAtRunning, processesOf, starterOf } from './pairing.ts';
import { type Settlement, settledBy } from './presence.ts';

/** A flag that two command lines set differently: the arguments for it, none if it is not set. */
export interface FlagDifference {
  /** Canonical: without dashes. */
  readonly name: string;
  readonly wanted: readonly Argument[];
  readonly found: readonly Argument[];
}

/**
 * Flags of which all values count, in addition to those that name files: pflag StringSlice, and maps. Each may have
 * several with commas. Their order does not matter for what is compared here.
 */
const addingUp = new Set([
  'admission-control',
  'api-audiences',
  'authorization-mode',
  'controllers',
  'disable-admission-plugins',
  'enable-admission-plugins',
  'etcd-servers',
  'feature-gates',
  'node-labels',
  'runtime-config',
  'tls-cipher-suites',
]);

/**
 * Compares the arguments of two command lines by what they mean. Their order does not matter, and neither does a value
 * that a later one replaces. A value that contains an unknown variable is like any other.
 *
 * @param isWhole whether `wanted` has all flags: otherwise one that it lacks is no difference
 */
export function differingArguments(
  wanted: readonly Argument[],
  found: readonly Argument[],
  types: ReadonlyMap<string, FlagType> | undefined,
  isWhole = true,
): readonly FlagDifference[] {
  const [own, others] = [wanted, found].map((all) => groupBy(all, ({ name }) => name));
  const names = new Set([...wanted, ...(isWhole ? found : [])].map(({ name }) => name));
  return [...names].flatMap((name) => {
    const difference = { name, wanted: own?.get(name) ?? [], found: others?.get(name) ?? [] };
    return isSame(difference, types?.get(name)) ? [] : [difference];
  });
}

function isSame({ name, wanted, found }: FlagDifference, type: FlagType | undefined): boolean {
  if (wanted.length === 0 || found.length === 0) return wanted.length === found.length;
  const isSplit = addingUp.has(name);
  const all = accumulating.has(name) || isSplit;
  const [own, others] = [wanted, found].map((one) =>
    (all ? one : one.slice(-1)).flatMap(({ value, hidden }) =>
      isSplit && hidden === undefined ? value?.split(',') : (hidden?.digest ?? meaning(value, type)),
    ),
  );
  if (own === undefined || others === undefined || own.length !== others.length) return false;
  if ([...own, ...others].includes(undefined)) return true;
  const [first, second] = [own, others].map((values) => JSON.stringify([...values].sort()));
  return first === second;
}

/** A bool as Go's strconv.ParseBool reads it; any other value as it is. */
function meaning(value: string | undefined, type: FlagType | undefined): string | undefined {
  const bool = type === 'bool' && value !== undefined ? readBool(value) : undefined;
  return bool === undefined ? value : `${bool}`;
}

/**
 * The arguments of a component that are on its command line: not those of its configuration, of variables or of its
 * program.
 */
const onCommandLine = ({ arguments: all }: Component): readonly Argument[] =>
  all.filter(({ spelled }) => spelled.startsWith('-'));

/** Why the command line of a component is not known as a whole; undefined if it is. */
const unknownCommandLine = ({ unknown, shellCommand }: Component): string | undefined =>
  unknown ?? (shellCommand && 'its command is wrong');

/**
 * Returns in which flags a process differs from its manifest or unit. Flags that a configuration replaces are not among
 * the arguments of a component: with one, only those are compared that are.
 */
function processDifferences(component: Component, running: ComponentProcess): readonly FlagDifference[] {
  const { name } = component;
  const isReplaced = name !== 'kubelet' && ['config', 'config-file'].some((flag) => isGiven(component, flag));
  return differingArguments(onCommandLine(component), running.arguments, knownFlags(name), !isReplaced);
}

/**
 * Returns the path of another manifest that a process has its arguments from: the kubelet reads every file in its
 * folder, and of two with pods of the same name it may run either (reference of what runs, section 2.6).
 */
export function otherManifestOf(component: Component, running: ComponentProcess, pki: Pki): string | undefined {
  const others = pki.node.components.filter(
    (one) => one !== component && one.name === component.name && starterOf(one, pki) === 'pod',
  );
  const found = others.find(
    (one) => unknownCommandLine(one) === undefined && processDifferences(one, running).length === 0,
  );
  return found && fileIn(found.at);
}

/** The process of a component and in what it differs from what starts it; or why they are not compared. */
export type ProcessComparison =
  | {
      readonly kind: 'compared';
      readonly running: ComponentProcess;
      readonly differences: readonly FlagDifference[];
      /** Whether the difference may be on its way. */
      readonly settled: Settlement;
    }
  | { readonly kind: 'skip' | 'not-applicable'; readonly reason: string };

const without = (reason: string): ProcessComparison => ({ kind: 'not-applicable', reason });

/** Compares the process of a component with its manifest or unit. */
export const comparisonOf = remember((pki: Pki, component: Component): ProcessComparison => {
  const look = lookAtRunning(pki);
  if (look.seen === undefined) return without(look.reason);
  const starter = starterOf(component, pki);
  if (starter === undefined) return without('not started by a static pod or a unit of its own');
  if (!isJudged(component, pki)) return without('the first of its manifests is judged');
  const unknown = unknownCommandLine(component);
  if (unknown !== undefined) return { kind: 'skip', reason: unknown };
  const [running, ...others] = processesOf(component, pki, look.seen);
  if (running === undefined) return without('no process of it was seen');
  if (others.length > 0) return { kind: 'skip', reason: 'several processes may be the one that it starts' };
  const file = pki.node.files.get(fileIn(component.at) ?? '');
  const settled = settledBy(file, pki, look.seen, starter);
  return { kind: 'compared', running, differences: processDifferences(component, running), settled };
});
