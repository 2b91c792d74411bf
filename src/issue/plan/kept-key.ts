/** Keys that are there, and are used again. */
import { isShort, keyName } from '../../checks/key-strength.ts';
import type { Role } from '../../model/pki.ts';
import type { PemSource } from '../../model/source.ts';
import { problemOfKey, publicHalfOf } from '../certify/usable-key.ts';
import type { Refusal } from '../types.ts';
import { refusal } from './draft.ts';
import type { Settings } from './settings.ts';

/** The key of a role, if it is to be used again; that of a kubeconfig does not leave it for a request. */
export function keptKeyOf(role: Role, fill: boolean, isRequest: boolean, { keepKey }: Settings): PemSource | undefined {
  if (isRequest && role.kind === 'kubeconfig') return undefined;
  return role.key?.seen === 'present' && (fill || keepKey) ? role.key : undefined;
}

/** Why a key that is to be kept cannot be. */
export function unusableKey({ id }: Role, kept: PemSource | undefined, fill: boolean): Refusal | undefined {
  const message = kept?.pem && problemOfKey(kept.pem, kept.path);
  const hint = fill ? 'move it away, and a new one is made' : 'leave out --keep-key, and a new one is made';
  return message ? refusal(id, message, hint) : undefined;
}

/** What a reader should know of it. */
export function keyNotes(kept: PemSource | undefined): readonly string[] {
  const key = kept?.pem && publicHalfOf(kept.pem);
  return key && isShort(key) ? [`keeps a key that is too short: ${keyName(key)}`] : [];
}
