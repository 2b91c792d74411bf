/** The inventory of a report: names in parts, keys by identity, and what is judged. */
import { describe, expect, it } from 'vitest';
import { lint } from '../src/index.ts';
import type { InventoryItem } from '../src/results/inventory.ts';
import { at, lintTree } from './cases/harness.ts';
import { buildNode } from './support/build-node.ts';
import { certificatePem } from './support/certificates.ts';
import { corpora } from './support/corpus.ts';
import { makeAuthority } from './support/issue.ts';

const isCa = ({ kind, role }: InventoryItem) => kind === 'authority' && role !== null;

describe.each(corpora)('%s', async (name) => {
  const { inventory } = await lint({ at, paths: [`fixtures/corpora/${name}.tar.gz`] });

  it('a certificate has the key of its private key, and the signature of its CA', () => {
    const byRole = (kind: InventoryItem['kind']) => inventory.filter((one) => one.kind === kind && one.role !== null);
    const pairs = byRole('certificate').flatMap((leaf) => {
      const key = byRole('private-key').find(({ role, node }) => role === leaf.role && node === leaf.node);
      return key === undefined ? [] : [[leaf, key] as const];
    });
    for (const [leaf, key] of pairs) expect(leaf.key).toEqual(key.key);
    const signed = inventory.filter(({ signedBy }) => signedBy !== null && signedBy !== 'itself');
    for (const { signedBy, signedByKey, issuer } of signed) {
      const ca = inventory.find((one) => isCa(one) && one.role === signedBy && one.subject === issuer);
      if (ca !== undefined) expect(signedByKey).toBe(ca.key.id);
    }
  });

  it('the parts of names are those of their text', () => {
    const text = (parts: InventoryItem['subjectAttributes']) =>
      parts.map(({ type, value }) => `${type}=${value}`).join(', ');
    for (const { subject, subjectAttributes, issuer, issuerAttributes } of inventory) {
      expect([text(subjectAttributes), text(issuerAttributes)]).toEqual([subject ?? '', issuer ?? '']);
    }
  });
});

it('of two CAs with one name, the key says which one signed', async () => {
  const node = buildNode();
  const other = makeAuthority('kubernetes', {});
  node.write('pki/ca.crt', certificatePem(other.certificate) + Buffer.from(node.bytes('pki/ca.crt')).toString());
  const { inventory } = await lintTree(node);
  const cas = inventory.filter(({ path, entry }) => path.endsWith('/pki/ca.crt') && entry === null);
  const leaf = inventory.find(({ role, kind }) => role === 'kube-apiserver' && kind === 'certificate');
  expect(cas.map(({ subject }) => subject)).toEqual(['CN=kubernetes', 'CN=kubernetes']);
  expect(leaf?.signedByKey).toBe(cas.find(({ key }) => key.id !== cas[0]?.key.id)?.key.id);
});

it('a CA that a rotation left in a bundle is not judged', async () => {
  const node = buildNode();
  const old = makeAuthority('kubernetes', { notAfter: '2026-11-30' });
  node.write('pki/ca.crt', Buffer.from(node.bytes('pki/ca.crt')).toString() + certificatePem(old.certificate));
  const { inventory } = await lintTree(node);
  const cas = inventory.filter(({ path, entry }) => path === '/etc/kubernetes/pki/ca.crt' && entry === null);
  expect(cas.map(({ judged }) => judged)).toEqual([true, false]);
});
