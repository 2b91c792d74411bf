/**
 * Rejects names that a certificate can contain and no component could use, as kubeadm does (validation.go,
 * ValidateCertSANs), and keys that cannot be kept.
 */

import { keyName } from '../../checks/credentials/keys.ts';
import { isNodeName } from '../../core/command/node-name.ts';
import { isShort } from '../../model/facts/limits.ts';
import type { Role } from '../../model/roles/role.ts';
import type { PemSource } from '../../model/roles/source.ts';
import type { CertificateSpec, KubeconfigSpec, Refusal } from '../../results/issue/plan.ts';
import { isHostname } from '../../x509/verify/host-name.ts';
import { problemOfKey, publicHalfOf } from '../certify/keys.ts';
import { refusal } from './action.ts';
import type { Settings } from './settings.ts';

const origin = 'it comes from the options (--node-name, --advertise-address, --san, …), or from a file of the node';

/** The unspecified addresses: they are no server's address. */
const unspecified: readonly string[] = ['0.0.0.0', '::'];

/** Why a certificate or a kubeconfig with this content would be useless; undefined if it is usable. */
export function unusable(
  role: string,
  { commonName, sans }: CertificateSpec,
  kubeconfig: KubeconfigSpec | null,
): Refusal | undefined {
  const node = /^system:node:(.*)$/s.exec(commonName)?.[1];
  if (node !== undefined && !isNodeName(node)) {
    const lower = isNodeName(node.toLowerCase()) ? `; the kubelet calls it ${node.toLowerCase()}` : '';
    return { role, message: `${shown(node)} is not a valid node name`, hint: `${origin}${lower}` };
  }
  const wrong = sans.find(({ type, value }) => {
    return type === 'IP' ? unspecified.includes(value) : type === 'DNS' && !isHostname(value, true);
  });
  if (wrong) return { role, message: `${shown(wrong.value)} is not a valid host name or address`, hint: origin };
  if (kubeconfig === null || isDialled(kubeconfig.server)) return undefined;
  return { role, message: `${shown(kubeconfig.server)} is not a URL of an API server`, hint: origin };
}

const shown = (text: string): string => JSON.stringify(text);

function isDialled(server: string): boolean {
  const url = URL.canParse(server) ? new URL(server) : undefined;
  if (url === undefined || url.port === '0') return false;
  // An existing kubeconfig may have a path in its URL; nothing else makes sense there.
  const isPlain = url.username + url.password + url.search + url.hash === '';
  return isPlain && !unspecified.includes(url.hostname.replace(/^\[|\]$/g, ''));
}

/** The key of a role, if it is to be used again; that of a kubeconfig does not leave it for a request. */
export function keptKeyOf(role: Role, fill: boolean, isRequest: boolean, { keepKey }: Settings): PemSource | undefined {
  if (isRequest && role.kind === 'kubeconfig') return undefined;
  return role.key?.seen === 'present' && (fill || keepKey) ? role.key : undefined;
}

/** Why a key cannot be kept; undefined if it can, or if none is kept. */
export function unusableKey({ id }: Role, kept: PemSource | undefined, fill: boolean): Refusal | undefined {
  const message = kept?.pem && problemOfKey(kept.pem, kept.path);
  const hint = fill ? 'move it away, and a new one is created' : 'leave out --keep-key, and a new one is created';
  return message ? refusal(id, message, hint) : undefined;
}

/** The type of a key that is kept. */
export const typeOfKey = ({ pem }: PemSource): string => (pem && publicHalfOf(pem)?.type) ?? '';

/** What the user should know about a key that is kept. */
export function keyNotes(kept: PemSource | undefined, { keyLimits }: Settings): readonly string[] {
  const key = kept?.pem && publicHalfOf(kept.pem);
  return key && isShort(key, keyLimits) ? [`keeps a key that is too short: ${keyName(key)}`] : [];
}
