import { mkdirSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { examplesIn } from '../../scripts/rules-page.mjs';
import { type Finding, ruleDocs } from '../../src/index.ts';
import { readText } from '../repository/files.ts';
import { controlPlane, worker } from '../support/cluster.ts';
import { contradictions } from '../support/contradictions.ts';
import { groups } from './all.ts';
import { examplesOf } from './examples.ts';
import { expected, findingsOf, lintTree, lintTrees, names, treeOf, vagueTexts } from './harness.ts';

/**
 * If PKI_LINT_RECORD is set, the findings of every case are written to that folder, so that two builds can be compared.
 */
function recordFindings(name: string, findings: readonly Finding[]): void {
  const folder = process.env.PKI_LINT_RECORD;
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${folder}/${name.replace(/\W+/g, '-')}.json`, JSON.stringify(findings, null, 1));
}

const all = Object.values(groups).flat();
const documented = examplesIn(readText('docs/rules.md'));

describe.each(Object.entries(groups))('%s', (_, cases) => {
  it.each(cases)('$name', async (one) => {
    const report = await findingsOf(one);
    recordFindings(one.name, report.findings);
    expect(names(report)).toEqual(expected(one));
    const members = { findings: report.findings.flatMap((finding) => finding.members ?? []) };
    if (one.members !== undefined) expect(names(members)).toEqual(one.members.toSorted());
    expect(vagueTexts(report)).toEqual([]);
    for (const [rule, text] of examplesOf(one, report)) expect(documented.get(rule), 'npm run docs').toBe(text);
    if ('connections' in report) expect(contradictions(report, one.options)).toEqual([]);
  });
});

describe('every rule', () => {
  it('has a case in which it fails', async () => {
    const names = (await Promise.all(all.map((one) => expected(one)))).flat();
    const failing = new Set(names.map((name) => name.split('@')[0]));
    expect(ruleDocs.map((rule) => rule.id).filter((id) => !failing.has(id))).toEqual([]);
  });

  it('has a case in which it passes', async () => {
    const pairs = all.find(({ name }) => name.endsWith('and a pair that the kubelet made'));
    // The rules of the first run only before an upgrade.
    const reports = [
      await lintTree(await treeOf({}), { targetVersion: 'v1.37.0' }),
      await lintTrees([controlPlane(1), controlPlane(2), worker()]),
      await lintTree(await treeOf(pairs ?? {})),
    ];
    const passing = (id: string) => reports.some((report) => (report.outcomes[id]?.pass ?? 0) > 0);
    expect(ruleDocs.map((rule) => rule.id).filter((id) => !passing(id))).toEqual([]);
  });
});
