/** `--config`, `--no-config`: the policy of a run. */

import { type Config, loadConfig } from '../../api/load-config.ts';
import { UserError } from '../../core/errors.ts';
import { optionTable } from '../../tables/option-table.ts';
import { type OutputFlags, valuesOf } from '../parsing/flags.ts';
import { reportFormats } from '../parsing/format-rows.ts';
import { destination } from '../parsing/formats.ts';
import type { LintOptions } from '../parsing/library.ts';
import type { Destination } from '../terminal/destination.ts';
import { complain, type Terminal } from '../terminal/terminal.ts';
import { print } from './deliver.ts';

/** The options of every command that reads nodes. Commander knows both as `config`. */
interface ConfigFlags {
  readonly config?: string | false;
}

interface PrintFlags extends OutputFlags {
  readonly format?: readonly Destination[];
}

/**
 * Loads the policy for these paths, and reports on stderr what is odd about it.
 *
 * @throws UserError for an invalid policy
 */
export async function configOf(paths: readonly string[], flags: object, terminal: Terminal): Promise<Config> {
  const { config } = flags as ConfigFlags;
  const loaded = await loadConfig({
    ...valuesOf<Pick<LintOptions, keyof typeof optionTable.places>>(optionTable.places, flags),
    ...(paths.length > 0 && { paths }),
    ...(config !== undefined && { file: config }),
    cwd: terminal.cwd,
    env: terminal.env,
  });
  for (const warning of loaded.warnings) complain(terminal, warning);
  return loaded;
}

/**
 * Returns the formats of the policy, as from `--format`; undefined if it names none, or if `--output` names the only
 * file.
 */
export function configuredFormats(
  { file, output: { formats } }: Config,
  { output }: Pick<OutputFlags, 'output'>,
): readonly Destination[] | undefined {
  if (output !== undefined) return undefined;
  return formats?.map((text) => destination(reportFormats)(`format of ${file}`, text));
}

/**
 * Prints the policy that is in force, and returns the exit code.
 *
 * @throws UserError for a format other than YAML, the default, and JSON
 */
export async function printConfig(
  { print: policy }: Config,
  { format = [], ...flags }: PrintFlags,
  terminal: Terminal,
): Promise<number> {
  const [only, other] = format;
  const name = only?.format === 'json' ? 'json' : 'yaml';
  const isKnown = only === undefined || only.format === 'table' || only.format === 'json';
  if (other !== undefined || only?.file !== undefined || !isKnown) {
    throw new UserError(
      '--print-config prints YAML, or JSON with --format json',
      'to write to a file, add --output FILE',
    );
  }
  await print({ yaml: policy.yaml, json: policy.json }, undefined, { ...flags, format: name }, terminal);
  return 0;
}
