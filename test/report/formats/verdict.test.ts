/** All formats and the exit code agree on what is red. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FormatOptions } from '../../../src/report/formats/format.ts';
import { formats } from '../../../src/report/formats/index.ts';
import { sampled } from '../../support/extent.ts';
import { counting, isRed, reportOf, type Severity } from './random-report.ts';

/**
 * The severities of the findings that a text shows as such, and whether it names an error that is not a finding; or
 * whether it says itself that it is red.
 */
type Shown = { readonly findings: readonly Severity[]; readonly hasGap: boolean } | boolean;

const matches = (text: string, form: RegExp) => [...text.matchAll(form)].map(([, match = '']) => match);

const ofGitlab: Readonly<Record<string, Severity>> = {
  blocker: 'error',
  critical: 'error',
  major: 'warning',
  info: 'info',
};

const shown = (findings: readonly string[], hasGap: boolean): Shown => ({ findings: findings as Severity[], hasGap });

interface Issue {
  readonly severity: string;
  readonly check_name: string;
}

const isGap = ({ check_name }: Issue) => check_name.startsWith('pki-lint/');

/** How to read each format; null for one that does not show what is red. A format is added by one entry. */
const readers: Readonly<Record<keyof typeof formats, ((text: string) => Shown) | null>> = {
  sarif: (text) => {
    const [{ results, invocations }] = JSON.parse(text).runs;
    const notes = invocations[0].toolExecutionNotifications as readonly { readonly level: string }[];
    expect(invocations[0].executionSuccessful).toBe(invocations[0].exitCode < 2);
    return shown(
      results.map(({ level }: { level: string }) => (level === 'note' ? 'info' : level)),
      notes.some(({ level }) => level === 'error'),
    );
  },
  github: (text) => {
    const findings = matches(text, /^::(error|warning|notice) file=/gm);
    return shown(
      findings.map((level) => (level === 'notice' ? 'info' : level)),
      /^::error title=pki-lint::/m.test(text),
    );
  },
  markdown: (text) => text.startsWith('## ❌'),
  openmetrics: null,
  cyclonedx: null,
  csv: (text) =>
    shown(
      matches(text, /^(error|warning|info),[^,]/gm),
      /^error,,pki-lint\/(?:failure|not-checked|not-looked-at),/m.test(text),
    ),
  gitlab: (text) => {
    const issues = JSON.parse(text) as readonly Issue[];
    return shown(
      issues.filter((one) => !isGap(one)).map(({ severity }) => ofGitlab[severity] ?? '?'),
      issues.some(isGap),
    );
  },
  junit: (text) => /<(?:failure|error) /.test(text),
  ndjson: (text) => {
    const summary = JSON.parse(text.trim().split('\n').at(-1) ?? '');
    return shown(
      matches(text, /^\{"type":"finding",.*?"severity":"(\w+)"/gm),
      summary.exitCode >= 2 || (summary.exitCode === 1 && summary.notChecked + (summary.notLookedAt ?? 0) > 0),
    );
  },
};

const options: FormatOptions = { rules: [], inRepository: (file) => (file.length % 2 === 0 ? file : undefined) };

const readable = Object.entries(readers).flatMap(([name, read]) => (read === null ? [] : [[name, read] as const]));

describe.each(readable)('%s', (name, read) => {
  const write = formats[name as keyof typeof formats];

  it('is red exactly if the exit code is not 0, for random reports', () => {
    const seen = new Set<number>();
    fc.assert(
      fc.property(reportOf, (report) => {
        seen.add(report.exitCode);
        const found = read(write(report, options));
        // Formats with severities show each finding.
        if (typeof found !== 'boolean') expect([...found.findings].sort()).toEqual([...counting(report)].sort());
        const red = typeof found === 'boolean' ? found : isRed(found.findings, report.failOn) || found.hasGap;
        expect(red).toBe(report.exitCode !== 0);
      }),
      { seed: 14, numRuns: sampled(300, 3000) },
    );
    expect([...seen].sort()).toEqual([0, 1, 2, 3]);
  });
});
