/** Checks of credentials with too many permissions, or whose user cannot be read. */

import { componentNamed, listedValues } from '../../artifact/arguments.ts';
import type { Certificate } from '../../artifact/certificate.ts';
import type { NodeFile } from '../../artifact/file.ts';
import { certificatesInPem, type Pem } from '../../artifact/pem-blocks.ts';
import { isFrom } from '../../model/facts/release.ts';
import type { Pki } from '../../model/roles/pki.ts';
import type { Role } from '../../model/roles/role.ts';
import { sourceOf } from '../../model/roles/source.ts';
import { authorityFor, clientCa } from '../../tables/layouts/authorities.ts';
import { buildChain } from '../../x509/verify/chain.ts';
import { maySign } from '../../x509/verify/signature.ts';
import { check, notApplicable, problem, releaseUnknown, roleProblem } from '../base/check.ts';
import { certificateCheck } from '../base/guards.ts';

const masters = 'system:masters';

/** Whether the documentation or a release of the installer puts a common name into that group, at whatever path. */
function isDocumented(name: string, { layout }: Pki): boolean {
  return [...layout.certificates, ...layout.kubeconfigs].some(({ cn, o, history }) => {
    return cn === name && [o, ...history.map((row) => row.o)].some((groups) => groups.includes(masters));
  });
}

interface ClientMaterial {
  readonly certificates: readonly Certificate[];
  readonly keys: readonly string[];
}

function materialIn(pem: Pem | undefined): ClientMaterial {
  return {
    certificates: certificatesInPem(pem),
    keys: (pem?.blocks ?? []).flatMap((block) => (block.type === 'private-key' ? [block.key.publicKey.id] : [])),
  };
}

/** The client certificates and keys in a file: PEM, or embedded in a kubeconfig. */
function clientIn({ content }: NodeFile, pki: Pki): ClientMaterial {
  if (content?.type === 'pem') return materialIn(content.pem);
  const user = content?.type === 'kubeconfig' ? content.kubeconfig.user : undefined;
  const certificate = user?.certificate;
  if (certificate?.embedded === undefined) return materialIn(undefined);
  const key = user?.key && sourceOf(pki.node, user.key).pem;
  return { certificates: materialIn(certificate.embedded).certificates, keys: materialIn(key).keys };
}

function isMaster({ subject, extendedKeyUsage, notAfter }: Certificate, pki: Pki): boolean {
  const asClient = extendedKeyUsage?.some((usage) => usage === 'clientAuth' || usage === 'anyExtendedKeyUsage') ?? true;
  return subject.organizations.includes(masters) && asClient && notAfter >= pki.judging.at;
}

/** Whether a private key was read, in this file or any other. */
function hasKey(id: string, { keys }: ClientMaterial, pki: Pki): boolean {
  return keys.includes(id) || [...pki.node.files.values()].some((file) => clientIn(file, pki).keys.includes(id));
}

/** k8s.io/apiserver pkg/authentication/request/x509/x509.go, parseUIDFromCert; on by default since 1.33. */
const uid = { oid: '1.3.6.1.4.1.57683.2', since: '1.33.0', off: 'AllowParsingUserUIDFromCertAuth=false' };

/** The error of kube-apiserver and kubelet for the UIDs in a subject; undefined if they accept them. */
function uidError(values: readonly string[]): string | undefined {
  if (values.length > 1) return `expected 1 UID, but found multiple: [${values.join(' ')}]`;
  return values[0] === '' ? 'UID cannot be an empty string' : undefined;
}

/** Whether kube-apiserver or a kubelet reads a user from a role's certificate. */
const isUser = (role: Role, { layout }: Pki) =>
  role.parent.id === clientCa(layout) && (role.kind === 'kubeconfig' || role.row.kinds.includes('client'));

export const certPrivilegeChecks = {
  /**
   * A certificate of the cluster's CA, with its key, that bypasses authorization and belongs to no row of the tables.
   */
  'cert/master': check('file', function* (file, pki) {
    if (pki.kind === 'unknown') return yield notApplicable('not a node');
    if (file.state !== 'file' || (file.realPath !== file.path && pki.node.files.has(file.realPath ?? ''))) {
      return yield notApplicable('a link to a different file');
    }
    const found = clientIn(file, pki);
    const [leaf, ...above] = found.certificates;
    if (!leaf || !isMaster(leaf, pki) || isDocumented(leaf.subject.commonName, pki)) return;
    if (pki.roles.some((role) => role.leaf?.subject.der === leaf.subject.der)) {
      return yield notApplicable('reported by a rule of its role');
    }
    const cluster = authorityFor(clientCa, pki)?.certificates ?? [];
    if (!buildChain(leaf, above, cluster) || !hasKey(leaf.publicKey.id, found, pki)) return;
    yield problem({ path: file.path }, { path: file.path, subject: leaf.subject.text, group: masters });
  }),

  /** Anyone with its key can use such a certificate as an intermediate CA (crypto/x509 verify.go, isValid). */
  'cert/signs': certificateCheck(function* (role) {
    if (!role.leaf.basicConstraints?.ca || !maySign(role.leaf)) return;
    yield roleProblem(role, { authority: role.parent.id });
  }),

  /** Go reads such a certificate as that of a CA, but accepts nothing that it signs. */
  'cert/ca': certificateCheck(function* (role) {
    if (role.leaf.basicConstraints?.ca && !maySign(role.leaf)) yield roleProblem(role, {});
  }),

  'cert/uid': certificateCheck(function* (role, pki) {
    if (!isUser(role, pki)) return yield notApplicable('it does not name a user');
    const attributes = role.leaf.subject.attributes.filter(({ oid }) => oid === uid.oid);
    const error = uidError(attributes.map(({ value }) => value));
    if (error === undefined) return;
    const release = pki.facts.kubernetesVersion?.value;
    if (release === undefined) return yield releaseUnknown;
    if (!isFrom(release, uid.since)) return yield notApplicable(`UIDs are read from ${uid.since} on`);
    const server = componentNamed(pki.node, 'kube-apiserver');
    const isOff = server && listedValues(server, 'feature-gates').includes(uid.off);
    yield isOff ? notApplicable('UIDs are not read') : roleProblem(role, { error, oid: uid.oid });
  }),
};
