/** What the terminal prints of many nodes: one finding for the same problem, and few lines. */
import { describe, expect, it } from 'vitest';
import { asRanges, compareNames, withoutName } from '../../src/core/text.ts';
import { allReporters } from '../../src/report/index.ts';
import { shownFindings } from '../../src/report/message/shown.ts';
import type { Report } from '../../src/results/report.ts';
import { lintTrees } from '../cases/harness.ts';
import { controlPlane, worker } from '../support/cluster.ts';
import type { NodeTree } from '../support/node-tree.ts';

const plain = { width: 80, color: false, quiet: false, verbose: false };
const many = 100;

const nodeOf = (index: number) => worker({ name: `worker-${index}`, ip: `192.0.${2 + (index >> 7)}.${index % 128}` });
const workers = (length: number, change: (node: NodeTree, index: number) => NodeTree) =>
  Array.from({ length }, (_, index) => change(nodeOf(index + 1), index + 1));

/** Workers whose certificates expired, each at a time of its own. */
const expired = lintTrees([
  controlPlane(1),
  ...workers(many, (node, index) => {
    const minute = String(index % 60).padStart(2, '0');
    return node.issue('kubelet.conf', { notBefore: '2025-11-24', notAfter: `2026-11-24T10:${minute}:00Z` });
  }),
]);

const linesOf = (text: string) => text.trimEnd().split('\n');
const problems = ({ findings }: Report) => findings.filter(({ severity }) => severity !== 'info');

describe(`${many} workers whose certificates expired`, () => {
  it('are one finding in at most 60 lines, with all nodes and the number of errors', async () => {
    const report = await expired;
    expect(problems(report)).toHaveLength(many);
    const text = await allReporters.report.table(report, plain);
    expect(linesOf(text).length).toBeLessThanOrEqual(60);
    expect(text.match(/cert\/expired$/gm)).toHaveLength(1);
    expect(text).toContain(`${many} nodes, for example worker-1: `);
    expect(text).toMatch(/^ {2}nodes {5}worker-1 to worker-100$/m);
    expect(text).toContain(`${many} problems on ${many} of ${many + 1} nodes (${many} errors, 0 warnings)`);
    expect(text).toMatch(/^✖ {2}worker-1 to +worker +100 /m);
    expect(text).toMatch(/^✔ {2}cp-1 +control plane /m);
  });

  it('have commands that say whose name is in them', async () => {
    const text = await allReporters.report.table(await expired, plain);
    expect(text).toMatch(/run on each of the 100 nodes as root, with its name instead of worker-1/);
  });

  it('are one row and one entry in Markdown, with where to run the commands', async () => {
    const text = await allReporters.report.markdown(await expired, plain);
    expect(text).toContain(`${many} problems (${many} errors, 0 warnings)`);
    expect(text.match(/^\| ❌ error \|/gm)).toHaveLength(1);
    expect(text).toMatch(/^\| ❌ error \| .*\| worker-1 to worker-100 \| .* \| 100 nodes, for example worker-1: /m);
    expect(text.match(/^<summary>❌ /gm)).toHaveLength(1);
    expect(text).toContain('- **Nodes**: worker-1 to worker-100\n');
    expect(text).toContain(', run on each of the 100 nodes as root, with its name instead of worker-1:\n');
    expect(Buffer.byteLength(text)).toBeLessThan(10_000);
  });

  it('are one annotation, as GitHub would drop 90 of 100', async () => {
    const text = await allReporters.report.github(await expired, plain);
    expect(text.match(/^::error .*$/gm)).toEqual([expect.stringMatching(/::100 nodes, for example worker-1: /)]);
  });

  it('are a line each in concise, for grep and editors', async () => {
    const text = await allReporters.report.concise(await expired, plain);
    expect(text.match(/^worker-\d+: .*: error: .* \[cert\/expired\]$/gm)).toHaveLength(many);
  });

  it('are all listed with --verbose, each with its own commands', async () => {
    const report = await expired;
    const names = shownFindings(report, { ...plain, verbose: true }).map(({ nodes }) => nodes.join());
    expect(names.filter((name) => name.startsWith('worker-'))).toHaveLength(many);
  });
});

it('has a line for each of few nodes with problems, and one for all others', async () => {
  const broken = [3, 12, 20];
  const report = await lintTrees([
    controlPlane(1),
    ...workers(30, (node, index) => (broken.includes(index) ? node.remove('pki/ca.crt') : node)),
  ]);
  const table = linesOf(await allReporters.report.table(report, plain)).filter((line) => /^[✖▲✔] {2}/.test(line));
  expect(table.map((line) => line.split(/ {2,}/)[1])).toEqual([
    ...broken.map((index) => `worker-${index}`),
    `${31 - broken.length} other nodes`,
  ]);
});

it('does not join what has different fixes, or different words without a fix', async () => {
  const report = await lintTrees([
    controlPlane(1),
    nodeOf(1).remove('pki/ca.crt'),
    nodeOf(2).issue('kubelet.conf', { notBefore: '2025-11-24', notAfter: '2026-11-24' }),
  ]);
  const rules = shownFindings(report, plain)
    .filter(({ finding }) => finding.severity !== 'info')
    .map(({ finding, nodes }) => `${finding.rule} ${nodes.join()}`);
  expect(new Set(rules).size).toBe(rules.length);
  expect(rules.length).toBeGreaterThan(1);
  const [first] = report.findings;
  if (first === undefined) throw new Error('no finding');
  // Without a wording, as in a report that is read from JSON.
  const { wording, ...read } = first;
  const unfixed = (node: string, message: string) => ({ ...read, node, message, fix: [], related: [] });
  const findings = [unfixed('worker-1', 'one'), unfixed('worker-2', 'one'), unfixed('worker-3', 'other')];
  expect(shownFindings({ findings }, plain).map(({ nodes }) => nodes)).toEqual([
    ['worker-1', 'worker-2'],
    ['worker-3'],
  ]);
});

describe('names', () => {
  it('are sorted as people count, and joined where they follow each other', () => {
    const names = ['b-10', 'b-2', 'a', 'b-1', 'b-9', 'b-11', 'c-001', 'c-002', 'c-003', 'b-2', 'd1', 'd2'];
    expect(names.toSorted(compareNames).slice(0, 5)).toEqual(['a', 'b-1', 'b-2', 'b-2', 'b-9']);
    expect(asRanges([...new Set(names)])).toEqual(['a', 'b-1', 'b-2', 'b-9 to b-11', 'c-001 to c-003', 'd1', 'd2']);
  });

  it('are found in the names of files, and not in longer names', () => {
    expect(withoutName('scp /root/cp-1.conf root@cp-1:/a cp-10 my-cp-1', 'cp-1')).toBe(
      'scp /root/\0.conf root@\0:/a cp-10 my-cp-1',
    );
  });
});
