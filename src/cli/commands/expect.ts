/** `pki-lint expect [PATH…]` */
import { allReporters } from '../../report/index.ts';
import { optionTable } from '../../tables/option-table.ts';
import { type FormatFlags, valuesOf } from '../parsing/flags.ts';
import { nodeOptions } from '../parsing/given-options.ts';
import type { LintOptions } from '../parsing/library.ts';
import { configOf } from './config.ts';
import type { CommandContext } from './context.ts';
import { print } from './deliver.ts';

/** Prints the files that the tables expect, with the facts of each node filled in, and returns the exit code. */
export async function expectCommand(
  { terminal, library }: CommandContext,
  flags: FormatFlags<keyof typeof allReporters.expectations>,
  paths: readonly string[],
): Promise<number> {
  const config = await configOf(paths, flags, terminal);
  const { expect } = library;
  const expectations = await expect({
    ...nodeOptions(paths, flags, terminal, config),
    ...valuesOf<Pick<LintOptions, 'profile'>>(optionTable.expect, flags),
  });
  await print(allReporters.expectations, expectations, flags, terminal);
  return 0;
}
