/** The checks of the rules `kubeconfig/*`, whose words are in `rules/catalog/kubeconfig.json`. */

import { type Kubeconfig, referencesOf } from '../../artifact/kubeconfig.ts';
import { folderOf, hostPath, withoutFolder } from '../../artifact/paths.ts';
import type { Placed } from '../../artifact/place.ts';
import { otherApiServer } from '../../model/dialling/api-servers.ts';
import { diallingAround } from '../../model/dialling/index.ts';
import { kubeconfigServer } from '../../model/dialling/kubeconfig-server.ts';
import { rightEnd, wantedServer } from '../../model/dialling/right-end.ts';
import type { Pki } from '../../model/roles/pki.ts';
import type { KubeconfigRole } from '../../model/roles/role.ts';
import { type PemSource, seenAt, sourceOf } from '../../model/roles/source.ts';
import { roleIds } from '../../tables/role-ids.ts';
import { type Loaded, loadGoPool, loadKeyOnly } from '../../x509/load.ts';
import { verifyHostname } from '../../x509/verify/host-name.ts';
import { type CheckResult, notApplicable, problem, roleProblem, skipUnseen } from '../base/check.ts';
import { certificateCheck, kubeconfigCheck } from '../base/guards.ts';
import { rolePresent } from '../credentials/presence.ts';
import { isAdministrator } from '../credentials/target.ts';
import { kubeconfigContentChecks } from './content.ts';
import { kubeconfigProgramsChecks } from './programs.ts';
import { kubeconfigValuesChecks } from './values.ts';

/** What embedded data is instead of base64 of PEM. */
function hintOf({ pem, at }: PemSource, kubeconfig: Kubeconfig): string {
  if (referencesOf(kubeconfig).some(({ reference }) => reference.isPem && reference.at === at))
    return ': it is PEM, not base64 of PEM';
  return pem?.oddity === 'base64-pem' ? ': it was encoded twice' : '';
}

/** The values of the steps that embed the CA again, if its file can be read. */
function caFix({ path, servingCa }: KubeconfigRole, cluster: string, { reason }: PemSource) {
  if (!servingCa.loaded?.ok || servingCa.source.seen !== 'present') return undefined;
  const file = withoutFolder(folderOf(path), path);
  // kubectl does not read a kubeconfig whose data it cannot decode.
  const authority = servingCa.source.path;
  return { data: { cluster, kubeconfig: path, authority, file, undecoded: reason ? 'yes' : '' } };
}

const kubeconfigDataChecks = {
  /** Data embedded in a kubeconfig. */
  'kubeconfig/data': kubeconfigCheck(function* (role, pki) {
    const { certificate, chain, key } = role;
    const { cluster } = role.kubeconfig;
    const reference = cluster?.certificateAuthority;
    const authority = reference && sourceOf(pki.node, reference);
    const embedded: readonly [PemSource | undefined, Loaded<unknown> | undefined][] = [
      [authority, authority?.pem && loadGoPool(authority.pem)],
      [certificate, chain],
      [key, key?.pem && loadKeyOnly(key.pem)],
    ];
    for (const [source, loaded] of embedded) {
      if (source?.entry === undefined) continue;
      const error = source.reason ?? (loaded?.ok === false ? loaded.error : undefined);
      if (error === undefined) continue;
      const data = { role: role.id, entry: source.entry, error, hint: hintOf(source, role.kubeconfig) };
      const own = source === authority && cluster?.isOnly ? caFix(role, cluster.name, source) : undefined;
      yield problem(source.at, { ...data, ...own?.data }, own ? { fix: 'ca', moved: [role.path] } : {});
    }
  }),
};

/** Judges the server of a kubeconfig. */
function* judgeServer(role: KubeconfigRole, pki: Pki, cluster: readonly Pki[]): Generator<CheckResult> {
  const entry = role.kubeconfig?.cluster;
  const [dialled] = kubeconfigServer(role);
  if (!entry?.server || dialled === undefined) return yield notApplicable('it verifies no server of this cluster');
  if (otherApiServer(role, pki) !== undefined) return yield notApplicable('it connects to a different node');
  if (rightEnd(role, pki) !== 'server') return;
  const served = [pki, ...cluster].flatMap(({ roles }) =>
    roles.flatMap(({ id, leaf }) => (id === roleIds.apiServer && leaf) || []),
  );
  // A node that has not joined yet may not count as one of the cluster.
  const [server] = [...served, ...diallingAround(pki).leaves];
  const component = role.row.usedBy;
  const wanted = wantedServer(role, pki);
  const data = {
    role: role.id,
    component,
    [component]: component,
    found: entry.server.value,
    host: dialled.host,
    cluster: entry.name,
    wanted: wanted ?? '',
    expected: wanted ?? 'an address of an API server',
    unknown: wanted === undefined ? 'unknown' : '',
    error: (server && verifyHostname(server, dialled.host)) ?? '',
  };
  yield roleProblem(role, data, { at: entry.server.at, key: dialled.host });
}

const kubeconfigAddressChecks = {
  /** Where nothing shows which end is right, the certificate is reported (`san/coverage`), with both fixes. */
  'kubeconfig/address': kubeconfigCheck((role, pki, cluster = [pki]) => judgeServer(role, pki, cluster)),
};

/** The file of a token that is not there. In a copy, its folder shows whether it was copied. */
function absentToken({ kubeconfig, slot }: KubeconfigRole, { node }: Pki): Placed<string> | undefined {
  const token = kubeconfig?.user?.tokenFile;
  const path = token && (slot ? hostPath(slot.component, token.value) : token.value);
  if (token === undefined || path === undefined || !path.startsWith('/') || seenAt(node, path) !== 'absent')
    return undefined;
  const isSeen = node.rootfs === '/' || node.files.get(folderOf(path))?.state === 'directory';
  return isSeen ? { ...token, value: path } : undefined;
}

const kubeconfigPresenceChecks = {
  'kubeconfig/present': rolePresent('kubeconfig', 'outage'),
  'kubeconfig/present-admin': rolePresent('kubeconfig', 'degraded'),
  /** The CA, the client certificate and the token that a kubeconfig names by path. */
  'kubeconfig/file': kubeconfigCheck(function* (role, pki) {
    const reference = role.kubeconfig.cluster?.certificateAuthority;
    const { source: own } = role.servingCa;
    const sources = [
      { source: reference && sourceOf(pki.node, reference), what: 'a CA that the client trusts', ofCa: true },
      { source: role.certificate, what: 'the certificate of its user', ofCa: false },
    ];
    const token = absentToken(role, pki);
    if (token !== undefined)
      yield problem(token.at, { role: role.id, path: token.value, what: 'the token of its user' });
    for (const { source, what, ofCa } of sources) {
      if (source?.seen === 'unseen') yield skipUnseen(source);
      if (source?.seen !== 'absent') continue;
      const cluster = role.kubeconfig.cluster?.name ?? '';
      const data = { role: role.id, path: source.path, what, kubeconfig: role.path, cluster, authority: own.path };
      yield problem(source.at, data, ofCa && own.seen === 'present' ? { fix: 'ca' } : {});
    }
  }),
};

const kubeconfigTargetChecks = {
  'kubeconfig/administrator': certificateCheck(function* (role, pki) {
    if (role.kind !== 'kubeconfig' || role.row.usedBy === 'kubectl')
      return yield notApplicable('not used by a component');
    if (!isAdministrator(role, pki)) return;
    const at = role.path === role.recommended ? role.at : (role.slot?.argument?.at ?? role.at);
    const data = { component: role.row.usedBy, user: role.leaf.subject.commonName, wanted: role.recommended };
    yield roleProblem(role, { ...data, name: role.row.cn }, { at });
  }),
};

export const kubeconfigChecks = {
  ...kubeconfigAddressChecks,
  ...kubeconfigContentChecks,
  ...kubeconfigDataChecks,
  ...kubeconfigPresenceChecks,
  ...kubeconfigProgramsChecks,
  ...kubeconfigTargetChecks,
  ...kubeconfigValuesChecks,
};
