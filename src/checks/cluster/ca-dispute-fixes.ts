/** Which fix of the catalogue a dispute about a CA has, and the values of its commands. */

import { flagValue } from '../../artifact/arguments.ts';
import type { Content } from '../../artifact/file.ts';
import { folderOf, withoutFolder } from '../../artifact/paths.ts';
import { apiServerPort } from '../../model/dialling/api-servers.ts';
import { chainOf, sharesKey } from '../../model/roles/authorities.ts';
import type { Pki } from '../../model/roles/pki.ts';
import type { KubeconfigRole } from '../../model/roles/role.ts';
import { seenAt } from '../../model/roles/source.ts';
import { addressOptions } from '../../model/trust/api-server-options.ts';
import { currentCredential } from '../../model/trust/signing.ts';
import { authorityFor, clientCa, servingCa } from '../../tables/layouts/authorities.ts';
import { roleIds } from '../../tables/role-ids.ts';
import { loadGoPool } from '../../x509/load.ts';
import { replaceArgument } from '../base/argument-edit.ts';
import type { Problem } from '../base/check.ts';
import type { Dispute } from './ca-disputes.ts';
import { type CaHolder, isControlPlane } from './ca-holders.ts';

/** The name of a fix, and what its steps need. */
type DisputeFix = Required<Pick<Problem, 'fix' | 'data' | 'lists'>> & Pick<Problem, 'moved' | 'each'>;

/**
 * Returns the fix of a dispute: nothing is copied from a worker, and nothing changes where it is not known who is
 * right.
 */
export function disputeFix(dispute: Dispute): DisputeFix {
  const { holder, source, cause } = dispute;
  if (cause === 'unknown') return comparison(dispute, 'sides');
  if (cause === 'lacks') return rotation(dispute);
  if (holder.pki.kind === 'worker') return workerFix(dispute);
  return isSeparate(holder, source) ? comparison(dispute, 'separate') : reissue(holder, source);
}

const existing = ({ node }: Pki, paths: readonly (string | undefined)[]): readonly string[] => [
  ...new Set(paths.flatMap((path) => (path !== undefined && seenAt(node, path) === 'present' ? path : []))),
];

const copied = ({ pki, authority }: CaHolder) => ({ other: pki.name, otherPath: authority.source.path });

/** What only reads, on each side. */
function comparison({ holder: { pki, authority }, others }: Dispute, fix: 'sides' | 'separate'): DisputeFix {
  const port = String(apiServerPort(pki.node));
  const isAsked = fix === 'separate' || [clientCa, servingCa].some((ca) => ca(pki.layout) === authority.id);
  const ofCluster = isAsked && [pki, ...others.map((one) => one.pki)].every(isControlPlane);
  const otherPath = others[0]?.authority.source.path ?? '';
  const data = {
    otherPath,
    server: ofCluster ? `https://127.0.0.1:${port}` : '',
    admin: ofCluster ? adminOf(pki) : '',
  };
  // A few of a thousand are enough to see what they have.
  return { fix, data, lists: {}, each: others.slice(0, 3).map((one) => one.pki.name) };
}

const adminOf = ({ roles }: Pki): string => roles.find(({ id }) => id === roleIds.admin)?.path ?? '';

/**
 * In a rotation a node gets the CAs that it lacks. It keeps its own, and their order: kubeadm signs with the first. A
 * control plane gets them from a worker only if a file of its own shows that it knew them.
 */
function rotation({ holder, others, source }: Dispute): DisputeFix {
  const { pki, authority } = holder;
  if (source.pki.kind === 'worker' && !isKnown(source, holder)) {
    const worker = others[0]?.pki ?? source.pki;
    return { fix: 'late', data: { other: pki.name }, lists: { files: credentialFiles(worker) } };
  }
  // What signs must not read a bundle, and no simple command gives it a file of its own.
  if (signerSlot(holder) !== undefined && signerEdit(holder) === undefined)
    return { fix: 'signer-first', data: copied(source), lists: {} };
  const isWhole = pki.kind === 'worker' && includes(source, holder);
  const kubeconfig = pki.kind === 'worker' ? outdated(pki, source) : undefined;
  const data = {
    ...copied(source),
    whole: isWhole ? 'yes' : '',
    part: isWhole ? '' : 'yes',
    kubeconfigs:
      pki.kind === 'worker'
        ? ''
        : outdatedOn(pki, source)
            .map(({ id }) => id)
            .join(', '),
    ...signerValues(holder),
    ...kubeconfigValues(kubeconfig),
  };
  const files = existing(pki, [authority.source.path, kubeconfig?.path]);
  return { fix: 'bundle', data, lists: { files, scripts: scriptsOf(holder) }, moved: files };
}

/** Whether a node has, anywhere in its files, each CA that it would get, or the key of it. */
function isKnown({ authority }: CaHolder, { pki, authority: own }: CaHolder): boolean {
  const blocks = [...pki.node.files.values()].flatMap(({ content }) => blocksOf(content));
  const known = new Set(
    blocks.flatMap((block) => {
      if (block.type === 'certificate') return block.certificate.publicKey.id;
      return block.type === 'private-key' ? block.key.publicKey.id : [];
    }),
  );
  return authority.certificates.every((one) => sharesKey([one], own.certificates) || known.has(one.publicKey.id));
}

function blocksOf(content: Content | undefined) {
  if (content?.type === 'pem') return content.pem.blocks;
  const embedded =
    content?.type === 'kubeconfig' ? content.kubeconfig.cluster?.certificateAuthority?.embedded : undefined;
  return embedded?.blocks ?? [];
}

/** What a worker moves away before it joins again: kubeadm and the kubelet keep what is there. */
function credentialFiles(pki: Pki): readonly string[] {
  const ca = authorityFor(servingCa, pki)?.source.path;
  const kubelet = pki.roles.find(({ id }) => id === roleIds.kubelet)?.path;
  const bootstrap = flagValue(pki.node, 'kubelet', 'bootstrap-kubeconfig');
  return existing(pki, [ca, kubelet, currentCredential(pki.node), bootstrap]);
}

const includes = ({ authority }: CaHolder, other: CaHolder): boolean => {
  const all = new Set(authority.certificates.map(({ fingerprint256 }) => fingerprint256));
  return other.authority.certificates.every(({ fingerprint256 }) => all.has(fingerprint256));
};

/**
 * The argument by which kube-controller-manager signs with the file that becomes a bundle: it loads exactly one
 * certificate.
 */
function signerSlot({ pki, authority: { source, loaded } }: CaHolder) {
  const isOne = loaded?.ok === true && loaded.value.length === 1;
  return pki.slots.find(
    ({ row, path, argument }) => isOne && row.holds === 'signer' && path === source.path && argument,
  );
}

function signerEdit(holder: CaHolder) {
  const slot = signerSlot(holder);
  const signing = signingFile(holder);
  const { pkiFiles, files } = holder.pki.node;
  if (slot?.argument === undefined || pkiFiles.includes(signing) || files.has(signing)) return undefined;
  return replaceArgument(slot.component, slot.argument, `${slot.argument.spelled}=${signing}`);
}

const signingFile = ({ authority: { source } }: CaHolder): string => source.path.replace(/(?:\.crt)?$/, '-signing.crt');

function signerValues(holder: CaHolder): Readonly<Record<string, string>> {
  const edit = signerEdit(holder);
  if (edit === undefined) return { signing: '', manifest: '', folder: '', file: '' };
  const folder = folderOf(edit.manifest);
  const file = withoutFolder(folder, edit.manifest);
  return { signing: signingFile(holder), manifest: edit.manifest, folder, file };
}

const scriptsOf = (holder: CaHolder): readonly string[] => [signerEdit(holder)?.script ?? []].flat();

/** The kubeconfigs whose CAs did not sign the certificate of an API server. */
function outdatedOn({ roles }: Pki, server: CaHolder): readonly KubeconfigRole[] {
  const serving = server.pki.roles.find(({ id, leaf }) => id === roleIds.apiServer && leaf !== undefined);
  return roles.flatMap((role) => {
    const pem = role.kubeconfig?.cluster?.certificateAuthority?.embedded;
    if (role.kind !== 'kubeconfig' || pem === undefined) return [];
    const pool = loadGoPool(pem);
    const trusted = pool.ok ? pool.value : [];
    const { certificates } = server.authority;
    const isTrusted = serving ? chainOf(serving, trusted) !== undefined : sharesKey(trusted, certificates);
    return isTrusted ? [] : [role];
  });
}

/** kubelet.conf of a worker, if its CAs did not. */
const outdated = (pki: Pki, server: CaHolder): KubeconfigRole | undefined =>
  outdatedOn(pki, server).find(({ id }) => id === roleIds.kubelet);

const kubeconfigValues = (role: KubeconfigRole | undefined) => ({
  cluster: role?.kubeconfig?.cluster?.name ?? '',
  kubeconfig: role?.path ?? '',
});

/** A worker gets the CA of a control plane; a credential that this one does not accept is replaced by joining again. */
function workerFix({ holder: { pki, authority }, source }: Dispute): DisputeFix {
  const kubelet = pki.roles.find(({ id }) => id === roleIds.kubelet);
  const isAccepted = kubelet?.leaf === undefined || chainOf(kubelet, source.authority.certificates) !== undefined;
  if (!isAccepted) {
    const files = [...new Set([...existing(pki, [authority.source.path]), ...credentialFiles(pki)])];
    return { fix: 'join', data: copied(source), lists: { files } };
  }
  const kubeconfig = outdated(pki, source);
  const files = existing(pki, [authority.source.path, kubeconfig?.path]);
  return {
    fix: 'worker',
    data: { ...copied(source), ...kubeconfigValues(kubeconfig) },
    lists: { files },
    moved: files,
  };
}

/**
 * Whether a node is a cluster of its own: with the CAs of the others it would answer their clients from its own data.
 * Its etcd trusts a different CA too, or knows no other member.
 */
function isSeparate({ pki }: CaHolder, { pki: other }: CaHolder): boolean {
  if (pki.facts.etcd?.value !== 'stacked' || !isControlPlane(other)) return false;
  const ofEtcd = ({ authorities }: Pki) => authorities.find(({ id }) => id === roleIds.etcdCa)?.certificates ?? [];
  const ofCluster = (one: Pki) => authorityFor(servingCa, one)?.certificates ?? [];
  const isOther = (of: typeof ofEtcd) => of(pki).length > 0 && of(other).length > 0 && !sharesKey(of(pki), of(other));
  return isOther(ofEtcd) && (isOther(ofCluster) || members(pki) < 2);
}

const members = ({ node }: Pki): number => flagValue(node, 'etcd', 'initial-cluster')?.split(',').length ?? 0;

/** A control plane gets the CA of the others, and what its own one signed is reissued with the same names. */
function reissue({ pki, authority }: CaHolder, other: CaHolder): DisputeFix {
  const { id, source, key } = authority;
  const isEtcdElsewhere = id === roleIds.etcdCa && pki.facts.etcd?.value === 'external';
  const hasKey = other.authority.key.seen === 'present';
  if (!hasKey && !isEtcdElsewhere) return { fix: 'reissued-elsewhere', data: copied(other), lists: {} };
  const signed = pki.roles.filter((role) => role.parent.id === id && role.leaf !== undefined);
  const kubelet = signed.find((role) => role.row.role === roleIds.kubelet);
  const isHere = (role: string) => (hasKey && signed.some((one) => one.id === role) ? 'yes' : '');
  const credential = existing(pki, [kubelet?.path, currentCredential(pki.node)]);
  const files = existing(pki, [
    source.path,
    key.path,
    ...signed.flatMap((role) => [role.path, role.certificate?.path, role.key?.path]),
  ]);
  const data = {
    ...copied(other),
    otherKey: other.authority.key.path,
    key: key.path,
    ...Object.fromEntries(Object.entries(renewed).map(([name, role]) => [name, isHere(role)])),
    kubelet: isHere(roleIds.kubelet),
  };
  const lists = { files, credential, address: addressOptions(kubelet, pki) };
  return { fix: isEtcdElsewhere ? 'external-etcd' : 'control-plane', data, lists, moved: files };
}

/** What kubeadm renews, by the names of values on which the steps of the catalogue depend. */
const renewed = {
  apiServer: roleIds.apiServer,
  kubeletClient: roleIds.kubeletClient,
  adminConf: roleIds.admin,
  superAdmin: roleIds.superAdmin,
  controllerManager: roleIds.controllerManager,
  scheduler: roleIds.scheduler,
  etcdClient: roleIds.etcdClient,
  etcdServer: roleIds.etcdServer,
  etcdPeer: roleIds.etcdPeer,
  healthcheck: roleIds.etcdHealthcheck,
  frontProxy: roleIds.frontProxyClient,
} as const;
