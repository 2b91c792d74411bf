/** Checks that the kubelet gets an answer to the probes of the components that it starts. */

import type { Component } from '../../artifact/component.ts';
import { fileIn } from '../../artifact/place.ts';
import type { Probe } from '../../artifact/probe.ts';
import { groupBy } from '../../core/collections.ts';
import { isProbed } from '../../model/handshake/probe-listeners.ts';
import { answerTo } from '../../model/handshake/probes.ts';
import type { Pki } from '../../model/roles/pki.ts';
import { type CheckResult, check, list, notApplicable, problem, skip } from '../base/check.ts';
import type { FailedProbes } from '../base/failed-probes.ts';
import { fixOfProbes } from './probe-fixes.ts';

/** The probes that fail, by their cause, and those of which it is not known. */
function judge(component: Component, pki: Pki): readonly (FailedProbes | { readonly unknown: string })[] {
  const answers = (component.probes ?? []).map((probe) => ({ probe, answer: answerTo(probe, component, pki) }));
  const failed = answers.flatMap(({ probe, answer }) => (answer.state === 'failed' ? [{ probe, answer }] : []));
  const byCause = groupBy(failed, ({ answer }) => answer.cause);
  const unknown = answers.flatMap(({ answer }) => (answer.state === 'unknown' ? [answer.reason] : []));
  return [
    ...[...byCause.values()].flatMap((same) => {
      // A liveness probe says most: what restarts the container.
      const [first] = same.toSorted((one, other) => Number(isHarmless(one.probe)) - Number(isHarmless(other.probe)));
      return first === undefined ? [] : [{ ...first.answer, component, probes: same.map(({ probe }) => probe) }];
    }),
    ...[...new Set(unknown)].map((reason) => ({ unknown: reason })),
  ];
}

/** A container that is not ready keeps running. */
const isHarmless = ({ kind }: Probe): boolean => kind === 'readiness';

const isMinor = ({ probes, isMinor: isDiscarded }: FailedProbes): boolean =>
  isDiscarded === true || probes.every(isHarmless);

/** `liveness and startup probes` */
function namesOf(probes: readonly Probe[]): string {
  return `${list(probes.map(({ kind }) => kind))} ${probes.length === 1 ? 'probe' : 'probes'}`;
}

function effectOf({ component: { name }, cause, probes, isMinor: isDiscarded }: FailedProbes): string {
  if (cause === 'paths' && isDiscarded) return `${name} is restarted whenever it cannot reach the API server`;
  return probes.some(({ kind }) => kind !== 'liveness') ? `${name} never becomes ready` : `nothing checks ${name}`;
}

function* resultOf(failed: FailedProbes, pki: Pki): Generator<CheckResult> {
  const { component, probes, error, found, at, cause } = failed;
  const [first] = probes;
  if (first === undefined) return;
  const { expected, text, data = {}, ...fix } = fixOfProbes(failed, pki);
  const kind = `${first.kind.slice(0, 1).toUpperCase()}${first.kind.slice(1)}`;
  const said = `${kind} probe ${cause === 'port-name' ? 'errored' : 'failed'}: ${error}`;
  const common = { component: component.name, probes: namesOf(probes), error, said, found, expected, fix: text };
  const several = probes.length === 1 ? 'fails' : 'fail';
  const stopped = 'is restarted again and again';
  yield problem(at, { ...common, several, stopped, effect: effectOf(failed), ...data }, { key: cause, ...fix });
}

/** Whether hostNetwork is misspelled. */
function lacksNetwork({ at }: Component, { node }: Pki): boolean {
  const content = node.files.get(fileIn(at) ?? '')?.content;
  return (
    content?.type === 'manifest' &&
    (content.pod.misspelled ?? []).some(({ field }) => /(?:^|\.)hostNetwork$/.test(field))
  );
}

/** @param minor whether the container keeps running */
function probeCheck(minor: boolean) {
  return check('component', function* (component, pki) {
    if (component.probes === undefined || !isProbed(component.name)) return yield notApplicable('no static pod');
    if (component.probes.length === 0) return yield notApplicable('no probe that dials');
    for (const one of judge(component, pki)) {
      if ('unknown' in one) {
        if (!minor) yield skip(one.unknown);
      } else if (one.cause === 'always-allow') yield notApplicable('reported by argument/authorization');
      else if (one.cause === 'network' && lacksNetwork(component, pki))
        yield notApplicable('reported by manifest/field');
      else if (isMinor(one) === minor) yield* resultOf(one, pki);
    }
  });
}

export const manifestProbesChecks = {
  'manifest/probe': probeCheck(false),
  'manifest/probe-minor': probeCheck(true),
};
