/** Reads a JSON report of pki-lint: what is needed to compare it with another one. */
import { UserError } from '../core/errors.ts';
import { type Finding, severities } from '../results/finding.ts';
import type { Report } from '../results/report.ts';
import {
  field,
  fingerprintText,
  form,
  listOf,
  object,
  parseJson,
  placeText,
  type Reader,
  ShapeError,
  text,
  whole,
  word,
} from './shape.ts';

type FindingPart = Pick<
  Finding,
  'fingerprint' | 'rule' | 'severity' | 'node' | 'path' | 'file' | 'line' | 'subject' | 'message' | 'faultFingerprints'
> & { readonly isExcused: boolean };

/** The parts of a report that are compared. */
export interface ReportPart extends Pick<Report, 'at' | 'skipped' | 'notChecked' | 'outcomes'> {
  readonly version: string;
  readonly nodes: readonly { readonly name: string }[];
  readonly findings: readonly FindingPart[];
}

const finding: Reader<FindingPart> = (value, where) => {
  const from = object(value, where);
  const of = <T>(name: string, reader: Reader<T>) => field(from, name, reader, where);
  const part = {
    fingerprint: of('fingerprint', fingerprintText),
    rule: of('rule', text),
    severity: of('severity', word(severities)),
    node: of('node', text),
    path: of('path', placeText),
    file: of('file', placeText),
    line: of('line', whole),
    subject: of('subject', text),
    message: of('message', text),
    isExcused: of('suppressed', (one) => one !== null),
  };
  if (!Object.hasOwn(from, 'faultFingerprints')) return part;
  return { ...part, faultFingerprints: of('faultFingerprints', listOf(fingerprintText)) };
};

const node: Reader<{ readonly name: string }> = (value, where) => ({
  name: field(object(value, where), 'name', text, where),
});

const skip: Reader<Report['skipped'][number]> = (value, where) => {
  const from = object(value, where);
  const of = (name: string) => field(from, name, text, where);
  return { rule: of('rule'), subject: of('subject'), node: of('node'), reason: of('reason') };
};

const unchecked: Reader<Report['notChecked'][number]> = (value, where) => {
  const from = object(value, where);
  const of = (name: string) => field(from, name, text, where);
  return { node: of('node'), path: of('path'), reason: of('reason') };
};

/** Only the ids count. */
const outcomes: Reader<Report['outcomes']> = (value, where) =>
  Object.fromEntries(
    Object.keys(object(value, where)).map((rule) => [rule, { pass: 0, fail: 0, skip: 0, notApplicable: 0 }]),
  );

const time = form(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z$/, 'a time');

/**
 * Reads a report.
 *
 * @throws UserError if it is not a report of pki-lint, or one of a different schema
 */
export function parseReport(content: string, name: string): ReportPart {
  const value = parseJson(content, name);
  const advice = 'write one with pki-lint --format json';
  try {
    const from = object(value, '');
    const tool = field(from, 'tool', object, '');
    if (tool.name !== 'pki-lint') throw new ShapeError('tool.name', 'is not "pki-lint"');
    const schema = field(from, 'schemaVersion', whole, '');
    if (schema !== 1) {
      throw new UserError(
        `${name}: schemaVersion is ${schema}, this version reads 1`,
        'use the pki-lint that wrote it',
      );
    }
    return {
      at: field(from, 'at', time, ''),
      version: field(tool, 'version', text, 'tool'),
      nodes: field(from, 'nodes', listOf(node), ''),
      findings: field(from, 'findings', listOf(finding), ''),
      outcomes: field(from, 'outcomes', outcomes, ''),
      skipped: field(from, 'skipped', listOf(skip), ''),
      notChecked: field(from, 'notChecked', listOf(unchecked), ''),
    };
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    throw new UserError(`${name}: not a report of pki-lint: ${error.message}`, advice);
  }
}
