/** Checks that the certificate and the key of a CA belong together, and that no key of a CA lies alone. */

import { placeOn } from '../../artifact/place.ts';
import type { Pki } from '../../model/roles/pki.ts';
import type { Authority } from '../../model/roles/role.ts';
import { slotName } from '../../model/roles/slots.ts';
import { sourceAt } from '../../model/roles/source.ts';
import { loadGoPool } from '../../x509/load.ts';
import { notApplicable, problem, skip } from '../base/check.ts';
import { authorityCheck } from '../base/guards.ts';
import { isForeignAuthority } from '../credentials/issuer.ts';
import { goesWithSigner, hasKeyOf, wrongKey } from '../credentials/wrong-key.ts';

const untrustedCertificates = 'fails, or creates certificates that are not trusted';

/**
 * An authority's certificate and key. No component trusts what a stray key signs. Only the controller manager signs
 * while it runs; if no flag names the key, the fault appears when kubeadm signs.
 */
function authorityKey(inUse: boolean) {
  return authorityCheck(function* (authority, pki, cluster = []) {
    const { key } = authority;
    const signs = pki.slots.find((slot) => slot.row.holds === 'signer-key' && slot.path === key.path);
    if (wrongKey(signs, pki)) return yield notApplicable('reported by argument/target');
    if (key.seen !== 'present') return yield notApplicable('no private key on this node');
    if (isForeignAuthority(authority, pki)) return yield notApplicable('reported by authority/issued');
    if ((signs !== undefined) !== inUse) return yield notApplicable('reported by a different rule');
    const block = key.pem?.blocks.find((one) => one.type === 'private-key');
    if (block === undefined) return yield skip(`${key.path}: no readable private key`);
    // In a bundle the key is that of the signing certificate, which can be any of them.
    if (hasKeyOf(authority.certificates, block.key)) return;
    // The flags may name a different file, whose key this is not.
    const beside = sourceAt(pki.node, authority.recommended).pem;
    const pool = beside && loadGoPool(beside);
    if (pool?.ok && hasKeyOf(pool.value, block.key))
      return yield notApplicable('it is the key of the certificate at the recommended path');
    if (signs && goesWithSigner(signs, pki)) return yield notApplicable('reported by argument/target');
    const { renewal } = pki.layout.remedies;
    // Existing certificates keep working; only signing breaks.
    const related = [
      ...(signs
        ? [
            {
              path: placeOn(pki.node, signs.component.at).path,
              subject: slotName(signs),
              message: `${signs.row.component} does not start`,
            },
          ]
        : []),
      ...(renewal ? [{ path: key.path, subject: renewal.name, message: untrustedCertificates }] : []),
    ];
    const other = holderOfKey(authority, cluster);
    const otherPath = other?.key.path ?? '';
    const data = {
      role: authority.id,
      path: authority.source.path,
      key: key.path,
      other: other?.name ?? '',
      otherPath,
    };
    // What the certificate has signed shows that it is right, and the key is not.
    const fix = other ? 'key-of-other' : inUse && authority.issued.length > 0 ? 'key' : undefined;
    yield problem({ path: key.path }, data, {
      related,
      stops: signs ? [signs.row.component] : [],
      ...(fix && { fix }),
    });
  });
}

/** The node of a cluster that has the private key of an authority. */
function holderOfKey({ id, certificates }: Authority, cluster: readonly Pki[]) {
  for (const { name, authorities } of cluster) {
    const key = authorities.find((one) => one.id === id)?.key;
    const block = key?.pem?.blocks.find((one) => one.type === 'private-key');
    if (key && block && hasKeyOf(certificates, block.key)) return { name, key };
  }
  return undefined;
}

export const authorityPairChecks = {
  'authority/pair': authorityKey(true),
  'authority/stray-key': authorityKey(false),
};
