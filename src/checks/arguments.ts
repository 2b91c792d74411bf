/** Arguments that the component does not know: it would not start. */
import type { Argument, Component } from '../core/artifact.ts';
import { editDistance } from '../core/text.ts';
import { isFrom } from '../model/release.ts';
import { knownFlags } from '../spec/flags.ts';
import { removedArgumentRows } from '../spec/tables.ts';
import { check, notApplicable, problem, skip } from './check.ts';

/** Removed by the node's release, by a row with a source. */
export const argumentRemoved = check('component', function* (component, pki) {
  const rows = removedArgumentRows.filter((row) => row.component === component.name);
  const release = pki.facts.kubernetesVersion?.value;
  for (const row of rows) {
    const argument = component.arguments.find((one) => one.name === row.flag);
    if (argument === undefined) continue;
    if (release === undefined) {
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
  return [...flags.keys()].find((flag) => Math.abs(flag.length - name.length) <= 2 && editDistance(flag, name) <= 2);
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

// The table of the kubelet's flags has one release alone, and its unit may pass any.
const judged = (component: Component) => component.name !== 'kubelet';

export const argumentMistyped = check('component', function* (component) {
  if (!judged(component)) return yield notApplicable('its flags of other releases are not known');
  for (const { argument, meant: wanted } of strangers(component)) {
    if (wanted === undefined) continue;
    const data = { component: component.name, flag: argument.spelled, wanted: `--${wanted}` };
    yield problem(argument.at, data, { key: argument.name });
  }
});

export const argumentUnknown = check('component', function* (component) {
  if (!judged(component)) return yield notApplicable('its flags of other releases are not known');
  for (const { argument, meant: wanted } of strangers(component)) {
    if (wanted !== undefined) continue;
    yield problem(argument.at, { component: component.name, flag: argument.spelled }, { key: argument.name });
  }
});
