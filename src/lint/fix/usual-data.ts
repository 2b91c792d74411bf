/** Values of placeholders that every rule may use. */
import { flagValue } from '../../artifact/arguments.ts';
import { inFolder } from '../../artifact/paths.ts';
import { unitFor } from '../../tables/layouts/steps.ts';
import type { Failure } from '../rules/failure.ts';
import { configurationPath } from './configuration.ts';
import { placeOfEdit } from './editing.ts';
import { stepTarget } from './restarts.ts';

/** Returns what the words of all rules may name, unless their checks say it. */
export function usualData(failure: Failure): Readonly<Record<string, string>> {
  const { pki, problem } = failure;
  const { folder, settings } = pki.layout.kubelet;
  return {
    config: configurationPath(pki),
    place: placeOfEdit(failure),
    unit: unitFor(problem.data.component ?? '', stepTarget(pki)),
    settings: flagValue(pki.node, 'kubelet', 'config') ?? inFolder(folder, settings[0] ?? ''),
  };
}
