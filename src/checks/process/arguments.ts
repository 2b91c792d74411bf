/** Checks that a process has the arguments of the manifest or the unit that starts it. */
import { fileIn, setByText } from '../../artifact/place.ts';
import { kubeletState, lookAtRunning } from '../../model/running/pairing.ts';
import { comparisonOf, otherManifestOf } from '../../model/running/process-arguments.ts';
import { check, notApplicable, problem } from '../base/check.ts';
import { differencesText, processText } from './words.ts';

export const processArgumentsChecks = {
  /**
   * A difference is one of the moment at which it was looked at, whatever the age of the manifest: where times are not
   * known, it is still reported.
   */
  'process/arguments': check('component', function* (component, pki) {
    const compared = comparisonOf(pki, component);
    if (compared.kind !== 'compared') return yield compared;
    const { running, differences, settled } = compared;
    const [first] = differences;
    if (first === undefined) return;
    const { seen } = lookAtRunning(pki);
    const isDown = seen !== undefined && kubeletState(pki, seen) === 'down';
    if (settled.state === 'settling' && !isDown) return yield notApplicable('it was just changed');
    const other = otherManifestOf(component, running, pki);
    const { name, unit } = component;
    const path = setByText(component.at);
    const data = {
      component: name,
      process: processText(running),
      path,
      difference: differencesText(differences, name),
      same: other === undefined ? '' : `, as in ${other}`,
      unit: unit?.name ?? '',
      ...(name === 'etcd' && { etcd: name }),
      ...(other !== undefined && { otherPath: other }),
    };
    const at = first.wanted.find((argument) => fileIn(argument.at) !== undefined)?.at ?? component.at;
    yield problem(at, data, {
      parts: differences.map((one) => one.name),
      ...(unit !== undefined && { fix: 'unit' }),
      ...(other !== undefined && { fix: 'copy' }),
    });
  }),
};
