import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import type { FormatOptions } from '../../../src/report/formats/format.ts';
import { gitlab } from '../../../src/report/formats/gitlab.ts';
import type { Finding } from '../../../src/results/finding.ts';
import type { Report } from '../../../src/results/report.ts';
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
  readonly check_name: string;
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

  const failed = (path: string, options: FormatOptions = {}) =>
    read({ ...healthy, exitCode: 2, failures: [{ path, message: 'permission denied', hint: null }] }, options);

  it('has an issue for a path that could not be linted, if the exit code says so', () => {
    expect(failed('nodes/cp-2')).toEqual([
      {
        description: 'nodes/cp-2: permission denied',
        check_name: 'pki-lint/failure',
        fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/),
        severity: 'blocker',
        location: { path: 'nodes/cp-2', lines: { begin: 1 } },
      },
    ]);
    expect(failed('a')[0]?.fingerprint).not.toBe(failed('b')[0]?.fingerprint);
    expect(read({ ...healthy, failures: broken.failures })).toEqual([]);
  });

  it.each([
    ['./cp-1', 'cp-1'],
    ['../../cp-1', 'cp-1'],
    ['/mnt/cp-1', 'mnt/cp-1'],
    ['/', '.'],
    ['..', '.'],
    ['-', '-'],
    ['=x\0', '=x\\x00'],
  ])('has a relative path for %s', (path, expected) => {
    const issues = failed(path);
    expect(validate(issues), JSON.stringify(validate.errors)).toBe(true);
    expect(issues.map(({ location }) => location.path)).toEqual([expected]);
    expect(failed(path, { inRepository: () => 'nodes/cp-1' })[0]?.location.path).toBe('nodes/cp-1');
  });

  it('has an issue for what was not checked, if everything was required', () => {
    const incomplete: Report = { ...broken, findings: [], failures: [], exitCode: 1 };
    expect(read(incomplete).map((one) => [one.check_name, one.location.path])).toEqual(
      incomplete.notChecked.map(({ path }) => ['pki-lint/not-checked', path.slice(1)]),
    );
    expect(read({ ...incomplete, exitCode: 0 })).toEqual([]);
  });

  it.each([
    ['error', 'outage', 'blocker'],
    ['error', 'expiry', 'blocker'],
    ['error', 'privilege', 'critical'],
    ['warning', 'outage', 'major'],
    ['info', 'hygiene', 'info'],
  ] as const)('calls an %s with the impact %s a %s', (severity, impact, expected) => {
    const [finding] = broken.findings as [Finding, ...Finding[]];
    expect(
      read({ ...broken, failOn: 'info', findings: [{ ...finding, severity, impact }] }).map((one) => one.severity),
    ).toEqual([expected]);
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
