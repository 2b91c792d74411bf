/** The configuration file that the installer reads to sign certificates: how to write it, or to get it. */
import { remember } from '../../core/collections.ts';
import type { CommandValues } from '../../core/command/fill.ts';
import { isFrom } from '../../model/facts/release.ts';
import type { Pki } from '../../model/roles/pki.ts';
import type { FixStep } from '../../results/finding.ts';
import type { Configuration } from '../../tables/layouts/remedies.ts';
import { isCommand, stepsOf } from '../../tables/layouts/steps.ts';
import type { StepRow } from '../../tables/step-rows.ts';
import { configurationWriters } from '../installers/index.ts';
import { stepTarget } from './restarts.ts';

/** Returns the path of the configuration that commands of the installer read on a node; '' if there are none. */
export function configurationPath(pki: Pki): string {
  const { configuration } = pki.layout.remedies;
  if (configuration === undefined) return '';
  return documentsOf(pki) === undefined ? configuration.usual : configuration.file;
}

/** Returns the steps that write the configuration before steps that read it, or that say how to get it. */
export function configurationSteps(remedy: readonly StepRow[], pki: Pki): readonly FixStep[] {
  const reader = remedy.filter(isCommand).find(({ needs }) => needs !== undefined);
  const { configuration } = pki.layout.remedies;
  if (reader === undefined || configuration === undefined) return [];
  // The configuration of this node is of no use where the installer signs for a different one.
  const documents = reader.command.includes('{config}') ? documentsOf(pki) : undefined;
  const { write, file } = configuration;
  const steps =
    documents === undefined
      ? gettingSteps(configuration, pki)
      : stepsOf(write, { ...documents, config: file }, stepTarget(pki));
  // It is needed where it is read, which may be on another node.
  return steps.map((step) => ({ ...step, on: reader.elsewhere ? null : pki.name }));
}

function gettingSteps({ rows, converted }: Configuration, pki: Pki): readonly FixStep[] {
  const release = pki.facts.kubernetesVersion?.value;
  const isConverted = release !== undefined && isFrom(release, converted.from);
  return [...rows, ...(isConverted ? converted.rows : [])].flatMap((row) => stepsOf(row, {}, stepTarget(pki)));
}

const documentsOf = remember((pki: Pki): CommandValues | undefined => {
  const release = pki.facts.kubernetesVersion?.value;
  const { writer, versions = [] } = pki.layout.remedies.configuration ?? {};
  const version = versions.findLast(({ from }) => release !== undefined && isFrom(release, from))?.version;
  return writer === undefined || version === undefined ? undefined : configurationWriters[writer]?.(pki, version);
});
