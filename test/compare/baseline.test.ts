/** A baseline hides what it knows, and nothing else. */

import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { type BaselineUse, updateBaseline, withBaseline } from '../../src/compare/baseline.ts';
import { baselineText, parseBaseline } from '../../src/compare/baseline-file.ts';
import type { LintOptions, Report } from '../../src/index.ts';
import type { Baseline } from '../../src/results/baseline.ts';
import { lintTree, lintTrees } from '../cases/harness.ts';
import { buildNode } from '../support/build-node.ts';
import { sampled } from '../support/extent.ts';
import type { NodeTree } from '../support/node-tree.ts';

const schema = JSON.parse(readFileSync(new URL('../../rules/schema/baseline.schema.json', import.meta.url), 'utf8'));
const ajv = new Ajv2020({ strict: true, strictTypes: false, allErrors: true });
formats.default(ajv);
const validate = ajv.compile(schema);

const empty: Baseline = { schemaVersion: 1, tool: 'x', findings: [] };
const written = (report: Report, old = empty) => updateBaseline(report, old, [], '2026-11-25');
const use = (baseline: Baseline, more: Partial<BaselineUse> = {}): BaselineUse => ({
  file: 'b.json',
  baseline,
  never: [],
  isPartial: false,
  requireComplete: false,
  ...more,
});

/** The report with a baseline of another one. */
const knowing = (report: Report, old: Report, more?: Partial<BaselineUse>) =>
  withBaseline(report, use(written(old).baseline, more));

/** A healthy control plane with keys that all users can read. */
function open(...keys: readonly string[]): NodeTree {
  return keys.reduce((node, key) => node.chmod(`pki/${key}`, 0o644), buildNode());
}

const counting = ({ findings }: Report) => findings.filter(({ suppressed }) => suppressed === null);

describe('a finding that the baseline knows', () => {
  it('is excused, and does not count', async () => {
    const report = await lintTree(open('ca.key'));
    const { exitCode, summary, findings, baseline } = knowing(report, report);
    expect(report.exitCode).toBe(1);
    expect({ exitCode, errors: summary.errors, suppressed: summary.suppressed }).toEqual({
      exitCode: 0,
      errors: 0,
      suppressed: report.findings.length,
    });
    expect(findings[0]?.suppressed).toEqual({ by: 'b.json', reason: 'known since 2026-11-25', until: null });
    expect(baseline).toEqual({ file: 'b.json', known: report.findings.length, new: 0, rose: [], fixed: [] });
  });

  it('stays known if others of the same rule are fixed', async () => {
    const report = await lintTree(open('sa.key'));
    expect(counting(knowing(report, await lintTree(open('ca.key', 'sa.key', 'front-proxy-ca.key'))))).toEqual([]);
    expect(counting(knowing(report, await lintTree(open('ca.key', 'sa.key'))))).toEqual([]);
  });

  it('counts if it gained a fault, and the report says so', async () => {
    const [old, now] = [
      await lintTree(open('ca.key', 'sa.key')),
      await lintTree(open('ca.key', 'sa.key', 'front-proxy-ca.key')),
    ];
    const { exitCode, baseline } = knowing(now, old);
    expect(exitCode).toBe(1);
    expect(baseline?.rose).toEqual([{ fingerprint: now.findings[0]?.fingerprint, was: 'error', gained: 1 }]);
  });

  it('counts if it is more severe now', async () => {
    const node = buildNode().chmod('scheduler.conf', 0o640);
    const [old, now] = [await lintTree(node), await lintTree(node, { rules: { 'file/mode': 'error' } })];
    expect(old.findings.map(({ rule, severity }) => [rule, severity])).toEqual([['file/mode', 'info']]);
    const { exitCode, baseline } = knowing(now, old);
    expect({ exitCode, rose: baseline?.rose.map(({ was, gained }) => [was, gained]) }).toEqual({
      exitCode: 1,
      rose: [['info', 0]],
    });
    expect(knowing(old, now).exitCode).toBe(0);
  });

  it('does not make a run complete that is not', async () => {
    const report = await lintTree(open('ca.key'));
    const incomplete = { ...report, notChecked: [{ node: 'cp-1', path: '/x', reason: 'permission denied' }] };
    expect(knowing(incomplete, report, { requireComplete: true }).exitCode).toBe(1);
    expect(knowing(incomplete, report).exitCode).toBe(0);
    expect(knowing({ ...report, exitCode: 2 }, report).exitCode).toBe(2);
  });

  it('stays excused for a reason that it has already', async () => {
    const report = await lintTree(open('ca.key'));
    const suppressed = { by: 'pki-lint.config.yaml:9', reason: 'until the move', until: '2027-01-01' };
    const excused = { ...report, findings: report.findings.map((one) => ({ ...one, suppressed })) };
    expect(knowing(excused, report).findings[0]?.suppressed).toEqual(suppressed);
    expect(written(excused).baseline.findings).toEqual([]);
  });
});

describe('a baseline never hides a fault that was not there', () => {
  /** Changes to a healthy node, of which any can be there with any other. Each makes one fault. */
  const faults: Readonly<Record<string, (node: NodeTree) => unknown>> = {
    'ca.key': (node) => node.chmod('pki/ca.key', 0o644),
    'sa.key': (node) => node.chmod('pki/sa.key', 0o644),
    'apiserver.key': (node) => node.chmod('pki/apiserver.key', 0o644),
    'etcd key': (node) => node.chmod('pki/etcd/server.key', 0o644),
    'scheduler.conf': (node) => node.chmod('scheduler.conf', 0o640),
    'admin.conf': (node) => node.chmod('admin.conf', 0o640),
    writable: (node) => node.chmod('pki/ca.crt', 0o666),
    'also writable': (node) => node.chmod('pki/etcd/ca.crt', 0o666),
    unused: (node) => node.write('pki/old-1.crt', node.certificate('kube-etcd')),
    'also unused': (node) => node.write('pki/old-2.crt', node.certificate('kube-etcd-peer')),
    expired: (node) => node.issue('kube-etcd', { notAfter: '2026-11-20' }),
    'also expired': (node) => node.issue('kube-etcd-peer', { notAfter: '2026-11-20' }),
  };
  const names = Object.keys(faults);
  const reports = new Map<string, Promise<Report>>();
  const reportOf = (some: readonly string[]): Promise<Report> => {
    const key = [...some].sort().join();
    const known = reports.get(key);
    if (known !== undefined) return known;
    const node = buildNode();
    for (const name of some) faults[name]?.(node);
    const report = lintTree(node);
    reports.set(key, report);
    return report;
  };

  test('any faults, then any others', { timeout: sampled(120_000, 900_000) }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.subarray(names), fc.subarray(names), async (before, now) => {
        const [old, report] = [await reportOf(before), await reportOf(now)];
        const left = counting(knowing(report, old, {}));
        const isNew = now.some((name) => !before.includes(name));
        // A fault that is gone may leave another one of the same cause, which is known by itself.
        expect(left.length > 0, `${before.join()} → ${now.join()}`).toBe(isNew);
      }),
      { numRuns: sampled(20, 400), seed: 15 },
    );
  });
});

describe('--update-baseline', () => {
  it('counts new and fixed findings separately', async () => {
    const [old, now] = [await lintTree(open('ca.key')), await lintTree(open('apiserver.key'))];
    const { added, removed, unchanged, rose } = written(now, written(old).baseline);
    expect({ added, removed, unchanged, rose }).toEqual({ added: 1, removed: 1, unchanged: 0, rose: 0 });
  });

  it('keeps the day from which on a finding is known', async () => {
    const report = await lintTree(open('ca.key'));
    const again = updateBaseline(report, written(report).baseline, [], '2026-12-01');
    expect(again.baseline.findings.map(({ since }) => since)).toEqual(['2026-11-25']);
    expect(again).toMatchObject({ added: 0, removed: 0, unchanged: 1 });
  });

  it('keeps what is known about nodes that are not in the input', async () => {
    const other = buildNode({ name: 'cp-2' }).chmod('pki/ca.key', 0o644);
    const both = written(await lintTrees([open('ca.key'), other])).baseline;
    const nodes = [...new Set(both.findings.map(({ node }) => node))];
    const after = written(await lintTree(buildNode()), both);
    expect(after.baseline.findings.filter(({ rule }) => rule === 'key/mode-signing').map(({ node }) => node)).toEqual(
      nodes.filter((node) => node !== 'cp-1'),
    );
  });

  it.each<[string, LintOptions, (report: Report) => Report]>([
    ['was switched off', { rules: { 'key/mode-signing': 'off' } }, (report) => report],
    [
      'was skipped',
      {},
      (report) => ({
        ...report,
        skipped: [{ rule: 'key/mode-signing', node: 'cp-1', subject: '/etc/kubernetes/pki/ca.key', reason: 'x' }],
      }),
    ],
    [
      'could not be read',
      {},
      (report) => ({
        ...report,
        notChecked: [{ node: 'cp-1', path: '/etc/kubernetes/pki', reason: 'permission denied' }],
      }),
    ],
  ])('keeps what %s', async (_name, options, change) => {
    const known = written(await lintTree(open('ca.key'))).baseline;
    const report = change(await lintTree(buildNode(), options));
    expect(written(report, known)).toMatchObject({ removed: 0, kept: 1 });
    expect(withBaseline(report, use(known)).baseline?.fixed).toEqual([]);
  });

  it('removes what is fixed, and a report says before that it is', async () => {
    const known = written(await lintTree(open('ca.key'))).baseline;
    const report = await lintTree(buildNode());
    expect(withBaseline(report, use(known)).baseline).toMatchObject({ known: 0, fixed: known.findings });
    expect(withBaseline(report, use(known, { isPartial: true })).baseline?.fixed).toEqual([]);
    expect(written(report, known)).toMatchObject({ removed: 1, baseline: { findings: [] } });
  });

  it('refuses what nothing may excuse, also if the file has it', async () => {
    const report = await lintTree(open('ca.key', 'apiserver.key'));
    const { baseline, refused } = updateBaseline(report, empty, ['key/mode-sign*'], '2026-11-25');
    expect({ refused, known: baseline.findings.map(({ rule }) => rule) }).toEqual({
      refused: ['key/mode-signing'],
      known: ['key/mode'],
    });
    const all = written(report).baseline;
    expect(counting(withBaseline(report, use(all, { never: ['key/mode-signing'] }))).map(({ rule }) => rule)).toEqual([
      'key/mode-signing',
    ]);
    const policy = { ...report, findings: report.findings.map((one) => ({ ...one, rule: 'policy/expired' })) };
    expect(written(policy).baseline.findings).toEqual([]);
    expect(withBaseline(policy, use(all)).exitCode).toBe(1);
  });
});

describe('the file', () => {
  it('has a finding a line, sorted, and fits its schema', async () => {
    const { baseline } = written(await lintTree(open('ca.key', 'sa.key', 'apiserver.key')));
    const text = baselineText(baseline);
    expect(text.trimEnd().split('\n')).toHaveLength(baseline.findings.length + 2);
    validate(JSON.parse(text));
    expect(validate.errors ?? []).toEqual([]);
    expect(parseBaseline(text, 'b.json')).toEqual(baseline);
    expect(baselineText({ ...empty })).toBe('{"schemaVersion":1,"tool":"x","findings":[]}\n');
    const { baseline: other } = written(await lintTree(open('apiserver.key', 'sa.key', 'ca.key')));
    expect(baselineText(other)).toBe(text);
  });

  const line = `{"fingerprint":"${'0'.repeat(16)}","rule":"a/b","node":"n","path":"p","subject":"s","severity":"error","since":"2026-11-25"}`;
  const file = (...lines: readonly string[]) =>
    `{"schemaVersion":1,"tool":"x","findings":[\n${lines.join(',\n')}\n]}\n`;
  it.each([
    ['no JSON', '{', 'b.json:1: this is not JSON'],
    ['no JSON in its third line', file(line, '{"a" 1}'), 'b.json:3: this is not JSON'],
    ['a conflict', `${file(line)}<<<<<<< HEAD\n`, 'b.json:4: a merge conflict'],
    ['a list', '[]', 'b.json:1: not a baseline: it is not an object'],
    [
      'another schema',
      '{"schemaVersion":2}',
      'b.json:1: not a baseline: "schemaVersion" is not 1, the only one that this version reads',
    ],
    ['no findings', '{"schemaVersion":1,"tool":"x"}', 'b.json:1: not a baseline: findings is missing'],
    [
      'a wrong severity',
      file(line, line.replace('error', 'fatal')),
      'b.json:3: not a baseline: findings[1].severity is not one of error, warning, info',
    ],
    [
      'a short fingerprint',
      file(line.replace('00', '')),
      'b.json:2: not a baseline: findings[0].fingerprint is not a fingerprint of 16 hex digits',
    ],
    [
      'a further key',
      file(line.replace('{', '{"until":1,')),
      'b.json:2: not a baseline: findings[0] has an unknown key "until"',
    ],
    ['no faults', file(line.replace('}', ',"faults":[]}')), 'b.json:2: not a baseline: findings[0].faults is empty'],
    ['a text among the findings', file(line, '5'), 'b.json:3: not a baseline: findings[1] is not an object'],
  ])('is rejected with its line: %s', (_name, text, message) => {
    expect(() => parseBaseline(text, 'b.json')).toThrow(message);
  });
});
