/** Checks of the kubeconfigs of other static pods: load balancers, cloud controllers, tunnels. */

import type { Kubeconfig } from '../../artifact/kubeconfig.ts';
import { folderOf, hostPath, leadsOut } from '../../artifact/paths.ts';
import { setByText } from '../../artifact/place.ts';
import type { NamedKubeconfig, OtherContainer } from '../../artifact/pod-document.ts';
import { hostOf, isLoopback } from '../../model/facts/host.ts';
import { unknownAuthority } from '../../model/handshake/steps.ts';
import type { Pki } from '../../model/roles/pki.ts';
import { irregularity, poolOfSlot, seenOfFile, sourceOf } from '../../model/roles/source.ts';
import { roleIds } from '../../tables/role-ids.ts';
import { loadGoPool, loadLeafChain } from '../../x509/load.ts';
import { buildChain } from '../../x509/verify/chain.ts';
import { hasName } from '../../x509/verify/host-name.ts';
import { check, problem, skip } from '../base/check.ts';
import { noStaticPod, staticPodIn } from '../base/guards.ts';
import { onlyAdmin } from '../base/only-admin.ts';
import { volumeError } from '../base/volume-type.ts';
import { isHttps, verifiesServer } from './content.ts';

/** Why a container cannot use a kubeconfig; `unseen` if that is not known. */
interface Fault {
  readonly error?: string;
  readonly unseen?: string;
}

/** @param path the path on the node */
function faultOf(container: OtherContainer, { written }: NamedKubeconfig, path: string, pki: Pki): Fault | undefined {
  const { node } = pki;
  const file = node.files.get(path);
  const seen = seenOfFile(file);
  const notThere = `stat ${written}: no such file or directory`;
  if (seen === 'absent') {
    // In a copy, the folder shows whether it was copied.
    const isSeen = node.rootfs === '/' || node.files.get(folderOf(path))?.state === 'directory';
    return isSeen ? { error: notThere } : { unseen: path };
  }
  if (seen === 'unseen' || file === undefined) return { unseen: path };
  if (seen === 'irregular') return { error: `${written} is ${irregularity(file)}` };
  if (leadsOut(node, container, written)) return { error: notThere };
  if (file.content?.type !== 'kubeconfig') return undefined;
  // What is wrong with it is reported by the rules for its role.
  if (pki.roles.some((role) => role.path === path)) return undefined;
  const error = contentError(file.content.kubeconfig, pki);
  return error === undefined ? undefined : { error };
}

function contentError(kubeconfig: Kubeconfig, pki: Pki): string | undefined {
  const { unresolved, refused, invalid, cluster, user } = kubeconfig;
  const error = unresolved ?? refused ?? invalid;
  if (error !== undefined) return error.value;
  if (!isHttps(kubeconfig)) return 'the URL of its server is not an https URL';
  if (user && !user.certificate && user.otherCredentials.length === 0) return `user "${user.name}" has no credential`;
  if (!isOfCluster(cluster?.server?.value ?? '', pki)) return undefined;
  if (!cluster?.insecureSkipTlsVerify?.value && !trustsServer(cluster, pki)) return unknownAuthority;
  return isAccepted(user, pki) ? undefined : 'kube-apiserver does not trust its client certificate: Unauthorized';
}

/** Whether a URL is that of an API server of this cluster: its certificate has the name. */
function isOfCluster(url: string, { roles }: Pki): boolean {
  const host = hostOf(url);
  const server = roles.find(({ row }) => row.role === roleIds.apiServer)?.leaf;
  return host !== undefined && server !== undefined && (isLoopback(host) || hasName(server, host));
}

/** Whether its CA verifies kube-apiserver, or was not seen. */
function trustsServer(cluster: Kubeconfig['cluster'], pki: Pki): boolean {
  const reference = cluster?.certificateAuthority;
  const source = reference && sourceOf(pki.node, reference);
  if (source?.seen === 'unseen') return true;
  const pool = source?.pem && loadGoPool(source.pem);
  return verifiesServer(pki, pool?.ok ? pool.value : []);
}

/** Whether a CA of `--client-ca-file` signed its client certificate, or one of both was not seen. */
function isAccepted(user: Kubeconfig['user'], pki: Pki): boolean {
  const { pem } = user?.certificate ? sourceOf(pki.node, user.certificate) : {};
  const chain = pem && loadLeafChain(pem);
  const slot = pki.slots.find(({ row }) => row.component === 'kube-apiserver' && row.flag === 'client-ca-file');
  const pool = slot?.path === undefined ? undefined : poolOfSlot(pki.node, slot, slot.path).loaded;
  if (!chain?.ok || !pool?.ok) return true;
  return buildChain(chain.value.leaf, chain.value.intermediates, pool.value) !== undefined;
}

export const kubeconfigProgramsChecks = {
  'kubeconfig/program': check('file', function* (file, pki) {
    const manifest = staticPodIn(file, pki);
    if (manifest === undefined || pki.node.idleManifests.includes(file.path)) return yield noStaticPod;
    const { others = [], checked = [] } = manifest.pod;
    for (const [container, named] of others.flatMap((one) => one.kubeconfigs.map((each) => [one, each] as const))) {
      const path = hostPath(container, named.written);
      // Then the kubelet does not start it.
      const isRefused = checked.some((one) => one.path === path && volumeError(one, pki) !== undefined);
      if (!path.startsWith('/') || isRefused) continue;
      const { error, unseen } = faultOf(container, named, path, pki) ?? {};
      if (unseen !== undefined) yield skip(`the input does not show what is at ${unseen}`);
      if (error === undefined) continue;
      const data = { program: container.name, path, error, place: setByText(named.at) };
      yield problem(named.at, data, { key: `${container.name} ${path}`, ...onlyAdmin(file.path, path, pki) });
    }
  }),
};
