/** Microsoft's validator of SARIF, with its rules about what GitHub's code scanning needs. */
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { lint, ruleDocs } from '../../../src/index.ts';
import { sarif } from '../../../src/report/formats/sarif.ts';
import type { Report } from '../../../src/results/report.ts';
import { healthy } from '../../report/fixtures.ts';
import { hostileReport } from '../../report/formats/hostile-report.ts';
import { run, temporaryFolder } from '../support/programs.ts';
import { inValidators } from '../support/validators.ts';

// The wrapper of the package passes arguments through a shell.
const multitool = inValidators('@microsoft/sarif-multitool-linux/Sarif.Multitool');
const folder = temporaryFolder();
afterAll(() => folder.remove());

/**
 * Advice that is not followed: snippets and their context (lines of kubeconfigs are keys), messages by id, where the
 * repository is (GitHub knows), a schema over the network, ids of rules such as `PKI0001`, a homepage, and an address
 * for a rule of pki-lint's own, which no document has.
 */
const declined = ['SARIF2002', 'SARIF2003', 'SARIF2005', 'SARIF2006', 'SARIF2009', 'SARIF2010', 'SARIF2011'];
const declinedMessages = ['Note_ProvideHelpUri'];

/** By name, reports that are validated together, because the validator takes long to start. */
const written = new Map<string, string>();
/** By the same names, the complaints about them. */
const complaints = new Map<string, readonly string[]>();

interface Complaint {
  readonly ruleId: string;
  readonly message: { readonly id: string };
  readonly locations: readonly [{ readonly physicalLocation: { readonly artifactLocation: { readonly uri: string } } }];
}

const nameIn = ({ locations: [{ physicalLocation }] }: Complaint) =>
  physicalLocation.artifactLocation.uri.replace(/^.*\//, '').replace(/\.sarif$/, '');

/** Asks for the complaints about all that is written. The program exits with 0 whatever it finds. */
function validate(): void {
  const log = join(folder.path, 'log.json');
  const files = [...written].map(([name, text]) => {
    const file = join(folder.path, `${name}.sarif`);
    writeFileSync(file, text);
    return file;
  });
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
  const { output } = run([multitool, 'validate', ...files, ...options], 300_000);
  expect(output).toContain('Analysis completed successfully');
  const [{ results = [], invocations = [] }] = JSON.parse(readFileSync(log, 'utf8')).runs;
  expect(
    invocations.flatMap((one: { toolExecutionNotifications?: unknown[] }) => one.toolExecutionNotifications ?? []),
  ).toEqual([]);
  for (const name of written.keys()) {
    const rules = (results as Complaint[])
      .filter((one) => nameIn(one) === name && !declinedMessages.includes(one.message.id))
      .map(({ ruleId }) => ruleId);
    complaints.set(name, [...new Set(rules)].filter((id) => !declined.includes(id)).sort());
  }
  expect((results as Complaint[]).filter((one) => !written.has(nameIn(one)))).toEqual([]);
}

const write = (report: Report) => sarif(report, { rules: ruleDocs, showSuppressed: true });

/** Three nodes of one cluster, with findings. */
const cluster = () =>
  lint({
    paths: ['ha', 'ha-node2', 'worker'].map((name) => `fixtures/corpora/kubeadm-1.36-${name}.tar.gz`),
    at: new Date('2045-01-01T00:00:00Z'),
  });

/** A hostile report. Ids of rules are never those of a file. */
function hostile(): Report {
  const report = hostileReport();
  return { ...report, findings: report.findings.map((one) => ({ ...one, rule: 'cert/issuer' })) };
}

const mistakes: readonly (readonly [name: string, pattern: RegExp | string, replacement: string, rule: string])[] = [
  ['a result without a place', /"locations":.*?,"partial/s, '"partial', 'GH1015'],
  ['a path that is not encoded', /"uri": ?"etc\/kubernetes/, '"uri":"etc kubernetes', 'SARIF1002'],
  ['a name that equals the id', '"name":"CertIssuer"', '"name":"cert/issuer"', 'SARIF1001'],
];

/** A report with one result, and a mistake. */
function mistaken(pattern: RegExp | string, replacement: string): string {
  const [finding = expect.fail('no finding')] = hostileReport().findings.slice(-1);
  const findings = [{ ...finding, rule: 'cert/issuer', path: '/etc/kubernetes/x', related: [] }];
  const text = JSON.stringify(JSON.parse(write({ ...healthy, findings })));
  const wrong = text.replace(pattern, replacement);
  expect(wrong).not.toBe(text);
  return wrong;
}

beforeAll(async () => {
  chmodSync(multitool, 0o755);
  const report = await cluster();
  expect(report.findings.length).toBeGreaterThan(3);
  written.set('healthy', write(healthy)).set('cluster', write(report)).set('hostile', write(hostile()));
  for (const [index, [, pattern, replacement]] of mistakes.entries())
    written.set(`mistake-${index}`, mistaken(pattern, replacement));
  validate();
}, 300_000);

test.each(['healthy', 'cluster', 'hostile'])('nothing is wrong with a report: %s', (name) => {
  expect(complaints.get(name)).toEqual([]);
});

test.each(mistakes.map(([name, , , rule], index) => ({ name, rule, index })))('$name is refused', ({ rule, index }) => {
  expect(complaints.get(`mistake-${index}`)).toContain(rule);
});
