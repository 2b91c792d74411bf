/** `pki-lint facts [PATH…]` */
import { requireNodes } from '../../api/load-nodes.ts';
import { allReporters } from '../../report/index.ts';
import type { FormatFlags } from '../parsing/flags.ts';
import { nodeOptions } from '../parsing/given-options.ts';
import { configOf } from './config.ts';
import type { CommandContext } from './context.ts';
import { complainOf, print } from './deliver.ts';

/** Prints the facts about each node and their sources, and returns the exit code. Findings do not affect it. */
export async function factsCommand(
  { terminal, library }: CommandContext,
  flags: FormatFlags<keyof typeof allReporters.facts>,
  paths: readonly string[],
): Promise<number> {
  const config = await configOf(paths, flags, terminal);
  const { lint } = library;
  const { nodes, failures, exitCode } = await lint({ ...nodeOptions(paths, flags, terminal, config), failOn: 'never' });
  complainOf(failures, terminal, flags.verbose);
  if (exitCode === 0) requireNodes(nodes);
  await print(allReporters.facts, nodes, flags, terminal);
  return exitCode;
}
