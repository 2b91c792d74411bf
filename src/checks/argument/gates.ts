/** Checks of feature gates that a release of a component does not have, or of which it takes only one value. */

import type { Argument } from '../../artifact/argument.ts';
import { allArguments } from '../../artifact/arguments.ts';
import type { Component } from '../../artifact/component.ts';
import { setByText } from '../../artifact/place.ts';
import { readBool } from '../../core/go-values.ts';
import { firstOf, nearest } from '../../core/text.ts';
import { isFrom } from '../../model/facts/release.ts';
import type { Pki } from '../../model/roles/pki.ts';
import { knownComponent } from '../../tables/components.ts';
import { type GateRow, gatesKnownUpTo, knownGates } from '../../tables/feature-gates.ts';
import { onlyEdit, removeArgument, replaceArgument } from '../base/argument-edit.ts';
import { check, list, notApplicable, problem, skip } from '../base/check.ts';
import {
  isSince,
  isUpstream,
  type Releases,
  releasesFrom,
  releasesOf,
  removal,
  unknownRelease,
} from '../base/component-release.ts';

/** One setting of a flag: `kube:SidecarContainers=true` (component-base, `ComponentGlobalsRegistry`). */
interface Setting {
  readonly text: string;
  readonly prefix: string;
  readonly gate: string;
  readonly value: boolean | undefined;
}

/** No release has as many; each is compared with all names that are known. */
const most = 400;

/** The gates that an argument sets, as `featuregate.Set` separates them. */
function settingsOf({ value = '' }: Argument): readonly Setting[] {
  const items = value.split(',', most).filter((item) => item !== '');
  return items.map((text) => {
    const [, prefix = '', gate = '', set = ''] = /^\s*(kube:)?(\w{1,80})\s*=\s*(\w{1,5})\s*$/.exec(text) ?? [];
    return { text, prefix, gate, value: readBool(set) };
  });
}

/** A setting that a component refuses: its words, and why. */
interface Refused {
  readonly setting: Setting;
  readonly error: string;
  readonly because: string;
  /** The gate that was meant. */
  readonly intended?: string | undefined;
}

/** What is said of a gate that no release is known to have. */
const unrecognized = (gate: string) => `unrecognized feature gate: ${gate}`;

/** A gate that no release has. Of forks, only a misspelled one: others have gates of their own. */
function nonexistent(setting: Setting, component: Component, pki: Pki): Refused | undefined {
  const releases = releasesOf(component, pki);
  if (releases !== undefined && minorOf(releases.newest) > minorOf(gatesKnownUpTo)) return undefined;
  const error = unrecognized(setting.gate);
  const intended = intendedGate(setting.gate, releases);
  if (intended !== undefined)
    return { setting, error, because: `no release has it, and the closest is ${intended}`, intended };
  if (releases === undefined || !isUpstream(component, pki)) return undefined;
  return { setting, error, because: 'no release has it' };
}

function refusal(setting: Setting, row: GateRow, { oldest, newest }: Releases): Refused | undefined {
  const { gate, value } = setting;
  const error = unrecognized(gate);
  const { removedIn, locked, since, to = true } = row;
  if (removedIn !== undefined && isFrom(oldest, removedIn))
    return { setting, error, because: `it was removed ${removal(row)} (${row.said})` };
  if (since !== undefined && !isSince(newest, since))
    return { setting, error, because: `v${since} is the first release that has it` };
  if (locked === undefined || !isFrom(oldest, locked) || value === to) return undefined;
  const fixed = `cannot set feature gate ${gate} to ${value}, feature is locked to ${to}`;
  return { setting, error: fixed, because: `it cannot be changed since v${locked}` };
}

const minorOf = (release: string) => Number(release.split('.')[1]);

/** The gate within two letters of a mistyped one that is not gone. In a short name two letters are too many. */
function intendedGate(gate: string, releases: Releases | undefined): string | undefined {
  if (gate.length < 8) return undefined;
  const isThere = ({ removedIn }: GateRow) =>
    removedIn === undefined || (releases !== undefined && !isFrom(releases.newest, removedIn));
  const there = [...knownGates()].flatMap(([name, row]) => (isThere(row) ? [name] : []));
  return nearest(gate, there, 2);
}

/** Whether a later release than that of the API server, or an earlier kubelet, may decide. */
const isUndecided = ({ removedIn, locked, maybe }: GateRow, value: boolean | undefined, { oldest, newest }: Releases) =>
  [removedIn, maybe, ...(value === false ? [locked] : [])].some(
    (from) => from !== undefined && isFrom(newest, from) && (oldest !== newest || from === maybe),
  );

/** The argument with other gates: without those that are refused, and with those that were meant. */
function editOf(component: Component, argument: Argument, refused: readonly Refused[]) {
  const kept = settingsOf(argument).flatMap((setting) => {
    const found = refused.find((one) => one.setting.text === setting.text);
    if (found === undefined) return [setting.text];
    return found.intended === undefined ? [] : [setting.text.replace(setting.gate, found.intended)];
  });
  return kept.length === 0
    ? removeArgument(component, argument)
    : replaceArgument(component, argument, `${argument.spelled}=${kept.join(',')}`);
}

function gateProblem(component: Component, argument: Argument, refused: readonly Refused[], pki: Pki) {
  const releases = releasesOf(component, pki);
  const names = refused.map(({ setting }) => setting.gate);
  const first = refused[0];
  const edit = editOf(component, argument, refused);
  const isMistyped = refused.every(({ intended }) => intended !== undefined);
  const data = {
    component: component.name,
    release: releases === undefined ? '' : ` ${releasesFrom(releases)}`,
    gates: list(firstOf(names, 3)),
    noun: names.length === 1 ? 'feature gate' : 'feature gates',
    wanted: list(refused.map(({ intended = '' }) => intended)),
    flag: argument.spelled,
    file: setByText(argument.at),
    error: first?.error ?? '',
    because: first?.because ?? '',
  };
  const fix = component.name === 'kubelet' ? 'kubelet' : isMistyped ? 'mistyped' : undefined;
  const key = [...names].sort().join(' ');
  return problem(argument.at, data, { key, edits: onlyEdit(edit), ...(fix && { fix }) });
}

/** Why a setting that is not refused may be: whether its gate is still there, or there at all, is unknown. */
function undecided({ setting, row }: Judged, component: Component, releases: Releases | undefined) {
  if (row === undefined)
    return releases !== undefined && minorOf(releases.newest) > minorOf(gatesKnownUpTo)
      ? skip(`feature gates are known up to v${gatesKnownUpTo}`)
      : undefined;
  if (releases === undefined)
    return (row.removedIn ?? row.locked ?? row.since) ? unknownRelease(component, releases) : undefined;
  if (!isUndecided(row, setting.value, releases)) return undefined;
  return component.name === 'kubelet'
    ? unknownRelease(component, releases)
    : skip(`whether v${releases.newest} still has the feature gate ${setting.gate} is unknown`);
}

/** A setting, and the row of its gate. */
interface Judged {
  readonly setting: Setting;
  readonly row: GateRow | undefined;
}

/** The settings of an argument that can be read. */
const judgedOf = (argument: Argument): readonly Judged[] =>
  settingsOf(argument).flatMap((setting) =>
    setting.gate === '' || setting.value === undefined ? [] : [{ setting, row: knownGates().get(setting.gate) }],
  );

function refusedOf({ setting, row }: Judged, component: Component, pki: Pki): Refused | undefined {
  if (row === undefined) return nonexistent(setting, component, pki);
  const releases = releasesOf(component, pki);
  return releases && refusal(setting, row, releases);
}

const areOfKubernetes = ({ name }: Component) => knownComponent(name)?.releases === 'kubernetes';

export const argumentGatesChecks = {
  'argument/gate': check('component', function* (component, pki) {
    if (!areOfKubernetes(component)) return yield notApplicable('its feature gates are not those of Kubernetes');
    for (const argument of allArguments(component, 'feature-gates')) {
      const judged = judgedOf(argument);
      const refused = judged.flatMap((one) => refusedOf(one, component, pki) ?? []);
      if (refused.length > 0) yield gateProblem(component, argument, refused, pki);
      for (const one of judged) {
        if (refused.some(({ setting }) => setting === one.setting)) continue;
        const reason = undecided(one, component, releasesOf(component, pki));
        if (reason) yield reason;
      }
    }
  }),

  /** Where the release is unknown: it may be newer than the table. */
  'argument/unknown-gate': check('component', function* (component, pki) {
    if (!areOfKubernetes(component)) return yield notApplicable('its feature gates are not those of Kubernetes');
    if (releasesOf(component, pki) !== undefined) return yield notApplicable('the release is known');
    if (!isUpstream(component, pki)) return yield notApplicable('a fork can have feature gates of its own');
    for (const argument of allArguments(component, 'feature-gates')) {
      for (const { setting, row } of judgedOf(argument)) {
        const { gate } = setting;
        if (row !== undefined || intendedGate(gate, undefined) !== undefined) continue;
        const data = { component: component.name, gate, flag: argument.spelled, file: setByText(argument.at) };
        yield problem(argument.at, { ...data, known: gatesKnownUpTo, error: unrecognized(gate) }, { key: gate });
      }
    }
  }),
};
