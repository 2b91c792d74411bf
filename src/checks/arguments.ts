/** Checks of flags that a component does not know, or does not accept together, so that it does not start. */
import { lastArgument } from '../core/arguments.ts';
import type { Argument, Component } from '../core/artifact.ts';
import { groupBy } from '../core/collections.ts';
import { handful, nearest } from '../core/text.ts';
import { isFrom } from '../model/facts/release.ts';
import { knownFlags } from '../tables/flags.ts';
import { conflictRows, removedArgumentRows } from '../tables/tables.ts';
import { check, kubeadmsFlags, notApplicable, problem, releaseUnknown } from './check.ts';

function removedFlags({ name }: Component) {
  return removedArgumentRows.filter((row) => row.component === name);
}

/** The known flag within two letters of a mistyped one. */
function intendedFlag(name: string, flags: ReadonlyMap<string, unknown>): string | undefined {
  // In a short name two letters are too many.
  if (name.length < 5) return undefined;
  return nearest(name, flags.keys(), 2);
}

/**
 * The flags that a component has in no release, each once, with the flag that was intended. None of the kubelet: the
 * table of its flags has only one release, and its unit can be of any.
 */
function unknownFlags(component: Component): readonly UnknownFlag[] {
  const known = unknownFlagsOf.get(component) ?? findUnknownFlags(component);
  unknownFlagsOf.set(component, known);
  return known;
}

interface UnknownFlag {
  readonly argument: Argument;
  readonly intended: string | undefined;
}

/** Several rules ask for each of their flags whether it was mistyped. */
const unknownFlagsOf = new WeakMap<Component, readonly UnknownFlag[]>();

function findUnknownFlags(component: Component): readonly UnknownFlag[] {
  const flags = hasAllFlags(component) ? knownFlags(component.name) : undefined;
  if (flags === undefined) return [];
  const removed = removedFlags(component);
  const unknown = component.arguments.filter(
    ({ name }) => !flags.has(name) && removed.every((row) => row.flag !== name),
  );
  return [...groupBy(unknown, ({ name }) => name)].flatMap(([name, [argument]]) =>
    argument ? [{ argument, intended: intendedFlag(name, flags) }] : [],
  );
}

const hasAllFlags = (component: Component) => component.name !== 'kubelet';

/** How a flag was mistyped, if it was: then it is not missing. */
export function misspelled(component: Component, flag: string): string | undefined {
  return unknownFlags(component).find(({ intended }) => intended === flag)?.argument.spelled;
}

/** Unknown flags: one rule covers those that resemble a known flag, one all others. */
function unknownFlagCheck(isMistyped: boolean) {
  return check('component', function* (component) {
    if (!hasAllFlags(component)) return yield notApplicable('its flags of other releases are not known');
    for (const { argument, intended } of unknownFlags(component)) {
      if ((intended !== undefined) !== isMistyped) continue;
      const data = { component: component.name, flag: argument.spelled, wanted: `--${intended ?? ''}` };
      yield problem(argument.at, data, { key: argument.name });
    }
  });
}

export const argumentChecks = {
  /** Flags that the release of the node no longer has. */
  'argument/removed': check('component', function* (component, pki) {
    const release = pki.facts.kubernetesVersion?.value;
    for (const row of removedFlags(component)) {
      const argument = component.arguments.find((one) => one.name === row.flag);
      if (argument === undefined) continue;
      if (pki.judging.upgraded && row.written === argument.value && kubeadmsFlags(pki) !== 'absent') {
        yield notApplicable('kubeadm upgrade takes it out');
      } else if (release === undefined) {
        yield releaseUnknown;
      } else if (isFrom(release, row.removedIn)) {
        const versions = { release: `v${release}`, removedIn: `v${row.removedIn}` };
        const data = { component: component.name, flag: argument.spelled, ...versions, said: row.said };
        yield problem(argument.at, data, { key: row.flag });
      }
    }
  }),

  /** Known flags that the component refuses together. */
  'argument/conflict': check('component', function* (component) {
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
  }),

  'argument/mistyped': unknownFlagCheck(true),
  'argument/unknown': unknownFlagCheck(false),
};
