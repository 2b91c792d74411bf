import { Readable } from 'node:stream';
import { json } from '../../../src/core/json.ts';
import { type LintOptions, lint, type Report } from '../../../src/index.ts';
import { reporters } from '../../../src/report/index.ts';
import type { FileMap } from '../../support/file-map.ts';

export const at = new Date('2026-12-01T00:00:00Z');

/** Lints a node as a stream. */
export async function lintStream(node: FileMap, options: LintOptions = {}): Promise<Report> {
  const archive = await node.toTar();
  return lint({ at, paths: ['-'], stdin: () => Readable.from([archive]), ...options });
}

/** Everything that a report can show: the JSON and the verbose table. */
export async function shown(report: Report): Promise<string> {
  const options = { quiet: false, verbose: true, width: 100, color: false };
  return `${json(report)}\n${await reporters.report.table(report, options)}`;
}
