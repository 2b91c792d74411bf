/**
 * Which certificate kube-apiserver serves to whom: that of `--tls-sni-cert-key` for its names, the usual one to all others
 * (k8s.io/apiserver pkg/server/dynamiccertificates, named_certificates.go and tlsconfig.go; Go's crypto/tls, getCertificate).
 */
import { hostPath } from '../../core/mounts.ts';
import { verifyHostname } from '../../x509/host-name.ts';
import { loadKeyPair, loadLeafChain } from '../../x509/load.ts';
import { isLoopback, readAddress } from '../host.ts';
import { fileId, slotId } from '../ids.ts';
import type { Pki } from '../pki.ts';
import type { Slot } from '../slots.ts';
import { sourceAt } from '../source.ts';
import { isAt } from './addresses.ts';
import { fromLoaded, on, type Shown, unread } from './ends.ts';

export interface NamedPair {
  readonly shown: Shown;
  /** Names given with it, which count before those of any certificate. */
  readonly given: readonly string[];
}

/** The pairs of `--tls-sni-cert-key`: `certificate,key` or `certificate,key:name,name`. */
export function namedPairs(pki: Pki): readonly NamedPair[] {
  return pki.slots.flatMap((slot): NamedPair[] => {
    const { argument, row } = slot;
    if (row.holds !== 'sni-pair') return [];
    const parts = /^([^,]+),([^:]+)(?::(.*))?$/.exec(argument?.value ?? '');
    if (!argument || !parts) return [];
    const [, certificate = '', key = '', names] = parts;
    const paths = [certificate, key].map((path) => hostPath(slot.component, path));
    const blames = [slotId(slot), ...paths.map(fileId)].map((id) => on(pki, id));
    const has = pairAt(pki, slot, paths);
    return [{ shown: { has, owner: pki, blames, at: argument.at }, given: names?.split(',') ?? [] }];
  });
}

function pairAt(pki: Pki, { argument }: Slot, paths: readonly string[]): Shown['has'] {
  if (paths.some((path) => !path.startsWith('/'))) return { state: 'unknown', reason: `${argument?.value}: not seen` };
  const [certificate, key] = paths.map((path) => sourceAt(pki.node, path));
  const missing = certificate && unread(certificate);
  if (missing || !certificate?.pem) return (missing ?? { state: 'unknown', reason: 'not read' }) as Shown['has'];
  return fromLoaded(key?.pem ? loadKeyPair(certificate.pem, key.pem) : loadLeafChain(certificate.pem));
}

/** What is served to a client that dials `host`. */
export function servedForName(pki: Pki, host: string, usual: Shown): Shown {
  const pairs = namedPairs(pki);
  if (pairs.length === 0) return usual;
  const address = readAddress(host);
  // A client names no address: the server goes by its own, at which the connection came in.
  const name = address === undefined ? host.replace(/\.$/, '').toLowerCase() : localAddress(pki, host, address);
  const wildcard = address === undefined ? name.replace(/^[^.]*/, '*') : name;
  for (const wanted of [name, wildcard]) {
    const found =
      pairs.find(({ given }) => given.includes(wanted)) ??
      pairs.find(({ given, shown }) => given.length === 0 && ownNames(shown).includes(wanted));
    if (found) return found.shown;
  }
  if (address !== undefined || covers(usual, host)) return usual;
  return pairs.find(({ shown }) => covers(shown, host))?.shown ?? usual;
}

function localAddress(pki: Pki, host: string, address: string): string {
  return isLoopback(host) || isAt(pki, host) ? address : (pki.facts.advertiseAddress?.value ?? address);
}

/** The names of a certificate that count without being given: no addresses. */
function ownNames({ has }: Shown): readonly string[] {
  if (has.state !== 'known') return [];
  const { subject, sans } = has.value.leaf;
  const names = (sans ?? []).flatMap(({ type, value }) => (type === 'DNS' ? [value] : []));
  const common = subject.commonName;
  return readAddress(common) === undefined && common !== '' ? [common, ...names] : names;
}

/** Whether a pair of `--tls-sni-cert-key` has a certificate for a name. */
export function hasPairFor(pki: Pki, host: string): boolean {
  return namedPairs(pki).some(({ shown }) => covers(shown, host));
}

const covers = ({ has }: Shown, host: string): boolean =>
  has.state === 'known' && verifyHostname(has.value.leaf, host) === undefined;
