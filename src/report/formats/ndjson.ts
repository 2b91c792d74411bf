/** NDJSON: a JSON object on each line, of the types in `results/ndjson.ts`. */

import { jsonLine } from '../../core/json.ts';
import type { Finding } from '../../results/finding.ts';
import { fixLines, shellLine } from '../../results/fix.ts';
import type { ExcusedLine, FindingLine, Line } from '../../results/ndjson.ts';
import type { Report } from '../../results/report.ts';
import { type FormatOptions, pathForPrograms } from './format.ts';

/** Returns the run, the nodes, certificates, connections, findings and exceptions, and the summary. */
export function ndjson(report: Report, options: FormatOptions): string {
  return linesOf(report, options).map(jsonLine).join('');
}

function linesOf(report: Report, options: FormatOptions): readonly Line[] {
  const { at, tool, profile, targetVersion, failOn, exitCode, failures, summary } = report;
  const line = <Type extends Line['type']>(type: Type, node: string | null) => ({
    type,
    at,
    node,
    version: tool.version,
  });
  return [
    { ...line('run', null), schemaVersion: 1, profile, targetVersion, failOn, nodes: report.nodes.length },
    ...report.nodes.map(({ name, rootfs: _, ...node }) => ({ ...line('node', name), ...node })),
    ...report.inventory
      .filter(({ kind }) => kind === 'certificate' || kind === 'authority')
      .map(({ node, ...item }) => ({ ...line('certificate', node), ...item })),
    ...report.connections.map(({ node, ...connection }) => ({ ...line('connection', node || null), ...connection })),
    ...report.findings.map((finding): FindingLine | ExcusedLine => {
      const { suppressed } = finding;
      // A finding about the policy, or about an object, is on no node.
      const node = finding.node || null;
      const fields = fieldsOf(finding, report, options);
      if (suppressed === null) return { ...line('finding', node), ...fields };
      return { ...line('excused', node), ...suppressed, ...fields };
    }),
    ...(report.exceptions ?? []).map((exception) => ({ ...line('exception', null), ...exception })),
    { ...line('summary', null), exitCode, ...summary, failures },
  ];
}

/** Without the line of the file, and without commands for a copy, which name the path that was typed. */
function fieldsOf(finding: Finding, report: Report, options: FormatOptions) {
  const { node, source: _, suppressed: __, faultFingerprints: ___, merged = 1, members = [], fix, ...others } = finding;
  const { fixClasses, ...rest } = others;
  const [first = []] = fix;
  return {
    ...rest,
    file: pathForPrograms(finding, report, options),
    faults: merged,
    members: members.map(({ rule, severity, subject, node: on, path, message }) => {
      return { rule, severity, subject, node: on, path, message };
    }),
    fix: fixLines(first, node).map(shellLine),
    fixClass: fixClasses[0] ?? null,
  };
}
