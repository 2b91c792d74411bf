import { describe, expect, it } from 'vitest';
import { lint } from '../../../src/index.ts';
import { allReporters } from '../../../src/report/index.ts';
import type { InventoryItem } from '../../../src/results/inventory.ts';
import type { Report } from '../../../src/results/report.ts';
import { signatureAlgorithms, signatureNames } from '../../../src/x509/oids.ts';
import { at, lintTree } from '../../cases/harness.ts';
import { buildNode } from '../../support/build-node.ts';
import { corpora } from '../../support/corpus.ts';
import { broken, healthy } from '../fixtures.ts';

const plain = { width: 80, color: false, quiet: false, verbose: false };
const text = async (report: Report): Promise<string> => allReporters.report.cyclonedx(report, plain);

interface Component {
  readonly 'bom-ref': string;
  readonly name: string;
  readonly cryptoProperties: {
    readonly assetType: string;
    readonly oid?: string;
    readonly certificateProperties?: Readonly<Record<string, string>>;
    readonly relatedCryptoMaterialProperties?: Readonly<Record<string, unknown>>;
    readonly algorithmProperties?: Readonly<Record<string, unknown>>;
  };
  readonly evidence?: { readonly occurrences: readonly { location: string; additionalContext: string }[] };
  readonly properties?: readonly { name: string; value: string }[];
}
interface Bom {
  readonly serialNumber: string;
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

const bomOf = async (report: Report) => JSON.parse(await text(report)) as Bom;
const [item] = healthy.inventory as [InventoryItem];
const withItems = (...inventory: Partial<InventoryItem>[]): Report => ({
  ...healthy,
  inventory: inventory.map((change) => ({ ...item, ...change })),
});
const ofType = ({ components }: Bom, type: string) =>
  components.filter(({ cryptoProperties }) => cryptoProperties.assetType === type);

describe('a bill of cryptographic materials', () => {
  it('has a certificate, its key and their algorithms', async () => {
    await expect(await text(healthy)).toMatchFileSnapshot('golden/cyclonedx-healthy.json.txt');
  });

  it('has each certificate and key once, with all its places', async () => {
    const bom = await bomOf(
      withItems({}, { node: 'cp-2' }, { path: '/other', entry: 'users[a].client-certificate-data', index: 2 }),
    );
    expect(ofType(bom, 'certificate')).toHaveLength(1);
    expect(ofType(bom, 'certificate')[0]?.evidence?.occurrences).toEqual([
      { location: '/etc/kubernetes/pki/apiserver.crt', additionalContext: 'node cp-1' },
      { location: '/etc/kubernetes/pki/apiserver.crt', additionalContext: 'node cp-2' },
      { location: '/other', additionalContext: 'node cp-1, users[a].client-certificate-data, #3' },
    ]);
  });

  it('leaves out what is not known: algorithms without a name, dates beyond RFC 3339', async () => {
    const key = { type: 'other', bits: 0, curve: null, id: '00'.repeat(32) };
    const bom = await bomOf(withItems({ key, signatureAlgorithm: 'unknown', notAfter: '+010000-01-01T00:00:00.000Z' }));
    expect(ofType(bom, 'algorithm')).toEqual([]);
    const [{ cryptoProperties }] = ofType(bom, 'certificate') as [Component];
    expect(Object.keys(cryptoProperties.certificateProperties ?? {})).toEqual([
      'subjectName',
      'issuerName',
      'notValidBefore',
      'subjectPublicKeyRef',
      'certificateFormat',
    ]);
    const [{ cryptoProperties: material }] = ofType(bom, 'related-crypto-material') as [Component];
    expect(material.relatedCryptoMaterialProperties).toEqual({ type: 'public-key', id: key.id, state: 'active' });
  });

  it('has the security levels of NIST', async () => {
    const keys = [
      ['RSA', 1024, null, 80],
      ['RSA', 2048, null, 112],
      ['RSA', 4096, null, 128],
      ['RSA', 512, null, 0],
      ['ECDSA', 256, 'P-256', 128],
      ['ECDSA', 521, 'P-521', 256],
      ['Ed25519', 256, null, 128],
    ] as const;
    for (const [type, bits, curve, level] of keys) {
      const bom = await bomOf(
        withItems({ key: { type, bits, curve, id: '00'.repeat(32) }, signatureAlgorithm: 'unknown' }),
      );
      expect(ofType(bom, 'algorithm')[0]?.cryptoProperties.algorithmProperties).toMatchObject({
        classicalSecurityLevel: level,
        nistQuantumSecurityLevel: 0,
      });
    }
  });

  it('knows every signature algorithm that Go knows, by the same OID', async () => {
    for (const name of Object.keys(signatureAlgorithms)) {
      const bom = await bomOf(
        withItems({ signatureAlgorithm: name, key: { type: 'other', bits: 0, curve: null, id: 'x' } }),
      );
      const [algorithm] = ofType(bom, 'algorithm');
      expect(algorithm?.name).toBe(name);
      const oid = algorithm?.cryptoProperties.oid ?? '';
      expect(oid === '1.2.840.113549.1.1.10' ? name.endsWith('PSS') : signatureNames[oid] === name).toBe(true);
    }
  });

  it('has a serial number that is made of its content', async () => {
    const [one, same, other] = await Promise.all([healthy, healthy, broken].map(bomOf));
    expect(one?.serialNumber).toMatch(/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(one?.serialNumber).toBe(same?.serialNumber);
    expect(one?.serialNumber).not.toBe(other?.serialNumber);
  });
});

describe('that of nodes', () => {
  it('leads from a leaf over its intermediate CA to the root', async () => {
    const bom = await bomOf(await lint({ at, paths: ['fixtures/corpora/kubeadm-1.36-intermediate.tar.gz'] }));
    const chain = [bom.components.find(({ name }) => name === 'CN=kube-apiserver')];
    for (let ref = chain[0]?.['bom-ref']; ref !== undefined; ) {
      ref = bom.dependencies.find((one) => one.ref === ref)?.dependsOn[0];
      if (ref !== undefined) chain.push(bom.components.find((one) => one['bom-ref'] === ref));
    }
    expect(chain.map((one) => one?.name)).toEqual([
      'CN=kube-apiserver',
      expect.stringContaining('CN='),
      expect.stringContaining('CN='),
    ]);
  });

  it('does not depend on a namesake of the issuer', async () => {
    const node = buildNode({ keys: 'P-256' }).issue('kube-etcd', { issuer: 'kubernetes-ca' });
    const bom = await bomOf(await lintTree(node));
    const issuersOf = (role: string) => {
      const has = (one: Component) =>
        one.properties?.some(({ name, value }) => name === 'pki-lint:role' && value === role);
      const leaf = ofType(bom, 'certificate').find(has)?.['bom-ref'];
      const refs = bom.dependencies.find(({ ref }) => ref === leaf)?.dependsOn ?? [];
      return refs.map((ref) => bom.components.find((one) => one['bom-ref'] === ref)?.name);
    };
    expect(issuersOf('kube-etcd')).toEqual(['CN=kubernetes']);
    expect(issuersOf('kube-etcd-peer')).toEqual(['CN=etcd-ca']);
  });

  it.each(corpora)('%s: refers only to what it has, names each once, and has no value of a key', async (name) => {
    const report = await lint({ at, paths: [`fixtures/corpora/${name}.tar.gz`] });
    const bom = await bomOf(report);
    const refs = bom.components.map((one) => one['bom-ref']);
    expect(new Set(refs).size).toBe(refs.length);
    const used = JSON.stringify(bom).matchAll(/"(?:certificate|public-key|private-key|algorithm)\/[^"]+"/g);
    for (const [ref] of used) expect(refs).toContain(JSON.parse(ref));
    expect(new Set(bom.dependencies.map(({ ref }) => ref)).size).toBe(bom.dependencies.length);
    for (const { cryptoProperties } of bom.components) {
      expect(cryptoProperties.relatedCryptoMaterialProperties ?? {}).not.toHaveProperty('value');
    }
    // Each certificate has the key of its private key.
    const keys = ofType(bom, 'related-crypto-material').map(({ cryptoProperties }) => cryptoProperties);
    const ids = (type: string) =>
      keys.flatMap(({ relatedCryptoMaterialProperties: one }) => (one?.type === type ? one.id : []));
    const roots = report.inventory.filter(({ kind, role }) => kind === 'private-key' && role !== null);
    for (const { key } of roots) expect(ids('private-key')).toContain(key.id);
    expect(ids('public-key').length).toBeGreaterThan(0);
  });
});
