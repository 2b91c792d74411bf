/** The configuration file that the installer reads to sign certificates: how to write it, or to get it. */
import { remember } from '../../core/collections.ts';
import type { CommandValues } from '../../core/command/fill.ts';
import { isFrom } from '../../model/facts/release.ts';
import type { Pki } from '../../model/roles/pki.ts';
import type { Fix, FixStep } from '../../results/finding.ts';
import type { Configuration } from '../../tables/layouts/remedies.ts';
import { isCommand, stepsOf } from '../../tables/layouts/steps.ts';
import { roleIds } from '../../tables/role-ids.ts';
import type { StepRow } from '../../tables/step-rows.ts';
import { configurationWriters } from '../installers/index.ts';
import { stepTarget } from './restarts.ts';

/** Returns the path of the configuration that commands of the installer read on a node; '' if there are none. */
export function configurationPath(pki: Pki): string {
  const { configuration } = pki.layout.remedies;
  if (configuration === undefined) return '';
  return documentsOf(pki) === undefined ? configuration.usual : configuration.file;
}

/**
 * Returns the steps of a remedy with those that write the configuration that one of them reads, or that say how to get
 * it: in front of all, or where they begin on the machine that reads it.
 */
export function stepsWithConfiguration(steps: Fix, remedy: readonly StepRow[], pki: Pki): Fix {
  const reader = remedy.filter(isCommand).find(({ needs }) => needs !== undefined);
  const { configuration } = pki.layout.remedies;
  if (reader === undefined || configuration === undefined) return steps;
  // The configuration of this node is of no use where the installer signs for a different one.
  const documents = reader.command.includes('{config}') ? documentsOf(pki) : undefined;
  const getting =
    documents === undefined ? gettingSteps(configuration, pki) : writingSteps(configuration, documents, pki);
  const { elsewhere } = reader;
  if (elsewhere === undefined) return [...getting.map((step) => ({ ...step, on: pki.name })), ...steps];
  const start = steps.findIndex(({ on }) => on === null);
  const there = getting.map((step): FixStep => {
    const isDone = step.kind === 'command' && !step.footnote;
    return { ...step, on: null, ...(isDone && { place: elsewhere }) };
  });
  return [...steps.slice(0, start), ...there, ...steps.slice(start)];
}

function writingSteps({ write, lost, file }: Configuration, documents: CommandValues, pki: Pki): readonly FixStep[] {
  const server = pki.roles.find(({ id }) => id === roleIds.apiServer);
  const isLost = server?.kind === 'certificate' && server.leaf === undefined;
  const row = isLost ? { ...write, intro: lost } : write;
  return stepsOf(row, { ...documents, config: file }, stepTarget(pki));
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
