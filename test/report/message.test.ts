/**
 * What findings say is data until it is printed; reports that were read back from JSON have only texts, and print the
 * same.
 */
import { describe, expect, it } from 'vitest';
import { type Report, reporters } from '../../src/index.ts';
import { effectText, saying, statement, withoutClient, withoutList } from '../../src/report/message/index.ts';
import { plainText } from '../../src/results/message.ts';
import { wordingOfRelated } from '../../src/results/read/wording.ts';
import { lintTree, lintTrees } from '../cases/harness.ts';
import { buildNode } from '../support/build-node.ts';
import { controlPlane, withUnnamedPeer, worker } from '../support/cluster.ts';

const address = 'https://api.example.test:6443';

/** Two nodes with a connection between them that fails, a group, and a certificate that expires soon. */
const reports: readonly (() => Promise<Report>)[] = [
  () => lintTrees([controlPlane(1), worker().editKubeconfig('kubelet.conf', { server: address })]),
  () => lintTrees([controlPlane(1), controlPlane(2).remove('pki/etcd/ca.crt')]),
  () => lintTree(buildNode().chmod('pki/ca.key', 0o644), { at: new Date('2028-06-01T00:00:00Z') }),
];

describe.each(reports.map((make, index) => ({ make, index })))('report $index', ({ make }) => {
  it('has its texts in JSON only as they are printed', async () => {
    const report = await make();
    expect(report.findings[0]?.wording).toBeDefined();
    expect(JSON.stringify(report)).not.toContain('wording');
    expect(JSON.stringify(JSON.parse(await reporters.json(report)))).toBe(JSON.stringify(report));
    expect(await reporters.ndjson(report)).not.toContain('wording');
  });

  it.each(['table', 'concise', 'markdown', 'github', 'sarif', 'junit', 'gitlab'] as const)(
    'is the same as %s after it was read back',
    async (format) => {
      const report = await make();
      expect(await reporters[format](JSON.parse(JSON.stringify(report)))).toBe(await reporters[format](report));
    },
  );
});

describe('a part of a word is not what a message names', () => {
  const of = (message: string, node: string) => ({ message, node, subject: 'etcd-ca' });

  it('of a node', () => {
    expect(statement(of('cp-10 trusts a different etcd-ca', 'cp-1'), ['cp-1'])).toMatch(/^cp-1: cp-10 /);
    expect(statement(of('cp-1.example trusts a different etcd-ca', 'cp-1'), ['cp-1'])).toMatch(/^cp-1: cp-1\.example /);
    expect(statement(of('cp-1 trusts a different etcd-ca', 'cp-1'), ['cp-1'])).toBe('cp-1 trusts a different etcd-ca');
  });

  it('of a value', () => {
    const isSaid = saying(of('--v2 is not set: open /etc/ca.crt: no such file', 'cp-1'));
    expect(['--v', '--v2', 'open /etc/ca.crt: no such file', 'set: open', ''].map(isSaid)).toEqual([
      false,
      true,
      true,
      true,
      true,
    ]);
  });
});

it('a value that differs from the expected one in a space is shown', async () => {
  const node = buildNode({ release: '1.32' }).issue('admin.conf', { organizations: [' system:masters'] });
  const report = await lintTree(node);
  const finding = report.findings.find(({ rule }) => rule === 'cert/organization');
  expect(finding?.found).toBe(' system:masters');
  expect(await reporters.table(report)).toMatch(/found +system:masters/);
});

it('a connection is named with its nodes, which a title leaves out if it has named them', async () => {
  const report = await lintTrees(withUnnamedPeer());
  const finding = report.findings.find(({ rule }) => rule.startsWith('connection/'));
  const message = finding?.wording?.message;
  expect(message?.nodes.toSorted()).toEqual(['cp-1', 'cp-2']);
  expect(message && plainText(withoutClient(message, 'cp-2'))).toMatch(/^etcd → /);
  expect(message && plainText(withoutClient(message, 'cp-1'))).toMatch(/^cp-2: etcd → /);
});

it('a group is named without the list of its members', async () => {
  const report = await (reports[2] ?? never)();
  const [group] = report.findings.filter(({ members, wording }) => members && wording?.message.data.subjects);
  expect(group && plainText(withoutList(group))).toMatch(/^\d+ certificates expired$/);
  expect(group?.wording?.message.subjects).toContain(group?.members?.[0]?.subject);
});

it('that a component does not run is a fact of a consequence, and not its words', async () => {
  const report = await lintTree(buildNode().remove('manifests/etcd.yaml'));
  const all = report.findings.flatMap(({ related }) => related);
  const stops = all.filter((one) => one.error && wordingOfRelated(one).isStop);
  expect(stops.length).toBeGreaterThan(0);
  expect(stops.every(({ error }) => error?.endsWith('etcd is not running'))).toBe(true);
  expect(effectText({ path: '', subject: 'kubelet', message: 'cannot read it', fingerprint: null })).toBe(
    'kubelet: cannot read it',
  );
});

it('an effect that names what is affected is said once', async () => {
  const text = await reporters.markdown(await lintTree(buildNode().chmod('pki/ca.key', 0o644)));
  expect(text).toContain('**Effect**: any user of this node can create certificates');
  expect(text).not.toContain('any user of this node: any user');
});

function never(): never {
  throw new Error('no such report');
}
