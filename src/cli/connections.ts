/** `pki-lint connections [PATH…]` */
import { reporters } from '../report/index.ts';
import type { CommandContext } from './context.ts';
import { deliver } from './deliver.ts';
import { type OutputFlags, timeRows, valuesOf } from './flags.ts';
import { type ConnectionFormat, type Destination, destinations, type GraphFormat } from './formats.ts';
import type { LintOptions } from './library.ts';
import { nodeOptions } from './options.ts';
import { complain } from './terminal.ts';

export interface ConnectionFlags extends OutputFlags {
  readonly format?: Destination<ConnectionFormat>[];
}

const drawsGraph = (format: ConnectionFormat): format is GraphFormat => Object.hasOwn(reporters.graph, format);

/** Prints which connections of the nodes work, and why others do not; yields the exit code: 1 where one fails. */
export async function connectionsCommand(
  { terminal, load }: CommandContext,
  flags: ConnectionFlags,
  paths: readonly string[],
): Promise<number> {
  const wanted = destinations(flags.format);
  const { trustGraph } = await load();
  const options = { ...nodeOptions(paths, flags, terminal), ...valuesOf<Pick<LintOptions, 'at'>>(timeRows, flags) };
  const { report, graph } = await trustGraph({ ...options, failOn: 'never' });
  for (const { path, message, hint } of report.failures) complain(terminal, `${path}: ${message}`, hint);
  const shown = wanted.filter(({ format, file }) => format === 'json' || file !== undefined || report.nodes.length > 0);
  const undelivered = await deliver(
    (format, looks) =>
      drawsGraph(format) ? reporters.graph[format](graph, looks) : reporters.connections[format](report, looks),
    shown,
    flags,
    terminal,
  );
  if (undelivered) return 2;
  return report.exitCode || Number(report.connections.some(({ verdict }) => verdict === 'fail'));
}
