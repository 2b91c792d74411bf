/** Checks that a kubeconfig leads to the API server, trusts it, and has a credential for it. */

import { flagValue } from '../../artifact/arguments.ts';
import type { Certificate } from '../../artifact/certificate.ts';
import type { Kubeconfig } from '../../artifact/kubeconfig.ts';
import type { Placed } from '../../artifact/place.ts';
import { dateOf, timeOf } from '../../core/time.ts';
import { apiServerPort, otherApiServer } from '../../model/dialling/api-servers.ts';
import { urlFor } from '../../model/facts/host.ts';
import { namedPairs } from '../../model/handshake/served.ts';
import { unknownAuthority } from '../../model/handshake/steps.ts';
import { chainOf, lastingCertificate, sharesKey } from '../../model/roles/authorities.ts';
import type { Pki } from '../../model/roles/pki.ts';
import type { KubeconfigRole, Role } from '../../model/roles/role.ts';
import { type PemSource, sourceOf } from '../../model/roles/source.ts';
import { serverCaOf } from '../../model/trust/server-ca.ts';
import { roleIds } from '../../tables/role-ids.ts';
import { loadGoPool } from '../../x509/load.ts';
import { buildChain } from '../../x509/verify/chain.ts';
import { dateError } from '../../x509/verify/verify.ts';
import { type CheckResult, check, notApplicable, problem, roleProblem, skip, skipUnseen } from '../base/check.ts';
import { kubeconfigCheck } from '../base/guards.ts';
import { isForeignAuthority } from '../credentials/issuer.ts';
import { userLeaf } from '../credentials/target.ts';

/** A problem that the kubeconfig has as an error of client-go, at its place. */
function* errorOf(role: Role, error: Placed<string> | undefined, data = {}): Generator<CheckResult> {
  if (error !== undefined) yield roleProblem(role, { error: error.value, ...data }, { at: error.at });
}

/**
 * Without a scheme it is http. client-go checks that before it reads CA and credential (clientcmd client_config.go).
 */
export const isHttps = ({ cluster }: Kubeconfig): boolean => /^https:\/\/[^/]/i.test(cluster?.server?.value ?? '');

/**
 * Whether these CAs verify a certificate of the API server, through intermediates that it sends or for one of its
 * names.
 */
export function verifiesServer(pki: Pki, trusted: readonly Certificate[]): boolean {
  const server = pki.roles.find((role) => role.row.role === roleIds.apiServer);
  if (server !== undefined && chainOf(server, trusted) !== undefined) return true;
  return namedPairs(pki).some(({ presented: { material } }) => {
    return (
      material.state === 'known' && buildChain(material.value.leaf, material.value.intermediates, trusted) !== undefined
    );
  });
}

const hasServer = ({ roles }: Pki): boolean =>
  roles.some(({ row, leaf }) => row.role === roleIds.apiServer && leaf !== undefined);

/** The fix of a kubeconfig that does not trust an API server as the others do: it gets the CA that they trust. */
function serverCaFix({ id, path, row }: KubeconfigRole, { entry, path: file }: PemSource) {
  const data = {
    expected: 'the CA that signed the certificate of kube-apiserver',
    path,
    authority: entry === undefined ? file : '',
    source: entry === undefined ? '' : file,
    [row.usedBy]: row.usedBy,
  };
  return { data, more: { fix: 'server', shared: id } };
}

/** The URL of the API server in another kubeconfig of the node. */
function serverOfOthers({ roles }: Pki): string | undefined {
  const good = roles.find(({ kubeconfig }) => kubeconfig !== undefined && isHttps(kubeconfig));
  return good?.kubeconfig?.cluster?.server?.value;
}

export const kubeconfigContentChecks = {
  'kubeconfig/context': kubeconfigCheck((role) => {
    const { unresolved, goodContexts = [] } = role.kubeconfig;
    const [context = '', ...others] = goodContexts;
    const choice = others.length > 0 ? { contexts: goodContexts.join(', ') } : { context };
    return errorOf(role, unresolved, {
      context: '',
      contexts: '',
      ...choice,
      none: context === '' ? 'no context' : '',
    });
  }),

  /** A context that resolves can still contain fields that client-go does not accept together. */
  'kubeconfig/usable': kubeconfigCheck((role) => errorOf(role, role.kubeconfig.refused)),

  /** Some credential: a client certificate, or something else that authenticates. */
  'kubeconfig/credential': kubeconfigCheck(function* (role, pki) {
    const { user } = role.kubeconfig;
    if (!user || user.certificate) return;
    const [other] = user.otherCredentials;
    if (other !== undefined) return yield notApplicable(`it authenticates with ${other}`);
    const isBootstrap = role.path === flagValue(pki.node, 'kubelet', 'bootstrap-kubeconfig');
    const ofBootstrap = isBootstrap ? { fix: 'bootstrap' } : {};
    yield roleProblem(role, { user: user.name }, { at: user.at, ...ofBootstrap });
  }),

  'kubeconfig/server': kubeconfigCheck(function* (role, pki) {
    const { cluster } = role.kubeconfig;
    if (!cluster || isHttps(role.kubeconfig)) return;
    const { name, server } = cluster;
    const found = server === undefined ? 'missing' : `"${server.value}"`;
    const data = { found, cluster: name, wanted: serverOfOthers(pki) ?? 'https://HOST:6443' };
    yield roleProblem(role, data, { at: server?.at ?? cluster.at });
  }),

  /** kubeadm lets both dial the API server of their own node (kubeadm kubeconfig.go, getKubeConfigSpecsBase). */
  'kubeconfig/other-node': kubeconfigCheck(function* (role, pki) {
    if (role.row.role !== roleIds.controllerManager && role.row.role !== roleIds.scheduler) {
      return yield notApplicable('it may connect to any API server of the cluster');
    }
    const { cluster } = role.kubeconfig;
    const address = otherApiServer(role, pki);
    const own = pki.facts.advertiseAddress?.value;
    if (!cluster?.server || address === undefined) return;
    const component = role.row.usedBy;
    const server = own === undefined ? 'https://HOST:6443' : urlFor(own, apiServerPort(pki.node));
    const data = {
      component,
      [component]: component,
      found: cluster.server.value,
      server,
      cluster: cluster.name,
    };
    yield roleProblem(role, data, { at: cluster.server.at, key: address });
  }),

  'kubeconfig/verification': kubeconfigCheck(function* (role) {
    const { cluster } = role.kubeconfig;
    const skips = cluster?.insecureSkipTlsVerify;
    if (cluster && skips?.value) yield roleProblem(role, { cluster: cluster.name }, { at: skips.at });
  }),

  /**
   * The CA of a kubeconfig must have the key of the cluster's CA. A CA of the same name from a different cluster will
   * not do.
   */
  'kubeconfig/authority': kubeconfigCheck(function* (role, pki, nodes) {
    const { cluster } = role.kubeconfig;
    if (!cluster || !isHttps(role.kubeconfig)) return;
    if (cluster.insecureSkipTlsVerify?.value) return yield notApplicable('it does not verify the server');
    const { certificates, id } = role.servingCa;
    const serverCa = serverCaOf(pki, nodes);
    const own = serverCa && serverCaFix(role, serverCa);
    const common = {
      error: unknownAuthority,
      cluster: cluster.name,
      hint: '',
      expected: `the certificate of ${id}`,
      ...own?.data,
    };
    const reference = cluster.certificateAuthority;
    if (reference === undefined) {
      const more = { at: cluster.at, shared: 'no CA', ...own?.more };
      return yield roleProblem(role, { ...common, found: 'no CA' }, more);
    }
    const source = sourceOf(pki.node, reference);
    const copy = reference.path === undefined ? { embedded: 'yes' } : { trusted: reference.path };
    if (source.seen === 'unseen') return yield skipUnseen(source);
    if (certificates.length === 0) return yield skip(`the certificate of ${id} was not seen`);
    if (isForeignAuthority(role.servingCa, pki)) return yield notApplicable('reported by authority/issued');
    const pool = source.pem && loadGoPool(source.pem);
    const trusted = pool?.ok ? pool.value : [];
    const isSame = (one: Certificate) => certificates.some((other) => other.subject.der === one.subject.der);
    const isOfCluster = own === undefined && sharesKey(trusted.filter(isSame), certificates);
    if (isOfCluster || verifiesServer(pki, trusted)) return;
    // Where anyone chooses the CAs, only an API server shows which one signed its certificate.
    const servers = (pki.layout.pkiAnywhere ? [pki, ...(nodes ?? [])] : []).filter(hasServer);
    if (servers.some((one) => verifiesServer(one, trusted))) return;
    if (pki.layout.pkiAnywhere && servers.length === 0 && trusted.length > 0)
      return yield skip('no certificate of an API server was seen');
    const isRenamed = sharesKey(trusted, certificates);
    const how = isRenamed ? 'the same key, named or encoded differently' : 'a different key';
    const [first] = trusted;
    const found = first
      ? `"${first.subject.text}"${own ? ', which did not sign the certificate of kube-apiserver' : ` with ${how}`}`
      : (source.reason ?? 'no certificate');
    const hint = own === undefined && trusted.some(isSame) ? ' (same name, different key)' : '';
    const shared = trusted.length === 0 ? role.id : trusted.map(({ publicKey }) => publicKey.id).join(' ');
    yield roleProblem(role, { ...common, ...copy, found, hint }, { at: reference.at, shared, ...own?.more });
  }),

  /**
   * A CA that was renewed with its key verifies the API server, but not through an older certificate that has expired.
   */
  'kubeconfig/authority-expired': kubeconfigCheck(function* (role, pki) {
    const { at } = pki.judging;
    const { cluster } = role.kubeconfig;
    const reference = cluster?.certificateAuthority;
    if (!reference || !isHttps(role.kubeconfig) || cluster.insecureSkipTlsVerify?.value) return;
    const { pem } = sourceOf(pki.node, reference);
    const pool = pem && loadGoPool(pem);
    const trusted = pool?.ok ? pool.value : [];
    const { id, certificates, source } = role.servingCa;
    const copies = trusted.filter((one) => sharesKey([one], certificates));
    const copy = lastingCertificate(copies, at);
    const current = lastingCertificate(certificates, at);
    if (copy === undefined || copy.notAfter >= at) return;
    if (current === undefined || current.notAfter < at) return yield notApplicable('reported by authority/expired');
    const valid = trusted.filter(({ notAfter }) => notAfter >= at);
    if (verifiesServer(pki, valid)) return;
    const end = timeOf(copy.notAfter);
    const error = dateError(copy, at) ?? '';
    const until = timeOf(current.notAfter);
    const data = { authority: id, certificate: source.path, cluster: cluster.name, end, until, error };
    yield roleProblem(role, data, { at: reference.at, shared: `${id} ${end}` });
  }),

  /** The copy of admin.conf that kubectl reads. Renewing admin.conf does not renew the copy. */
  'kubeconfig/copy': check('node', function* (pki) {
    const path = pki.layout.administratorsCopy;
    const content = path === undefined ? undefined : pki.node.files.get(path)?.content;
    const copy = content?.type === 'kubeconfig' ? content.kubeconfig : undefined;
    const admin = pki.roles.find((role) => role.row.role === roleIds.admin);
    const leaf = userLeaf(pki, copy);
    if (path === undefined || !copy || leaf?.fingerprint256 === admin?.leaf?.fingerprint256) return;
    if (!leaf || !admin?.leaf) return yield notApplicable('no certificate to compare');
    const ours = buildChain(leaf, [], admin.parent.certificates) !== undefined;
    const sameServer = copy.cluster?.server?.value === admin.kubeconfig?.cluster?.server?.value;
    if (!ours && !sameServer) return yield notApplicable('it is the kubeconfig of a different cluster');
    const { at } = pki.judging;
    const expired = `its certificate expired on ${dateOf(leaf.notAfter)}`;
    const error = ours ? expired : unknownAuthority;
    if (ours && (leaf.notAfter >= at || admin.leaf.notAfter < at)) return;
    yield problem(copy.user?.certificate?.at ?? { path }, { path, source: admin.path, error });
  }),
};
