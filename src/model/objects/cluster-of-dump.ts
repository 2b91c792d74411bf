/** Whose objects a dump has: which of the clusters in the input. */
import type { Certificate } from '../../artifact/certificate.ts';
import type { ClusterObjects } from '../../artifact/objects/cluster-objects.ts';
import type { PublishedCa } from '../../artifact/objects/published.ts';
import { certificatesInPem } from '../../artifact/pem-blocks.ts';
import { anySignature, strictest } from '../../artifact/strictness.ts';
import { issues } from '../../x509/verify/chain.ts';
import { canonicalHost } from '../facts/host.ts';
import type { Pki } from '../roles/pki.ts';
import { errorOfTrust, servingChains } from './api-servers.ts';

/**
 * Returns the nodes of the input that are of the cluster of a dump; none if it is a different cluster. What decides are
 * several marks, and one that fits is enough: an old CA in one of them may be the very fault to find. Names and
 * addresses of Nodes alone do not outweigh several CAs: laboratories use the same ones again.
 *
 * @param groups the nodes of the input, by clusters
 */
export function nodesOfDump(objects: ClusterObjects, groups: readonly (readonly Pki[])[]): readonly Pki[] {
  const marks = caMarks(objects);
  const issued = issuedIn(objects);
  const ranked = groups
    .map((nodes) => {
      const fitting = marks.filter((mark) => fits(mark, nodes)).length + Number(hasIssued(nodes, issued));
      const named = isNamed(objects, nodes);
      return { nodes, fitting, named, rank: 2 * fitting + Number(named) };
    })
    .sort((one, other) => other.rank - one.rank);
  const [best, second] = ranked;
  if (best === undefined || best.rank === second?.rank) return [];
  if (best.fitting > 0) return best.nodes;
  const strange = marks.length + Number(issued.length > 0);
  if (best.named) return strange > 1 ? [] : best.nodes;
  const isUnmarked = strange === 0 && objects.nodes.length === 0;
  return isUnmarked && groups.length === 1 ? best.nodes : [];
}

/** What an API server, a controller or an installer has published of a cluster's CAs, by who did it. */
function caMarks({
  clusterInfos,
  rootCas,
  extensionAuthentications,
}: ClusterObjects): readonly (readonly PublishedCa[])[] {
  const present = (bundles: readonly (PublishedCa | undefined)[]) => bundles.flatMap((one) => one ?? []);
  return [
    present(clusterInfos.map(({ ca }) => ca)),
    // Namespaces have the same one.
    [...new Map(rootCas.map((ca) => [keysIn(ca).join(), ca])).values()],
    present(extensionAuthentications.map(({ clientCa }) => clientCa)),
    present(extensionAuthentications.map(({ requestHeaderCa }) => requestHeaderCa)),
  ].filter((mark) => mark.some(({ pem }) => certificatesInPem(pem).length > 0));
}

const keysIn = ({ pem }: PublishedCa): readonly string[] => certificatesInPem(pem).map(({ publicKey }) => publicKey.id);

/** Whether one of these bundles has a CA of the nodes, or verifies their API servers: a root above an intermediate. */
function fits(mark: readonly PublishedCa[], nodes: readonly Pki[]): boolean {
  const own = new Set(
    nodes.flatMap(({ authorities }) =>
      authorities.flatMap(({ certificates }) => certificates.map(({ publicKey }) => publicKey.id)),
    ),
  );
  if (mark.some((bundle) => keysIn(bundle).some((key) => own.has(key)))) return true;
  const at = nodes[0]?.judging.at ?? 0;
  const verifies = (bundle: PublishedCa) => errorOfTrust(bundle, { nodes, at, strictness: strictest }) === undefined;
  return servingChains({ nodes }).length > 0 && mark.some(verifies);
}

/** Requests are many in a large cluster, and have one issuer. */
const mostIssued = 5;

/** The certificates that the cluster has issued for requests: only its own signers are of its CA. */
function issuedIn({ requests }: ClusterObjects): readonly Certificate[] {
  const own = requests.filter(({ signer }) => signer.startsWith('kubernetes.io/'));
  return own.flatMap(({ issued }) => issued ?? []).slice(0, mostIssued);
}

/** Whether a CA of the nodes has signed one of them. */
function hasIssued(nodes: readonly Pki[], issued: readonly Certificate[]): boolean {
  const authorities = nodes.flatMap((pki) => pki.authorities.flatMap(({ certificates }) => certificates));
  return issued.some((certificate) => authorities.some((ca) => issues(ca, certificate, anySignature)));
}

/** Whether a Node has the name of one of the nodes, and the addresses do not say otherwise. */
function isNamed(objects: ClusterObjects, nodes: readonly Pki[]): boolean {
  return nodes.some(({ facts: { nodeName, advertiseAddress, nodeIps } }) => {
    const known = [advertiseAddress?.value ?? [], nodeIps?.value ?? []].flat().map(canonicalHost);
    const isHere = (addresses: readonly string[]) =>
      known.length === 0 || addresses.length === 0 || addresses.some((one) => known.includes(canonicalHost(one)));
    return objects.nodes.some(({ name, addresses }) => name === nodeName?.value && isHere(addresses));
  });
}
