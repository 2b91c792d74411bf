/** `pki-lint rules`, `pki-lint explain RULE` */
import { allReporters } from '../../report/index.ts';
import type { FormatFlags, OutputFlags } from '../parsing/flags.ts';
import { ruleNamed } from '../parsing/given-options.ts';
import type { CommandContext } from './context.ts';
import { print } from './deliver.ts';

/** Prints a list of all rules, and returns the exit code. */
export async function rulesCommand(
  { terminal, library }: CommandContext,
  flags: FormatFlags<keyof typeof allReporters.rules>,
): Promise<number> {
  const { ruleDocs } = library;
  await print(allReporters.rules, ruleDocs, flags, terminal);
  return 0;
}

/**
 * Prints the description of a rule, and returns the exit code.
 *
 * @throws UserError if there is no rule with this id
 */
export async function explainCommand(
  { terminal, library }: CommandContext,
  flags: OutputFlags,
  id: string,
): Promise<number> {
  const { ruleDocs } = library;
  await print(allReporters.rule, ruleNamed(id, ruleDocs), { ...flags, format: 'text' }, terminal);
  return 0;
}
