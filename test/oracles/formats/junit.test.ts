/** JUnit, read by libxml2 (xmllint), as Jenkins and GitLab read it by its relatives, and by Python. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { printable } from '../../../src/core/text.ts';
import { lint } from '../../../src/index.ts';
import type { FormatOptions } from '../../../src/report/formats/format.ts';
import { junit } from '../../../src/report/formats/junit.ts';
import type { Report } from '../../../src/results/report.ts';
import { broken, healthy } from '../../report/fixtures.ts';
import { hostile, hostileTexts, several } from '../../report/formats/reports.ts';
import { run, temporaryFolder } from '../support/programs.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());

const schema = fileURLToPath(new URL('junit.xsd', import.meta.url));

function fileOf(text: string): string {
  const file = `${folder.path}/report.xml`;
  writeFileSync(file, text);
  return file;
}

const validate = (text: string) => run(['xmllint', '--noout', '--schema', schema, fileOf(text)]);

const corpora = fileURLToPath(new URL('../../../fixtures/corpora/', import.meta.url));
const nodes = ['kubeadm-1.36-ha', 'kubeadm-1.36-ha-node2', 'kubeadm-1.36-worker'].map(
  (name) => `${corpora}${name}.tar.gz`,
);

const real = () => lint({ paths: nodes, at: new Date('2045-01-01'), passes: true });

const reader = `
import json, sys, xml.etree.ElementTree as tree
suites = tree.parse(sys.argv[1]).getroot()
print(json.dumps([[case.get('classname'), case.get('name'), [[child.tag, child.get('message'), child.text] for child in case]]
  for suite in suites for case in suite.findall('testcase')]))`;

type Case = readonly [
  classname: string,
  name: string,
  results: readonly (readonly [string, string | null, string | null])[],
];

const read = (text: string): readonly Case[] => JSON.parse(run(['python3', '-c', reader, fileOf(text)]).stdout);

describe('xmllint', () => {
  const inRepository = (file: string) => `deploy/${file}`;
  it.each([
    ['findings', several, {}],
    ['files in a repository', several, { inRepository }],
    ['one passing case for each rule', several, { junitPasses: 'rule' }],
    ['errors', { ...broken, exitCode: 2 }, {}],
    ['hostile names', hostile, { inRepository }],
    ['nothing', healthy, {}],
    ['no node', { ...healthy, nodes: [], exitCode: 3 }, {}],
  ] satisfies [string, Report, FormatOptions][])('accepts %s', (_name, report, options) => {
    const { status, output } = validate(junit(report, options));
    expect(status, output).toBe(0);
  });

  it('accepts a cluster of three nodes, whose cases are as many as its checks', async () => {
    const report = await real();
    const { status, output } = validate(junit(report, {}));
    expect(status, output).toBe(0);
    const cases = read(junit(report, {}));
    const members = report.findings.flatMap((finding) => finding.members ?? []);
    const rows = [report.passes ?? [], report.findings, members, report.skipped, report.notChecked, report.connections];
    expect(report.passes?.length).toBeGreaterThan(1000);
    expect(cases.length).toBe(rows.reduce((sum, { length }) => sum + length, 0));
    expect(new Set(cases.map(([classname, name]) => `${classname} ${name}`)).size).toBe(cases.length);
  });

  it.each([
    ['a control character', 'cert/issuer: kube-etcd"', 'cert/issuer: \x1b"'],
    ['an escaped control character', 'cert/issuer: kube-etcd"', 'cert/issuer: &#27;"'],
    ['what is not a character', 'cert/issuer: kube-etcd"', 'cert/issuer: \ufffe"'],
    ['an attribute that Jenkins refuses', '<testcase ', '<testcase line="1" '],
    ['an element that nothing reads', '<failure ', '<fault/><failure '],
    ['two cases of one name', '(/etc/kubernetes/pki/b) #2', '(/etc/kubernetes/pki/b)'],
    ['a case without a name', ' name="cert/issuer: kube-etcd"', ''],
    ['a clock', 'time="0"/>', 'time="0.01"/>'],
  ])('refuses %s', (_name, from, to) => {
    const text = junit(several, {});
    expect(text).toContain(from);
    expect(validate(text.replace(from, to)).status).not.toBe(0);
  });
});

describe('python', () => {
  const cases = read(junit({ ...hostile, exitCode: 2 }, {}));
  const shown = (kind: string) => cases.filter(([, , [result]]) => result?.[0] === kind);

  it('reads each hostile name as it is shown', () => {
    const names = new Set(cases.map(([, name]) => name));
    for (const text of hostileTexts) {
      const subject = printable(`cert/issuer: ${text}`);
      const rule = hostile.findings[0]?.rule ?? '';
      const name = printable(`${rule}: ${text}`);
      expect(
        [...names].some((one) => one === name || one === subject),
        name,
      ).toBe(true);
    }
  });

  it('reads the messages of failures, skips and errors', () => {
    const messagesOf = (kind: string) => new Set(shown(kind).map(([, , [result]]) => result?.[1]?.slice(0, 400)));
    for (const kind of ['failure', 'skipped', 'error']) {
      const messages = messagesOf(kind);
      for (const text of hostileTexts) {
        const message = printable(text, 8192).slice(0, 400);
        const known = messages.has(message) || messages.has(`not checked: ${message}`.slice(0, 400));
        expect(known, `${kind}: ${message}`).toBe(true);
      }
    }
  });
});
