import { describe, expect, test } from 'vitest';
import { type LintOptions, lint } from '../src/index.ts';
import { reporters } from '../src/report/index.ts';
import { lintTree } from './cases/harness.ts';
import { buildNode } from './support/build-node.ts';

const negative = () => buildNode({ release: '1.32' }).issue('front-proxy-client', { serial: -5n });
const from = (release: string, targetVersion?: string): LintOptions => ({
  facts: { kubernetesVersion: release },
  ...(targetVersion === undefined ? {} : { targetVersion }),
});

const alarms = async (...options: Parameters<typeof from>) => {
  const { findings } = await lintTree(negative(), from(...options));
  return findings.filter((finding) => finding.severity !== 'info');
};

describe('what works today and will not then', () => {
  test('says with which release, and why', async () => {
    const [finding, ...others] = await alarms('v1.31.4', 'v1.32');
    expect(others).toEqual([]);
    expect(finding).toMatchObject({
      rule: 'file/parse',
      severity: 'error',
      impact: 'upgrade',
      message: 'with v1.32.0: /etc/kubernetes/pki/front-proxy-client.crt: x509: negative serial number',
    });
    expect(finding?.related[0]?.message).toBe('kube-apiserver does not start');
  });

  test('is known again after the upgrade', async () => {
    const [before] = await alarms('v1.31.4', 'v1.32.0');
    const [after] = await alarms('v1.32.0');
    expect(after?.impact).toBe('outage');
    expect(after?.fingerprint).toBe(before?.fingerprint);
  });

  test('is graded and left out as its rule is', async () => {
    const graded = await lintTree(negative(), { ...from('v1.31.4', 'v1.32.0'), rules: { 'file/parse': 'warning' } });
    expect(graded.findings[0]).toMatchObject({ rule: 'file/parse', severity: 'warning' });
    const off = await lintTree(negative(), { ...from('v1.31.4', 'v1.32.0'), rules: { 'file/parse': 'off' } });
    expect(off.summary.errors).toBe(0);
  });

  test('leaves the counts of today as they are', async () => {
    const node = negative();
    const today = await lintTree(node, from('v1.31.4'));
    const ahead = await lintTree(node, from('v1.31.4', 'v1.32.0'));
    expect(ahead.outcomes['file/parse']).toEqual(today.outcomes['file/parse']);
    expect(ahead.inventory).toEqual(today.inventory);
  });
});

test('what is uncertain is a warning, and says so', async () => {
  const odd = () => buildNode({ release: '1.32' }).issue('front-proxy-ca', { pathLength: -1 });
  const [today] = (await lintTree(odd(), from('v1.33.11'))).findings;
  const words = '/etc/kubernetes/pki/front-proxy-ca.crt: x509: invalid basic constraints';
  const doubt = { rule: 'file/parse', severity: 'warning', impact: 'outage' };
  expect(today).toMatchObject({ ...doubt, message: `with v1.33.11, if Go 1.25.9 built it: ${words}` });
  const [then] = (await lintTree(odd(), from('v1.32.6', 'v1.33.11'))).findings;
  const message = `with v1.33.11, if Go 1.25.9 built it: ${words}`;
  expect(then).toMatchObject({ ...doubt, impact: 'upgrade', message });
  const [sure] = (await lintTree(odd(), from('v1.33.11', 'v1.34.8'))).findings;
  expect(sure).toMatchObject({ severity: 'error', message: `with v1.34.8: ${words}` });
});

test('the report says before which upgrade', async () => {
  const report = await lintTree(buildNode(), { targetVersion: '1.37' });
  expect(report.targetVersion).toBe('v1.37.0');
  const text = await reporters.report.table(report, { width: 200, color: false, verbose: false, quiet: false });
  expect(text.split('\n')[0]).toMatch(/ · before an upgrade to v1\.37\.0$/);
  expect((await lintTree(buildNode())).targetVersion).toBeNull();
});

test.each([
  [{ targetVersion: 'v1.99.0' }, '--target-version is "v1.99.0", which is no release that is known'],
  [{ targetVersion: 'stable-1' }, '--target-version is "stable-1", which is no release that is known'],
  [{ upgradeWindowDays: 30 }, '--upgrade-window is the time of an upgrade'],
])('cannot be meant: %j', async (options, message) => {
  await expect(lint({ paths: [], ...options })).rejects.toMatchObject({ message, exitCode: 2 });
});
