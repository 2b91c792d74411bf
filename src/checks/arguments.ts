/** Arguments that the component does not know, or does not take together: it would not start. */
import { lastArgument } from '../core/arguments.ts';
import type { Argument, Component } from '../core/artifact.ts';
import { editDistance, handful, nearest } from '../core/text.ts';
import { isFrom } from '../model/facts/release.ts';
import { knownFlags } from '../tables/flags.ts';
import { conflictRows, removedArgumentRows } from '../tables/tables.ts';
import { check, kubeadmsFlags, notApplicable, problem, skip } from './check.ts';

/** Removed by the node's release, by a row with a source. */
const argumentRemoved = check('component', function* (component, pki) {
  const rows = removedArgumentRows.filter((row) => row.component === component.name);
  const release = pki.facts.kubernetesVersion?.value;
  for (const row of rows) {
    const argument = component.arguments.find((one) => one.name === row.flag);
    if (argument === undefined) continue;
    if (pki.judging.upgraded && row.written === argument.value && kubeadmsFlags(pki) !== 'absent') {
      yield notApplicable('kubeadm upgrade takes it out');
    } else if (release === undefined) {
      yield skip('the Kubernetes release is unknown (--kubernetes-version)');
    } else if (isFrom(release, row.removedIn)) {
      const data = {
        component: component.name,
        flag: argument.spelled,
        release: `v${release}`,
        removedIn: `v${row.removedIn}`,
      };
      yield problem(argument.at, { ...data, said: row.said }, { key: row.flag });
    }
  }
});

/** The flag that a mistyped one was meant to be: within two letters of it, and itself known in no release. */
function meant(name: string, flags: ReadonlyMap<string, unknown>): string | undefined {
  // In a short name two letters are most of it.
  if (name.length < 5) return undefined;
  const near = nearest(name, flags.keys());
  return near !== undefined && editDistance(near, name) <= 2 ? near : undefined;
}

function* strangers(
  component: Component,
): Generator<{ readonly argument: Argument; readonly meant: string | undefined }> {
  const flags = knownFlags(component.name);
  if (flags === undefined) return;
  const told = new Set<string>();
  for (const argument of component.arguments) {
    const removed = removedArgumentRows.some((row) => row.component === component.name && row.flag === argument.name);
    if (flags.has(argument.name) || removed || told.has(argument.name)) continue;
    told.add(argument.name);
    yield { argument, meant: meant(argument.name, flags) };
  }
}

/** How a flag was mistyped, where it was: then it is not missing, but misspelled. */
export function misspelled(component: Component, flag: string): string | undefined {
  if (!judged(component)) return undefined;
  return [...strangers(component)].find((stranger) => stranger.meant === flag)?.argument.spelled;
}

/** Arguments of which each is known, but which the component refuses side by side. */
const argumentConflict = check('component', function* (component) {
  const given = (flag: string) => {
    const argument = lastArgument(component, flag);
    return argument === undefined || argument.value === '' ? [] : [argument];
  };
  for (const row of conflictRows) {
    if (row.component !== component.name) continue;
    const [first, ...rest] = row.flags.flatMap(given);
    const others = row.with.flatMap(given).map((argument) => argument.spelled);
    if (first === undefined || others.length === 0) continue;
    const flags = [first, ...rest].map((argument) => argument.spelled).join(' and ');
    const data = { component: component.name, flags, others: handful(others, 2), error: row.said };
    yield problem(first.at, data, { key: row.flags.join(' ') });
  }
});

// The table of the kubelet's flags has one release alone, and its unit may pass any.
const judged = (component: Component) => component.name !== 'kubelet';

const argumentMistyped = check('component', function* (component) {
  if (!judged(component)) return yield notApplicable('its flags of other releases are not known');
  for (const { argument, meant: wanted } of strangers(component)) {
    if (wanted === undefined) continue;
    const data = { component: component.name, flag: argument.spelled, wanted: `--${wanted}` };
    yield problem(argument.at, data, { key: argument.name });
  }
});

const argumentUnknown = check('component', function* (component) {
  if (!judged(component)) return yield notApplicable('its flags of other releases are not known');
  for (const { argument, meant: wanted } of strangers(component)) {
    if (wanted !== undefined) continue;
    yield problem(argument.at, { component: component.name, flag: argument.spelled }, { key: argument.name });
  }
});

export const argumentChecks = {
  'argument/removed': argumentRemoved,
  'argument/conflict': argumentConflict,
  'argument/mistyped': argumentMistyped,
  'argument/unknown': argumentUnknown,
};
