/** Microsoft's validator of SARIF, with its rules about what GitHub's code scanning needs. */
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { lint, ruleDocs } from '../../../src/index.ts';
import { sarif } from '../../../src/report/formats/sarif.ts';
import type { Report } from '../../../src/results/report.ts';
import { healthy } from '../../report/fixtures.ts';
import { hostileReport } from '../../report/formats/hostile-report.ts';
import { sampled } from '../../support/extent.ts';
import { run, temporaryFolder } from '../support/programs.ts';
import { inValidators } from '../support/validators.ts';

// The wrapper of the package passes arguments through a shell.
const multitool = inValidators('@microsoft/sarif-multitool-linux/Sarif.Multitool');
const folder = temporaryFolder();
beforeAll(() => chmodSync(multitool, 0o755));
afterAll(() => folder.remove());

/**
 * Advice that is not followed: snippets and their context (lines of kubeconfigs are keys), messages by id, where the
 * repository is (GitHub knows), a schema over the network, ids of rules such as `PKI0001`, a homepage, and an address
 * for a rule of pki-lint's own, which no document has.
 */
const declined = ['SARIF2002', 'SARIF2003', 'SARIF2005', 'SARIF2006', 'SARIF2009', 'SARIF2010', 'SARIF2011'];
const declinedMessages = ['Note_ProvideHelpUri'];

/** Returns the complaints about a file. The program exits with 0 whatever it finds. */
function complaints(text: string): readonly string[] {
  const [file, log] = [join(folder.path, 'report.sarif'), join(folder.path, 'log.sarif')];
  writeFileSync(file, text);
  const options = [
    '--rule-kind',
    'Sarif;Ghas',
    '--level',
    'Error;Warning;Note',
    '--output',
    log,
    '--log',
    'ForceOverwrite',
  ];
  const { output } = run([multitool, 'validate', file, ...options], 300_000);
  expect(output).toContain('Analysis completed successfully');
  const [{ results = [], invocations = [] }] = JSON.parse(readFileSync(log, 'utf8')).runs;
  expect(
    invocations.flatMap((one: { toolExecutionNotifications?: unknown[] }) => one.toolExecutionNotifications ?? []),
  ).toEqual([]);
  const rules = (results as { ruleId: string; message: { id: string } }[])
    .filter(({ message }) => !declinedMessages.includes(message.id))
    .map(({ ruleId }) => ruleId);
  return [...new Set(rules)].filter((id) => !declined.includes(id)).sort();
}

const write = (report: Report) => sarif(report, { rules: ruleDocs, showSuppressed: true });

/** Three nodes of one cluster, with findings. */
const cluster = () =>
  lint({
    paths: ['ha', 'ha-node2', 'worker'].map((name) => `fixtures/corpora/kubeadm-1.36-${name}.tar.gz`),
    at: new Date('2045-01-01T00:00:00Z'),
  });

test('nothing is wrong with a healthy node', () => {
  expect(complaints(write(healthy))).toEqual([]);
});

test('nothing is wrong with a cluster', async () => {
  const report = await cluster();
  expect(report.findings.length).toBeGreaterThan(3);
  expect(complaints(write(report))).toEqual([]);
});

test('nothing is wrong with a hostile report', () => {
  // Ids of rules are never those of a file.
  const report = hostileReport();
  const findings = report.findings.map((one) => ({ ...one, rule: 'cert/issuer' }));
  expect(complaints(write({ ...report, findings }))).toEqual([]);
});

const mistakes: readonly (readonly [name: string, pattern: RegExp | string, replacement: string, rule: string])[] = [
  ['a result without a place', /"locations":.*?,"partial/s, '"partial', 'GH1015'],
  ['a path that is not encoded', /"uri": ?"etc\/kubernetes/, '"uri":"etc kubernetes', 'SARIF1002'],
  ['a name that equals the id', '"name":"CertIssuer"', '"name":"cert/issuer"', 'SARIF1001'],
];

// The validator takes a quarter of a minute: the sample is one mistake.
test.each(sampled(mistakes.slice(0, 1), mistakes))('%s is refused', async (_, pattern, replacement, rule) => {
  const [finding] = hostileReport().findings.slice(-1);
  const report = {
    ...healthy,
    findings:
      finding === undefined ? [] : [{ ...finding, rule: 'cert/issuer', path: '/etc/kubernetes/x', related: [] }],
  };
  const text = JSON.stringify(JSON.parse(write(report)));
  const wrong = text.replace(pattern, replacement);
  expect(wrong).not.toBe(text);
  expect(complaints(wrong)).toContain(rule);
});
