/** `pki-lint rules [PREFIX]`, `pki-lint explain RULE` */
import { allReporters } from '../../report/index.ts';
import type { FormatFlags, OutputFlags } from '../parsing/flags.ts';
import { forbidFormatAsFile } from '../parsing/formats.ts';
import { ruleNamed } from '../parsing/given-options.ts';
import type { RuleDoc } from '../parsing/library.ts';
import type { CommandContext } from './context.ts';
import { print } from './deliver.ts';

/**
 * Prints a list of all rules, or of those with a prefix, and returns the exit code.
 *
 * @throws UserError if no rule begins with it
 */
export async function rulesCommand(
  { terminal, library }: CommandContext,
  flags: FormatFlags<keyof typeof allReporters.rules>,
  prefix?: string,
): Promise<number> {
  const { ruleDocs } = library;
  if (flags.output !== undefined) forbidFormatAsFile(flags.output);
  const listed = prefix === undefined ? ruleDocs : rulesBelow(prefix, ruleDocs);
  await print(allReporters.rules, listed.length > 0 ? listed : [ruleNamed(prefix ?? '', ruleDocs)], flags, terminal);
  return 0;
}

/** The rules whose ids begin with words between slashes: `cert`, `cert/` and `cert/*` are the same. */
function rulesBelow(prefix: string, ruleDocs: readonly RuleDoc[]): readonly RuleDoc[] {
  const start = prefix.replace(/\/?\*?$/, '');
  return ruleDocs.filter(({ id }) => id === start || id.startsWith(`${start}/`));
}

/**
 * Prints the description of a rule, or a list of those with a prefix, and returns the exit code.
 *
 * @throws UserError if there is neither
 */
export async function explainCommand(
  { terminal, library }: CommandContext,
  flags: OutputFlags,
  id: string,
): Promise<number> {
  const { ruleDocs } = library;
  const several = id.includes('/') && !/[/*]$/.test(id) ? [] : rulesBelow(id, ruleDocs);
  if (several.length > 0) await print(allReporters.rules, several, { ...flags, format: 'table' }, terminal);
  else await print(allReporters.rule, ruleNamed(id, ruleDocs), { ...flags, format: 'text' }, terminal);
  return 0;
}
