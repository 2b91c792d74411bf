/** `pki-lint connections [PATH…]` */
import { connections } from '../report/connections.ts';
import { json } from '../report/json.ts';
import { deliver } from './deliver.ts';
import type { ConnectionFlags } from './flags.ts';
import { destinations } from './formats.ts';
import type { LoadLibrary } from './library.ts';
import { nodeOptions } from './options.ts';
import { complain, type Terminal } from './terminal.ts';

/** Prints which connections of the nodes work, and why others do not; yields the exit code: 1 where one fails. */
export async function connectionsCommand(
  paths: readonly string[],
  flags: ConnectionFlags,
  terminal: Terminal,
  load: LoadLibrary,
): Promise<number> {
  const wanted = destinations(flags.format);
  const { lint } = await load();
  const at = flags.at === undefined ? {} : { at: flags.at };
  const report = await lint({ ...nodeOptions(paths, flags, terminal), ...at, failOn: 'never' });
  for (const { path, message, hint } of report.failures) complain(terminal, `${path}: ${message}`, hint);
  const told = wanted.filter(({ format, file }) => format !== 'table' || file !== undefined || report.nodes.length > 0);
  const undelivered = await deliver(
    (format, options) => (format === 'json' ? json(report.connections) : connections(report, options)),
    told,
    flags,
    terminal,
  );
  if (undelivered) return 2;
  return report.exitCode || Number(report.connections.some(({ verdict }) => verdict === 'fail'));
}
