/** Checks that the certificates of CAs, and the keys that sign, exist. */

import { signsAt } from '../../model/roles/applicability.ts';
import { bringsBack } from '../../tables/layouts/owner.ts';
import { check, notApplicable, problem, skipUnseen } from '../base/check.ts';
import { applies } from '../base/guards.ts';
import { namesElsewhere } from '../credentials/presence.ts';

export const authorityPresenceChecks = {
  'authority/present': check('authority', function* (authority) {
    if (!(yield* applies(authority, 'presence'))) return;
    const { source, recommended } = authority;
    if (source.seen === 'unseen') yield skipUnseen(source);
    // If all flags name a different path, these are at fault.
    const slots = authority.trust.map((trust) => trust.slot);
    const ours = slots.length === 0 || slots.some((slot) => !namesElsewhere(slot, recommended));
    if (source.seen === 'absent' && ours) {
      yield problem({ path: recommended }, { role: authority.id, for: authority.row.for, path: recommended });
    }
  }),
  /** kubeadm considers a certificate without its key an external CA (certs.go, UsingExternalCA). */
  'authority/key': check('authority', function* (authority, pki) {
    if (!(yield* applies(authority))) return;
    const { source, key } = authority;
    if (source.seen !== 'present') return yield notApplicable('no certificate on this node');
    if (bringsBack(source.path, pki.layout.remedies.owner)) return yield notApplicable('its key is kept elsewhere');
    if (source.path !== authority.recommended) return yield notApplicable('its file is elsewhere');
    if (pki.kind !== 'control-plane') return yield notApplicable('this node does not sign');
    if (signsAt(authority, pki) === 'elsewhere') return yield notApplicable('etcd runs elsewhere');
    if (key.seen === 'unseen') return yield skipUnseen(key);
    if (pki.slots.some((slot) => slot.row.holds === 'signer-key' && slot.path === key.path)) {
      return yield notApplicable('reported by argument/file');
    }
    if (key.seen === 'absent') yield problem({ path: key.path }, { role: authority.id, path: key.path });
  }),
};
