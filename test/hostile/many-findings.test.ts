/** The report of a node stays bounded: findings of one rule on one node are merged from a thousand on. */
import { describe, expect, it } from 'vitest';
import type { LintOptions, Report } from '../../src/index.ts';
import { stepLine } from '../../src/results/fix.ts';
import { buildNode } from '../support/build-node.ts';
import { FileMap } from '../support/file-map.ts';
import type { NodeTree } from '../support/node-tree.ts';
import { limit } from './support/program.ts';
import { lintStream, shown } from './support/shown.ts';

/** A node with links to nothing. The order in which the archive has them is not that of their names. */
function nodeWithLinks(number: number, isReversed = false): NodeTree {
  const node = buildNode();
  const indexes = Array.from({ length: number }, (_, index) => index);
  for (const index of isReversed ? indexes.reverse() : indexes) node.link(`pki/old-${index}.crt`, 'lost.crt');
  return node;
}

/** Lints a node for its findings: nothing of it is drawn. */
const judge = (node: NodeTree, options: LintOptions = {}) => lintStream(node, { picture: false, ...options });

const rule = 'file/stray';
const of = (report: Report) => report.findings.filter((finding) => finding.rule === rule);

describe('findings of one rule on one node', () => {
  it('each have an entry, up to a thousand', async () => {
    const report = await judge(nodeWithLinks(1000));
    expect(of(report)).toHaveLength(1000);
    expect(of(report).some(({ merged }) => merged !== undefined)).toBe(false);
  });

  it('above a thousand are one more, with their number and their severity', async () => {
    const few = await judge(nodeWithLinks(1));
    const report = await lintStream(nodeWithLinks(1300));
    const reversed = await judge(nodeWithLinks(1300, true));
    const rest = of(report).filter(({ merged }) => merged !== undefined);
    expect(of(report)).toHaveLength(1001);
    expect(rest).toMatchObject([
      { merged: 300, severity: of(few)[0]?.severity, node: 'cp-1', subject: 'cp-1', path: '/etc/kubernetes/pki' },
    ]);
    expect(rest[0]?.members).toHaveLength(100);
    expect(rest[0]?.message).toMatch(
      /^300 more findings of file\/stray on cp-1: \/etc\/kubernetes\/pki\/old-\d+\.crt, /,
    );
    expect(new Set(report.findings.map(({ fingerprint }) => fingerprint)).size).toBe(report.findings.length);
    expect(report.outcomes[rule]?.fail).toBe(1300);
    expect(await shown(report)).toContain('300 more findings of file/stray');
    // The order of the archive does not matter.
    expect(of(reversed)).toEqual(of(report));
  });

  it.each<[NonNullable<LintOptions['failOn']>, number]>([
    ['error', 1],
    ['never', 0],
  ])('give the same exit code with --fail-on %s', async (failOn, exitCode) => {
    const options: LintOptions = { failOn, rules: { [rule]: 'error' } };
    expect((await judge(nodeWithLinks(1), options)).exitCode).toBe(exitCode);
    expect((await judge(nodeWithLinks(1001), options)).exitCode).toBe(exitCode);
  });

  it('of several nodes are not merged', async () => {
    const both = new FileMap();
    for (const name of ['one', 'two']) {
      for (const [path, entry] of nodeWithLinks(1100).entries) {
        if (entry.type === 'file') both.write(`/${name}${path}`, entry.content, entry.mode);
        if (entry.type === 'link') both.link(`/${name}${path}`, entry.target);
      }
    }
    const report = await judge(both as NodeTree);
    expect(report.nodes).toHaveLength(2);
    expect(of(report).filter(({ merged }) => merged === 100)).toHaveLength(2);
    expect(of(report)).toHaveLength(2002);
  });
});

it('very many faulty files do not slow down a lint', async () => {
  const node = nodeWithLinks(6000);
  const before = process.cpuUsage();
  const report = await lintStream(node);
  const text = await shown(report);
  const { user, system } = process.cpuUsage(before);
  expect((user + system) / 1e6).toBeLessThan(limit);
  expect(report.findings.length).toBeLessThan(1100);
  expect(text).toContain('5000 more findings of file/stray');
});

describe('a command in a fix names a limited number of files', () => {
  const manyKeys = (number: number, mode: number) => {
    const node = buildNode();
    const key = node.read('pki/apiserver.key');
    for (let index = 0; index < number; index++) node.write(`pki/old-${index}.key`, key, mode);
    return node;
  };
  const fixOf = async (node: NodeTree, name: string) =>
    (await judge(node)).findings.find((finding) => finding.rule === name)?.fix.map((steps) => steps.map(stepLine));

  it.each([
    [100, []],
    [130, ['this leaves 30 more paths: run pki-lint again afterwards']],
  ])('one finding for %i paths', async (number, notes) => {
    const [steps = []] = (await fixOf(manyKeys(number, 0o640), 'file/mode')) ?? [];
    expect(steps).toEqual([expect.stringMatching(/^chmod 600 /), ...notes]);
  });

  it.each([
    [100, undefined],
    [130, 'this leaves 30 more faults: run pki-lint again afterwards'],
  ])('one finding for %i faults', async (number, note) => {
    const [steps = []] = (await fixOf(manyKeys(number, 0o644), 'key/mode')) ?? [];
    expect(steps.find((line) => line.includes('leaves'))).toBe(note);
  });
});
