import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isSince } from '../../src/checks/base/component-release.ts';
import { isFrom } from '../../src/model/facts/release.ts';
import { flagRelease, knownFlags } from '../../src/tables/flags.ts';

const components = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'] as const;

const linesOf = (name: string): readonly string[] =>
  readFileSync(new URL(`../../fixtures/flags/${name}`, import.meta.url), 'utf8')
    .trim()
    .split('\n');

/** Whether a release certainly refuses a flag, by the table. */
function isRefused(component: string, flag: string, release: string): boolean {
  const { since, removedIn } = flagRelease(component, flag) ?? {};
  return (removedIn !== undefined && isFrom(release, removedIn)) || (since !== undefined && !isSince(release, since));
}

/** The flags that `--help` of a real binary shows, by release. */
function shownBy(component: string): ReadonlyMap<string, readonly string[]> {
  const [header = '', ...rows] = linesOf(`${component}.tsv`);
  const cells = rows.map((row) => row.split('\t'));
  return new Map(
    header
      .split('\t')
      .slice(2)
      .map((release, index) => [release, cells.filter((row) => row[index + 2] === 'x').map(([flag = '']) => flag)]),
  );
}

describe.each(components)('%s', (component) => {
  it('1.36.2 refuses what the real binary refused', () => {
    const flags = linesOf(`${component}.refused-1.36.2.txt`);
    expect(flags.filter((flag) => !isRefused(component, flag, '1.36.2'))).toEqual([]);
  });

  it.each([...shownBy(component)])('%s has every flag that its --help shows', (release, flags) => {
    expect(flags.filter((flag) => isRefused(component, flag, release))).toEqual([]);
    expect(flags.filter((flag) => !knownFlags(component)?.has(flag))).toEqual([]);
  });
});
