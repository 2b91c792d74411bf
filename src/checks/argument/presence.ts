/** Checks that the flags which a component needs are set. */

import { kubeletFields } from '../../artifact/argument.ts';
import { allArguments, lastArgument } from '../../artifact/arguments.ts';
import type { Component } from '../../artifact/component.ts';
import { inFolder } from '../../artifact/paths.ts';
import { setByText } from '../../artifact/place.ts';
import { isFrom } from '../../model/facts/release.ts';
import { conditions } from '../../model/roles/conditions.ts';
import type { Pki } from '../../model/roles/pki.ts';
import { type Slot, slotName } from '../../model/roles/slots.ts';
import type { Without } from '../../tables/tables.ts';
import { etcdOnNode, replacedBySetting } from '../base/absent-settings.ts';
import { isSeen, onlyEdit, proposed, setArgument } from '../base/argument-edit.ts';
import { type CheckResult, check, notApplicable, problem, releaseUnknown, skip } from '../base/check.ts';
import { pairFlag } from '../credentials/wrong-key.ts';
import { misspelled } from './known.ts';

/** Flags of the tables that are not set, with a rule for each effect. */
function argumentPresent(without: Without) {
  return check('argument', function* (slot, pki) {
    if (slot.argument !== undefined) return;
    const effect = effectOf(slot, pki);
    if (effect.without !== without) return yield notApplicable('reported by a different rule');
    const reason = unneeded(slot, pki);
    if (reason) return yield reason;
    const { component, flag, path } = slot.row;
    const usual = flag === 'etcd-servers' ? etcdOnNode(pki) : undefined;
    const recommended = path === null ? usual : proposed(inFolder(pki.node.pki, path), pki);
    const value = recommended === undefined ? '' : `=${recommended}`;
    const other = otherHalf(slot);
    const isThere =
      recommended !== undefined &&
      (recommended === usual || (other === '' && isSeen(slot.component, recommended, pki)));
    const edit = isThere ? setArgument(slot.component, flag, recommended, pki.node) : undefined;
    const fix = `--${flag}${value}${other}`;
    const stops = slot.row.stops || halfOf(slot) !== undefined ? [component] : [];
    const setting = replacedBySetting(slot, recommended, pki);
    if (setting) return yield setting;
    const field = besideField(slot);
    if (field) return yield field;
    yield problem(
      slot.component.at,
      { component, flag: `--${flag}`, value, breaks: effect.breaks, fix },
      {
        stops,
        edits: onlyEdit(edit),
        // They are added in one place. Without one of a pair nothing works, so both are added at once.
        shared: `${component} ${setByText(slot.component.at)}${without === 'outage' ? '' : ` ${pairFlag(slot, pki)}`}`,
      },
    );
  });
}

/** The flags that a component does not have, and without which it does not do its work. */
export const requiredAndMissing = (component: Component, pki: Pki): readonly Slot[] =>
  pki.slots.filter(
    (slot) =>
      slot.component === component &&
      slot.argument === undefined &&
      effectOf(slot, pki).without === 'outage' &&
      unneeded(slot, pki) === undefined,
  );

/** The effect of a missing flag. */
function effectOf(slot: Slot, pki: Pki): { readonly without: Without; readonly breaks: string } {
  const half = halfOf(slot);
  if (half !== undefined) return { without: 'outage', breaks: half };
  const { row } = slot;
  return row.instead && conditions[row.instead.when](pki) === 'yes' ? row.instead : row;
}

/** The other half of a pair if both are missing: one alone would be worse than none. */
function otherHalf({ row: { half }, component }: Slot): string {
  return half === undefined || lastArgument(component, half.of)?.value ? '' : ` and --${half.of}`;
}

/** The problem where the other half is a field in a configuration file, which has a field for this half too. */
function besideField({ row, component }: Slot): CheckResult | undefined {
  const other = row.half && lastArgument(component, row.half.of);
  // Only the configuration of the kubelet has fields for both.
  if (component.name !== 'kubelet' || !row.half || !other?.value) return undefined;
  if (other.spelled.startsWith('-') || !('path' in other.at)) return undefined;
  const [field] = kubeletFields.find(([, flag]) => flag === row.flag) ?? [row.flag];
  const { path } = other.at;
  const data = {
    component: component.name,
    flag: field,
    value: '',
    breaks: row.half.breaks,
    path,
    other: other.spelled,
  };
  return problem(other.at, data, { stops: [component.name], fix: 'field' });
}

/** What breaks because only the other half of a pair is set. */
function halfOf({ row, component }: Slot): string | undefined {
  return row.half && lastArgument(component, row.half.of)?.value ? row.half.breaks : undefined;
}

/** Why a missing flag is not needed; undefined if it is. */
function unneeded(slot: Slot, pki: Pki): CheckResult | undefined {
  const { row, component } = slot;
  if (component.unknown !== undefined) return skip(component.unknown);
  const release = pki.facts.kubernetesVersion?.value;
  if (row.since !== undefined) {
    if (release === undefined) return releaseUnknown;
    if (!isFrom(release, row.since)) return notApplicable(`needed from ${row.since} on`);
  }
  if (row.until !== undefined && halfOf(slot) === undefined) {
    if (release === undefined) return releaseUnknown;
    if (isFrom(release, row.until)) return notApplicable(`not needed from ${row.until} on`);
  }
  const mistyped = misspelled(component, row.flag);
  if (mistyped !== undefined) return notApplicable(`${mistyped} is meant to be this flag`);
  if (row.role === pki.serviceAccount.row.role && pki.serviceAccount.external) {
    return notApplicable('an external signer is configured');
  }
  if (halfOf(slot) !== undefined) return undefined;
  const replaced = row.replacedBy?.find((flag) => allArguments(component, flag).some(({ value }) => value !== ''));
  if (replaced !== undefined) return notApplicable(`--${replaced} replaces it`);
  const needed = conditions[row.when](pki);
  if (needed === 'no') return notApplicable('not needed here');
  const isUnknown = needed === 'unknown' || (row.instead && conditions[row.instead.when](pki) === 'unknown');
  return isUnknown ? skip(`whether ${slotName(slot)} is needed is unknown`) : undefined;
}

export const argumentPresenceChecks = {
  'argument/required': argumentPresent('outage'),
  'argument/recommended': argumentPresent('degraded'),
  'argument/documented': argumentPresent('nothing'),
};
