/** Checks that what a node's files start runs, once, and that nothing else does. */
import { componentNamed } from '../../artifact/arguments.ts';
import { fileIn, setByText } from '../../artifact/place.ts';
import type { ComponentProcess } from '../../artifact/process.ts';
import type { Pki } from '../../model/roles/pki.ts';
import { kubeletState, lookAtRunning, type SeenRunning } from '../../model/running/pairing.ts';
import { copiesOn, notInBundles, presenceOf, type Settlement, unmanagedOn } from '../../model/running/presence.ts';
import { comparisonOf, differingArguments } from '../../model/running/process-arguments.ts';
import { knownFlags } from '../../tables/flags.ts';
import { type CheckResult, check, list, notApplicable, problem, skip } from '../base/check.ts';
import { differencesText, flagsText, processText, settlingText } from './words.ts';

type Settling = Extract<Settlement, { readonly state: 'settling' }>;

/**
 * What runs, if the whole process table was seen: what is absent shows only there. One rule reports for all that it was
 * not.
 */
function* wholeTable(
  pki: Pki,
  says: 'unknown' | 'nothing' = 'nothing',
): Generator<CheckResult, SeenRunning | undefined> {
  const look = lookAtRunning(pki);
  if (look.seen?.from === 'proc') return look.seen;
  const { reason, isHidden } = look.seen === undefined ? look : { reason: notInBundles, isHidden: true };
  yield says === 'unknown' && isHidden ? skip(reason) : notApplicable(reason);
  return undefined;
}

/** Where a process runs, in words. */
function placeText({ container, unit }: ComponentProcess): string {
  if (container === undefined) return unit === undefined ? 'on the host' : `in ${unit}`;
  if (container.podUid === undefined) return 'in a container without a pod';
  return container.pod === undefined ? 'in a pod' : `in the pod ${container.pod}`;
}

/** What may be on its way, by component: what differs, and why that may be so. */
function* settlingOn(
  pki: Pki,
  running: SeenRunning,
): Generator<{ name: string; state: string; settled: Settling; path: string }> {
  for (const component of pki.node.components) {
    const { name } = component;
    const path = setByText(component.at);
    const compared = comparisonOf(pki, component);
    if (compared.kind === 'compared' && compared.differences.length > 0 && compared.settled.state === 'settling') {
      const state = `still runs with flags that differ from those of ${path} (${flagsText(compared.differences, name)})`;
      yield { name, state, settled: compared.settled, path };
    }
    const presence = presenceOf(component, pki);
    if (presence.kind === 'absent' && presence.settled.state === 'settling')
      yield { name, state: 'does not run at this moment', settled: presence.settled, path };
  }
  for (const { name, folder, settled } of unmanagedOn(pki, running))
    if (settled.state === 'settling')
      yield { name, state: `still runs without a manifest in ${folder}`, settled, path: folder };
}

/** What the kubelet would do if it ran, in words. */
function* leftUndone(pki: Pki, running: SeenRunning): Generator<string> {
  for (const component of pki.node.components) {
    const compared = comparisonOf(pki, component);
    if (compared.kind !== 'compared' || compared.differences.length === 0 || component.mounts === undefined) continue;
    const flags = flagsText(compared.differences, component.name);
    yield `${component.name} runs with flags that differ from those of its manifest (${flags})`;
  }
  for (const { name } of unmanagedOn(pki, running)) yield `${name} runs without a manifest`;
  const absent = pki.node.components.filter((component) => presenceOf(component, pki).kind === 'absent');
  if (absent.length > 0) yield `${list(absent.map(({ name }) => name))} ${absent.length === 1 ? 'does' : 'do'} not run`;
}

export const processPresenceChecks = {
  'process/kubelet-down': check('node', function* (pki) {
    const running = yield* wholeTable(pki, 'unknown');
    if (running === undefined) return;
    const state = kubeletState(pki, running);
    if (state === 'unknown') return yield notApplicable('nothing shows that a kubelet of its own should run here');
    const kubelet = componentNamed(pki.node, 'kubelet');
    if (state === 'runs' || kubelet === undefined) return;
    const undone = [...leftUndone(pki, running)];
    const missing = unmanagedOn(pki, running).map(({ name }) => name);
    const data = {
      unit: kubelet.unit?.name ?? kubelet.name,
      folder: pki.node.manifestFolder ?? '',
      effects: undone.length === 0 ? 'its static pods are not restarted if they stop' : list(undone),
      ...(missing.length > 0 && { missing: list(missing) }),
    };
    yield problem(kubelet.at, data);
  }),

  'process/absent': check('component', function* (component, pki) {
    const presence = presenceOf(component, pki);
    if (presence.kind === 'runs') return;
    if (presence.kind !== 'absent') return yield presence;
    const { path, kubelet, settled } = presence;
    if (kubelet === 'runs' && settled.state === 'settling') return yield notApplicable('it was just changed');
    // Without a time it may have been changed just now, and an error would be false.
    if (kubelet === 'runs' && settled.state === 'unknown') return yield skip(`it is unknown when ${path} was changed`);
    const although = kubelet === 'runs' ? 'although the kubelet runs' : 'and neither does the kubelet';
    const unit = componentNamed(pki.node, 'kubelet')?.unit?.name ?? 'kubelet';
    yield problem(component.at, { component: component.name, path, although, unit });
  }),

  'process/unmanaged': check('node', function* (pki) {
    const running = yield* wholeTable(pki);
    if (running === undefined) return;
    const isDown = kubeletState(pki, running) === 'down';
    for (const { name, running: found, folder, settled } of unmanagedOn(pki, running)) {
      if (settled.state === 'settling' && !isDown) continue;
      const data = { component: name, process: processText(found), place: placeText(found), folder };
      yield problem({ path: folder }, data, { key: name });
    }
  }),

  'process/second': check('node', function* (pki) {
    const running = yield* wholeTable(pki);
    if (running === undefined) return;
    for (const { name, own, isOwnKnown, others } of copiesOn(pki, running)) {
      const [other] = others;
      const differences = differingArguments(own.arguments, other.arguments, knownFlags(name));
      // Of two that nothing on the node has started, the values of neither are those of its files.
      const text = isOwnKnown ? differencesText : flagsText;
      const how = differences.length === 0 ? 'with the same flags' : `with different flags: ${text(differences, name)}`;
      const each = [own, ...others].map((one) => `${processText(one)} ${placeText(one)}`);
      const at = componentNamed(pki.node, name)?.at ?? { path: pki.node.pki };
      const data = {
        component: name,
        processes: list(each),
        how,
        path: fileIn(at) ?? pki.node.pki,
        pid: `${own.pid ?? ''}`,
        otherPid: `${other.pid ?? ''}`,
      };
      yield problem(at, data, { key: name, parts: others.map((one) => placeText(one)) });
    }
  }),

  'process/settling': check('node', function* (pki) {
    const running = yield* wholeTable(pki);
    if (running === undefined) return;
    if (kubeletState(pki, running) !== 'runs') return yield notApplicable('the kubelet does not run');
    for (const { name, state, settled, path } of settlingOn(pki, running)) {
      const data = { component: name, state, recent: settlingText(settled, path), path };
      yield problem({ path }, data, { key: name });
    }
  }),
};
