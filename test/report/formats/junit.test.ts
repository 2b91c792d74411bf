import { describe, expect, it } from 'vitest';
import type { FormatOptions } from '../../../src/report/formats/format.ts';
import { junit } from '../../../src/report/formats/junit.ts';
import type { Report } from '../../../src/results/report.ts';
import { broken, healthy } from '../fixtures.ts';
import { hostile, several } from './reports.ts';

interface ReadCase {
  readonly id: string;
  readonly kind: string;
  readonly text: string;
}

const attribute = (text: string, name: string) => new RegExp(` ${name}="([^"]*)"`).exec(text)?.[1];

/** Reads what this program writes; the oracle tests use a real parser. */
function casesOf(text: string): readonly ReadCase[] {
  return [...text.matchAll(/<testcase ([^>]*?)(?:\/>|>\n([\s\S]*?)<\/testcase>)/g)].map(([, head = '', body = '']) => ({
    id: `${attribute(` ${head}`, 'classname')}|${attribute(` ${head}`, 'name')}`,
    kind: /<(\w[\w-]*)/.exec(body)?.[1] ?? 'passed',
    text: body,
  }));
}

const read = (report: Report, options: FormatOptions = {}) => casesOf(junit(report, options));
const kindOf = (cases: readonly ReadCase[], id: string) => cases.find((one) => one.id === id)?.kind;
const counted = (cases: readonly ReadCase[], kind: string) => cases.filter((one) => one.kind === kind).length;

describe('JUnit', () => {
  const cases = read(several);

  it.each([
    ['an error', 'cp-1.cert|cert/issuer: kube-etcd', 'failure'],
    ['what has the same cause', 'cp-1.cert|cert/issuer: kube-etcd-peer (/etc/kubernetes/pki/etcd/peer.crt)', 'skipped'],
    [
      'a warning with the same cause',
      'cp-1.cert|cert/issuer: kube-apiserver (/etc/kubernetes/pki/apiserver.crt)',
      'skipped',
    ],
    ['a warning', 'cp-1.kubeconfig|kubeconfig/organization: scheduler.conf', 'system-out'],
    ['an excused finding', 'cp-1.cert|cert/expiry: kube-etcd-peer', 'skipped'],
    ['a skipped check', 'cp-1.san|san/coverage: kube-etcd', 'skipped'],
    ['an unread path', 'cp-1.not-checked|/var/lib/kubelet/pki', 'skipped'],
    ['a handshake that succeeds', 'cp-1.connection|etcdctl, kubeadm → etcd https://127.0.0.1:2379', 'passed'],
    ['one that fails', 'cp-1.connection|kube-apiserver → etcd https://127.0.0.1:2379', 'skipped'],
    ['one without a finding', 'cp-1.connection|clients with newly signed certificates → kube-apiserver', 'system-out'],
    ['one that is not known', 'cp-1.connection|kube-apiserver → kubelet on worker-1', 'skipped'],
    ['a pass', 'cp-1.file|file/unused: old (/etc/kubernetes/pki/a)', 'passed'],
    ['the second of three passes', 'cp-1.file|file/unused: old (/etc/kubernetes/pki/b)', 'passed'],
    ['the third, at the same path', 'cp-1.file|file/unused: old (/etc/kubernetes/pki/b) #2', 'passed'],
    ['a check of the cluster', 'cluster.cluster|cluster/same-ca: cp-1, worker-1', 'passed'],
  ])('has a case for %s', (_name, id, kind) => {
    expect(kindOf(cases, id), cases.map((one) => one.id).join('\n')).toBe(kind);
  });

  it('says what is wrong and what to do', () => {
    const text = cases.find(({ kind }) => kind === 'failure')?.text;
    expect(text).toContain('type="error"');
    for (const part of [
      'found: signed by kubernetes-ca',
      'expected: signed by etcd-ca',
      'kubeadm init phase certs etcd-server',
    ]) {
      expect(text).toContain(part);
    }
    expect(text).toContain('see: PKI certificates and requirements, &#34;All certificates&#34;, https://');
    expect(cases.find(({ id }) => id.includes('cert/expiry'))?.text).toContain(
      'message="excused until 2027-03-31: renewed on Monday"',
    );
  });

  it('names the failure because of which something is skipped', () => {
    const skipped = cases.flatMap(({ text }) => /<skipped message="(fails with .*)"/.exec(text)?.[1] ?? []);
    const start = 'fails with cert/issuer: kube-etcd on cp-1: ';
    expect(skipped.map((text) => [text.startsWith(start), text.split('; ').at(-1)])).toEqual([
      [true, 'at: /etc/kubernetes/pki/etcd/peer.crt:1'],
      [true, 'at: /etc/kubernetes/pki/apiserver.crt:1'],
      [true, 'effect: the API server is down'],
    ]);
  });

  it('says how many faults have no case', () => {
    expect(junit(several, {})).not.toContain('of the same cause');
    const findings = several.findings.map((one) => (one.merged === 2 ? { ...one, merged: 7 } : one));
    expect(junit({ ...several, findings }, {})).toContain('\n5 more faults of the same cause\n');
  });

  it('counts what it has', () => {
    const text = junit(several, {});
    const suites = [...text.matchAll(/<testsuite (.*?)>/g)].map(([, head = '']) => ` ${head}`);
    expect(suites.map((head) => attribute(head, 'name'))).toEqual(['cp-1', 'worker-1', 'cluster']);
    expect(suites.map((head) => attribute(head, 'hostname'))).toEqual(['cp-1', 'worker-1', undefined]);
    const sum = (name: string) => suites.reduce((all, head) => all + Number(attribute(head, name)), 0);
    expect([sum('tests'), sum('failures'), sum('errors'), sum('skipped')]).toEqual([
      cases.length,
      counted(cases, 'failure'),
      0,
      counted(cases, 'skipped'),
    ]);
    expect(text).toContain(`<testsuites name="pki-lint" tests="${cases.length}" failures="1" errors="0" time="0">`);
    expect(text).toContain('timestamp="2026-12-01T00:00:00Z" time="0"');
  });

  it.each([
    ['findings', several],
    ['hostile names', hostile],
    [
      'one subject a thousand times',
      { ...healthy, passes: Array.from({ length: 1000 }, () => several.passes?.[0]) } as Report,
    ],
    [
      'names that look like numbered ones',
      {
        ...healthy,
        skipped: ['x', 'x', 'x #2', 'x #2', 'x'].map((subject) => ({
          rule: 'a/b',
          subject,
          node: 'cp-1',
          reason: 'r',
        })),
      },
    ],
    ['a node called like a suite', { ...several, nodes: several.nodes.map((node) => ({ ...node, name: 'cluster' })) }],
  ] satisfies [string, Report][])('has no two cases of one name, with %s', (_name, report) => {
    const ids = read(report).map(({ id }) => id);
    expect(ids.length).toBeGreaterThan(4);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it.each([
    ['never', 0],
    ['error', 1],
    ['warning', 2],
    ['info', 12],
  ] as const)('with --fail-on %s has %i failures', (failOn, failures) => {
    const exitCode = failures === 0 ? 0 : 1;
    expect(counted(read({ ...several, failOn, exitCode }), 'failure')).toBe(failures);
  });

  it('is red if something was not checked and all was required', () => {
    const incomplete: Report = { ...broken, findings: [], connections: [], exitCode: 1 };
    expect(counted(read(incomplete), 'failure')).toBe(incomplete.notChecked.length);
    expect(counted(read({ ...incomplete, exitCode: 0 }), 'failure')).toBe(0);
  });

  it('has an error for a path that could not be linted, if the exit code says so', () => {
    expect(kindOf(read({ ...broken, exitCode: 2 }), 'input.path|gone.tar')).toBe('error');
    expect(kindOf(read({ ...broken, exitCode: 1 }), 'input.path|gone.tar')).toBe('skipped');
    expect(kindOf(read({ ...broken, nodes: [], exitCode: 0 }), 'input.path|gone.tar')).toBe('skipped');
  });

  it('has one passing case for each rule if asked for', () => {
    const few = read(several, { junitPasses: 'rule' });
    expect(few.filter(({ text }) => /\d checks? passed/.test(text)).map(({ id }) => id)).toEqual([
      'cp-1.cert|cert/issuer',
      'cp-1.file|file/unused',
      'cluster.cluster|cluster/same-ca',
    ]);
    expect(few.find(({ id }) => id === 'cp-1.file|file/unused')?.text).toContain('3 checks passed');
  });

  it('names a file only if it is in the repository', () => {
    expect(junit(several, {})).not.toMatch(/ file=/);
    const inRepository = (file: string) => (file.endsWith('scheduler.conf') ? 'deploy/scheduler.conf' : undefined);
    const files = [...junit(several, { inRepository }).matchAll(/ file="(.*?)"/g)].map(([, file]) => file);
    expect(files).toEqual(['deploy/scheduler.conf']);
  });

  it('is the same twice, and of a clean node', () => {
    expect(junit(several, {})).toBe(junit(several, {}));
    expect(junit(healthy, {})).toContain('<testsuite name="cp-1" tests="0" failures="0" errors="0" skipped="0"');
  });

  it('holds only characters of XML, and none that a terminal obeys', () => {
    const text = junit(hostile, {});
    expect(text).not.toMatch(/[^\n\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u);
    expect(text.replaceAll('\n', '')).not.toMatch(/\p{C}|[\u2028\u2029]/u);
    expect(text).toContain('escape\\x1b[31m');
    expect(text).toContain('\\ud800 and \\udfff');
  });
});
