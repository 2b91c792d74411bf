/** The file of a baseline: JSON with a finding a line. */

import { UserError } from '../core/errors.ts';
import { jsonLine } from '../core/json.ts';
import type { Baseline, BaselineFinding } from '../results/baseline.ts';
import { severities } from '../results/finding.ts';
import {
  field,
  fingerprintText,
  form,
  lineOfOffset,
  listOf,
  object,
  parseJson,
  type Reader,
  ShapeError,
  text,
  word,
} from './shape.ts';

/** Returns a baseline as text, a finding a line. */
export function baselineText({ schemaVersion, tool, findings }: Baseline): string {
  const start = `{"schemaVersion":${schemaVersion},"tool":${jsonLine(tool).trimEnd()},"findings":[`;
  const lines = findings.map((finding) => jsonLine(finding).trimEnd());
  return lines.length === 0 ? `${start}]}\n` : `${start}\n${lines.join(',\n')}\n]}\n`;
}

const keys = ['fingerprint', 'rule', 'node', 'path', 'subject', 'severity', 'since', 'faults'];

const entry: Reader<BaselineFinding> = (value, where) => {
  const from = object(value, where);
  const unknown = Object.keys(from).find((key) => !keys.includes(key));
  if (unknown !== undefined) throw new ShapeError(where, `has an unknown key "${unknown}"`);
  const of = <T>(name: string, reader: Reader<T>) => field(from, name, reader, where);
  const finding = {
    fingerprint: of('fingerprint', fingerprintText),
    rule: of('rule', form(/^[a-z-]+\/[a-z0-9-]+$/, 'the id of a rule')),
    node: of('node', text),
    path: of('path', text),
    subject: of('subject', text),
    severity: of('severity', word(severities)),
    since: of('since', form(/^\d{4}-\d{2}-\d{2}$/, 'a day such as 2026-11-27')),
  };
  if (!Object.hasOwn(from, 'faults')) return finding;
  const faults = of('faults', listOf(fingerprintText));
  if (faults.length === 0) throw new ShapeError(`${where}.faults`, 'is empty');
  return { ...finding, faults };
};

/**
 * Reads a baseline.
 *
 * @throws UserError with the line of what is wrong
 */
export function parseBaseline(content: string, name: string): Baseline {
  const conflict = /^(?:<{7}|={7}|>{7})/m.exec(content);
  const advice = 'resolve the conflict, or write it again: --update-baseline';
  if (conflict !== null)
    throw new UserError(`${name}:${lineOfOffset(content, conflict.index)}: a merge conflict`, advice);
  const value = parseJson(content, name);
  try {
    const from = object(value, '');
    if (from.schemaVersion !== 1)
      throw new ShapeError('"schemaVersion"', 'is not 1, the only one that this version reads');
    return {
      schemaVersion: 1,
      tool: field(from, 'tool', text, ''),
      findings: field(from, 'findings', listOf(entry), ''),
    };
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    throw new UserError(`${name}:${lineOf(content, error.where)}: not a baseline: ${error.message}`);
  }
}

/** The line of the finding that a place is in. Findings are not nested, so each begins with a line of its own. */
function lineOf(content: string, where: string): number {
  const index = Number(/^findings\[(\d+)\]/.exec(where)?.[1] ?? -1);
  const lines = content
    .split('\n')
    .flatMap((line, number) => (/^\s*(?:\{|[^\s"{}[\]])/.test(line) ? [number + 1] : []));
  // The first one begins the file.
  return index === -1 ? 1 : (lines[index + 1] ?? 1);
}
