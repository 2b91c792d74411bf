/** Every format for programs, of real nodes. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { lint, ruleDocs } from '../../../src/index.ts';
import { formats } from '../../../src/report/formats/index.ts';
import { allReporters } from '../../../src/report/index.ts';
import { lintTree, lintTrees } from '../../cases/harness.ts';
import { corpora, corpus } from '../../support/corpus.ts';
import { spreadInAll } from '../../support/extent.ts';
import { detector, keysOf } from '../../support/secrets.ts';

const folder = mkdtempSync(join(tmpdir(), 'formats-'));
afterAll(() => rmSync(folder, { recursive: true }));

const names = [...(Object.keys(formats) as (keyof typeof formats)[]), 'html'] as const;
const late = new Date('2045-01-01');
const style = { quiet: false, verbose: false, width: 80, color: false, rules: ruleDocs };

describe('no format holds a private key', () => {
  it.each(spreadInAll(corpora, 5))('of %s', async (name) => {
    const node = await corpus(name);
    const keys = keysOf(node);
    const report = await lintTree(node, { at: late, passes: true, picture: true });
    const isSecret = detector(keys, 1);
    for (const format of names) expect(isSecret(await allReporters.report[format](report, style)), format).toBe(false);
    for (const key of keys.slice(0, 1)) expect(isSecret(`"${key.split('\n').slice(1, -1).join('')}"`)).toBe(true);
  });
});

it('JUnit has a case for every check that passed, and red ones for a cluster whose certificates have expired', async () => {
  const trees = await Promise.all(
    (['kubeadm-1.36-ha', 'kubeadm-1.36-ha-node2', 'kubeadm-1.36-worker'] as const).map(corpus),
  );
  const report = await lintTrees(trees, { at: late, passes: true });
  const passed = Object.values(report.outcomes).reduce((sum, { pass }) => sum + pass, 0);
  expect(report.passes?.length).toBe(passed);
  const text = await allReporters.report.junit(report, style);
  const cases = (part: string) => text.split(part).length - 1;
  const members = report.findings.flatMap((finding) => finding.members ?? []);
  const others = [report.findings, members, report.skipped, report.notChecked, report.connections];
  expect(cases('<testcase ')).toBe(others.reduce((sum, { length }) => sum + length, passed));
  expect([report.exitCode, cases('<failure ') > 0]).toEqual([1, true]);
  const ids = text.match(/classname="[^"]*" name="[^"]*"/g) ?? [];
  expect(new Set(ids).size).toBe(cases('<testcase '));
});

it('a copy without a name is the same wherever it is', async () => {
  const [one, two] = [await corpus('kubeadm-1.36-ha'), await corpus('kubeadm-1.36-ha-node2')];
  const write = async (places: readonly [string, string]) => {
    one.toDisk(join(folder, places[0]));
    two.toDisk(join(folder, places[1]));
    const paths = places.map((place) => join(place, 'etc/kubernetes/pki'));
    // Nothing else is near, so that nothing shows the names.
    for (const place of places) {
      for (const near of [
        'etc/kubernetes/manifests',
        'etc/kubernetes/kubelet.conf',
        'var',
        'etc/kubernetes/admin.conf',
      ]) {
        rmSync(join(folder, place, near), { recursive: true, force: true });
      }
    }
    const report = await lint({ cwd: folder, paths, at: late, passes: true, picture: true });
    expect(report.nodes.map(({ isNamed }) => isNamed)).toEqual([false, false]);
    return Promise.all(names.map((format) => allReporters.report[format](report, style)));
  };
  expect(await write(['deep/er/second', 'deep/er/third'])).toEqual(await write(['a', 'b']));
});
