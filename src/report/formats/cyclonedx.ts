/** A cryptography bill of materials (CBOM) in CycloneDX 1.6: https://cyclonedx.org/docs/1.6/json/ */
import { hash } from 'node:crypto';
import { json } from '../../core/json.ts';
import type { InventoryItem } from '../../results/inventory.ts';
import type { Report } from '../../results/report.ts';
import { type CertificateItem, certificateRef, cryptoAssets, isCertificate, properties } from './crypto-assets.ts';

const cluster = 'cluster';

/** Returns the certificates, keys and algorithms of all nodes, each once. */
export function cyclonedx(report: Report): string {
  const bom = {
    metadata: metadata(report),
    components: cryptoAssets(report.inventory),
    dependencies: dependencies(report.inventory),
    // What is only in etcd, such as Secrets, is never seen.
    compositions: [{ aggregate: 'incomplete', assemblies: [cluster] }],
  };
  return json({
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${uuidOf(JSON.stringify(bom))}`,
    version: 1,
    ...bom,
  });
}

function metadata({ at, tool, nodes, notChecked, failures }: Report): object {
  const known = <Value>(values: readonly (Value | null)[]) => [...new Set(values.flatMap((value) => value ?? []))];
  return {
    timestamp: at,
    tools: { components: [{ type: 'application', ...tool }] },
    component: {
      type: 'platform',
      'bom-ref': cluster,
      name: 'Kubernetes cluster',
      properties: properties({
        node: nodes.map(({ name, role }) => `${name} (${role})`),
        kubernetesVersion: known(nodes.map(({ kubernetesVersion }) => kubernetesVersion)),
        clusterCa: known(nodes.map(({ clusterCa }) => clusterCa)),
        notChecked: notChecked.map(({ node, path }) => `${node}: ${path}`),
        failedInputs: failures.length === 0 ? [] : [`${failures.length}`],
      }),
    },
  };
}

/**
 * The cluster depends on what is in use, and a certificate on those of its issuer; one whose issuer was not seen has no
 * entry.
 */
function dependencies(inventory: readonly InventoryItem[]): readonly object[] {
  const certificates = inventory.filter(isCertificate);
  const used = certificates.filter(({ judged }) => judged).map(({ fingerprint256 }) => certificateRef(fingerprint256));
  const authorities = certificates.filter(({ kind }) => kind === 'authority');
  const byName = new Map(authorities.map((one) => [authorityKey(one.key.id, one.subject), [] as string[]]));
  for (const { key, subject, fingerprint256 } of authorities) {
    const refs = byName.get(authorityKey(key.id, subject));
    const ref = certificateRef(fingerprint256);
    if (refs !== undefined && !refs.includes(ref)) refs.push(ref);
  }
  const issuers = ({ signedBy, signedByKey, issuer }: CertificateItem) =>
    signedBy === 'itself' ? [] : byName.get(authorityKey(signedByKey ?? '', issuer));
  const entries = new Map<string, { readonly ref: string; readonly dependsOn: readonly string[] }>();
  for (const certificate of certificates) {
    const ref = certificateRef(certificate.fingerprint256);
    const dependsOn = issuers(certificate);
    if (dependsOn !== undefined) entries.set(ref, { ref, dependsOn });
  }
  return [{ ref: cluster, dependsOn: [...new Set(used)] }, ...entries.values()];
}

const authorityKey = (id: string, subject: string | null) => `${id} ${subject}`;

/** A UUID made of a content: version 8 of RFC 9562. */
function uuidOf(content: string): string {
  const hex = hash('sha256', content);
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 3) | 8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}
