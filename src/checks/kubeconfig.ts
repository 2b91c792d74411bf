/** Does a kubeconfig lead its user to the API server, and let it trust what it finds there? */

import type { Kubeconfig } from '../core/artifact.ts';
import type { Certificate } from '../core/certificate.ts';
import { dateOf } from '../core/time.ts';
import { shownUrl } from '../model/facts/host.ts';
import { namedPairs } from '../model/handshake/served.ts';
import { chainOf, sharesKey } from '../model/roles/authorities.ts';
import type { Pki } from '../model/roles/pki.ts';
import type { KubeconfigRole, Role } from '../model/roles/role.ts';
import { sourceOf } from '../model/roles/source.ts';
import { roleIds } from '../tables/role-ids.ts';
import { buildChain } from '../x509/chain.ts';
import { loadGoPool, loadLeafChain } from '../x509/load.ts';
import { type CheckResult, check, notApplicable, problem, skip } from './check.ts';
import { isForeignAuthority } from './issuer.ts';

type Readable = KubeconfigRole & { readonly kubeconfig: Kubeconfig };

function* readable(role: Role): Generator<CheckResult, Readable | undefined> {
  if (role.kind === 'kubeconfig' && role.kubeconfig) return { ...role, kubeconfig: role.kubeconfig };
  yield notApplicable('not a kubeconfig');
  return undefined;
}

const kubeconfigContext = check('role', function* (role) {
  const { unresolved } = (yield* readable(role))?.kubeconfig ?? {};
  if (unresolved) yield problem(unresolved.at, { role: role.id, path: role.path, error: unresolved.value });
});

/** A context that resolves may still say what client-go does not take together. */
const kubeconfigUsable = check('role', function* (role) {
  const kubeconfig = (yield* readable(role))?.kubeconfig;
  if (!kubeconfig?.refused) return;
  const { at, value } = kubeconfig.refused;
  yield problem(at, { role: role.id, path: role.path, error: value });
});

/** A credential at all: a client certificate, or something else that authenticates. */
const kubeconfigCredential = check('role', function* (role) {
  const kubeconfig = (yield* readable(role))?.kubeconfig;
  if (!kubeconfig?.user || kubeconfig.user.certificate) return;
  const [other] = kubeconfig.user.otherCredentials;
  if (other !== undefined) return yield notApplicable(`it authenticates by ${other}`);
  yield problem(kubeconfig.user.at, { role: role.id, path: role.path, user: kubeconfig.user.name });
});

/** Without a scheme it is http: client-go looks at that before it reads CA and credential (clientcmd client_config.go). */
const isHttps = ({ cluster }: Kubeconfig): boolean => /^https:\/\/[^/]/i.test(cluster?.server?.value ?? '');

const kubeconfigServer = check('role', function* (role) {
  const kubeconfig = (yield* readable(role))?.kubeconfig;
  const cluster = kubeconfig?.cluster;
  if (!cluster || isHttps(kubeconfig)) return;
  const found = cluster.server === undefined ? 'missing' : `"${shownUrl(cluster.server.value)}"`;
  const data = { role: role.id, path: role.path, found, cluster: cluster.name };
  yield problem(cluster.server?.at ?? cluster.at, data);
});

const kubeconfigVerification = check('role', function* (role) {
  const cluster = (yield* readable(role))?.kubeconfig.cluster;
  const skips = cluster?.insecureSkipTlsVerify;
  if (cluster && skips?.value) yield problem(skips.at, { role: role.id, path: role.path, cluster: cluster.name });
});

/** The CA of a kubeconfig must be the cluster's by key: a namesake of another cluster verifies nothing. */
const kubeconfigAuthority = check('role', function* (role, pki) {
  const kubeconfig = (yield* readable(role))?.kubeconfig;
  const cluster = kubeconfig?.cluster;
  if (!cluster || !isHttps(kubeconfig)) return;
  if (cluster.insecureSkipTlsVerify?.value) return yield notApplicable('it verifies nothing');
  const { certificates } = role.parent;
  const common = { role: role.id, path: role.path, error: unknownAuthority, cluster: cluster.name };
  const reference = cluster.certificateAuthority;
  if (reference === undefined) {
    const at = cluster.at;
    return yield problem(at, { ...common, found: 'no CA', hint: '' });
  }
  const source = sourceOf(pki.node, reference);
  if (source.seen === 'unseen') return yield skip(`${source.path}: ${source.reason}`);
  if (certificates.length === 0) return yield skip(`the certificate of ${role.parent.id} was not seen`);
  if (isForeignAuthority(role.parent, pki)) return yield notApplicable('authority/issued speaks of it');
  const pool = source.pem && loadGoPool(source.pem);
  const trusted = pool?.ok ? pool.value : [];
  if (sharesKey(trusted, certificates) || verifiesServer(pki, trusted)) return;
  const found = trusted[0] ? `"${trusted[0].subject.text}" with another key` : (source.reason ?? 'no certificate');
  const namesake = trusted.some((one) => certificates.some((other) => other.subject.der === one.subject.der));
  yield problem(reference.at, {
    ...common,
    found,
    hint: namesake ? ' (the names are the same, the keys are not)' : '',
  });
});

const unknownAuthority = 'x509: certificate signed by unknown authority';

/** Trust in the root of an intermediate will do, if the server sends the intermediate; and what it shows to some alone. */
function verifiesServer(pki: Pki, trusted: readonly Certificate[]): boolean {
  const server = pki.roles.find((role) => role.id === roleIds.apiServer);
  if (server !== undefined && chainOf(server, trusted) !== undefined) return true;
  return namedPairs(pki).some(({ presented: { material } }) => {
    return (
      material.state === 'known' && buildChain(material.value.leaf, material.value.intermediates, trusted) !== undefined
    );
  });
}

/** The copy of admin.conf that kubectl reads: renewing admin.conf does not renew it. */
const kubeconfigCopy = check('node', function* (pki) {
  const path = pki.layout.administratorsCopy;
  const content = pki.node.files.get(path)?.content;
  const copy = content?.type === 'kubeconfig' ? content.kubeconfig : undefined;
  const admin = pki.roles.find((role) => role.id === roleIds.admin);
  const leaf = leafOfUser(pki, copy);
  if (!copy || leaf?.fingerprint256 === admin?.leaf?.fingerprint256) return;
  if (!leaf || !admin?.leaf) return yield notApplicable('there is no certificate to compare');
  const ours = buildChain(leaf, [], admin.parent.certificates) !== undefined;
  const sameServer = copy.cluster?.server?.value === admin.kubeconfig?.cluster?.server?.value;
  if (!ours && !sameServer) return yield notApplicable('it is the kubeconfig of another cluster');
  const { at } = pki.judging;
  const expired = `certificate has expired: it ended ${dateOf(leaf.notAfter)}`;
  const error = ours ? expired : unknownAuthority;
  if (ours && (leaf.notAfter >= at || admin.leaf.notAfter < at)) return;
  yield problem(copy.user?.certificate?.at ?? { path }, { path, source: admin.path, error });
});

function leafOfUser(pki: Pki, kubeconfig: Kubeconfig | undefined): Certificate | undefined {
  const reference = kubeconfig?.user?.certificate;
  const pem = reference && sourceOf(pki.node, reference).pem;
  const chain = pem && loadLeafChain(pem);
  return chain?.ok ? chain.value.leaf : undefined;
}

export const kubeconfigChecks = {
  'kubeconfig/context': kubeconfigContext,
  'kubeconfig/usable': kubeconfigUsable,
  'kubeconfig/credential': kubeconfigCredential,
  'kubeconfig/server': kubeconfigServer,
  'kubeconfig/verification': kubeconfigVerification,
  'kubeconfig/authority': kubeconfigAuthority,
  'kubeconfig/copy': kubeconfigCopy,
};
