/** `pki-lint connections [PATH…]` */
import { allReporters } from '../../report/index.ts';
import { drawable } from '../../results/read/graph-excerpt.ts';
import { type OutputFlags, timeRows, valuesOf } from '../parsing/flags.ts';
import type { ConnectionFormat, GraphFormat } from '../parsing/format-rows.ts';
import { destinations } from '../parsing/formats.ts';
import { nodeOptions } from '../parsing/given-options.ts';
import type { LintOptions } from '../parsing/library.ts';
import type { Destination } from '../terminal/destination.ts';
import { complain } from '../terminal/terminal.ts';
import { configOf } from './config.ts';
import type { CommandContext } from './context.ts';
import { deliverNodes } from './deliver.ts';
import { type ExitFlags, exitCodeFor, withEmptiness } from './exit-code.ts';

export interface ConnectionFlags extends OutputFlags, ExitFlags {
  readonly format?: Destination<ConnectionFormat>[];
}

const drawsGraph = (format: ConnectionFormat): format is GraphFormat => Object.hasOwn(allReporters.graph, format);

/**
 * Prints the connections of the nodes, with reasons for failures, and returns the exit code: 1 if a connection fails.
 */
export async function connectionsCommand(
  { terminal, library }: CommandContext,
  flags: ConnectionFlags,
  paths: readonly string[],
): Promise<number> {
  const requested = destinations(flags, terminal.cwd);
  const config = await configOf(paths, flags, terminal);
  const { trustGraph } = library;
  const options = {
    ...nodeOptions(paths, flags, terminal, config),
    ...valuesOf<Pick<LintOptions, 'at'>>(timeRows, flags),
  };
  const { graph, ...linted } = await trustGraph({ ...options, failOn: 'never' });
  const report = withEmptiness(linted.report, flags);
  const drawn = requested.some(({ format }) => drawsGraph(format)) ? drawable(graph) : { graph, leftOut: '' };
  if (drawn.leftOut !== '' && report.nodes.length > 0) complain(terminal, drawn.leftOut);
  const hasFailed = await deliverNodes(
    report,
    (format, style) =>
      drawsGraph(format)
        ? allReporters.graph[format](drawn.graph, style)
        : allReporters.connections[format](report, style),
    requested,
    flags,
    terminal,
  );
  if (hasFailed) return 2;
  // In memory, a connection fails as far as the finding about the process is an error that counts.
  const errors = new Set(
    report.findings.flatMap(({ severity, suppressed, fingerprint }) =>
      severity === 'error' && suppressed === null ? [fingerprint] : [],
    ),
  );
  const fails = report.connections.some(
    ({ verdict, inMemory }) => verdict === 'fail' || errors.has(inMemory?.cause ?? ''),
  );
  return exitCodeFor(report.exitCode || (fails ? 1 : 0), flags);
}
