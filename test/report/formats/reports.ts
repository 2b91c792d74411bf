/** Reports for the tests of formats. */

import type { Finding } from '../../../src/results/finding.ts';
import type { Pass } from '../../../src/results/outcome.ts';
import type { Report } from '../../../src/results/report.ts';
import { broken, connected } from '../fixtures.ts';

/** Texts that some format could take for its own syntax, or that a reader refuses. */
export const hostileTexts = [
  `"double" 'single' <b>&amp;</b> ]]> <!-- --> <![CDATA[`,
  '| , ; \\ ` * _ [x](y) # ~ @all',
  'line\nfeed\r\nreturn\ttab',
  'nul\0 bell\x07 escape\x1b[31m c1\x9b2J',
  'bidi\u202egnp.exe\u2066 zero\u200bwidth line\u2028separator bom\ufeff',
  'not a character\ufffe\uffff',
  'lone\ud800 and \udfff, twice\ud83d\ud83d',
  'pair 😀 ü 世界',
  '\\ud800 as text \\\\ud800',
  "=cmd()|' /C calc'!A0",
  '@SUM(1)',
  '-1+1',
  '+1',
  '\t=1+1',
  '::error::injected',
  '%0A::error::%0D',
  '</script><script>alert(1)</script>',
  'x'.repeat(65_536),
] as const;

const [sample] = broken.findings as [Finding, ...Finding[]];

const hex = (number: number) => number.toString(16).padStart(16, '0');

/** A finding for each hostile text, which is in every field that comes from a file. */
export const hostile: Report = {
  ...connected,
  exitCode: 1,
  failOn: 'info',
  nodes: connected.nodes.map((node) => ({
    ...node,
    facts: hostileTexts.map((value) => ({ name: 'x', value, source: value })),
  })),
  findings: hostileTexts.map((text, index): Finding => {
    return {
      ...sample,
      subject: text,
      path: `/${text}`,
      file: `/${text}`,
      message: text,
      expected: text,
      found: text,
      source: text,
      related: [{ path: text, subject: text, message: text, fingerprint: null }],
      why: text,
      fix: [[{ on: text, kind: 'command', text, copy: text, intro: text, comment: text, writes: true }]],
      fingerprint: hex(index),
    };
  }),
  inventory: connected.inventory.flatMap((item) =>
    hostileTexts.map((text) => ({ ...item, path: text, subject: text })),
  ),
  connections: connected.connections.flatMap((one) =>
    hostileTexts.map((text) => ({ ...one, client: text, server: text, address: text, reason: text, without: text })),
  ),
  skipped: hostileTexts.map((text) => ({ rule: 'san/coverage', subject: text, node: 'cp-1', reason: text })),
  notChecked: hostileTexts.map((text) => ({ node: 'cp-1', path: text, reason: text })),
  failures: hostileTexts.map((text) => ({ path: text, message: text, hint: text })),
};

/** Passes: of nodes, of a cluster, and two with the same subject. */
const passes: readonly Pass[] = [
  { rule: 'cert/issuer', subject: 'kube-apiserver', node: 'cp-1', path: '/etc/kubernetes/pki/apiserver.crt' },
  { rule: 'cert/issuer', subject: 'kube-etcd-peer', node: 'cp-1', path: '/etc/kubernetes/pki/etcd/peer.crt' },
  { rule: 'file/unused', subject: 'old', node: 'cp-1', path: '/etc/kubernetes/pki/a' },
  { rule: 'file/unused', subject: 'old', node: 'cp-1', path: '/etc/kubernetes/pki/b' },
  { rule: 'file/unused', subject: 'old', node: 'cp-1', path: '/etc/kubernetes/pki/b' },
  { rule: 'cluster/same-ca', subject: 'cp-1, worker-1', node: 'cp-1 and worker-1', path: '/etc/kubernetes/pki' },
];

/** Three kinds of findings, one of them excused, connections, skips and passes. */
export const several: Report = {
  ...connected,
  passes,
  failures: [],
  findings: connected.findings.map((finding): Finding => {
    if (finding.rule === 'cert/expiry') {
      return {
        ...finding,
        suppressed: { by: 'pki-lint.config.yaml', reason: 'renewed on Monday', until: '2027-03-31' },
      };
    }
    if (finding.rule !== 'cert/issuer') return finding;
    const { rule, severity, node, file, message, expected, found, source, line, column, endLine, endColumn } = finding;
    const place = { file, source, line, column, endLine, endColumn };
    const member = { rule, severity, node, message, expected, found, ...place };
    return {
      ...finding,
      members: [
        { ...member, subject: 'kube-etcd-peer', path: '/etc/kubernetes/pki/etcd/peer.crt' },
        { ...member, severity: 'warning', subject: 'kube-apiserver', path: '/etc/kubernetes/pki/apiserver.crt' },
      ],
      merged: 2,
    };
  }),
};

/** A report of nodes without names, as if their copies were in a folder. */
export function unnamedIn(folder: string): Report {
  const named = new Map(several.nodes.map(({ name }, index) => [name, `${folder}/${index}`]));
  const renamed = (value: unknown, key = ''): unknown => {
    if (typeof value === 'string') {
      if (key === 'file') return `${folder}/${value}`;
      return [...named].reduce(
        (text, [name, path]) => text.replaceAll(new RegExp(`(?<!\\w)${name}(?!\\w)`, 'g'), path),
        value,
      );
    }
    if (Array.isArray(value)) return value.map((item) => renamed(item, key));
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, renamed(inner, name)]));
  };
  const report = renamed(several) as Report;
  return { ...report, nodes: report.nodes.map((node) => ({ ...node, isNamed: false })) };
}
