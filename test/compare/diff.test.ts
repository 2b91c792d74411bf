/** What two reports differ in, and what a file that is not a report does. */

import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { diffReports } from '../../src/compare/diff.ts';
import { parseReport } from '../../src/compare/read-report.ts';
import { json } from '../../src/core/json.ts';
import { type Report, UserError } from '../../src/index.ts';
import { allReporters } from '../../src/report/index.ts';
import type { Severity } from '../../src/results/finding.ts';
import { lintTree, lintTrees } from '../cases/harness.ts';
import { buildNode } from '../support/build-node.ts';
import { sampled } from '../support/extent.ts';
import type { NodeTree } from '../support/node-tree.ts';

const schema = JSON.parse(readFileSync(new URL('../../rules/schema/diff.schema.json', import.meta.url), 'utf8'));
const ajv = new Ajv2020({ strict: true, strictTypes: false, allErrors: true });
formats.default(ajv);
const validate = ajv.compile(schema);

function diff(old: Report, now: Report, failOn: Severity | 'never' = 'error') {
  const read = (report: Report, file: string) => ({ file, report: parseReport(json(report), file) });
  return diffReports(read(old, 'old.json'), read(now, 'new.json'), failOn);
}

function open(...keys: readonly string[]): NodeTree {
  return keys.reduce((node, key) => node.chmod(`pki/${key}`, 0o644), buildNode());
}

const rulesOf = (findings: readonly { readonly rule: string }[]) => findings.map(({ rule }) => rule);

const style = { width: 80, color: false, quiet: false, verbose: false };

describe('pki-lint diff', () => {
  it('finds what is new and what is fixed', async () => {
    const result = diff(await lintTree(open('ca.key')), await lintTree(open('apiserver.key')));
    expect({ added: rulesOf(result.added), fixed: rulesOf(result.fixed) }).toEqual({
      added: ['key/mode'],
      fixed: ['key/mode-signing'],
    });
    expect(result.exitCode).toBe(1);
    expect(diff(await lintTree(open('ca.key')), await lintTree(open('apiserver.key')), 'never').exitCode).toBe(0);
  });

  it('finds nothing in the same report', async () => {
    const report = await lintTree(open('ca.key', 'sa.key'));
    expect(diff(report, report)).toMatchObject({ added: [], rose: [], fell: [], fixed: [], unjudged: [], exitCode: 0 });
  });

  it('finds a further fault in a finding, and no fixed one if only one of several is left', async () => {
    const [one, two] = [await lintTree(open('ca.key')), await lintTree(open('ca.key', 'sa.key'))];
    const worse = diff(one, two);
    expect({ rose: worse.rose.map(({ gained }) => gained), exitCode: worse.exitCode }).toEqual({
      rose: [1],
      exitCode: 1,
    });
    expect(diff(two, one)).toMatchObject({ added: [], rose: [], fixed: [], unchanged: 1, exitCode: 0 });
  });

  it('tells severities apart', async () => {
    const node = buildNode().chmod('scheduler.conf', 0o640);
    const [info, error] = [await lintTree(node), await lintTree(node, { rules: { 'file/mode': 'error' } })];
    expect(diff(info, error)).toMatchObject({ rose: [{ was: 'info', gained: 0 }], exitCode: 1 });
    expect(diff(error, info)).toMatchObject({ fell: [{ was: 'error' }], exitCode: 0 });
  });

  it('does not call fixed what was not looked at again', async () => {
    const other = buildNode({ name: 'cp-2' }).chmod('pki/apiserver.key', 0o644);
    const both = await lintTrees([open('ca.key'), other]);
    const result = diff(both, await lintTree(buildNode()));
    expect(result.nodes.notGiven).toEqual(['cp-2']);
    expect(result.unjudged.filter(({ node }) => node === 'cp-2').map(({ reason }) => reason)).toContain(
      'the node is not in the input',
    );
    expect(rulesOf(result.fixed)).toEqual(['key/mode-signing']);
    const off = diff(
      await lintTree(open('ca.key')),
      await lintTree(buildNode(), { rules: { 'key/mode-signing': 'off' } }),
    );
    expect(off).toMatchObject({ fixed: [], unjudged: [{ reason: 'not checked' }] });
  });

  it('needs all nodes to call a finding about several of them fixed', async () => {
    const cluster = await lintTrees([buildNode(), buildNode({ name: 'cp-2' })]);
    const about = cluster.findings.filter(({ rule }) => rule === 'cluster/super-admin');
    expect(about).toHaveLength(1);
    const alone = diff(cluster, await lintTree(buildNode({ name: about[0]?.node ?? '' })));
    expect(rulesOf(alone.unjudged)).toContain('cluster/super-admin');
    expect(rulesOf(alone.fixed)).not.toContain('cluster/super-admin');
  });

  it('does not count what is excused in the new report', async () => {
    const report = await lintTree(open('ca.key'));
    const suppressed = { by: 'x', reason: 'y', until: null };
    const excused = { ...report, findings: report.findings.map((one) => ({ ...one, suppressed })) };
    expect(diff(await lintTree(buildNode()), excused)).toMatchObject({ added: [], exitCode: 0 });
    expect(diff(report, excused)).toMatchObject({ fixed: [], unchanged: 1 });
  });

  it('is printed in every format', async () => {
    const result = diff(await lintTree(open('ca.key')), await lintTree(open('apiserver.key')));
    const value: unknown = JSON.parse(await allReporters.diff.json(result, style));
    validate(value);
    expect(validate.errors ?? []).toEqual([]);
    const table = await allReporters.diff.table(result, style);
    expect(table.trimEnd().split('\n').at(-1)).toBe('✖ 1 new, 0 worse, 1 fixed, 0 unchanged');
    expect(await allReporters.diff.markdown(result, style)).toContain('## ❌ pki-lint: 1 new, 0 worse, 1 fixed');
    const annotations = await allReporters.diff.github(result, style);
    expect(annotations.split('\n').filter((line) => line !== '')).toEqual([
      expect.stringMatching(/^::error .*::new: /),
    ]);
  });
});

describe('a file that is not a report', () => {
  it.each([
    ['', 'r.json:1: this is not JSON'],
    ['{\n"a":\n', 'r.json:3: this is not JSON'],
    ['[]', 'r.json: not a report of pki-lint: it is not an object'],
    ['{"tool":{"name":"trivy"}}', 'r.json: not a report of pki-lint: tool.name is not "pki-lint"'],
    ['{"tool":{"name":"pki-lint"},"schemaVersion":2}', 'r.json: schemaVersion is 2, this version reads 1'],
    [
      '{"tool":{"name":"pki-lint"},"schemaVersion":"1"}',
      'r.json: not a report of pki-lint: schemaVersion is not a whole number',
    ],
    [
      '{"tool":{"name":"pki-lint","version":"1"},"schemaVersion":1,"at":5}',
      'r.json: not a report of pki-lint: at is not a time',
    ],
  ])('%j', (text, message) => {
    expect(() => parseReport(text, 'r.json')).toThrow(message);
  });

  test('whatever it has, it is read or rejected', async () => {
    const report = JSON.parse(json(await lintTree(open('ca.key')))) as Record<string, unknown>;
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(report)), fc.jsonValue(), fc.jsonValue(), (key, value, other) => {
        for (const changed of [value, { ...report, [key]: value }, { ...report, findings: [other] }]) {
          try {
            parseReport(JSON.stringify(changed), 'r.json');
          } catch (error) {
            expect(error).toBeInstanceOf(UserError);
          }
        }
      }),
      { numRuns: sampled(100, 3000), seed: 15 },
    );
  });

  test('hostile texts are not printed as they are, and many findings take no longer than few', async () => {
    const report = await lintTree(open('ca.key'));
    const [finding] = report.findings;
    if (finding === undefined) throw new Error('no finding');
    const nasty = '\u001b[2J\u202e\n::error::x';
    const texts = { message: nasty, subject: nasty, path: nasty, file: nasty, node: nasty, rule: nasty };
    const count = sampled(10_000, 30_000);
    const many = Array.from({ length: count }, () => ({ ...finding, ...texts }));
    const hostile = { ...report, findings: many };
    const result = diff(await lintTree(buildNode()), hostile);
    expect(result.added).toHaveLength(count);
    expect(diff(hostile, hostile).unchanged).toBe(count);
    for (const format of ['table', 'markdown', 'github', 'json'] as const) {
      const text = await allReporters.diff[format]({ ...result, added: result.added.slice(0, 50) }, style);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
      expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
      expect(text.split('\n').filter((line) => line.startsWith('::error::x'))).toEqual([]);
    }
  });
});
