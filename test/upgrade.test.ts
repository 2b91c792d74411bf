import { describe, expect, test } from 'vitest';
import { type LintOptions, lint } from '../src/index.ts';
import { allReporters } from '../src/report/index.ts';
import { newestPatch } from '../src/tables/go-releases.ts';
import { lintTree } from './cases/harness.ts';
import { buildNode } from './support/build-node.ts';
import type { NodeTree } from './support/node-tree.ts';

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
      message: 'with v1.32.11: /etc/kubernetes/pki/front-proxy-client.crt: x509: negative serial number',
    });
    expect(finding?.related[0]?.message).toBe('kube-apiserver does not start (--proxy-client-cert-file)');
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
  expect(today).toMatchObject({ ...doubt, message: `with v1.33.11, if it is built with Go 1.25.9: ${words}` });
  const [then] = (await lintTree(odd(), from('v1.32.6', 'v1.33.11'))).findings;
  const message = `with v1.33.11, if it is built with Go 1.25.9: ${words}`;
  expect(then).toMatchObject({ ...doubt, impact: 'upgrade', message });
  const [sure] = (await lintTree(odd(), from('v1.33.11', 'v1.34.8'))).findings;
  expect(sure).toMatchObject({ severity: 'error', message: `with v1.34.8: ${words}` });
});

test('the report says before which upgrade', async () => {
  const report = await lintTree(buildNode(), { targetVersion: '1.37' });
  expect(report.targetVersion).toBe('v1.37.0');
  const text = await allReporters.report.table(report, { width: 200, color: false, verbose: false, quiet: false });
  expect(text.split('\n')[1]).toBe('before an upgrade to v1.37.0');
  expect((await lintTree(buildNode())).targetVersion).toBeNull();
});

const upgradesOf = async (tree: NodeTree, release: string, targetVersion: string) => {
  const { upgrades, findings } = await lintTree(tree, from(release, targetVersion));
  const named = (fingerprint: string) => findings.find((one) => one.fingerprint === fingerprint)?.rule;
  return upgrades.map(({ node, steps }) => [
    node,
    ...steps.map((one) => [one.from, one.to, ...one.findings.map(named)]),
  ]);
};

describe('over several minor releases each step is judged', () => {
  test('and the report says that a node is ready for all of them', async () => {
    expect(await upgradesOf(buildNode({ release: '1.32' }), 'v1.32.6', 'v1.34')).toEqual([
      ['cp-1', ['v1.32.6', 'v1.33.12'], ['v1.33.12', 'v1.34.10']],
    ]);
  });

  test('by the releases of each, and what fails is listed at the first that refuses it', async () => {
    const tree = negative().replaceFlag('kube-controller-manager', 'experimental-cluster-signing-duration', '1h');
    expect(await upgradesOf(tree, 'v1.23.4', 'v1.25.16')).toEqual([
      ['cp-1', ['v1.23.4', 'v1.24.17'], ['v1.24.17', 'v1.25.16', 'argument/removed']],
    ]);
  });

  test('and the first waits for what fails today', async () => {
    const tree = buildNode({ release: '1.32' }).issue('kube-etcd', { issuer: 'kubernetes-ca' });
    expect(await upgradesOf(tree, 'v1.32.6', 'v1.34.1')).toEqual([
      ['cp-1', ['v1.32.6', 'v1.33.12', 'cert/issuer'], ['v1.33.12', 'v1.34.1']],
    ]);
  });

  test('and for what stops kubeadm itself, but not for other warnings', async () => {
    const at = new Date('2027-09-20T00:00:00Z');
    const { upgrades, findings } = await lintTree(buildNode(), { ...from('v1.36.2', 'v1.37'), at });
    const outlasted = findings.filter(({ rule }) => rule === 'upgrade/outlasted').map((one) => one.fingerprint);
    expect(outlasted).toHaveLength(1);
    expect(upgrades[0]?.steps.map((one) => one.findings)).toEqual([outlasted]);
    const warned = await lintTree(buildNode(), { ...from('v1.36.2', 'v1.37'), at: new Date('2027-11-10T00:00:00Z') });
    expect(warned.summary.errors).toBe(0);
    expect(warned.summary.warnings).toBeGreaterThan(0);
    expect(warned.upgrades[0]?.steps.map((one) => one.findings)).toEqual([[]]);
  });

  test('unless only some rules or roles were selected', async () => {
    const report = await lintTree(buildNode(), { ...from('v1.36.2', 'v1.37'), only: ['kube-etcd'] });
    expect(report.upgrades).toEqual([]);
  });

  test.each([
    ['v1.37.0', 'v1.36.2'],
    ['0.19.0', 'v1.37.0'],
  ])('from %s to %s is no way', async (release, target) => {
    expect((await upgradesOf(buildNode(), release, target))[0]?.length).toBeLessThanOrEqual(2);
  });
});

describe('the steps as text', () => {
  const textOf = async (tree: NodeTree, options: LintOptions) => {
    const report = await lintTree(tree, options);
    const text = await allReporters.report.table(report, { width: 200, color: false, verbose: false, quiet: false });
    return /^ {2}upgrade +(.*)$/m.exec(text)?.[1];
  };

  test('name each minor release, and the patch releases if that stays the same', async () => {
    const tree = () => negative().replaceFlag('kube-controller-manager', 'experimental-cluster-signing-duration', '1h');
    expect(await textOf(tree(), from('v1.23.4', 'v1.25.16'))).toBe(
      'v1.23 → v1.24 ready · v1.24 → v1.25 not ready: 1 finding',
    );
    expect(await textOf(buildNode(), from('v1.36.1', 'v1.36.2'))).toBe('v1.36.1 → v1.36.2 ready');
  });

  test('say if the release is not known, and nothing if the target is older or there is none', async () => {
    expect(await textOf(buildNode({ worker: true }), { targetVersion: 'latest' })).toBe(
      'the release of this node is unknown: set it with --kubernetes-version',
    );
    expect(await textOf(buildNode(), from('v1.36.2', 'v1.35.0'))).toBeUndefined();
    expect(await textOf(buildNode(), from('v1.36.2'))).toBeUndefined();
  });
});

test.each([
  ['latest', `v${newestPatch()}`],
  ['1.33', 'v1.33.12'],
  ['v1.33.4', 'v1.33.4'],
  ['v1.33.4-eks-1', 'v1.33.4'],
])('--target-version %s is %s', async (targetVersion, release) => {
  expect((await lintTree(buildNode({ release: '1.32' }), { targetVersion })).targetVersion).toBe(release);
});

test.each([
  [{ targetVersion: 'v1.99.0' }, 'invalid --target-version "v1.99.0": expected a known release'],
  [{ targetVersion: 'stable-1' }, 'invalid --target-version "stable-1": expected a known release'],
  [{ upgradeWindowDays: 30 }, '--upgrade-window has no effect without --target-version'],
])('cannot be meant: %j', async (options, message) => {
  await expect(lint({ paths: [], ...options })).rejects.toMatchObject({
    message: expect.stringContaining(message),
    exitCode: 2,
  });
});

describe('notes about an upgrade', () => {
  const noteOf = async (rule: string, tree: NodeTree, options: LintOptions) => {
    const { findings } = await lintTree(tree, options);
    const finding = findings.find((one) => one.rule === rule) ?? expect.fail(`no ${rule}`);
    return {
      ...finding,
      lines: finding.fix.flat().map(({ intro, text }) => (intro === null ? text : `${intro}: ${text}`)),
    };
  };

  test('name what the upgrade leaves over, and list what it renews elsewhere', async () => {
    const autumn = { ...from('v1.36.2', 'v1.37.0'), at: new Date('2027-09-20T00:00:00Z') };
    const { message, related, expected } = await noteOf('upgrade/renewal', buildNode(), autumn);
    expect(message).toBe(
      'the upgrade renews 11 certificates that would expire before 2027-12-19, but not kubelet.conf',
    );
    expect(related).toHaveLength(11);
    expect(related[0]).toMatchObject({ subject: 'kube-etcd', message: 'expires on 2027-11-24' });
    expect(expected).toBe('kubeadm upgrade before 2027-11-24');
    const rotated = await noteOf('upgrade/renewal', buildNode({ rotatedKubelet: true }), autumn);
    expect(rotated.message).toBe('the upgrade renews 11 certificates that would expire before 2027-12-19');
  });

  test('say all that a renewal by hand needs', async () => {
    const autumn = { ...from('v1.36.2', 'v1.37.0'), at: new Date('2027-09-20T00:00:00Z') };
    const { fix, lines } = await noteOf('upgrade/renewal', buildNode(), autumn);
    expect(fix).toHaveLength(1);
    expect(lines[0]).toBe('to renew at once: kubeadm certs renew all');
    expect(lines.join('\n')).toMatch(/restart kube-controller-manager: .*restart kube-scheduler: .*admin\.conf/s);
  });

  test('do not set a flag before the release that accepts it', async () => {
    const { message, lines } = await noteOf(
      'upgrade/peer-ca',
      buildNode({ release: '1.32' }),
      from('v1.32.6', 'v1.37'),
    );
    expect(message).toContain('v1.36.2 cannot forward requests');
    expect(lines[0]).toBe('with a single API server, nothing has to be done');
    expect(lines[1]).toMatch(/^with several, do this once all of them run v1\.36\.2: while the feature gate .* is off/);
    expect(lines[2]).toMatch(/extraArgs of apiServer.*: kubectl -n kube-system edit configmap kubeadm-config$/);
    expect(lines[3]).toMatch(/^and give kube-apiserver --peer-ca-file=\/etc\/kubernetes\/pki\/ca\.crt/);
  });

  test('leave commands to the fix', async () => {
    const note = await noteOf('upgrade/groups', buildNode({ release: '1.32' }), from('v1.32.6', 'v1.37'));
    expect(note.message).not.toContain('kubectl');
    expect(note.lines[0]).toMatch(/^kubectl get clusterrolebinding /);
  });
});
