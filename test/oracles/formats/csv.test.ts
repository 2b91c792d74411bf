/** CSV, read by Python. */
import { writeFileSync } from 'node:fs';
import { afterAll, expect, it } from 'vitest';
import { copyable } from '../../../src/core/text.ts';
import { findingsCsv } from '../../../src/report/formats/findings-csv.ts';
import type { Report } from '../../../src/results/report.ts';
import { healthy } from '../../report/fixtures.ts';
import { hostile, hostileTexts, several } from '../../report/formats/reports.ts';
import { run, temporaryFolder } from '../support/programs.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());

const reader = `
import csv, json, sys
with open(sys.argv[1], newline='', encoding='utf-8') as file:
    print(json.dumps(list(csv.DictReader(file, strict=True))))`;

type Row = Readonly<Record<string, string | null>>;

function read(text: string) {
  const file = `${folder.path}/findings.csv`;
  writeFileSync(file, text);
  return run(['python3', '-c', reader, file]);
}

const rowsOf = (report: Report): readonly Row[] => JSON.parse(read(findingsCsv(report, {})).stdout);

it('has the columns of each finding', () => {
  const excused = several.findings.filter(({ suppressed }) => suppressed !== null).length;
  const rows = rowsOf(several);
  expect(rows.length).toBe(several.findings.length - excused);
  const issuer = several.findings.find(({ rule }) => rule === 'cert/issuer');
  expect(rows.find(({ rule }) => rule === 'cert/issuer')).toEqual({
    severity: 'error',
    impact: 'outage',
    rule: 'cert/issuer',
    node: 'cp-1',
    subject: 'kube-etcd',
    path: issuer?.path,
    line: '1',
    message: issuer?.message,
    found: issuer?.found,
    expected: issuer?.expected,
    fix: expect.stringMatching(/^mv .*\{crt,key\} \/root\/ && kubeadm init phase certs etcd-server ; # etcd picks up/),
    faults: '2',
    cis: 'CIS 1.10: 2.1',
    excused_until: '',
    fingerprint: issuer?.fingerprint,
  });
});

it('is only a header without findings', () => {
  expect(rowsOf(healthy)).toEqual([]);
});

it('shows hostile names, and none of them as a formula', () => {
  const subjects = rowsOf(hostile).map(({ subject }) => subject ?? '');
  expect(subjects.map((text) => text.replace(/^'/, ''))).toEqual(hostileTexts.map(copyable));
  for (const text of subjects) expect(text).not.toMatch(/^\s*[=+@-]/);
});

it('is not read if a quotation mark is missing', () => {
  expect(read(findingsCsv(hostile, {}).replace(/"(?=,)/, '')).status).not.toBe(0);
});
