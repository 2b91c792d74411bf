/** `pki-lint rules`, `pki-lint explain RULE` */
import { reporters } from '../report/index.ts';
import type { CommandContext } from './context.ts';
import { print } from './deliver.ts';
import type { FormatFlags, OutputFlags } from './flags.ts';
import { ruleNamed } from './options.ts';

/** Lists the catalogue; yields the exit code. */
export async function rulesCommand(
  { terminal, load }: CommandContext,
  flags: FormatFlags<keyof typeof reporters.rules>,
): Promise<number> {
  const { ruleDocs } = await load();
  await print(reporters.rules, ruleDocs, flags, terminal);
  return 0;
}

/** Says everything about a rule; yields the exit code. Throws a UserError where there is no such rule. */
export async function explainCommand(
  { terminal, load }: CommandContext,
  flags: OutputFlags,
  id: string,
): Promise<number> {
  const { ruleDocs } = await load();
  await print(reporters.rule, ruleNamed(id, ruleDocs), { ...flags, format: 'text' }, terminal);
  return 0;
}
