/** Checks of flags that only some releases of a component know. */

import type { Argument } from '../../artifact/argument.ts';
import { lastArgument } from '../../artifact/arguments.ts';
import type { Component } from '../../artifact/component.ts';
import { flagsFiles } from '../../artifact/layout.ts';
import { fileIn, setByText } from '../../artifact/place.ts';
import { isFrom } from '../../model/facts/release.ts';
import type { Pki } from '../../model/roles/pki.ts';
import { unknownFlagError } from '../../tables/components.ts';
import { gateInsteadOf } from '../../tables/etcd-releases.ts';
import { type FlagReleaseRow, flagRelease, knownFlags } from '../../tables/flags.ts';
import { type ArgumentEdit, onlyEdit, removeArgument, replaceArgument } from '../base/argument-edit.ts';
import { type CheckResult, check, notApplicable, problem, skip, traceOfInstaller } from '../base/check.ts';
import {
  isSince,
  type Releases,
  releasesFrom,
  releasesOf,
  releasesUpTo,
  removal,
  unknownRelease,
} from '../base/component-release.ts';
import { flagsOnceOf } from '../base/dated-flags.ts';

/** A flag on a command line, with what is known about it. */
interface Dated {
  readonly row: FlagReleaseRow;
  readonly argument: Argument;
  readonly component: Component;
  readonly releases: Releases | undefined;
  readonly pki: Pki;
}

/**
 * A check of the flags of a component that not every release has. Variables and fields that etcd does not know, it
 * ignores.
 */
function datedFlagCheck(run: (dated: Dated) => CheckResult | undefined) {
  return check('component', function* (component, pki) {
    const releases = releasesOf(component, pki);
    for (const { name, argument } of flagsOnceOf(component)) {
      const row = argument.spelled.startsWith('-') ? flagRelease(component.name, name) : undefined;
      const result = row && run({ row, argument, component, releases, pki });
      if (result !== undefined) yield result;
    }
  });
}

function flagProblem({ argument, component, row }: Dated, data: Readonly<Record<string, string>>, instead?: Instead) {
  const removed = removeArgument(component, argument);
  const edits = instead?.edits ?? (removed ? [removed] : []);
  const isRemoved = row.removedIn !== undefined;
  const fix = component.name === 'kubelet' && isRemoved ? 'kubelet' : instead && 'renamed';
  const more = { file: setByText(argument.at), wanted: instead?.wanted ?? '', said: row.said };
  const shown = {
    component: component.name,
    flag: argument.spelled,
    error: unknownFlagError(component.name, argument.name),
    ...more,
  };
  return problem(argument.at, { ...shown, ...data }, { key: argument.name, edits, ...(fix && { fix }) });
}

/** Whether an upgrade by the installer removes a flag that it has written itself. */
function goesWithUpgrade({ row, argument, pki }: Dated): boolean {
  if (!pki.judging.upgraded || traceOfInstaller(pki) === 'absent') return false;
  return (
    (row.written !== undefined && row.written === argument.value) ||
    (row.cleaned === true && flagsFiles(pki.layout.kubelet).includes(fileIn(argument.at) ?? ''))
  );
}

/** What to write instead of a flag. */
interface Instead {
  readonly wanted: string;
  readonly edits: readonly ArgumentEdit[];
}

/**
 * What etcd has instead of a flag: the one without `experimental-`, or a feature gate (etcd.io, upgrade_3_6). undefined
 * if the release does not know that either.
 */
function insteadOf({ argument, component, releases }: Dated): Instead | undefined {
  if (component.name !== 'etcd' || releases === undefined) return undefined;
  const isKnown = (flag: string) => {
    const row = flagRelease('etcd', flag);
    return (
      knownFlags('etcd')?.has(flag) && isSince(releases.oldest, row?.since ?? '0.0.0') && row?.removedIn === undefined
    );
  };
  const { name, value } = argument;
  const gate = gateInsteadOf(name);
  const flag = name.replace(/^experimental-/, '');
  if (gate === undefined) {
    const wanted = `--${flag}${value === undefined ? '' : `=${value}`}`;
    return flag !== name && isKnown(flag)
      ? { wanted, edits: onlyEdit(replaceArgument(component, argument, wanted)) }
      : undefined;
  }
  if (!isKnown('feature-gates')) return undefined;
  const gates = lastArgument(component, 'feature-gates');
  const wanted = `--feature-gates=${gates?.value ? `${gates.value},` : ''}${gate}=${value ?? 'true'}`;
  if (gates === undefined) return { wanted, edits: onlyEdit(replaceArgument(component, argument, wanted)) };
  const both = [removeArgument(component, argument), replaceArgument(component, gates, wanted)];
  return { wanted, edits: both.every((edit) => edit !== undefined) ? both : [] };
}

export const argumentDatedChecks = {
  /** Flags that the release of the component no longer has. */
  'argument/removed': datedFlagCheck((dated) => {
    const { row, argument, component, releases } = dated;
    const { removedIn, maybe } = row;
    if (removedIn === undefined) return undefined;
    if (goesWithUpgrade(dated)) return notApplicable(`${dated.pki.layout.installer} upgrade removes it`);
    if (releases === undefined) return unknownRelease(component, releases);
    if (isFrom(releases.oldest, removedIn)) {
      const instead = insteadOf(dated);
      const replaced = instead ? `, and ${instead.wanted} replaces it` : '';
      return flagProblem(dated, { release: releasesFrom(releases), removed: removal(row), instead: replaced }, instead);
    }
    if (maybe !== undefined && (maybe === '' || isFrom(releases.newest, maybe)))
      return skip(
        `whether v${releases.newest} still has ${argument.spelled} is unknown: it was removed ${removal(row)}`,
      );
    return isFrom(releases.newest, removedIn) ? unknownRelease(component, releases) : undefined;
  }),
  /** Flags that a later release added. */
  'argument/newer': datedFlagCheck((dated) => {
    const { row, component, releases } = dated;
    if (row.since === undefined) return undefined;
    if (releases === undefined) return unknownRelease(component, releases);
    if (isSince(releases.newest, row.since)) return undefined;
    const since = typeof row.since === 'string' ? row.since : row.since.join(' and v');
    return flagProblem(dated, { release: releasesUpTo(releases), since: `v${since}` });
  }),
};
