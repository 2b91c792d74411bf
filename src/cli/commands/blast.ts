/** `pki-lint blast WHAT [PATH…]` */
import { allReporters } from '../../report/index.ts';
import { type FormatFlags, timeRows, valuesOf } from '../parsing/flags.ts';
import { nodeOptions } from '../parsing/given-options.ts';
import type { LintOptions } from '../parsing/library.ts';
import { configOf } from './config.ts';
import type { CommandContext } from './context.ts';
import { print } from './deliver.ts';

/**
 * Prints the blast radius of a certificate or key, and returns the exit code.
 *
 * @throws UserError if no node has it
 */
export async function blastCommand(
  { terminal, library }: CommandContext,
  flags: FormatFlags<keyof typeof allReporters.blast>,
  what: string,
  paths: readonly string[],
): Promise<number> {
  const config = await configOf(paths, flags, terminal);
  const { blast } = library;
  const { at = new Date() } = valuesOf<Pick<LintOptions, 'at'>>(timeRows, flags);
  const radii = await blast(what, { ...nodeOptions(paths, flags, terminal, config), at });
  await print(allReporters.blast, { at: at.toISOString(), radii }, flags, terminal);
  return 0;
}
