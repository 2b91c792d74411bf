/** Reads what shows the serving certificates behind Services: Services, workloads, Secrets, Certificates. */
import type {
  ManagedCertificate,
  SecretObject,
  ServiceObject,
  Workload,
} from '../../artifact/objects/cluster-objects.ts';
import { readPem } from '../../x509/pem.ts';
import { getItems, getNode } from '../parse/yaml-node.ts';
import { pemAt, type ReadObject, scalarAt, textsAt } from './object.ts';

/** Returns a Service. */
export function readService({ meta, node }: ReadObject): ServiceObject {
  const ports = getItems(node, 'spec', 'ports').map((port) => Number(scalarAt(port, 'port')));
  return { meta, selector: textsAt(node, 'spec', 'selector'), ports };
}

/** Returns a Deployment, a StatefulSet or a DaemonSet. */
export function readWorkload({ meta, node }: ReadObject): Workload {
  const template = getNode(node, 'spec', 'template');
  const secrets = getItems(template, 'spec', 'volumes').flatMap((volume) => [
    scalarAt(volume, 'secret', 'secretName') ?? [],
    getItems(volume, 'projected', 'sources').flatMap((source) => scalarAt(source, 'secret', 'name') ?? []),
  ]);
  return { meta, podLabels: textsAt(template, 'metadata', 'labels'), secrets: secrets.flat() };
}

/** The part of a Secret that may be a token or a password, whatever its form. */
const usuallySecret = /token|password|auth|secret/i;

/**
 * Returns a Secret, of which only what is PEM is kept: of a private key, its public half.
 *
 * @returns also whether it has something that must stay secret
 */
export function readSecret({ meta, node }: ReadObject): { readonly secret: SecretObject; readonly isSecret: boolean } {
  const data = getNode(node, 'data');
  const plain = textsAt(node, 'stringData');
  const encoded = data?.kind === 'mapping' ? [...data.entries.keys()] : [];
  // What an API server makes of both: that of stringData counts.
  const keys = [...new Set([...encoded, ...plain.keys()])];
  const pems = new Map(
    keys.flatMap((key) => {
      const text = plain.get(key);
      const pem = text === undefined ? pemAt(data, key) : readPem(Buffer.from(text));
      return pem === undefined || pem.blocks.length === 0 ? [] : [[key, pem] as const];
    }),
  );
  const hasKey = [...pems.values()].some(({ blocks }) =>
    blocks.some(({ type }) => type === 'private-key' || type === 'encrypted-key'),
  );
  const isSecret = hasKey || keys.some((key) => !pems.has(key) && usuallySecret.test(key));
  return { secret: { meta, type: scalarAt(node, 'type') ?? 'Opaque', pems }, isSecret };
}

/** Returns a Certificate of cert-manager. */
export function readManagedCertificate({ meta, node }: ReadObject): ManagedCertificate {
  return { meta, secretName: scalarAt(node, 'spec', 'secretName') ?? '' };
}
