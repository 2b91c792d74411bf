import { X509Certificate } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { credentialOf } from '../support/credential.ts';
import { sample } from '../support/extent.ts';
import type { NodeTree } from '../support/node-tree.ts';
import { type AuthorityRole, isAuthority, type LeafRole, leafRow, type Role } from '../support/roles.ts';
import { type Answer, askGo } from '../x509/support/ask-go.ts';
import { type Handshake, shakeHands } from './support/handshake.ts';
import { controlPlane, firstSite, type Scenario, scenarios } from './support/issue-scenarios.ts';
import { nodeAt } from './support/issued.ts';
import { rolesOf } from './support/nodes.ts';
import { buildGo, type Command, run, temporaryFolder } from './support/programs.ts';

const folder = temporaryFolder();
afterAll(() => folder.remove());
let handshake = '';
beforeAll(() => {
  handshake = buildGo('handshake', folder.path);
});

const file = (name: string, content: string): string => {
  const path = join(folder.path, name);
  writeFileSync(path, content, { mode: 0o600 });
  return path;
};

/** The output of a program; throws if it fails. */
function ask(...command: Command): string {
  const { status, stdout, output } = run(command);
  if (status !== 0) throw new Error(`${command.join(' ')}: ${output}`);
  return stdout;
}

const isLeaf = (role: Role): role is LeafRole => !isAuthority(role);
const leavesOf = (node: NodeTree): readonly LeafRole[] => rolesOf(node).filter(isLeaf);
const keyOf = (node: NodeTree, role: Role): string => credentialOf(node, role).key ?? '';
const sansOf = (pem: string): readonly string[] =>
  new X509Certificate(pem).subjectAltName?.split(', ').map((san) => san.replace(/^IP Address:/, 'IP:')) ?? [];
const hostIn = (san: string): string => san.slice(san.indexOf(':') + 1);

const purposes: Readonly<Record<string, string>> = { serverAuth: 'sslserver', clientAuth: 'sslclient' };

/** Verifies every leaf for each of its purposes, in one call per CA and purpose. Throws if openssl rejects one. */
function verifyWithOpenssl(node: NodeTree, { underRoot = false }: Scenario): void {
  const groups = new Map<
    string,
    { readonly signer: AuthorityRole; readonly usage: string; readonly leaves: string[] }
  >();
  for (const role of leavesOf(node)) {
    const { signer, usages } = leafRow(role);
    for (const usage of usages) {
      const { leaves } = getOrMake(groups, `${signer} ${usage}`, () => ({ signer, usage, leaves: [] }));
      leaves.push(file(`${role}.pem`, node.certificate(role)));
    }
  }
  for (const { signer, usage, leaves } of groups.values()) {
    const trust = ['-CAfile', file('ca.pem', node.certificate(signer)), '-no-CApath', '-no-CAstore', '-x509_strict'];
    const purpose = ['-purpose', purposes[usage] ?? usage, ...(underRoot ? ['-partial_chain'] : [])];
    const output = ask('openssl', 'verify', ...trust, ...purpose, ...leaves);
    expect(output).toBe(leaves.map((leaf) => `${leaf}: OK\n`).join(''));
  }
}

function getOrMake<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const value = map.get(key) ?? make();
  map.set(key, value);
  return value;
}

const usageText: Readonly<Record<string, string>> = {
  serverAuth: 'TLS Web Server Authentication',
  clientAuth: 'TLS Web Client Authentication',
};

/** A certificate as openssl prints it: its public key, and the extensions that restrict its use. */
function printed(pem: string): string {
  const what = ['-pubkey', '-ext', 'keyUsage,extendedKeyUsage'];
  return ask('openssl', 'x509', '-in', file('text.pem', pem), '-noout', ...what);
}

function expectedText(role: Role): readonly string[] {
  const leafUsage = 'X509v3 Key Usage: critical Digital Signature, Key Encipherment';
  if (isAuthority(role)) return [`${leafUsage}, Certificate Sign`];
  const usages = leafRow(role).usages.map((usage) => usageText[usage]);
  return [`X509v3 Extended Key Usage: ${usages.join(', ')}`, leafUsage];
}

/** Verifies intermediates and the leaves below them, for verifiers that require a chain up to a root. */
function verifyUnderRoot(node: NodeTree, root: string): void {
  const trust = ['-CAfile', file('root.pem', root), '-no-CApath', '-no-CAstore', '-x509_strict'];
  for (const role of rolesOf(node)) {
    const between = isLeaf(role) ? ['-untrusted', file('between.pem', node.certificate(leafRow(role).signer))] : [];
    const pem = file('one.pem', node.certificate(role));
    expect(ask('openssl', 'verify', ...trust, ...between, pem), role).toBe(`${pem}: OK\n`);
  }
}

/** Checks usages, that keys have an encoding kubeadm reads, and that each key matches its certificate. */
function expectTextAndKeys(node: NodeTree, roles: readonly Role[]): void {
  for (const role of roles) {
    const text = printed(node.certificate(role));
    const extensions = text
      .slice(text.indexOf('X509v3'))
      .trim()
      .split(/\n(?=X509v3)/);
    expect(extensions.map((one) => one.replace(/\s+/g, ' ').trim()).toSorted(), role).toEqual(expectedText(role));
    const own = keyOf(node, role);
    if (isAuthority(role) && own === '') continue;
    expect(own, role).toMatch(/^-----BEGIN (RSA|EC) PRIVATE KEY-----/);
    expect(text, role).toContain(publicHalf(own));
  }
  if (node.has('pki/sa.key')) expect(publicHalf(node.read('pki/sa.key'))).toBe(node.read('pki/sa.pub'));
}

const publicHalf = (key: string): string => ask('openssl', 'pkey', '-in', file('key.pem', key), '-pubout');

/** Runs Go's `Certificate.Verify` on every leaf for each of its usages and names, with only the trust file. */
function verifyWithGo(node: NodeTree, { site = {} }: Scenario): void {
  const base64 = (pem: string) => new X509Certificate(pem).raw.toString('base64');
  const questions = leavesOf(node).flatMap((role) => {
    const { signer, usages } = leafRow(role);
    const wanted = leafRow(role).sans?.({ ...firstSite, ...site }) ?? [];
    const further = role === 'kube-apiserver' ? (site.sans ?? []) : [];
    const hosts = [...sansOf(node.certificate(role)), ...wanted, ...further].map(hostIn);
    return usages.flatMap((usage) =>
      [...new Set(['', ...hosts])].map((host) => ({
        leaf: base64(node.certificate(role)),
        roots: [base64(node.certificate(signer))],
        intermediates: [],
        host,
        usages: [usage],
        at: Date.now(),
      })),
    );
  });
  const answers = askGo(questions.map((question) => ['V', Buffer.from(JSON.stringify(question))]));
  expect(answers.map(({ error }: Answer) => error)).toEqual(questions.map(() => undefined));
}

/**
 * The trust files that verify clients, each with its server. Kubelets and aggregated API servers are not on the node.
 */
const doors: readonly (readonly [server: LeafRole, trusts: AuthorityRole])[] = [
  ['kube-apiserver', 'kubernetes-ca'],
  ['kube-apiserver', 'front-proxy-ca'],
  ['kube-etcd', 'etcd-ca'],
  ['kube-etcd-peer', 'etcd-ca'],
];

/** Checks that Go accepts every client where its CA is trusted and nowhere else, whatever chain the client sends. */
function expectDoors(node: NodeTree, root: string): void {
  const present = rolesOf(node);
  const clients = leavesOf(node).filter((role) => leafRow(role).usages.includes('clientAuth'));
  const tries = doors
    .filter(([server, trusts]) => present.includes(server) && present.includes(trusts))
    .flatMap(([server, trusts]) => clients.map((client) => ({ server, trusts, client })));
  const handshakes = tries.map(({ server, trusts, client }): Handshake => {
    const [ca, serverCa] = [leafRow(client).signer, leafRow(server).signer].map((role) => node.certificate(role));
    const chain = `${node.certificate(client)}${ca}${root}`;
    const [host = ''] = sansOf(node.certificate(server)).map(hostIn);
    return {
      server: { certificate: node.certificate(server), key: keyOf(node, server), trust: node.certificate(trusts) },
      client: { certificate: chain, key: keyOf(node, client), trust: serverCa ?? '' },
      host,
      at: new Date(),
    };
  });
  const answers = handshakes.length === 0 ? [] : shakeHands(handshake, handshakes);
  const wanted = tries.map(({ trusts, client }) => leafRow(client).signer === trusts);
  const strange = 'tls: failed to verify certificate: x509: certificate signed by unknown authority';
  for (const [i, answer] of answers.entries()) {
    const { serverPair, clientPair, client, server } = answer;
    expect({ serverPair, clientPair, client }, JSON.stringify(tries[i])).toEqual({
      serverPair: '',
      clientPair: '',
      client: '',
    });
    expect(server.startsWith(strange) ? 'refused' : server, JSON.stringify(tries[i])).toBe(wanted[i] ? '' : 'refused');
  }
}

describe('openssl and Go accept all that is issued', () => {
  test.each(sample(scenarios, 7))('$name', async (scenario) => {
    const root = join(folder.path, scenario.name.replaceAll(/\W+/g, '-'));
    await scenario.make(root);
    const node = nodeAt(root);
    expect(rolesOf(node).toSorted()).toEqual((scenario.roles ?? controlPlane).toSorted());
    verifyWithOpenssl(node, scenario);
    if (scenario.underRoot) verifyUnderRoot(node, nodeAt(`${root}-ca`).read('/root-ca.crt'));
    expectTextAndKeys(
      node,
      rolesOf(node).filter((role) => !(scenario.given?.includes(role) ?? false)),
    );
    verifyWithGo(node, scenario);
    expectDoors(node, scenario.underRoot ? nodeAt(`${root}-ca`).read('/root-ca.crt') : '');
  });
});
