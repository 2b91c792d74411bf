import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { certificateRows } from '../../src/tables/tables.ts';
import { at, lintTree } from '../cases/harness.ts';
import { buildNode } from '../support/build-node.ts';
import { corpora, corpus } from '../support/corpus.ts';
import { sample } from '../support/extent.ts';
import { type Changes, makeAuthority } from '../support/issue.ts';
import type { NodeTree } from '../support/node-tree.ts';
import { isAuthority, leafRow, type Role } from '../support/roles.ts';
import { rolesOf } from './support/nodes.ts';
import { run, temporaryFolder } from './support/programs.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());

function file(name: string, content: string): string {
  const path = join(folder.path, name);
  writeFileSync(path, content);
  return path;
}

const purposes: Readonly<Record<string, string>> = { serverAuth: 'sslserver', clientAuth: 'sslclient' };

/** The usages that a role's component needs. */
const needs = (role: Role): readonly string[] =>
  certificateRows.find((row) => row.role === role)?.needs ?? ['clientAuth'];

/** Our rule for an error of `openssl verify` (openssl-verification-options(1), x509_vfy.h) at a depth of the chain. */
function ruleOf(error: number, depth: number): string {
  const rules: Readonly<Record<number, string>> = {
    7: 'cert/issuer',
    9: depth === 0 ? 'cert/not-yet-valid' : 'authority/not-yet-valid',
    10: depth === 0 ? 'cert/expired' : 'authority/expired',
    18: 'cert/issuer',
    20: 'cert/issuer',
    21: 'cert/issuer',
    26: 'cert/usage',
  };
  return rules[error] ?? `openssl error ${error}`;
}

const asked: ReadonlySet<string> = new Set([
  ...['cert/issuer', 'cert/usage', 'cert/expired', 'cert/not-yet-valid'],
  ...['authority/expired', 'authority/not-yet-valid'],
]);

/**
 * `rule@subject` for everything that openssl rejects in the chains of a node. For openssl, Go's trust anchors are
 * partial chains.
 */
function askOpenssl(node: NodeTree): readonly string[] {
  const found = new Set<string>();
  for (const role of rolesOf(node)) {
    if (isAuthority(role)) continue;
    const { signer } = leafRow(role);
    const leaf = file('leaf.pem', node.certificate(role));
    const authority = file('ca.pem', node.certificate(signer));
    for (const usage of needs(role)) {
      const trust = ['-CAfile', authority, '-no-CApath', '-no-CAstore', '-untrusted', leaf, '-partial_chain'];
      const clock = ['-attime', String(at.getTime() / 1000)];
      const verify = ['verify', ...trust, ...clock, '-purpose', purposes[usage] ?? usage, leaf];
      const { status, output } = run(['openssl', ...verify]);
      const errors = [...output.matchAll(/^error (\d+) at (\d+) depth/gm)].map(([, error, depth]) => ({
        error: Number(error),
        depth: Number(depth),
      }));
      expect(errors.length > 0, output).toBe(status !== 0);
      for (const { error, depth } of errors) found.add(`${ruleOf(error, depth)}@${depth === 0 ? role : signer}`);
    }
  }
  return [...found].sort();
}

async function askOurselves(node: NodeTree): Promise<readonly string[]> {
  const { findings } = await lintTree(node);
  return findings
    .filter(({ rule }) => asked.has(rule))
    .map(({ rule, subject }) => `${rule}@${subject}`)
    .sort();
}

describe('openssl verifies what we take, and nothing else', () => {
  test.each(sample(corpora, 5))('%s', async (name) => {
    const node = await corpus(name);
    expect(rolesOf(node).length).toBeGreaterThan(1);
    expect(askOpenssl(node)).toEqual([]);
    expect(await askOurselves(node)).toEqual([]);
  });

  const stranger = makeAuthority('kubernetes');
  const variants: readonly (readonly [role: Role, changes: Changes, ...wrong: string[]])[] = [
    ['kube-apiserver', { issuer: 'etcd-ca' }, 'cert/issuer'],
    ['kube-apiserver', { issuer: stranger }, 'cert/issuer'],
    ['kube-apiserver', { issuer: 'self' }, 'cert/issuer'],
    ['kube-etcd', { issuer: 'kubernetes-ca' }, 'cert/issuer'],
    ['kube-etcd-healthcheck-client', { issuer: 'kubernetes-ca' }, 'cert/issuer'],
    ['front-proxy-client', { issuer: 'kubernetes-ca' }, 'cert/issuer'],
    ['admin.conf', { issuer: stranger }, 'cert/issuer'],
    ['kube-apiserver', { usages: ['clientAuth'] }, 'cert/usage'],
    ['kube-etcd', { usages: ['clientAuth'] }, 'cert/usage'],
    ['kube-etcd-peer', { usages: ['serverAuth'] }, 'cert/usage'],
    ['kube-apiserver-kubelet-client', { usages: ['serverAuth'] }, 'cert/usage'],
    ['controller-manager.conf', { usages: ['serverAuth'] }, 'cert/usage'],
    ['kube-apiserver', { notAfter: '2026-11-30' }, 'cert/expired'],
    ['kube-etcd-peer', { notAfter: '2026-11-30T23:59:59Z' }, 'cert/expired'],
    ['scheduler.conf', { notAfter: '2026-11-25' }, 'cert/expired'],
    ['front-proxy-client', { notBefore: '2026-12-02' }, 'cert/not-yet-valid'],
    ['kube-apiserver', { usages: ['clientAuth'], notAfter: '2026-11-30' }, 'cert/expired', 'cert/usage'],
    ['etcd-ca', { notAfter: '2026-11-30' }, 'authority/expired'],
    ['kubernetes-ca', { notBefore: '2026-12-02' }, 'authority/not-yet-valid'],
    ['kube-apiserver', { usages: null }],
    ['kube-etcd', { usages: ['serverAuth'] }],
    ['kube-apiserver', { key: 'RSA-2048' }],
    ['kube-etcd', { key: 'P-384', hash: 'sha512' }],
  ];
  const named = variants.map(([role, changes, ...wrong]) => ({ role, changes, wrong }));
  test.each(sample(named, 12))('$role with $changes: $wrong', async ({ role, changes, wrong }) => {
    const node = buildNode().issue(role, changes);
    const expected = wrong.map((rule) => `${rule}@${role}`).sort();
    expect(askOpenssl(node)).toEqual(expected);
    expect(await askOurselves(node)).toEqual(expected);
  });
});

/** The certificates in a file, or in a kubeconfig's entry (`users[NAME].client-certificate-data`), in PEM. */
function certificatesAt(node: NodeTree, path: string, entry: string | null): readonly string[] {
  const field = entry?.split('.').at(-1);
  const data = new RegExp(`^ +${field}: (.+)$`, 'm').exec(node.read(path))?.[1] ?? '';
  const text = entry === null ? node.read(path) : Buffer.from(data, 'base64').toString();
  return text.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----\n?/g) ?? [];
}

interface Facts {
  readonly subject: string | null;
  readonly issuer: string | null;
  readonly serial: string | null;
  readonly notBefore: string | null;
  readonly notAfter: string | null;
  readonly fingerprint256: string | null;
  readonly sans: string;
}

/** Shortens an address that openssl prints: `0:0:0:0:0:0:0:1` → `::1` (RFC 5952). */
const shortAddress = (address: string): string => new URL(`http://[${address}]`).hostname.slice(1, -1);

/** The fields of a certificate that `openssl x509` prints. */
function factsByOpenssl(pem: string): Facts {
  const form = ['-nameopt', 'RFC2253,sep_comma_plus_space', '-dateopt', 'iso_8601', '-ext', 'subjectAltName'];
  const print = ['-subject', '-issuer', '-serial', '-dates', '-fingerprint', '-sha256'];
  const { output } = run(['openssl', 'x509', '-in', file('facts.pem', pem), '-noout', ...print, ...form]);
  const value = (label: string) => new RegExp(`^${label}=(.*)$`, 'm').exec(output)?.[1] ?? '';
  const time = (label: string) => new Date(value(label).replace(' ', 'T')).toISOString();
  return {
    // RFC 2253 prints the last part of a name first; we print a name in the order of its encoding.
    subject: value('subject').split(', ').reverse().join(', '),
    issuer: value('issuer').split(', ').reverse().join(', '),
    serial: value('serial')
      .toLowerCase()
      .replace(/^0+(?=.)/, ''),
    notBefore: time('notBefore'),
    notAfter: time('notAfter'),
    fingerprint256: value('sha256 Fingerprint').replaceAll(':', '').toLowerCase(),
    sans: (/^X509v3 Subject Alternative Name: ?(?:critical)?\n +(.*)$/m.exec(output)?.[1] ?? '').replace(
      /IP Address:([^,]*)/g,
      (_, address: string) => `IP:${address.includes(':') ? shortAddress(address) : address}`,
    ),
  };
}

describe('openssl prints the facts of the inventory', () => {
  test.each(sample(corpora, 3))('%s', async (name) => {
    const node = await corpus(name);
    const { inventory } = await lintTree(node);
    const certificates = inventory.filter(({ kind }) => kind === 'certificate' || kind === 'authority');
    expect(certificates.length).toBeGreaterThan(3);
    for (const item of certificates) {
      const pem = certificatesAt(node, item.path, item.entry)[item.index] ?? '';
      const { subject, issuer, serial, notBefore, notAfter, fingerprint256 } = item;
      const sans = item.sans.map((san) => `${san.type}:${san.value}`).join(', ');
      const ours = { subject, issuer, serial, notBefore, notAfter, fingerprint256, sans };
      expect(ours, `${item.path} ${item.entry} ${item.index}`).toEqual(factsByOpenssl(pem));
    }
  });
});
