/** The two files by which kube-apiserver knows its clients and its front proxies. */
import { isGiven } from '../../artifact/arguments.ts';
import type { Certificate } from '../../artifact/certificate.ts';
import { isFrom } from '../facts/release.ts';
import { type Pki, trustOf } from '../roles/pki.ts';
import type { Slot } from '../roles/slots.ts';

/** kubernetes/kubernetes#131411; absent in 1.34.2. */
export const refusesOverlap = '1.35.0';

/** The message of kube-apiserver (k8s.io/kubernetes pkg/kubeapiserver/options/authentication.go, Validate). */
export const overlapError =
  '--requestheader-client-ca-file and --client-ca-file contain overlapping certificates; --requestheader-allowed-names must be specified to ensure regular client certificates cannot set authenticating proxy headers for arbitrary users';

export interface Overlap {
  /** The slot of `--requestheader-client-ca-file`. */
  readonly slot: Slot;
  /** A certificate that is in both files. Only the same certificate counts, not a different one with its key. */
  readonly certificate: Certificate;
}

/** Returns what the two files of kube-apiserver share; undefined if nothing, or if the allowed names are listed. */
export function overlapOf(pki: Pki): Overlap | undefined {
  const slotOf = (flag: string) =>
    pki.slots.find(({ component, row }) => component.name === 'kube-apiserver' && row.flag === flag);
  const slot = slotOf('requestheader-client-ca-file');
  const clients = slotOf('client-ca-file');
  if (!slot || !clients || slot.component.unknown !== undefined) return undefined;
  if (isGiven(slot.component, 'requestheader-allowed-names')) return undefined;
  const [proxies, users] = [slot, clients].map((one) => trustOf(pki, one)?.loaded);
  if (!proxies?.ok || !users?.ok) return undefined;
  const known = new Set(users.value.map((one) => one.fingerprint256));
  const certificate = proxies.value.find((one) => known.has(one.fingerprint256));
  return certificate && { slot, certificate };
}

/** Returns the overlap that keeps kube-apiserver of the node's release from starting. */
export function refusedOverlap(pki: Pki): Overlap | undefined {
  const release = pki.facts.kubernetesVersion?.value;
  return release !== undefined && isFrom(release, refusesOverlap) ? overlapOf(pki) : undefined;
}
