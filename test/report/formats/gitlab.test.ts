import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import type { Finding, Report } from '../../../src/core/report.ts';
import type { FormatOptions } from '../../../src/report/formats/format.ts';
import { gitlab } from '../../../src/report/formats/gitlab.ts';
import { broken, healthy } from '../fixtures.ts';
import { hostile, hostileTexts, several } from './reports.ts';

/** What GitLab requires: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format */
const validate = new Ajv2020({ strict: true }).compile({
  type: 'array',
  items: {
    type: 'object',
    required: ['description', 'check_name', 'fingerprint', 'severity', 'location'],
    additionalProperties: false,
    properties: {
      description: { type: 'string', minLength: 1 },
      check_name: { type: 'string', minLength: 1 },
      fingerprint: { type: 'string', minLength: 1 },
      severity: { enum: ['info', 'minor', 'major', 'critical', 'blocker'] },
      location: {
        type: 'object',
        required: ['path', 'lines'],
        additionalProperties: false,
        properties: {
          // Relative to the repository, without `./`.
          path: { type: 'string', minLength: 1, pattern: '^(?!/|\\./)' },
          lines: {
            type: 'object',
            required: ['begin'],
            additionalProperties: false,
            properties: { begin: { type: 'integer', minimum: 1 } },
          },
        },
      },
    },
  },
});

interface Issue {
  readonly description: string;
  readonly fingerprint: string;
  readonly severity: string;
  readonly location: { readonly path: string };
}

const read = (report: Report, options: FormatOptions = {}) => JSON.parse(gitlab(report, options)) as readonly Issue[];

describe('GitLab Code Quality', () => {
  it.each([
    ['findings', several],
    ['one node', broken],
    ['hostile names', hostile],
    ['nothing', healthy],
  ])('is valid with %s', (_name, report) => {
    expect(validate(read(report)), JSON.stringify(validate.errors)).toBe(true);
  });

  it.each([
    ['an absolute path', { location: { path: '/etc/x', lines: { begin: 1 } } }],
    ['no line', { location: { path: 'etc/x', lines: {} } }],
    ['an unknown severity', { severity: 'error' }],
  ])('is not valid with %s', (_name, change) => {
    expect(validate(read(broken).map((issue) => ({ ...issue, ...change })))).toBe(false);
  });

  it('is an empty list without findings, and has no byte order mark', () => {
    expect(gitlab(healthy, {})).toBe('[]\n');
  });

  it.each([
    ['error', 'outage', 'blocker'],
    ['error', 'expiry', 'blocker'],
    ['error', 'privilege', 'critical'],
    ['warning', 'outage', 'major'],
    ['info', 'hygiene', 'info'],
  ] as const)('calls an %s with the impact %s a %s', (severity, impact, expected) => {
    const [finding] = broken.findings as [Finding, ...Finding[]];
    expect(read({ ...broken, findings: [{ ...finding, severity, impact }] }).map((one) => one.severity)).toEqual([
      expected,
    ]);
  });

  it('leaves out what is excused unless asked for', () => {
    expect(read(several).length).toBe(several.findings.length - 1);
    const shown = read(several, { showSuppressed: true });
    expect(shown.length).toBe(several.findings.length);
    expect(shown.filter(({ description }) => description.startsWith('excused until 2027-03-31: '))).toMatchObject([
      { severity: 'info' },
    ]);
  });

  it('has the path in the repository or, outside of one, on the node', () => {
    const pathsOf = (report: Report, options: FormatOptions = {}) =>
      read(report, options).map((one) => one.location.path);
    expect(pathsOf(broken)).toContain('etc/kubernetes/pki/etcd/server.crt');
    expect(pathsOf(several)).toContain('cp-1/etc/kubernetes/pki/etcd/server.crt');
    expect(pathsOf(several, { inRepository: () => 'pki/ca.crt' })).toContain('pki/ca.crt');
  });

  it('shows hostile names, and keeps each finding', () => {
    const issues = read(hostile);
    expect(new Set(issues.map(({ fingerprint }) => fingerprint)).size).toBe(hostileTexts.length);
    expect(issues.map(({ description }) => description).join('')).not.toMatch(/\p{C}/u);
  });
});
