/** The trust graph of nodes. */

import { buildGraph } from '../graph/build.ts';
import type { LintOptions } from '../lint/rules/lint-options.ts';
import { dialledConnections } from '../results/connection.ts';
import type { TrustGraph } from '../results/graph.ts';
import type { Report } from '../results/report.ts';
import { audit } from './lint.ts';

/**
 * Lints nodes, and returns the report and the trust graph: signatures, certificates that components present, CAs that
 * they trust, and connections.
 *
 * @throws UserError as `lint` does
 */
export async function trustGraph(options: LintOptions = {}): Promise<{ report: Report; graph: TrustGraph }> {
  const { report, pkis, connections } = await audit(options);
  const reported = new Set(report.nodes.map(({ name }) => name));
  const graph = buildGraph(
    pkis.filter(({ name }) => reported.has(name)),
    connections.filter(({ client }) => reported.has(client.name)),
    dialledConnections(report.connections),
    Date.parse(report.at),
  );
  return { report, graph };
}
