/** Formats a finding as a line: `cp-1: etc/kubernetes/pki/ca.key:1: error: … [key/mode-signing]`. */
import type { Report } from '../core/report.ts';
import { printable } from '../core/text.ts';
import { statement } from './finding.ts';
import type { ReporterOptions } from './reporter.ts';
import { selected } from './shown.ts';

/** Returns a line for each finding that is not waived, the worst first; with `quiet`, for each error. Lines are not wrapped. */
export function concise({ findings }: Report, options: ReporterOptions): string {
  return selected(findings, options)
    .map((finding) => {
      const { node, file, line, severity, rule } = finding;
      const place = `${file}:${line}`;
      return `${printable(`${node}: ${place}: ${severity}: ${statement(finding, [])} [${rule}]`)}\n`;
    })
    .join('');
}
