import { describe, expect, it } from 'vitest';
import { csv } from '../../../src/report/formats/csv.ts';
import { findingsCsv } from '../../../src/report/formats/findings-csv.ts';
import type { FormatOptions } from '../../../src/report/formats/format.ts';
import type { Report } from '../../../src/results/report.ts';
import { broken, healthy } from '../fixtures.ts';
import { hostile, several } from './reports.ts';

const cell = (value: string | number | null) =>
  csv([['x', (row: typeof value) => row]], [value]).slice('x\r\n'.length, -2);

const header =
  'severity,impact,rule,node,subject,path,line,message,found,expected,fix,faults,cis,excused_until,fingerprint\r\n';

const rowsOf = (report: Report, options: FormatOptions = {}) => findingsCsv(report, options).split('\r\n').slice(1, -1);

describe('a cell of CSV', () => {
  it.each([
    ['a formula', '=1+1', "'=1+1"],
    ['a formula after a space', ' =1+1', "' =1+1"],
    ['a sum', '+1', "'+1"],
    ['a difference', '-1', "'-1"],
    ['a function', '@SUM(1)', "'@SUM(1)"],
    ['a wide equals sign', '\uff1d1', "'\uff1d1"],
    ['a formula after a tab, which is visible', '\t=1', '\\t=1'],
    ['a formula after a return, which is visible', '\r=1', '\\r=1'],
    ['a formula with a comma', '=A1,B1', '"\'=A1,B1"'],
    ['a comma', 'a,b', '"a,b"'],
    ['a semicolon', 'a;b', '"a;b"'],
    ['a quotation mark', 'a"b', '"a""b"'],
    ['a line feed', 'a\nb', 'a\\nb'],
    ['a text', 'CN=kube-apiserver', 'CN=kube-apiserver'],
    ['nothing', null, ''],
    ['a number', -1, '-1'],
  ])('with %s', (_name, value, written) => {
    expect(cell(value)).toBe(written);
  });

  it('is cut long before a spreadsheet cuts it', () => {
    expect(cell('x'.repeat(65_536))).toMatch(/^x{8192}… \(57344 more characters\)$/);
  });
});

describe('findings as CSV', () => {
  it('has fixed columns, also without findings', () => {
    expect(findingsCsv(healthy, {})).toBe(header);
  });

  it('has a row for each finding that is not excused', () => {
    expect(findingsCsv(several, {}).startsWith(header)).toBe(true);
    expect(rowsOf(several).length).toBe(several.findings.length - 1);
    const [row] = rowsOf({ ...several, findings: several.findings.filter(({ rule }) => rule === 'cert/issuer') });
    expect(row).toContain('error,outage,cert/issuer,cp-1,kube-etcd,/etc/kubernetes/pki/etcd/server.crt,1,');
    expect(row).toContain(',2,CIS 1.10: 2.1,,0123456789abcdef');
  });

  it('has the excused ones too if asked for', () => {
    const excused = rowsOf(several, { showSuppressed: true }).filter((row) => row.includes(',2027-03-31,'));
    expect(excused.length).toBe(1);
  });

  it('has a row for what could not be linted, if the exit code says so', () => {
    expect(rowsOf({ ...several, exitCode: 2, failures: [{ path: '=a', message: 'b', hint: null }] })[0]).toBe(
      "error,,pki-lint/failure,,,'=a,,b,,,,,,,",
    );
    expect(rowsOf({ ...healthy, exitCode: 1, notChecked: [{ node: 'cp-1', path: '/a', reason: 'b' }] })).toEqual([
      'error,,pki-lint/not-checked,cp-1,,/a,,not checked: b,,,,,,,',
    ]);
    expect(rowsOf({ ...healthy, failures: broken.failures })).toEqual([]);
  });

  it('has one line for each finding, whatever its names are', () => {
    const rows = rowsOf(hostile);
    expect(rows.length).toBe(hostile.findings.length);
    expect(rows.join('')).not.toMatch(/\p{C}/u);
    expect(rows.join('\n')).not.toMatch(/(?:^|,)"?\s*[=+@-]/m);
  });
});
