/** `pki-lint facts [PATH…]` */
import { printable } from '../core/text.ts';
import { grid } from '../report/grid.ts';
import { json } from '../report/json.ts';
import { painter } from '../report/paint.ts';
import type { NodeFlags, TableFlags } from './flags.ts';
import type { LoadLibrary } from './library.ts';
import { nodeOptions } from './options.ts';
import { complain, type Terminal, usesColor, widthOf } from './terminal.ts';

/** Prints what is known about each node, and from where; yields the exit code, which findings do not touch. */
export async function factsCommand(
  paths: readonly string[],
  flags: NodeFlags & TableFlags,
  terminal: Terminal,
  load: LoadLibrary,
): Promise<number> {
  const { lint } = await load();
  const { nodes, failures, exitCode } = await lint({ ...nodeOptions(paths, flags, terminal), failOn: 'never' });
  for (const { path, message, hint } of failures) complain(terminal, `${path}: ${message}`, hint);
  if (flags.format === 'json') {
    terminal.stdout.write(json(nodes));
    return exitCode;
  }
  const paint = painter(usesColor(terminal, flags.color));
  const parts: string[] = [];
  for (const { name, rootfs, facts } of nodes) {
    const rows = facts.map((fact) => [fact.name, fact.value, fact.source]);
    const table = await grid(['FACT', 'VALUE', 'FROM'], rows, widthOf(terminal), paint);
    parts.push(`${paint('bold', printable(`${name} · ${rootfs}`))}\n\n${table}\n`);
  }
  terminal.stdout.write(parts.join('\n'));
  return exitCode;
}
