import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Report } from '../../../src/index.ts';
import { allReporters } from '../../../src/report/index.ts';
import { at, lintTrees } from '../../cases/harness.ts';
import { controlPlane, worker } from '../../support/cluster.ts';
import { sample } from '../../support/extent.ts';
import { run, temporaryFolder } from '../support/programs.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());

const integration = 'integrations/prometheus';
const rules = readFileSync(`${integration}/rules.yml`, 'utf8');

const testRules = (file: string) => run(['promtool', 'test', 'rules', file], 60_000);

describe('the alerts', () => {
  it('are tested by promtool, and their tests fail for another limit', () => {
    expect(run(['promtool', 'check', 'rules', `${integration}/rules.yml`]).status).toBe(0);
    expect(testRules(`${integration}/rules.test.yml`).status).toBe(0);
    const limits = [
      ['> 0\n        for: 15m', '> 5\n        for: 15m'],
      ['== 0', '== 1'],
      ['< 28 *', '< 14 *'],
      ['- time() < 7 *', '- time() < 0 *'],
      ['{role!="kubelet.conf"})\n          - time() < 28', ')\n          - time() < 28'],
      ['{role!="kubelet.conf"})\n          - time() < 7', ')\n          - time() < 7'],
      ['< 14 *', '< 3 *'],
      ['> 0 or sum', '> 9 or sum'],
      ['> 2 *', '> 4 *'],
      ['absent(pki_lint_last_run_timestamp_seconds)', 'pki_lint_last_run_timestamp_seconds > 0'],
      ['unless on (instance) pki_lint_findings', 'unless on (instance, node) pki_lint_findings'],
      ['unless on (instance, node) pki_lint_findings{severity="error", rule=~', 'unless on (instance) missing{rule=~'],
      ['unless on (instance, node) pki_lint_findings{severity="error", rule!', 'unless on (instance) missing{rule!'],
    ] as const;
    writeFileSync(join(folder.path, 'rules.test.yml'), readFileSync(`${integration}/rules.test.yml`));
    for (const [from] of limits) expect(rules).toContain(from);
    // promtool takes seconds.
    for (const [from, to] of sample(limits, 2)) {
      writeFileSync(join(folder.path, 'rules.yml'), rules.replace(from, to));
      expect(testRules(join(folder.path, 'rules.test.yml')).status, `${from} → ${to}`).not.toBe(0);
    }
  });

  it('are about each metric of pki-lint that can be bad', () => {
    const golden = readFileSync('test/report/formats/golden/openmetrics-connected.prom', 'utf8');
    const names = [...golden.matchAll(/^# TYPE (pki_lint_\w+)/gm)].map(([, name]) => name ?? '');
    expect(names.filter((name) => !rules.includes(name))).toEqual(['pki_lint_nodes', 'pki_lint_build_info']);
  });

  it('are one for a node and cause', async () => {
    const report = await lintTrees(brokenNodes());
    const errors = report.findings.filter(({ severity }) => severity === 'error');
    expect(new Set(errors.map(({ node }) => node)).size).toBe(3);
    expect(errors.map(({ rule }) => rule).sort()).toEqual([
      'authority/issued',
      'cert/expired',
      'cert/expired',
      'cert/key',
      'cert/pair',
    ]);
    expect(report.connections.filter(({ verdict }) => verdict === 'fail').length).toBeGreaterThan(5);
    expect(await firing(report)).toEqual(errors.map(({ rule, node }) => `PkiLintFailing ${node} ${rule}`).sort());
  });
});

/** Three nodes with five causes, because of which many connections fail and many certificates are useless. */
function brokenNodes() {
  const first = controlPlane(1);
  first
    .write('pki/etcd/ca.crt', first.read('pki/ca.crt'))
    .write('pki/front-proxy-client.key', first.read('pki/sa.key'));
  const second = controlPlane(2)
    .issue('kube-apiserver', { notBefore: '2025-11-20', notAfter: '2026-11-20' })
    .remove('pki/apiserver-etcd-client.key');
  const third = worker().issue('kubelet.conf', { notBefore: '2025-11-20', notAfter: '2026-11-20' });
  return [first, second, third];
}

/** The alerts that fire an hour after a run, as `NAME NODE RULE`, sorted: promtool evaluates them. */
async function firing(report: Report): Promise<readonly string[]> {
  const metrics = await allReporters.report.openmetrics(report, {
    width: 80,
    color: false,
    quiet: false,
    verbose: false,
  });
  const start = at.getTime() / 1000;
  const series = metrics
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const space = line.lastIndexOf(' ');
      const [name = '', labels = '}'] = line.slice(0, space).split('{', 2);
      // promtool begins at the epoch.
      const value = Number(line.slice(space + 1)) - (/_(?:after|before|seconds)$/.test(name) ? start : 0);
      return { series: `${name}{instance="admin:9100"${labels === '}' ? '' : ','}${labels}`, values: `${value}x60` };
    });
  const expected = { expr: 'ALERTS{alertstate="firing"}', eval_time: '2h', exp_samples: [] };
  const test = {
    rule_files: [resolve(integration, 'rules.yml')],
    evaluation_interval: '5m',
    tests: [{ interval: '5m', input_series: series, promql_expr_test: [expected] }],
  };
  const file = join(folder.path, 'firing.test.yml');
  writeFileSync(file, JSON.stringify(test));
  // It prints what it found instead of nothing.
  const [, got = ''] = testRules(file).output.split('got:');
  return [...got.matchAll(/\{__name__="ALERTS", ([^}]*)\}/g)]
    .map(([, labels = '']) => {
      const { alertname, node, rule } = Object.fromEntries(
        [...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = '', value]) => [name, value]),
      );
      return [alertname, node, rule].filter((text) => text !== undefined).join(' ');
    })
    .sort();
}
