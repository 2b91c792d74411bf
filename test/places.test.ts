/** Where findings are: ranges, the right block of a bundle, and the line of an argument without any secret. */

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { argumentOf } from '../src/artifact/arguments.ts';
import { problem } from '../src/checks/base/check.ts';
import type { Finding, Report } from '../src/index.ts';
import { placed } from '../src/lint/rules/failure.ts';
import { positionOf } from '../src/lint/rules/place.ts';
import { subjectsOf } from '../src/lint/rules/subjects.ts';
import type { Fault } from '../src/results/finding.ts';
import { rules } from '../src/tables/catalog.ts';
import { groups } from './cases/all.ts';
import { type Case, lintTree, pkiOf, treeOf } from './cases/harness.ts';
import { buildNode } from './support/build-node.ts';
import { spreadInAll } from './support/extent.ts';
import type { NodeTree } from './support/node-tree.ts';
import { keysOf } from './support/secrets.ts';

/** A part of the cases, which is a different one whenever a case is added. */
const cases: readonly Case[] = Object.values(groups)
  .flat()
  .filter(({ unreadable, beside }, index) => index % 19 === 0 && !unreadable && !beside);

const rangeOf = ({ line, column, endLine, endColumn }: Finding) => [line, column, endLine, endColumn];

const findingOf = ({ findings }: Report, rule: string): Finding => {
  const found = findings.find((one) => one.rule === rule);
  if (found === undefined) throw new Error(`no ${rule}, but ${findings.map((one) => one.rule).join()}`);
  return found;
};

/** The text that a finding covers. */
function covered(tree: NodeTree, { path, line, column, endLine, endColumn }: Fault): string {
  const lines = tree
    .read(path)
    .split('\n')
    .slice(line - 1, endLine);
  const last = lines.length - 1;
  return lines
    .map((text, index) => text.slice(index === 0 ? column - 1 : 0, index === last ? endColumn - 1 : undefined))
    .join('\n');
}

const apiserver = 'manifests/kube-apiserver.yaml';

describe('the range of a finding', () => {
  it('of an argument is its word', async () => {
    const tree = buildNode().replaceFlag('kube-apiserver', 'tls-cert-file', '/etc/kubernetes/pki/apisever.crt');
    const finding = findingOf(await lintTree(tree), 'argument/file');
    expect(covered(tree, finding)).toBe('--tls-cert-file=/etc/kubernetes/pki/apisever.crt');
    expect(finding.endLine).toBe(finding.line);
  });

  it('of a quoted argument contains the quotation marks', async () => {
    const tree = buildNode().edit(apiserver, (text) => text.replace(/- (--tls-cert-file=.*)crt/, '- "$1cert"'));
    expect(covered(tree, findingOf(await lintTree(tree), 'argument/file'))).toMatch(/^"--tls-cert-file=.*cert"$/);
  });

  it('of a server in a kubeconfig is its value', async () => {
    const tree = buildNode().editKubeconfig('controller-manager.conf', { server: 'http://192.0.2.10:6443' });
    const [finding] = (await lintTree(tree)).findings.filter(({ path }) => path.endsWith('/controller-manager.conf'));
    expect(finding && covered(tree, finding)).toBe('http://192.0.2.10:6443');
  });

  it('of a certificate is the line of its BEGIN', async () => {
    const tree = buildNode().edit('pki/apiserver.crt', (text) => `Certificate of the API server\n\n${text}`);
    const finding = findingOf(await lintTree(tree.issue('kube-apiserver', { issuer: 'etcd-ca' })), 'cert/issuer');
    expect(covered(tree, finding)).toBe('-----BEGIN CERTIFICATE-----');
  });

  it('of a path that does not exist and of a folder is the beginning', async () => {
    const { findings } = await lintTree(buildNode().remove('pki/apiserver.crt').remove('pki/etcd/peer.crt'));
    const folder = await lintTree(buildNode().remove('pki/ca.key').directory('pki/ca.key'));
    const all = [...findings, ...folder.findings].filter(({ path }) => !/\.(?:yaml|conf)$/.test(path));
    expect(all.length).toBeGreaterThan(0);
    for (const one of all) expect(rangeOf(one)).toEqual([1, 1, 1, 1]);
  });
});

describe('of a bundle, the certificate at fault', () => {
  it('is the expired CA next to the one in force', async () => {
    const old = buildNode().issue('kubernetes-ca', { notAfter: '2026-11-01', serial: 7n }).read('pki/ca.crt');
    const tree = buildNode().edit('pki/ca.crt', (text) => text + old);
    const finding = findingOf(await lintTree(tree), 'authority/leftover');
    expect(finding.line).toBeGreaterThan(1);
    expect(covered(tree, finding)).toBe('-----BEGIN CERTIFICATE-----');
    const reversed = buildNode().edit('pki/ca.crt', (text) => old + text);
    expect(findingOf(await lintTree(reversed), 'authority/leftover').line).toBe(1);
  });

  it('is the repetition', async () => {
    const tree = buildNode().edit('pki/ca.crt', (text) => text + text);
    expect(findingOf(await lintTree(tree), 'authority/duplicate').line).toBeGreaterThan(1);
  });
});

describe('the line of an argument', () => {
  const sourceOf = async (tree: NodeTree, rule = 'argument/file') => findingOf(await lintTree(tree), rule).source;

  it('is that of the manifest', async () => {
    const path = '/etc/kubernetes/pki/apisever.crt';
    const tree = buildNode().replaceFlag('kube-apiserver', 'tls-cert-file', path);
    expect(await sourceOf(tree)).toBe(`    - --tls-cert-file=${path}`);
    expect(await sourceOf(tree.edit(apiserver, (text) => text.replace(path, `${path}  `)))).toBe(
      `    - --tls-cert-file=${path}`,
    );
  });

  it('is that of the configuration of the kubelet', async () => {
    const tree = buildNode().edit('/var/lib/kubelet/config.yaml', (text) => text.replace('pki/ca.crt', 'pki/ac.crt'));
    expect(await sourceOf(tree)).toMatch(/^ {4}clientCAFile: \/etc\/kubernetes\/pki\/ac\.crt$/);
  });

  it('is null of what is no argument', async () => {
    const tree = buildNode().issue('kube-apiserver', { issuer: 'etcd-ca' });
    expect(await sourceOf(tree, 'cert/issuer')).toBe(null);
  });

  it.each([
    ['a comment', (line: string) => `${line} # hunter2-hunter2`],
    [
      'a second flag',
      (line: string) => line.replace(/- (.*)/, '- {a: hunter2}\n    - sh -c "$1 --token=hunter2-hunter2"'),
    ],
    ['a list in one line', (line: string) => line.replace(/- (.*)/, '- $1 hunter2-hunter2')],
    ['a long line', (line: string) => `${line}${'/hunter2-hunter2'.repeat(20)}`],
    ['a tab', (line: string) => line.replace('- ', '-\t')],
  ])('is null if it has %s', async (_, change) => {
    const tree = buildNode()
      .replaceFlag('kube-apiserver', 'tls-cert-file', '/etc/kubernetes/pki/apisever.crt')
      .edit(apiserver, (text) => text.replace(/^ *- --tls-cert-file.*$/m, change));
    const report = await lintTree(tree);
    expect(report.findings.map(({ source }) => source).join()).not.toContain('hunter2');
  });
});

const secret = 'Kq7hunter2secretZz';

describe('no secret is ever shown', () => {
  /** What a finding about this argument of a component shows, whatever rule it is of. */
  async function shown(component: string, flag: string, value: string): Promise<string | null> {
    const pki = await pkiOf(buildNode().replaceFlag(component, flag, value));
    const argument = argumentOf(pki.node, component, flag);
    if (argument === undefined) throw new Error(`no --${flag}`);
    const [rule] = rules;
    const [subject] = subjectsOf(pki).node;
    if (rule === undefined || subject === undefined) throw new Error('no rules');
    return positionOf({ pki, rule, subject, problem: placed(problem(argument.at, {}), pki) }).source;
  }

  it.each([
    ...['token', 'etcd-password', 'password', 'basic-auth', 'client-secret', 'api-key', 'x'].map((flag) => [
      flag,
      secret,
    ]),
    ...['etcd-servers', 'service-account-issuer', 'advertise-address'].flatMap((flag) => [
      [flag, `https://root:${secret}@192.0.2.1:2379`],
      [flag, `https://192.0.2.1:2379/${secret}`],
      [flag, `https://192.0.2.1:2379?key=${secret}`],
      [flag, `192.0.2.1 ${secret}`],
    ]),
    ['tls-cert-file', `/x#${secret}`],
    ['tls-cert-file', `/x${'/x'.repeat(100)}`],
  ] as [string, string][])('of kube-apiserver --%s=%s', async (flag, value) => {
    expect(await shown('kube-apiserver', flag, value)).toBe(null);
  });

  const ofEtcd = [
    'initial-cluster-token',
    'auth-token',
    'discovery',
    'discovery-token',
    'discovery-password',
    'password',
  ];
  it.each(ofEtcd)('of etcd --%s', async (flag) => {
    expect(await shown('etcd', flag, secret)).toBe(null);
  });

  it.each([
    ['tls-cert-file', '/etc/kubernetes/pki/a_b-c.crt'],
    ['token-auth-file', '/etc/kubernetes/tokens.csv'],
    ['anonymous-auth', 'true'],
    ['authorization-mode', 'AlwaysAllow,Node'],
    ['advertise-address', '2001:db8::1'],
    ['advertise-address', '$(HOST_IP)'],
    ['secure-port', '443'],
    ['etcd-servers', 'https://127.0.0.1:2379,https://[2001:db8::1]:2379'],
    ['service-account-issuer', 'https://kubernetes.default.svc.example.test'],
    ['service-cluster-ip-range', '10.96.0.0/12,fd00::/112'],
  ])('but kube-apiserver --%s=%s is', async (flag, value) => {
    expect(await shown('kube-apiserver', flag, value)).toBe(`    - --${flag}=${value}`);
  });

  it.each(['etcd-password', 'token'])('of a flag that is unknown to the component: --%s', async (flag) => {
    const tree = buildNode().replaceFlag('kube-apiserver', flag, secret);
    const { findings } = await lintTree(tree);
    expect(findings.map(({ line }) => tree.read(apiserver).split('\n')[line - 1]).join()).toContain(secret);
    expect(findings.map(({ source }) => source).join()).not.toContain(secret);
  });

  it('of environment variables', async () => {
    const tree = buildNode()
      .edit('manifests/etcd.yaml', (text) =>
        text.replace(/^( *)image:/m, `$1env:\n$1- name: ETCD_CERT_FILE\n$1  value: /${secret}\n$1image:`),
      )
      .replaceFlag('etcd', 'cert-file', undefined)
      .replaceFlag('etcd', 'key-file', '$(ETCD_CERT_FILE)');
    const { findings } = await lintTree(tree);
    expect(findings.length).toBeGreaterThan(0);
    expect(findings.map(({ source }) => source).join()).not.toContain(secret);
  });

  it('of a private key in a flag', async () => {
    const key = Buffer.from(keysOf(buildNode())[0] ?? '')
      .toString('base64')
      .slice(0, 150);
    const tree = buildNode().replaceFlag('kube-apiserver', 'tls-private-key-file', key);
    const { findings } = await lintTree(tree);
    expect(findings.map(({ source }) => source).filter((one) => one?.includes('private-key'))).toEqual([]);
  });
});

describe('every fault has a range in its file, which shows no key and no data of a kubeconfig', () => {
  it.each(spreadInAll(cases, 25))('$name', async (one) => {
    const tree = await treeOf(one);
    const { findings } = await lintTree(tree, one.options);
    for (const fault of findings.flatMap((found): readonly Fault[] => [found, ...(found.members ?? [])])) {
      const { line, column, endLine, endColumn, path, source } = fault;
      expect(endLine > line || (endLine === line && endColumn >= column)).toBe(true);
      // Options name further files.
      if (tree.entries.get(path)?.type !== 'file') continue;
      const lines = tree.read(path).split('\n');
      expect(endLine).toBeLessThanOrEqual(lines.length);
      expect(endColumn).toBeLessThanOrEqual((lines[endLine - 1]?.length ?? 0) + 1);
      expect(covered(tree, fault)).not.toMatch(/[A-Za-z0-9+/]{64}/);
      if (source === null) continue;
      expect(path).not.toMatch(/^\/etc\/kubernetes\/[^/]*\.conf$/);
      expect(lines[line - 1]?.trimEnd()).toBe(source);
    }
  });
});

it('the schema says that every finding has a range', () => {
  const schema = JSON.parse(readFileSync(new URL('../rules/schema/report.schema.json', import.meta.url), 'utf8'));
  for (const kind of ['Finding', 'Fault'])
    expect(schema.$defs[kind].required).toEqual(
      expect.arrayContaining(['line', 'column', 'endLine', 'endColumn', 'source']),
    );
});
