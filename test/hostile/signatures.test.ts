/** However many signatures a node asks for, a limited number is verified, and the report says what it does not know. */
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lint } from '../../src/index.ts';
import { isSignatureLimit, limitSignatures, spendSignature } from '../../src/x509/verify/signature-limit.ts';
import { buildNode } from '../support/build-node.ts';
import { certificatePem, makeCertificate } from '../support/certificates.ts';
import { sampled } from '../support/extent.ts';
import type { NodeTree } from '../support/node-tree.ts';
import { limit, runProgram } from './support/program.ts';
import { at } from './support/shown.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'pki-lint-hostile-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** Different CAs that all have the name of kubernetes-ca. Each could have signed each. */
const namesakes = Array.from({ length: 800 }, (_, index) => {
  const key = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = [['CN', 'kubernetes']] as const;
  const validity = { notBefore: new Date('2026-11-24'), notAfter: new Date('2036-11-24') };
  const own = { key, signer: key, subject: name, issuer: name, serial: BigInt(index + 1), ...validity };
  const usages = { keyUsage: ['keyCertSign'], usages: null, sans: null, ca: true };
  return makeCertificate({ ...own, ...usages, subjectKeyId: null, authorityKeyId: null });
});

const all = certificatePem(...namesakes);
const part = (index: number) => certificatePem(...namesakes.slice(index * 150, (index + 1) * 150));
const pool = (node: NodeTree, index: number, component: string, flag: string) =>
  node.write(`pki/pool${index}.crt`, part(index)).replaceFlag(component, flag, `/etc/kubernetes/pki/pool${index}.crt`);

const attacks: Readonly<Record<string, (node: NodeTree) => unknown>> = {
  'in front of a CA': (node) => node.edit('pki/ca.crt', (own) => all + own),
  'after every CA': (node) => {
    for (const path of ['pki/ca.crt', 'pki/etcd/ca.crt', 'pki/front-proxy-ca.crt']) node.edit(path, (own) => own + all);
  },
  'in every trust file': (node) => {
    pool(node, 0, 'kube-apiserver', 'client-ca-file');
    pool(node, 1, 'kube-apiserver', 'etcd-cafile');
    pool(node, 2, 'kube-apiserver', 'requestheader-client-ca-file');
    pool(node, 3, 'kube-controller-manager', 'root-ca-file');
    pool(node, 4, 'etcd', 'trusted-ca-file');
  },
  'after a leaf': (node) => node.edit('pki/apiserver.crt', (own) => own + all),
  'in a file that nothing reads': (node) => node.write('pki/old.crt', all),
};

describe.each(Object.entries(attacks))('hundreds of CAs of one name %s', (name, attack) => {
  it('do not slow down a command', async () => {
    const node = buildNode();
    attack(node);
    node.toDisk(root);
    const now = ['--at', '2026-12-01'];
    const commands = [
      now,
      ['--format', 'json', ...now],
      ['connections', ...now],
      ['connections', '--format', 'dot', ...now],
      ['blast', 'kubernetes-ca', ...now],
      ['expect'],
    ];
    // The sample is linting, and another command for each attack.
    const turn = Object.keys(attacks).indexOf(name) + 1;
    for (const words of sampled([now, ...commands.slice(turn, turn + 1)], commands)) {
      const { exitCode, stderr, seconds } = await runProgram([...words, root]);
      expect.soft(seconds, words.join(' ')).toBeLessThan(limit);
      expect.soft(stderr, words.join(' ')).toBe('');
      expect.soft([0, 1], words.join(' ')).toContain(exitCode);
    }
  });
});

it('a question that needs too many signatures is skipped, and others are answered', async () => {
  const node = buildNode();
  node.edit('pki/ca.crt', (own) => all + own).toDisk(root);
  const { skipped, findings } = await lint({ at, paths: [root] });
  expect(skipped.filter(({ reason }) => reason.startsWith('too many certificates with the same name'))).toMatchObject([
    { rule: 'authority/distinct', subject: 'etcd-ca' },
    { rule: 'authority/distinct', subject: 'front-proxy-ca' },
    { rule: 'authority/unused', subject: 'kubernetes-ca' },
  ]);
  expect(findings.map(({ rule }) => rule)).toContain('argument/load');
});

describe('the limit', () => {
  const key = { type: 'ECDSA', bits: 192, id: '', spki: Buffer.alloc(0) } as const;
  const spend = (times: number) => {
    for (let time = 0; time < times; time += 1) spendSignature(key, false);
  };

  it('counts for every function around it, and ends with it', () => {
    spend(100);
    limitSignatures(10, () => spend(5));
    limitSignatures(10, () => spend(5));
    expect(() => limitSignatures(10, () => spend(6))).toThrow('too many certificates with the same name');
    expect(() =>
      limitSignatures(10, () => {
        limitSignatures(100, () => spend(4));
        limitSignatures(100, () => spend(4));
      }),
    ).toThrow('too many certificates with the same name');
    spend(100);
  });

  it('costs more for long keys', () => {
    const long = { ...key, type: 'RSA', bits: 16_384 } as const;
    expect(() => limitSignatures(16, () => spendSignature(long, false))).toThrow(expect.toSatisfy(isSignatureLimit));
    limitSignatures(16, () => spendSignature(long, true));
  });
});
