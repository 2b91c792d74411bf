/** Credentials that open too much, or that nobody takes for what they are. */

import { componentNamed, listedValues } from '../core/arguments.ts';
import type { NodeFile, Pem } from '../core/artifact.ts';
import type { Certificate } from '../core/certificate.ts';
import { isFrom } from '../model/facts/release.ts';
import type { Pki } from '../model/roles/pki.ts';
import type { Role } from '../model/roles/role.ts';
import { sourceOf } from '../model/roles/source.ts';
import { roleIds } from '../tables/role-ids.ts';
import { buildChain } from '../x509/chain.ts';
import { maySign } from '../x509/signature.ts';
import { check, leafOf, notApplicable, problem, skip } from './check.ts';

const masters = 'system:masters';

/** Whether the page or a release of kubeadm puts a common name into that group: under another path they are what they were. */
function isDocumented(name: string, { layout }: Pki): boolean {
  return [...layout.certificates, ...layout.kubeconfigs].some(({ cn, o, kubeadm }) => {
    return cn === name && [o, ...kubeadm.map((row) => row.o)].some((groups) => groups.includes(masters));
  });
}

interface Held {
  readonly certificates: readonly Certificate[];
  readonly keys: readonly string[];
}

function held(pem: Pem | undefined): Held {
  const blocks = pem?.blocks ?? [];
  return {
    certificates: blocks.flatMap((block) => (block.type === 'certificate' ? [block.certificate] : [])),
    keys: blocks.flatMap((block) => (block.type === 'private-key' ? [block.key.publicKey.id] : [])),
  };
}

/** What a file holds of a client: in PEM, or embedded in a kubeconfig. */
function clientIn({ content }: NodeFile, pki: Pki): Held {
  if (content?.type === 'pem') return held(content.pem);
  const user = content?.type === 'kubeconfig' ? content.kubeconfig.user : undefined;
  const certificate = user?.certificate;
  if (certificate?.embedded === undefined) return held(undefined);
  const key = user?.key && sourceOf(pki.node, user.key).pem;
  return { certificates: held(certificate.embedded).certificates, keys: held(key).keys };
}

function isMaster({ subject, extendedKeyUsage, notAfter }: Certificate, pki: Pki): boolean {
  const asClient = extendedKeyUsage?.some((usage) => usage === 'clientAuth' || usage === 'anyExtendedKeyUsage') ?? true;
  return subject.organizations.includes(masters) && asClient && notAfter >= pki.judging.at;
}

/** The key of a certificate, in its own file or any other that was read. */
function hasKey(id: string, { keys }: Held, pki: Pki): boolean {
  return keys.includes(id) || [...pki.node.files.values()].some((file) => clientIn(file, pki).keys.includes(id));
}

/** A certificate of the cluster's CA, with its key, that authorization does not even look at; and no row of the tables. */
const certMaster = check('file', function* (file, pki) {
  if (pki.kind === 'unknown') return yield notApplicable('not a node');
  if (file.state !== 'file' || (file.realPath !== file.path && pki.node.files.has(file.realPath ?? ''))) {
    return yield notApplicable('not a file of its own');
  }
  const found = clientIn(file, pki);
  const [leaf, ...above] = found.certificates;
  if (!leaf || !isMaster(leaf, pki) || isDocumented(leaf.subject.commonName, pki)) return;
  if (pki.roles.some((role) => role.leaf?.subject.der === leaf.subject.der)) {
    return yield notApplicable('another rule speaks of its role');
  }
  const cluster = pki.authorities.find((one) => one.id === roleIds.clusterCa)?.certificates ?? [];
  if (!buildChain(leaf, above, cluster) || !hasKey(leaf.publicKey.id, found, pki)) return;
  yield problem({ path: file.path }, { path: file.path, subject: leaf.subject.text, group: masters });
});

/** k8s.io/apiserver pkg/authentication/request/x509/x509.go, parseUIDFromCert; on by default since 1.33. */
const uid = { oid: '1.3.6.1.4.1.57683.2', since: '1.33.0', off: 'AllowParsingUserUIDFromCertAuth=false' };

/** What kube-apiserver and kubelet say to the UIDs in a subject; undefined where they take them. */
function uidError(values: readonly string[]): string | undefined {
  if (values.length > 1) return `expected 1 UID, but found multiple: [${values.join(' ')}]`;
  return values[0] === '' ? 'UID cannot be an empty string' : undefined;
}

/** Whether a role's certificate is shown to kube-apiserver or a kubelet, which read users from it. */
const isUser = (role: Role) =>
  role.parent.id === roleIds.clusterCa && (role.kind === 'kubeconfig' || role.row.kinds.includes('client'));

/** As an intermediate of what it signs itself, by whoever has its key (crypto/x509 verify.go, isValid). */
const certSigns = check('role', function* (role) {
  const leaf = yield* leafOf(role);
  if (leaf?.basicConstraints?.ca !== true || !maySign(leaf)) return;
  yield problem(role.at, { role: role.id, path: role.path, authority: role.parent.id });
});

const certUid = check('role', function* (role, pki) {
  if (!isUser(role)) return yield notApplicable('no user is read from it');
  const leaf = yield* leafOf(role);
  const values = leaf?.subject.attributes.filter(({ oid }) => oid === uid.oid).map(({ value }) => value) ?? [];
  const error = uidError(values);
  if (error === undefined) return;
  const release = pki.facts.kubernetesVersion?.value;
  if (release === undefined) return yield skip('the Kubernetes release is unknown (--kubernetes-version)');
  if (!isFrom(release, uid.since)) return yield notApplicable(`UIDs are read since ${uid.since}`);
  const server = componentNamed(pki.node, 'kube-apiserver');
  if (server && listedValues(server, 'feature-gates').includes(uid.off))
    return yield notApplicable('UIDs are not read');
  yield problem(role.at, { role: role.id, path: role.path, error, oid: uid.oid });
});

export const privilegeChecks = {
  'cert/master': certMaster,
  'cert/signs': certSigns,
  'cert/uid': certUid,
};
