/** `pki-lint rules` */
import { grid } from '../report/grid.ts';
import { json } from '../report/json.ts';
import { painter, stateStyles } from '../report/paint.ts';
import type { TableFlags } from './flags.ts';
import type { LoadLibrary } from './library.ts';
import { type Terminal, usesColor, widthOf } from './terminal.ts';

/** Lists the catalogue; yields the exit code. */
export async function rulesCommand(flags: TableFlags, terminal: Terminal, load: LoadLibrary): Promise<number> {
  const { ruleDocs } = await load();
  if (flags.format === 'json') {
    terminal.stdout.write(json(ruleDocs));
    return 0;
  }
  const paint = painter(usesColor(terminal, flags.color));
  const rows = ruleDocs.map(({ id, severity, impact, title }) => [
    id,
    { text: severity, paint: (line: string) => paint(stateStyles[severity], line) },
    impact,
    title,
  ]);
  const table = await grid(['RULE', 'SEVERITY', 'IMPACT', 'TITLE'], rows, widthOf(terminal), paint);
  terminal.stdout.write(`${table}\n\n${ruleDocs.length} rules · pki-lint explain RULE says more about one\n`);
  return 0;
}
