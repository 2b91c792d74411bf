/**
 * Certificates that something reads and that play no role of the documented tables: pairs of `--tls-sni-cert-key`,
 * serving pairs of the kubelet, client pairs of etcd, CAs and kubeconfigs of other arguments.
 */

import { componentNamed, isGiven, kubeletServingPair, requestsServingCertificates } from '../../artifact/arguments.ts';
import type { Certificate } from '../../artifact/certificate.ts';
import type { Component } from '../../artifact/component.ts';
import type { Place } from '../../artifact/place.ts';
import { remember } from '../../core/collections.ts';
import type { LaidOutNode } from '../../tables/layouts/layout.ts';
import { type LeafChain, type Loaded, loadKeyPair, loadLeafChain } from '../../x509/load.ts';
import { issues } from '../../x509/verify/chain.ts';
import { lastingCertificate } from './authorities.ts';
import type { KnownFiles, OtherFiles } from './other-files.ts';
import { type Slot, slotName } from './slots.ts';
import { holdsPool, poolOfSlot, sourceAt } from './source.ts';
import { certificatesOfPrograms, unnamedFiles } from './unnamed-files.ts';

/**
 * Returns the certificate that the cluster signed with `serverTLSBootstrap`, else the pair in the folder of the
 * kubelet's certificates (k8s.io/kubernetes cmd/kubelet/app/server.go, InitializeTLS). Nothing if the kubelet has yet
 * to request or generate one, or if it is not known what it is configured for.
 */
function kubeletPair(node: LaidOutNode): readonly OtherFiles[] {
  const kubelet = componentNamed(node, 'kubelet');
  if (kubelet === undefined || kubelet.unknown !== undefined) return [];
  if (isGiven(kubelet, 'tls-cert-file') || isGiven(kubelet, 'tls-private-key-file')) return [];
  const requests = requestsServingCertificates(node);
  const [path, keyPath] = kubeletServingPair(node, requests);
  const [certificate, key] = [sourceAt(node, path), sourceAt(node, keyPath)];
  if ([certificate, key].every(({ seen }) => seen === 'absent' || seen === 'unseen')) return [];
  const user = {
    id: `kubelet ${path.slice(path.lastIndexOf('/') + 1)}`,
    component: kubelet.name,
    namedAt: certificate.at,
  };
  return [{ ...user, kubelet: requests ? 'signed' : 'generated', certificate, key, slots: [] }];
}

export interface OtherCertificate extends OtherFiles {
  readonly kind: 'other';
  readonly path: string;
  readonly at: Place;
  /** The certificate as its component reads it; undefined if there is none to read. */
  readonly chain: Loaded<LeafChain> | undefined;
  /** Certificate and key together, as `tls.X509KeyPair` loads them; undefined unless both exist. */
  readonly pair: Loaded<LeafChain> | undefined;
  readonly leaf: Certificate | undefined;
  /**
   * Those whose dates matter to its reader: the leaf and its issuer in the same file, or the one that lasts longest.
   */
  readonly dated: readonly Certificate[];
  readonly inUse: true;
  readonly applies: { readonly answer: 'yes' };
}

/** Finds the certificates of a node that play no role. A pair that several arguments name is listed once. */
export function findOthers(
  node: LaidOutNode,
  slots: readonly Slot[],
  known: KnownFiles,
  at: number,
): readonly OtherCertificate[] {
  const found = [
    ...slots.flatMap((slot) => ofSlot(node, slots, slot) ?? []),
    ...kubeletPair(node),
    ...certificatesOfPrograms(node, known),
    ...unnamedFiles(node, known),
  ];
  const first = new Map<string, OtherFiles>();
  const real = (path: string) => node.files.get(path)?.realPath ?? path;
  for (const one of found) {
    const { path, entry = '' } = one.certificate;
    const pair = [real(path), real(one.key?.path ?? '')].join(' ');
    const isRole = one.key === undefined ? known.judged.has(real(path)) || isCopy(one, known) : known.pairs.has(pair);
    if (!isRole && !first.has(pair + entry)) first.set(pair + entry, one);
  }
  return [...first.values()].map((one) => {
    const loaded = loadOther(one, at);
    // A certificate of a role with another key.
    return known.judged.has(real(one.certificate.path)) ? { ...loaded, dated: [] } : loaded;
  });
}

/** Whether what a component trusts is judged as a CA of the tables, wherever it is. */
const isCopy = ({ component, slots, pool = [] }: OtherFiles, { authorities }: KnownFiles): boolean =>
  component !== undefined &&
  slots.every(({ row }) => row.role !== null) &&
  pool.some((one) => authorities.has(one.fingerprint256));

/** Returns the slot of the key that belongs to the certificate of a slot. */
export function keySlotOf(slots: readonly Slot[], { component, argument, row, names }: Slot): Slot | undefined {
  return keySlots(slots, component).get(names === undefined ? (row.half?.of ?? '') : argument);
}

/** The first slots of a component with a key, by their flag and by their argument. */
const keySlots = remember((slots: readonly Slot[], component: Component) => {
  const keys = slots.filter((slot) => slot.component === component && slot.row.holds === 'key').toReversed();
  const named = keys.flatMap((slot) => [slot.row.flag, slot.argument].map((by) => [by, slot] as const));
  return new Map(named);
});

/** The certificate of an argument that wants the file of no role, or the CAs that it trusts. */
function ofSlot(node: LaidOutNode, slots: readonly Slot[], slot: Slot): OtherFiles | undefined {
  const { row, argument, path, component } = slot;
  if ((row.role !== null && !holdsPool(row.holds)) || argument === undefined || path === undefined) return undefined;
  const kubelet = component.name === 'kubelet' && row.holds === 'certificate' ? ({ kubelet: 'named' } as const) : {};
  const shared = { id: slotName(slot), component: component.name, namedAt: argument.at, ...kubelet };
  if (holdsPool(row.holds)) {
    const { source, loaded } = poolOfSlot(node, slot, path);
    return { ...shared, certificate: source, key: undefined, slots: [slot], pool: loaded?.ok ? loaded.value : [] };
  }
  if (row.holds !== 'certificate') return undefined;
  const keySlot = keySlotOf(slots, slot);
  const key = keySlot?.path === undefined ? undefined : sourceAt(node, keySlot.path);
  return { ...shared, certificate: sourceAt(node, path), key, slots: keySlot ? [slot, keySlot] : [slot] };
}

function loadOther(files: OtherFiles, now: number): OtherCertificate {
  const { certificate, key, pool, kubelet } = files;
  const chain = pool || !certificate.pem ? undefined : loadLeafChain(certificate.pem);
  const pair = pool === undefined && certificate.pem && key?.pem ? loadKeyPair(certificate.pem, key.pem) : undefined;
  const lasting = pool && lastingCertificate(pool, now);
  const leaf = chain?.ok ? chain.value.leaf : lasting;
  const all = chain?.ok ? datedOf(chain.value, now) : leaf ? [leaf] : [];
  // The kubelet never renews what it signed itself, and no client can verify it.
  const dated = kubelet === 'generated' && chain?.ok && !isOfOther(chain.value) ? [] : all;
  const state = { kind: 'other', inUse: true, applies: { answer: 'yes' } } as const;
  return { ...files, ...state, path: certificate.path, at: certificate.at, chain, pair, leaf, dated };
}

/**
 * Whether a CA signed a certificate that is alone in its file. What the kubelet generates is self-signed, or is
 * followed by its CA.
 */
const isOfOther = ({ leaf, intermediates }: LeafChain): boolean =>
  intermediates.length === 0 && leaf.issuer.der !== leaf.subject.der;

/**
 * The leaf, and its issuer if that follows it. Which of the further certificates a peer needs depends on the roots that
 * it trusts: an expired one for old peers does no harm.
 */
function datedOf({ leaf, intermediates }: LeafChain, now: number): readonly Certificate[] {
  const isIssuer = (one: Certificate) => one.issuer.der !== one.subject.der && issues(one, leaf);
  const issuer = lastingCertificate(intermediates.filter(isIssuer), now);
  return issuer === undefined ? [leaf] : [leaf, issuer];
}
