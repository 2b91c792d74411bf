/** Reads who asks for certificates, and who may do what: requests and bindings. */
import type { AccessBinding, SigningRequest } from '../../artifact/objects/cluster-objects.ts';
import { certificatesInPem } from '../../artifact/pem-blocks.ts';
import { getItems } from '../parse/yaml-node.ts';
import { conditionsAt, listAt, pemAt, type ReadObject, scalarAt } from './object.ts';

/** Returns a CertificateSigningRequest. */
export function readRequest({ meta, node }: ReadObject): SigningRequest {
  const blocks = pemAt(node, 'spec', 'request')?.blocks ?? [];
  const [request] = blocks.flatMap((block) => (block.type === 'certificate-request' ? block.request : []));
  return {
    meta,
    signer: scalarAt(node, 'spec', 'signerName') ?? '',
    username: scalarAt(node, 'spec', 'username') ?? '',
    groups: listAt(node, 'spec', 'groups'),
    request,
    conditions: conditionsAt(node),
    isIssued: (scalarAt(node, 'status', 'certificate') ?? '') !== '',
    issued: certificatesInPem(pemAt(node, 'status', 'certificate'))[0],
  };
}

/** Returns a ClusterRoleBinding or a RoleBinding. */
export function readBinding({ meta, node }: ReadObject): AccessBinding {
  return {
    meta,
    role: { kind: scalarAt(node, 'roleRef', 'kind') ?? '', name: scalarAt(node, 'roleRef', 'name') ?? '' },
    subjects: getItems(node, 'subjects').map((subject) => ({
      kind: scalarAt(subject, 'kind') ?? '',
      name: scalarAt(subject, 'name') ?? '',
      namespace: scalarAt(subject, 'namespace'),
    })),
  };
}
