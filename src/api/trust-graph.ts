/** The trust graph of the nodes of the paths. */
import type { TrustGraph } from '../core/graph.ts';
import type { Report } from '../core/report.ts';
import { buildGraph } from '../graph/build.ts';
import type { LintOptions } from '../lint/options.ts';
import { audit } from './lint.ts';

/**
 * Who signed what, who shows it, who trusts whom and who dials whom, with the report of the same reading.
 *
 * @throws UserError as `lint` does
 */
export async function trustGraph(options: LintOptions = {}): Promise<{ report: Report; graph: TrustGraph }> {
  const { report, pkis, connections } = await audit(options);
  const told = new Set(report.nodes.map(({ name }) => name));
  const graph = buildGraph(
    pkis.filter(({ name }) => told.has(name)),
    connections.filter(({ client }) => told.has(client.name)),
    Date.parse(report.at),
  );
  return { report, graph };
}
