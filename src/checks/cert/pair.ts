/** Checks that a certificate and its key belong together. */

import type { Role } from '../../model/roles/role.ts';
import { seenAt } from '../../model/roles/source.ts';
import { loadKeyOnly } from '../../x509/load.ts';
import { type CheckResult, notApplicable, roleProblem, skip, skipUnseen } from '../base/check.ts';
import { anyCertificateCheck, type CertifiedOther } from '../base/guards.ts';
import { otherRole } from '../credentials/target.ts';
import { hasKeyOf, wrongKey } from '../credentials/wrong-key.ts';

/** A pair that plays no role. A file that cannot be loaded is reported by itself. */
function* pairOfOther(other: CertifiedOther): Generator<CheckResult> {
  const { kubelet, key, chain, pair, slots } = other;
  if (kubelet !== undefined) return yield notApplicable('reported by kubelet/serving-pair');
  if (key === undefined) return yield notApplicable('no private key belongs to it');
  const loadedKey = key.pem && loadKeyOnly(key.pem);
  if (!chain?.ok || loadedKey?.ok === false) return;
  if (pair === undefined) return yield key.seen === 'absent' ? notApplicable('no private key') : skipUnseen(key);
  if (pair.ok) return;
  const error = `${slots[0]?.row.said ?? ''}${pair.error}`;
  const stops = slots.map(({ row }) => row.component);
  yield roleProblem(other, { key: key.path, error, hint: '' }, { at: other.namedAt, stops });
}

/** Whether the flag for the key names the file of the certificate, which has no key. */
function isKeyless({ keySlot, key, path }: Role): boolean {
  return keySlot?.argument !== undefined && key?.path === path && key.pem !== undefined && !loadKeyOnly(key.pem).ok;
}

export const certPairChecks = {
  /** Pairs as `tls.X509KeyPair` loads them, which every component of Kubernetes uses. */
  'cert/pair': anyCertificateCheck(function* (role, pki) {
    if (role.kind === 'other') return yield* pairOfOther(role);
    if (!role.chain?.ok) return;
    // A flag can name the right certificate only if that exists: a lost one is created first.
    const isLost = seenAt(pki.node, role.recommended) === 'absent';
    const strange = role.path !== role.recommended && !isLost && otherRole(role, pki) !== undefined;
    if (strange || wrongKey(role.keySlot, pki)) return yield notApplicable('reported by argument/target');
    if (isKeyless(role)) return yield notApplicable('reported by argument/load');
    if (role.pair === undefined) {
      const { key } = role;
      return yield key?.seen === 'unseen' ? skipUnseen(key) : skip(`the private key of ${role.id} was not seen`);
    }
    if (!role.pair.ok) {
      const key = role.key?.path ?? '';
      const secret = role.key?.pem && loadKeyOnly(role.key.pem);
      const isBelow = secret?.ok && hasKeyOf(role.chain.value.intermediates, secret.value);
      const chainNote = isBelow ? ' (the leaf comes after its CA, but must be the first certificate)' : '';
      const other = otherRole(role, pki);
      const hint = other === undefined ? chainNote : ` (${role.path} holds ${other})`;
      yield roleProblem(role, { key, error: role.pair.error, hint });
    }
  }),
};
