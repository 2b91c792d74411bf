/** What is excused is shown as such, and nothing is red in a page whose verdict is fine. */

import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { cisView } from '../../../src/benchmark/index.ts';
import { withBaseline } from '../../../src/compare/baseline.ts';
import { type Report, reporters, ruleDocs } from '../../../src/index.ts';
import { countsOf } from '../../../src/results/read/verdict.ts';
import { lintTree, lintTrees, pkiOf } from '../../cases/harness.ts';
import { buildNode } from '../../support/build-node.ts';
import { controlPlane } from '../../support/cluster.ts';
import { withExceptions } from '../../support/exceptions.ts';
import { sampled } from '../../support/extent.ts';
import { counting, isRed, reportOf } from '../formats/random-report.ts';
import { type Page, parse } from './parse.ts';

const picture = true;

/** Everything red: marks, articles, bars, boxes and lines. */
function red({ elements }: Page): readonly string[] {
  const classes = elements.map(({ attributes }) => attributes.get('class')?.split(' ') ?? []);
  const looks = [
    ['mark', 'error'],
    ['life', 'over'],
    ['item', 'faulty'],
    ['edge', 'fail', 'dials'],
    ['cross'],
    ['first'],
  ];
  const inLegend = (index: number) => elements[index]?.within.at(-3) === 'ul';
  const articles = elements.filter(({ tag, attributes }) => tag === 'article' && attributes.get('class') === 'error');
  return [
    ...classes.flatMap((own, index) =>
      looks.some((look) => look.every((one) => own.includes(one))) && !inLegend(index) ? [own.join(' ')] : [],
    ),
    ...articles.map(() => 'article'),
  ];
}

const page = async (report: Report, more = {}) => parse(await reporters.html(report, more));

/** A certificate of the API server that has expired, and one of etcd from a wrong CA: connections fail. */
const broken = () =>
  buildNode().issue('kube-apiserver', { notAfter: '2026-11-01' }).issue('kube-etcd', { issuer: 'kubernetes-ca' });

const everything = (until: string) =>
  withExceptions(
    ['cert/expired', 'cert/issuer'].map((rule) => {
      return { match: { rule, node: 'cp-1' }, until, owner: 'team-a', ticket: 'PKI-7' };
    }),
  );

describe('exceptions', () => {
  let [fine, over]: [Report | undefined, Report | undefined] = [undefined, undefined];
  beforeAll(async () => {
    [fine, over] = [
      await lintTree(broken(), { picture, policy: everything('2027-03-31') }),
      await lintTree(broken(), { picture, policy: everything('2026-11-30') }),
    ];
  });

  it('nothing is red if all is excused, and it is if the exception has expired', async () => {
    if (!fine || !over) throw new Error('no report');
    expect(fine.summary.errors + fine.summary.warnings).toBe(0);
    expect(fine.connections.some(({ verdict }) => verdict === 'fail')).toBe(true);
    expect(fine.picture?.expiries.some(({ daysLeft }) => daysLeft < 0)).toBe(true);
    expect(red(await page(fine))).toEqual([]);
    expect(red(await page(fine, { showSuppressed: true }))).toEqual([]);
    const kinds = new Set(red(await page(over)));
    expect([...kinds].sort()).toEqual(
      ['article', 'cross', 'edge dials fail', 'first error', 'item faulty', 'life over', 'mark error'].sort(),
    );
  });

  it('an exception has a row with its end, its reason, its owner and its place', async () => {
    if (!fine || !over) throw new Error('no report');
    const { text } = await page(fine);
    const parts = [
      'Excuses',
      'cert/expired on cp-1',
      '2027-03-31',
      '120 days',
      'in force',
      'replaced together',
      'team-a, PKI-7',
    ];
    for (const part of [...parts, 'pki-lint.config.yaml:10']) expect(text).toContain(part);
    expect(text).toMatch(/\d+ connections fail, which is excused\./);
    expect((await page(over)).text).toMatch(/2026-11-30.{0,10}1 day ago.{0,10}expired/);
    expect((await page(await lintTree(broken(), { picture }))).text).not.toContain('Excuses');
  });

  it('a finding that is excused has an article only if it is asked for, and every link has a target', async () => {
    if (!fine) throw new Error('no report');
    const [hidden, shown] = [await page(fine), await page(fine, { showSuppressed: true })];
    const articles = ({ elements }: Page) =>
      elements.filter(({ tag }) => tag === 'article').map(({ attributes }) => attributes.get('class'));
    expect(articles(hidden)).not.toContain('excused');
    expect(articles(shown).filter((one) => one === 'excused').length).toBe(fine.summary.suppressed);
    for (const { elements } of [hidden, shown]) {
      const ids = new Set(elements.map(({ attributes }) => attributes.get('id')));
      const links = elements.flatMap(({ attributes }) => attributes.get('href') ?? []);
      expect(links.filter((href) => href.startsWith('#') && !ids.has(href.slice(1)))).toEqual([]);
    }
  });

  it('a finding about an exception is on no node', async () => {
    const trees = ([1, 2] as const).map((number) => controlPlane(number));
    const policy = withExceptions([{ match: { rule: 'cert/expired', node: 'cp-1' } }]);
    const html = await reporters.html(await lintTrees(trees, { picture, policy }));
    expect(html).toContain('data-rule="policy/unused" data-node=""');
    expect(html).not.toContain('<option value=""></option>');
  });

  it('files that cannot be ignored are listed', async () => {
    const policy = withExceptions([], { ignore: ['/etc/kubernetes/manifests/**'] });
    const { text } = await page(await lintTree(buildNode(), { picture, policy }));
    expect(text).toMatch(/Not ignored, although pki-lint\.config\.yaml says so: \/etc\/kubernetes\/manifests/);
    expect(text).toMatch(/\d files? not ignored, although the policy says so.*which \S+ reads/);
    expect(text).toContain('Exceptions none');
  });
});

it('a baseline is a line of the head, with what is fixed', async () => {
  const report = await lintTree(broken(), { picture });
  const findings = report.findings.map(({ fingerprint, rule, node, path, subject, severity }) => {
    return { fingerprint, rule, node, path, subject, severity, since: '2026-10-01' };
  });
  const gone = {
    ...findings[0],
    fingerprint: '0'.repeat(16),
    path: '/etc/kubernetes/gone.crt',
  } as (typeof findings)[0];
  const baseline = { schemaVersion: 1, tool: '0.1.0', findings: [...findings, gone] } as const;
  const known = withBaseline(report, { file: 'known.json', baseline, rules: [] } as never);
  const { text, elements } = await page(known);
  expect(text).toContain(`${findings.length} findings known by known.json, 0 new`);
  expect(elements.some(({ attributes }) => attributes.get('class') === 'mark error')).toBe(false);
  expect((await page(report)).text).not.toContain('known.json');
});

it('a connection whose rules are off is not red, and the head says so', async () => {
  const rules = Object.fromEntries(ruleDocs.map(({ id }) => [id, 'off'] as const));
  const report = await lintTree(broken(), { picture, rules });
  expect(report.connections.some(({ verdict, cause }) => verdict === 'fail' && cause === null)).toBe(true);
  const shown = await page(report);
  expect(red(shown)).toEqual([]);
  expect(shown.text).toMatch(/\d+ connections fail, and the rules about that were not applied/);
});

describe('the CIS view', () => {
  it('has each item with its state, its edition and why, if it was asked for', async () => {
    const report = await lintTree(buildNode().chmod('pki/sa.key', 0o644), { picture, cis: true });
    const { text, elements } = await page(report);
    expect(text).toContain('CIS Kubernetes Benchmark 2.0; no edition is published for Kubernetes 1.36');
    for (const { id, title } of report.cis?.items ?? []) {
      expect(text).toContain(id);
      expect(text).toContain(title);
    }
    for (const state of ['fail', 'pass', 'not checked']) expect(text).toContain(state);
    expect(text).toMatch(new RegExp(`${report.cis?.results.length} items: \\d+ fail, \\d+ not checked, \\d+ pass`));
    expect(elements.some(({ attributes }) => attributes.get('id') === 'cis')).toBe(true);
    expect((await page(await lintTree(buildNode(), { picture }))).text).not.toContain('CIS Kubernetes Benchmark 2.0;');
  });

  it('what fails and is excused is not red', async () => {
    const node = buildNode().chmod('pki/sa.key', 0o644);
    const open = await lintTree(node, { picture, cis: true });
    const suppressed = { by: 'x', reason: 'y', until: null };
    const findings = open.findings.map((one) => ({ ...one, suppressed }));
    const cis = cisView([await pkiOf(node)], findings);
    const report = { ...open, findings, cis, summary: { ...open.summary, ...countsOf(findings) } };
    expect(red(await page(open))).not.toEqual([]);
    const shown = await page(report);
    expect(shown.text).toContain('fail (excused)');
    expect(red(shown)).toEqual([]);
  });
});

describe('random reports', () => {
  it('a page is red exactly if the exit code is not 0', async () => {
    const base = await lintTree(buildNode(), { picture });
    const seen = new Set<number>();
    await fc.assert(
      fc.asyncProperty(reportOf, async (random) => {
        seen.add(random.exitCode);
        const report: Report = { ...random, picture: base.picture ?? null } as Report;
        const shown = await page(report);
        const articles = shown.elements.filter(({ tag }) => tag === 'article');
        const severities = articles.map(({ attributes }) => attributes.get('data-severity') ?? '');
        // Findings with the same words have one article.
        expect(new Set(severities)).toEqual(new Set(counting(report)));
        const gap =
          !shown.text.includes('Nothing to check') && /Not linted: |Not everything was checked/.test(shown.text);
        expect(isRed(severities as never, report.failOn) || gap).toBe(report.exitCode !== 0);
        expect(shown.text).toContain(`Exit code ${report.exitCode}`);
        // What a finding breaks is down, even if a policy lowers its severity.
        const isDown = report.connections.some(({ verdict, cause }) =>
          report.findings.some((one) => verdict === 'fail' && one.fingerprint === cause && one.suppressed === null),
        );
        if (!counting(report).includes('error') && !isDown)
          expect(red(shown).filter((one) => one !== 'first warning')).toEqual([]);
      }),
      { seed: 14, numRuns: sampled(200, 2000) },
    );
    expect([...seen].sort()).toEqual([0, 1, 2, 3]);
  });
});
