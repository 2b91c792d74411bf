/** KubeSchedulerConfiguration, as kube-scheduler validates it (pkg/scheduler/apis/config/validation/validation.go). */

import { lastArgument } from '../../artifact/arguments.ts';
import { type Setting, settingAt, settingItems, textAt } from '../../artifact/setting.ts';
import { duplicateValue, invalidValue, requiredValue } from '../../core/field-errors.ts';
import { isSince } from '../base/component-release.ts';
import type { ValueContext, ValueFault, ValueJudge } from '../values/field-rows.ts';

/** What kube-scheduler refuses in a KubeSchedulerConfiguration. The arguments of other plugins are not judged. */
export const schedulerFaults: ValueJudge = function* (document, context) {
  const version = textAt(document, 'apiVersion').replace(/^.*\//, '');
  yield* lockFaults(document, context);
  yield* profileFaults(settingItems(document, 'profiles'));
  if (spreadsBySystem(version, context)) yield* spreadFaults(settingItems(document, 'profiles'));
  yield* extenderFaults(settingItems(document, 'extenders'));
  if (version === 'v1beta2') yield* addressFaults(document, context);
};

const isOff = (setting: Setting | undefined) => setting?.kind === 'scalar' && setting.text === 'false';

/** kubernetes/kubernetes#126413: 1.30 takes only leases. Flags override the file. */
function* lockFaults(document: Setting, { component, release }: ValueContext): Generator<ValueFault> {
  const path = 'leaderElection.resourceLock';
  const lock = settingAt(document, 'leaderElection', 'resourceLock');
  if (lock?.kind !== 'scalar' || lock.text === '' || lock.text === 'leases') return;
  if (release === undefined || !isSince(release, '1.30.0')) return;
  if (isOff(settingAt(document, 'leaderElection', 'leaderElect'))) return;
  if (lastArgument(component, 'leader-elect')?.value === 'false') return;
  if (lastArgument(component, 'leader-elect-resource-lock') !== undefined) return;
  const error = invalidValue(path, lock.text, 'resourceLock value must be "leases"');
  yield { path, at: lock.at, error, fix: 'write leases' };
}

/** Only a single profile has a name by default. */
function* profileFaults(profiles: readonly Setting[]): Generator<ValueFault> {
  const firsts = new Map<string, number>();
  for (const [index, profile] of profiles.entries()) {
    const path = `profiles[${index}].schedulerName`;
    const written = settingAt(profile, 'schedulerName');
    const name = written?.kind === 'scalar' ? written.text : '';
    const { at } = written ?? profile;
    const first = firsts.get(name);
    if (name === '' && (profiles.length > 1 || written !== undefined))
      yield { path, at, error: requiredValue(path), fix: 'write the name that pods have as their schedulerName' };
    else if (first !== undefined) {
      const error = duplicateValue(path, `profiles[${first}].schedulerName`);
      yield { path, at, error, fix: 'write a different name' };
    }
    if (first === undefined) firsts.set(name, index);
  }
}

/**
 * Whether the plugin has its own constraints by default: always since 1.24, and in v1
 * (pkg/scheduler/apis/config/v1/defaults.go).
 */
function spreadsBySystem(version: string, { release }: ValueContext): boolean {
  if (version === 'v1') return true;
  return /^v1beta[23]$/.test(version) && release !== undefined && isSince(release, '1.24.0');
}

function* spreadFaults(profiles: readonly Setting[]): Generator<ValueFault> {
  for (const [index, profile] of profiles.entries()) {
    for (const [plugin, config] of settingItems(profile, 'pluginConfig').entries()) {
      if (textAt(config, 'name') !== 'PodTopologySpread') continue;
      const constraints = settingItems(config, 'args', 'defaultConstraints');
      const type = textAt(config, 'args', 'defaultingType');
      if (constraints.length === 0 || (type !== '' && type !== 'System')) continue;
      const path = `profiles[${index}].pluginConfig[${plugin}].args.defaultingType`;
      const error = invalidValue(path, 'System', 'when .defaultConstraints are not empty');
      const { at } = settingAt(config, 'args', 'defaultingType') ?? config;
      yield { path, at, error, fix: 'write List' };
    }
  }
}

function* extenderFaults(extenders: readonly Setting[]): Generator<ValueFault> {
  for (const [index, extender] of extenders.entries()) {
    const weight = settingAt(extender, 'weight');
    const value = weight?.kind === 'scalar' ? weight.text : '0';
    if (textAt(extender, 'prioritizeVerb') === '' || !/^(?:0|-\d+)$/.test(value)) continue;
    const path = `extenders[${index}].weight`;
    const error = `${path}: Invalid value: ${value}: must have a positive weight applied to it`;
    yield { path, at: (weight ?? extender).at, error, fix: 'write a weight, such as 1' };
  }
  const binders = extenders.filter((extender) => textAt(extender, 'bindVerb') !== '');
  const last = binders.at(-1);
  if (binders.length < 2 || last === undefined) return;
  const error = invalidValue(
    'extenders',
    `found ${binders.length} extenders implementing bind`,
    'only one extender can implement bind',
  );
  yield { path: 'extenders', at: last.at, error, fix: 'keep bindVerb in one of them' };
}

/** kubernetes/kubernetes#106866: without TLS, 1.23 and later serve nothing. */
function* addressFaults(document: Setting, { release }: ValueContext): Generator<ValueFault> {
  if (release === undefined || !isSince(release, '1.23.0')) return;
  for (const path of ['healthzBindAddress', 'metricsBindAddress']) {
    const address = settingAt(document, path);
    if (address?.kind !== 'scalar' || !/:0*[1-9]\d*$/.test(address.text)) continue;
    const error = invalidValue(path, address.text, 'must be empty or with an explicit 0 port');
    yield { path, at: address.at, error, fix: 'remove it' };
  }
}
