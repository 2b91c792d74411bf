/** Checks of the data that a kubeconfig embeds. */

import { type Kubeconfig, referencesOf } from '../../artifact/kubeconfig.ts';
import { folderOf, withoutFolder } from '../../artifact/paths.ts';
import type { KubeconfigRole } from '../../model/roles/role.ts';
import { type PemSource, sourceOf } from '../../model/roles/source.ts';
import { type Loaded, loadGoPool, loadKeyOnly } from '../../x509/load.ts';
import { problem } from '../base/check.ts';
import { kubeconfigCheck } from '../base/guards.ts';

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

export const kubeconfigDataChecks = {
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
