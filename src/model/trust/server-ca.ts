/**
 * Whether the clients of an API server trust the CA that signed its certificate, although it is not that of the
 * cluster.
 */
import type { Certificate } from '../../artifact/certificate.ts';
import { groupBy, remember } from '../../core/collections.ts';
import { roleIds } from '../../tables/role-ids.ts';
import { loadGoPool } from '../../x509/load.ts';
import { groupOf } from '../dialling/index.ts';
import { chainOf, sharesKey } from '../roles/authorities.ts';
import type { Pki } from '../roles/pki.ts';
import type { Role } from '../roles/role.ts';
import { type PemSource, sourceAt, sourceOf } from '../roles/source.ts';

/** What a client of the API server trusts. */
interface Trust {
  /** Kubeconfigs that one step of kubeadm writes are one source of evidence. */
  readonly group: string;
  readonly isOwn: boolean;
  readonly source: PemSource;
}

/**
 * Returns where the CA is that signed the certificate of an API server instead of the CA of the cluster, if more of its
 * clients trust it than do not: in a file, or embedded in a kubeconfig. undefined if the certificate is at fault, or
 * right. Clients that were written together count once, and only if they agree.
 */
export const serverCaOf = remember((pki: Pki, cluster?: readonly Pki[]): PemSource | undefined => {
  const server = pki.roles.find(({ id }) => id === roleIds.apiServer);
  if (server?.leaf === undefined || server.verified !== undefined) return undefined;
  const all = [pki, ...(cluster ?? []).filter((one) => one !== pki)].flatMap((one) => trustsOf(one, one === pki));
  const judged = all.map((trust) => ({ ...trust, isFor: chainOf(server, certificatesOf(trust.source)) !== undefined }));
  const groups = [...groupBy(judged, ({ group }) => group).values()];
  const agreeing = groups.filter((group) => group.every(({ isFor }) => isFor)).length;
  const refusing = groups.filter((group) => !group.some(({ isFor }) => isFor)).length;
  if (agreeing < 2 || agreeing <= refusing) return undefined;
  const own = judged.filter(({ isOwn, isFor }) => isOwn && isFor).map(({ source }) => source);
  if (own.some((source) => isOldCa(server, certificatesOf(source), pki))) return undefined;
  return own.find(({ entry }) => entry === undefined) ?? own[0];
});

/**
 * Whether these are the CA of the cluster before it was made again, which signed more than what the API server serves.
 */
function isOldCa(server: Role, trusted: readonly Certificate[], { roles }: Pki): boolean {
  const issuer = chainOf(server, trusted)?.slice(-1) ?? [];
  const isSigned = (one: Role) => one !== server && one.parent === server.parent && chainOf(one, issuer) !== undefined;
  return sharesKey(issuer, server.parent.certificates) || roles.some(isSigned);
}

function trustsOf({ node, roles, slots }: Pki, isOwn: boolean): readonly Trust[] {
  const published = slots.flatMap(({ row, path }) => (row.flag === 'root-ca-file' && path ? sourceAt(node, path) : []));
  const kubeconfigs = roles.flatMap(({ id, kind, kubeconfig }): Trust | readonly [] => {
    const cluster = kubeconfig?.cluster;
    if (kind !== 'kubeconfig' || !cluster?.certificateAuthority || cluster.insecureSkipTlsVerify?.value) return [];
    const source = sourceOf(node, cluster.certificateAuthority);
    return { group: `${node.label} ${groupOf(id)[0]}`, isOwn, source };
  });
  return [...published.map((source) => ({ group: `${node.label} pods`, isOwn, source })), ...kubeconfigs].filter(
    ({ source }) => certificatesOf(source).length > 0,
  );
}

function certificatesOf({ pem }: PemSource): readonly Certificate[] {
  const pool = pem && loadGoPool(pem);
  return pool?.ok ? pool.value : [];
}
