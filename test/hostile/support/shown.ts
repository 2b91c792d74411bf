import { Readable } from 'node:stream';
import { type LintOptions, lint, type Report } from '../../../src/index.ts';
import { allReporters } from '../../../src/report/index.ts';
import type { FileMap } from '../../support/file-map.ts';

export const at = new Date('2026-12-01T00:00:00Z');

/** Lints a node as a stream. */
export async function lintStream(node: FileMap, options: LintOptions = {}): Promise<Report> {
  const archive = await node.toTar();
  return lint({ at, paths: ['-'], stdin: () => Readable.from([archive]), picture: true, ...options });
}

/** Everything that a report can show: all formats, the table with everything. */
export async function shown(report: Report): Promise<string> {
  const options = { quiet: false, verbose: true, width: 100, color: false, showSuppressed: true };
  const texts = await Promise.all(Object.values(allReporters.report).map((reporter) => reporter(report, options)));
  // CSV has lines of Windows.
  return texts.join('\n').replaceAll('\r\n', '\n');
}
