/** Checks of feature gates that a release of a component does not have, or of which it takes only one value. */

import type { Argument } from '../../artifact/argument.ts';
import { allArguments } from '../../artifact/arguments.ts';
import type { Component } from '../../artifact/component.ts';
import { setByText } from '../../artifact/place.ts';
import { readBool } from '../../core/go-values.ts';
import { firstOf, nearest } from '../../core/text.ts';
import { isFrom } from '../../model/facts/release.ts';
import { knownComponent } from '../../tables/components.ts';
import { type GateRow, gatesKnownUpTo, knownGates } from '../../tables/feature-gates.ts';
import { onlyEdit, removeArgument, replaceArgument } from '../base/argument-edit.ts';
import { check, list, notApplicable, problem, skip } from '../base/check.ts';
import {
  isSince,
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

function refusal(setting: Setting, row: GateRow | undefined, { oldest, newest }: Releases): Refused | undefined {
  const { gate, value } = setting;
  const error = `unrecognized feature gate: ${gate}`;
  if (row === undefined) {
    const intended = minorOf(newest) <= minorOf(gatesKnownUpTo) ? intendedGate(gate) : undefined;
    if (intended === undefined) return undefined;
    return { setting, error, because: `no release has it, and the closest is ${intended}`, intended };
  }
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

/** The known gate within two letters of a mistyped one. In a short name two letters are too many. */
const intendedGate = (gate: string) => (gate.length < 8 ? undefined : nearest(gate, knownGates().keys(), 2));

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

function gateProblem(component: Component, argument: Argument, refused: readonly Refused[], releases: Releases) {
  const names = refused.map(({ setting }) => setting.gate);
  const first = refused[0];
  const edit = editOf(component, argument, refused);
  const isMistyped = refused.every(({ intended }) => intended !== undefined);
  const data = {
    component: component.name,
    release: releasesFrom(releases),
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

export const argumentGatesChecks = {
  'argument/gate': check('component', function* (component, pki) {
    if (knownComponent(component.name)?.releases !== 'kubernetes')
      return yield notApplicable('its feature gates are not those of Kubernetes');
    const releases = releasesOf(component, pki);
    for (const argument of allArguments(component, 'feature-gates')) {
      const settings = settingsOf(argument).filter(({ gate, value }) => gate !== '' && value !== undefined);
      const rows = settings.map((setting) => ({ setting, row: knownGates().get(setting.gate) }));
      if (releases === undefined) {
        if (rows.some(({ row }) => row?.removedIn ?? row?.locked ?? row?.since))
          yield unknownRelease(component, releases);
        continue;
      }
      const refused = rows.flatMap(({ setting, row }) => refusal(setting, row, releases) ?? []);
      if (refused.length > 0) yield gateProblem(component, argument, refused, releases);
      const others = rows.filter(({ setting }) => !refused.some((one) => one.setting === setting));
      for (const { setting, row } of others) {
        if (row === undefined && minorOf(releases.newest) > minorOf(gatesKnownUpTo))
          yield skip(`feature gates are known up to v${gatesKnownUpTo}`);
        if (row === undefined || !isUndecided(row, setting.value, releases)) continue;
        yield component.name === 'kubelet'
          ? unknownRelease(component, releases)
          : skip(`whether v${releases.newest} still has the feature gate ${setting.gate} is unknown`);
      }
    }
  }),
};
