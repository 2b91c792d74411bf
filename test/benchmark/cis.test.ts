/** The items of the CIS Kubernetes Benchmark: each has a state on each node, and it is what a scanner would say. */
import { describe, expect, it } from 'vitest';
import type { LintOptions, Report } from '../../src/index.ts';
import { allReporters } from '../../src/report/index.ts';
import { type CisState, cisGroups } from '../../src/results/cis.ts';
import { rules } from '../../src/tables/catalog.ts';
import { cisEditions, cisRows } from '../../src/tables/cis.ts';
import { lintTree, lintTrees } from '../cases/harness.ts';
import { buildNode } from '../support/build-node.ts';
import { corpora, corpus } from '../support/corpus.ts';
import type { NodeTree } from '../support/node-tree.ts';

const lintCis = (node: NodeTree, options: LintOptions = {}) => lintTree(node, { ...options, cis: true });

function itemsIn(report: Report, state: CisState): readonly string[] {
  return (report.cis?.results ?? []).filter((one) => one.state === state).map(({ item }) => item);
}

const resultOf = (report: Report, item: string) => report.cis?.results.find((one) => one.item === item);

/** What kube-bench reports for kubeadm's defaults: cfg/cis-2.0, by the files of a node. */
const failsOfKubeadm = ['1.2.1', '1.2.5', '1.2.29', '1.2.30', '4.1.9', '4.2.9', '4.2.12'];

describe('the table', () => {
  it('has the numbers that rules have', () => {
    for (const { id, cis } of rules) {
      const listed = cisRows.filter((row) => row.rules.includes(id)).map((row) => `${row.id} (cis-1.12)`);
      expect(cis, id).toEqual(listed);
    }
  });

  it('names rules that exist, and each item once, in order', () => {
    const ids = new Set(rules.map(({ id }) => id));
    expect(cisRows.flatMap((row) => row.rules.filter((rule) => !ids.has(rule)))).toEqual([]);
    const numbers = cisRows.map(({ id }) =>
      id
        .split('.')
        .map((part) => part.padStart(3, '0'))
        .join(),
    );
    expect(numbers).toEqual([...new Set(numbers)].sort());
  });

  it('says of each item what is looked at, or why nothing is', () => {
    const looked = cisRows.map(
      (row) => [row.files, row.flags, row.distinct, row.unchecked].filter((one) => one !== undefined).length,
    );
    expect(looked.every((number) => number === 1)).toBe(true);
    expect(cisEditions.map(({ id, releases }) => [id, ...releases])).toEqual([
      ['cis-1.12', '1.32', '1.33'],
      ['cis-2.0', '1.34', '1.35'],
    ]);
  });
});

describe('each item has a state', () => {
  it.each(corpora)('on %s', async (name) => {
    const report = await lintCis(await corpus(name));
    expect(report.cis?.results.map(({ item }) => item)).toEqual(cisRows.map(({ id }) => id));
    for (const { state, reason } of report.cis?.results ?? []) expect(reason === null).toBe(state === 'pass');
  });

  it('as a scanner says about a healthy control plane of kubeadm', async () => {
    const report = await lintCis(await corpus('kubeadm-1.36-default'));
    expect(itemsIn(report, 'fail')).toEqual(failsOfKubeadm);
    expect(itemsIn(report, 'not-checked')).toEqual(['3.1.1', '4.1.1', '4.1.2', '4.1.3', '4.1.4', '4.2.11']);
    expect(itemsIn(report, 'not-applicable')).toEqual([]);
  });

  it('as a scanner says about a healthy worker', async () => {
    const report = await lintCis(await corpus('kubeadm-1.36-worker'));
    expect(itemsIn(report, 'fail')).toEqual(failsOfKubeadm.filter((item) => item.startsWith('4.')));
    expect(itemsIn(report, 'not-applicable').every((item) => !item.startsWith('4.'))).toBe(true);
  });

  it('that does not apply to an etcd elsewhere', async () => {
    const report = await lintCis(await corpus('kubeadm-1.36-external-etcd'));
    expect(itemsIn(report, 'not-applicable')).toEqual([
      '1.1.7',
      '1.1.8',
      '2.1',
      '2.2',
      '2.3',
      '2.4',
      '2.5',
      '2.6',
      '2.7',
    ]);
  });
});

describe('an item fails', () => {
  it.each<[string, string, (node: NodeTree) => NodeTree, string]>([
    [
      '1.1.1',
      'a manifest in a closed folder',
      (node) => node.chmod('manifests/kube-apiserver.yaml', 0o644),
      'mode 0644',
    ],
    ['1.1.21', 'a key that the group can read', (node) => node.chmod('pki/sa.key', 0o640), 'mode 0640'],
    ['1.1.20', 'a certificate that others can write', (node) => node.chmod('pki/ca.crt', 0o646), 'mode 0646'],
    ['4.1.5', 'the kubeconfig of the kubelet', (node) => node.chmod('kubelet.conf', 0o640), 'mode 0640'],
  ])('%s: %s', async (item, _name, change, reason) => {
    expect(resultOf(await lintCis(buildNode()), item)?.state).toBe('pass');
    const result = resultOf(await lintCis(change(buildNode())), item);
    expect(result).toMatchObject({ state: 'fail', reason: expect.stringContaining(reason) });
  });

  it('if the unit of the kubelet is open', async () => {
    const unit = '/etc/systemd/system/kubelet.service';
    const started = (mode: number) =>
      buildNode().write(unit, '[Service]\nExecStart=/usr/bin/kubelet --config=/var/lib/kubelet/config.yaml\n', mode);
    expect(resultOf(await lintCis(started(0o600)), '4.1.1')?.state).toBe('pass');
    expect(resultOf(await lintCis(started(0o644)), '4.1.1')).toMatchObject({
      state: 'fail',
      reason: `${unit}: mode 0644`,
    });
  });

  it('of flags by their values', async () => {
    const flag = (line: string) => (text: string) =>
      text.replace('    - --authorization-mode=Node,RBAC', `    - ${line}`);
    const edited = async (line: string) => lintCis(buildNode().edit('manifests/kube-apiserver.yaml', flag(line)));
    expect(itemsIn(await edited('--authorization-mode=AlwaysAllow'), 'fail')).toEqual(
      expect.arrayContaining(['1.2.6', '1.2.7', '1.2.8']),
    );
    const config = await edited('--authorization-config=/etc/kubernetes/pki/authorization.yaml');
    expect(resultOf(config, '1.2.7')).toMatchObject({ state: 'not-checked', reason: '--authorization-config decides' });
  });

  it('if its flag is set, and names a wrong file', async () => {
    const report = await lintCis(buildNode().remove('pki/apiserver-etcd-client.crt'));
    const result = resultOf(report, '1.2.23');
    expect(result?.state).toBe('fail');
    expect(result?.findings.length).toBeGreaterThan(0);
  });

  it('if etcd shares the CA of the cluster', async () => {
    expect(resultOf(await lintCis(await corpus('kubeadm-1.36-ha')), '2.7')?.state).toBe('pass');
    const shared = buildNode();
    const ca = shared.certificate('kubernetes-ca');
    const report = await lintCis(shared.write('pki/etcd/ca.crt', ca));
    expect(resultOf(report, '2.7')).toMatchObject({ state: 'fail' });
  });

  it('and counts as excused if all findings about it are excused', async () => {
    const { cisView } = await import('../../src/benchmark/index.ts');
    const { pkiOf } = await import('../cases/harness.ts');
    const node = buildNode().chmod('pki/sa.key', 0o644);
    const { findings } = await lintTree(node);
    const suppressed = { by: 'x', reason: 'y', until: null };
    const views = [findings, findings.map((one) => ({ ...one, suppressed }))].map(async (all) =>
      cisView([await pkiOf(node)], all),
    );
    const [open, excused] = await Promise.all(views);
    const of = (view: typeof open) => view?.results.find(({ item }) => item === '1.1.21');
    expect(of(open)).toMatchObject({ state: 'fail', findings: [findings[0]?.fingerprint] });
    expect(of(open)?.excused).toBeUndefined();
    expect(of(excused)).toMatchObject({ state: 'fail', excused: true });
  });
});

describe('an item is not checked', () => {
  it('if the modes are those of a copy', async () => {
    const node = buildNode();
    for (const entry of node.entries.values()) Object.assign(entry, { uid: 1000, gid: 1000 });
    const report = await lintCis(node);
    expect(resultOf(report, '1.1.19')).toMatchObject({ state: 'not-checked' });
    expect(resultOf(report, '1.1.21')).toMatchObject({ state: 'not-checked' });
  });

  it('if the component was not seen', async () => {
    const report = await lintCis(buildNode().remove('manifests/kube-apiserver.yaml'));
    expect(resultOf(report, '1.2.24')).toMatchObject({ state: 'not-checked', reason: 'kube-apiserver was not seen' });
  });
});

describe('the edition', () => {
  it.each([
    ['1.32', 'cis-1.12', null],
    ['1.33', 'cis-1.12', null],
    ['1.34', 'cis-2.0', null],
    ['1.36', 'cis-2.0', 'no edition is published for Kubernetes 1.36: judged by cis-2.0, which is for up to 1.35'],
    ['1.28', 'cis-1.12', expect.stringContaining('pki-lint does not have the edition for Kubernetes 1.28')],
  ])('of Kubernetes %s is %s', async (release, edition, note) => {
    const report = await lintCis(buildNode(), { facts: { kubernetesVersion: `v${release}.1` } });
    expect(report.cis?.editions).toEqual([{ node: 'cp-1', edition, note }]);
  });
});

describe('the view', () => {
  it('is in the report only on request, and changes no finding', async () => {
    const node = buildNode().chmod('pki/sa.key', 0o644);
    const { cis, ...report } = await lintCis(node);
    expect(report).toEqual(await lintTree(node));
    expect(cis).toBeDefined();
  });

  it('groups nodes by state', async () => {
    const nodes = [buildNode(), buildNode({ name: 'cp-2' }).chmod('pki/sa.key', 0o640)];
    const { cis } = await lintTrees(nodes, { cis: true });
    if (cis === undefined) throw new Error('no view');
    const [, groups] = cisGroups(cis).find(([{ id }]) => id === '1.1.21') ?? [];
    expect(groups?.map(({ state, nodes: on }) => [state, on])).toEqual([
      ['fail', ['cp-2']],
      ['pass', ['cp-1']],
    ]);
  });

  it('is a table, a column of CSV, and a section of Markdown', async () => {
    const report = await lintCis(buildNode().chmod('pki/sa.key', 0o644));
    const style = { width: 100, color: false, quiet: false, verbose: false };
    const table = await allReporters.report.table(report, style);
    for (const { id } of cisRows) expect(table).toMatch(new RegExp(`^[✖✔?] +${id.replaceAll('.', '\\.')} `, 'm'));
    expect(table).toContain('CIS Kubernetes Benchmark 2.0; no edition is published for Kubernetes 1.36');
    const [head = '', row = ''] = (await allReporters.report.csv(report, style)).split('\r\n');
    expect(head.endsWith(',cis_items')).toBe(true);
    expect(row.endsWith(',1.1.21 (cis-2.0)')).toBe(true);
    const markdown = await allReporters.report.markdown(report, style);
    expect(markdown).toContain('### CIS Kubernetes Benchmark\n');
    for (const { id } of cisRows) expect(markdown).toContain(`| ${id} |`);
    const short = await allReporters.report.markdown(report, { ...style, markdownBytes: 6000 });
    expect(short).toContain('_Only items that fail are listed: there is no room for more._');
  });
});
