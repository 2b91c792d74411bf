/** Values of flags that a component refuses, so that it does not start. */
import type { Component } from '../../artifact/component.ts';
import { fileIn, placeIn } from '../../artifact/place.ts';
import { goQuoted } from '../../core/go-values.ts';
import { isHidden } from '../../core/shown.ts';
import { fill } from '../../core/text.ts';
import type { Pki } from '../../model/roles/pki.ts';
import { type KnownComponent, knownComponent } from '../../tables/components.ts';
import { knownFlags } from '../../tables/flags.ts';
import { onlyEdit, removeArgument, replaceArgument } from '../base/argument-edit.ts';
import { type CheckResult, check, problem } from '../base/check.ts';
import { isUnknownThen } from '../base/dated-flags.ts';
import { apiServerValues } from '../values/api-server-values.ts';
import { etcdValues } from '../values/etcd-values.ts';
import { forbiddenValues, unparsedValues } from '../values/flag-values.ts';
import { refusedSettings } from '../values/kubelet-flags.ts';
import { refusedElectionTimes } from '../values/leader-election.ts';
import { refusedNames } from '../values/listed-names.ts';
import { refusedNodeRanges } from '../values/node-ranges.ts';
import type { RefusedValue } from '../values/refusal.ts';
import { refusedSuites } from '../values/refused-suites.ts';
import { refusedApis } from '../values/runtime-config.ts';
import { withoutDashes } from './known.ts';

/** Pairs of a certificate and a key that are none (k8s.io/component-base cli/flag/namedcertkey_flag.go). */
function* malformedPairs(component: Component, { slots }: Pki): Generator<RefusedValue> {
  for (const { argument, component: owner, problem: wrong } of slots) {
    if (owner !== component || argument === undefined || wrong?.kind !== 'malformed') continue;
    const takes = 'CERTIFICATE,KEY or CERTIFICATE,KEY:NAME,NAME: both files of the pair';
    yield { argument, error: wrong.reason, takes };
  }
}

/** Returns the values that a component refuses, the first fault of each flag. */
export function* refusals(component: Component, pki: Pki): Generator<RefusedValue> {
  const seen = new Set<string>();
  const all = [
    unparsedValues(component),
    malformedPairs(component, pki),
    forbiddenValues(component, pki),
    refusedSettings(component, pki),
    apiServerValues(component, pki),
    etcdValues(component),
    refusedElectionTimes(component),
    refusedNodeRanges(component),
    refusedSuites(component, pki),
    refusedNames(component, pki),
    refusedApis(component),
  ];
  for (const source of all) {
    for (const refusal of source) {
      if (seen.has(refusal.argument.name) || isUnknownThen(refusal.argument, component, pki)) continue;
      seen.add(refusal.argument.name);
      yield refusal;
    }
  }
}

function refused(component: Component, { argument, error, takes, meant: right }: RefusedValue): CheckResult {
  const { name, spelled, value = '', at } = argument;
  // A password in a URL is not printed, in no fix either.
  const meant = right !== undefined && !isHidden(right) ? right : undefined;
  const edit =
    meant === undefined
      ? undefined
      : meant === ''
        ? removeArgument(component, argument)
        : replaceArgument(component, argument, `${spelled}=${meant}`);
  const fix =
    meant === undefined
      ? `give ${spelled} of ${component.name} ${takes}`
      : meant === ''
        ? `remove ${spelled} from ${component.name}`
        : `set ${spelled} of ${component.name} to ${meant}`;
  const data = { component: component.name, flag: spelled, value: value, error: error, takes, fix };
  return problem(at, data, { key: name, edits: onlyEdit(edit) });
}

/** What a component says about a word that is neither a flag nor the value of one. */
function operandError({ operand }: KnownComponent, { name, operands = [] }: Component): string {
  const texts = operands.map(({ value }) => value);
  return fill(operand, { name, first: texts[0] ?? '', all: texts.map(goQuoted).join(' ') });
}

/** A word without a flag: most often the value of a flag that takes none, such as a bool. */
function* operand(component: Component): Generator<CheckResult> {
  const row = knownComponent(component.name);
  const [first] = component.operands ?? [];
  // What a component that no table knows does with such words is not known either.
  if (first === undefined || row === undefined) return;
  const text = first.value;
  const before = component.arguments.findLast(
    ({ at }) => fileIn(at) === first.at.path && (placeIn(at)?.line ?? 0) <= (first.at.line ?? 0),
  );
  const isBool = before !== undefined && knownFlags(component.name)?.get(before.name) === 'bool';
  const meant = withoutDashes(component, first);
  const fix = meant
    ? `write --${text} instead of ${text} for ${component.name}`
    : isBool
      ? `write ${before.spelled}=${text} as one word for ${component.name}`
      : `remove the word ${text} from the command of ${component.name}, or write it after the flag and an equals sign`;
  const flag = meant?.spelled ?? (isBool ? before.spelled : text);
  const data = { component: component.name, flag, value: meant?.value ?? text, error: operandError(row, component) };
  yield problem(
    first.at,
    { ...data, takes: 'one word with an equals sign', fix },
    {
      key: 'operand',
      edits: onlyEdit(meant && !isHidden(text) ? replaceArgument(component, meant, `--${text}`) : undefined),
    },
  );
}

export const argumentValuesChecks = {
  /** Flags with a value that their component rejects. */
  'argument/value': check('component', function* (component, pki) {
    for (const refusal of refusals(component, pki)) yield refused(component, refusal);
    yield* operand(component);
  }),
};
