/** NDJSON, read by jq and DuckDB. */
import { writeFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { ndjson } from '../../../src/report/formats/ndjson.ts';
import type { Report } from '../../../src/results/report.ts';
import { broken, healthy } from '../../report/fixtures.ts';
import { hostile, hostileTexts, several } from '../../report/formats/reports.ts';
import { run, temporaryFolder } from '../support/programs.ts';
import { validator } from '../support/validators.ts';

interface DuckDb {
  readonly DuckDBInstance: {
    create(): Promise<{
      connect(): Promise<{ runAndReadAll(sql: string): Promise<{ getRowObjectsJson(): readonly object[] }> }>;
    }>;
  };
}

const folder = temporaryFolder();
afterAll(() => folder.remove());

function fileOf(text: string, name = 'report'): string {
  const file = `${folder.path}/${name}.ndjson`;
  writeFileSync(file, text);
  return file;
}

const jq = (text: string, filter: string) => run(['jq', '-c', filter, fileOf(text)]);

async function query(sql: string): Promise<readonly object[]> {
  const { DuckDBInstance } = validator('@duckdb/node-api') as DuckDb;
  const connection = await (await DuckDBInstance.create()).connect();
  return (await connection.runAndReadAll(sql)).getRowObjectsJson();
}

const visible = (text: string) => text.replace(/\p{Cs}/gu, (one) => `\\u${one.charCodeAt(0).toString(16)}`);

describe('jq', () => {
  it.each([
    ['findings', several],
    ['hostile names', hostile],
    ['nothing', healthy],
  ] satisfies [string, Report][])('reads %s, each on its line', (_name, report) => {
    const text = ndjson(report, {});
    const { status, output } = jq(text, '.type');
    expect(status, output).toBe(0);
    expect(output.trimEnd().split('\n').length).toBe(text.trimEnd().split('\n').length);
  });

  it('reads hostile names as they are', () => {
    const { stdout } = jq(ndjson(hostile, {}), 'select(.type == "finding") | .message');
    const messages = stdout.trimEnd().split('\n');
    expect(messages.map((line) => JSON.parse(line))).toEqual(hostileTexts.map(visible));
  });

  it('refuses a broken line', () => {
    expect(jq(ndjson(several, {}).replace(',', ''), '.').status).not.toBe(0);
  });
});

describe('DuckDB', () => {
  it('reads the lines of several runs as one table, with times', async () => {
    fileOf(ndjson(several, {}), 'run-1');
    fileOf(ndjson({ ...broken, at: '2026-12-02T00:00:00Z' }, {}), 'run-2');
    const rows = await query(`
      select cast("at" as date)::varchar as day, node, count(*)::integer as findings, typeof(any_value("at")) as kind
      from read_ndjson_auto('${folder.path}/run-*.ndjson', union_by_name = true)
      where type = 'finding' group by all order by day`);
    expect(rows).toEqual([
      { day: '2026-12-01', node: 'cp-1', findings: 12, kind: expect.stringContaining('TIMESTAMP') },
      { day: '2026-12-02', node: 'cp-1', findings: 13, kind: expect.stringContaining('TIMESTAMP') },
    ]);
    const ends = await query(`
      select subject, typeof(notAfter) as kind, key.bits::integer as bits
      from read_ndjson_auto('${folder.path}/run-1.ndjson') where type = 'certificate'`);
    expect(ends).toEqual([{ subject: 'CN=kube-apiserver', kind: expect.stringContaining('TIMESTAMP'), bits: 2048 }]);
  });

  it('reads hostile names as they are', async () => {
    const file = fileOf(ndjson(hostile, {}));
    const rows = await query(
      `select message from read_ndjson_auto('${file}') where type = 'finding' order by fingerprint`,
    );
    expect(rows).toEqual(hostileTexts.map((text) => ({ message: visible(text) })));
  });

  it.each([
    ['a broken line', (text: string) => text.replace(',', '')],
    ['a lone surrogate', (text: string) => text.replace('"finding"', '"finding\\ud800"')],
  ])('refuses %s', async (_name, change) => {
    const file = fileOf(change(ndjson(several, {})));
    await expect(query(`select * from read_ndjson_auto('${file}')`)).rejects.toThrow(/JSON/);
  });
});
