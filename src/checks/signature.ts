/** Does the Go of this node take the signatures that its certificates bear? */
import type { Certificate } from '../core/certificate.ts';
import { chainOf } from '../model/authorities.ts';
import type { Pki, Role } from '../model/pki.ts';
import { checkSignatureFrom } from '../x509/signature.ts';
import { check, notApplicable, problem } from './check.ts';
import { goError } from './issuer.ts';
import { certificatesOf, leafOf } from './judged.ts';
import { keyName } from './key-strength.ts';

/** The first link of a chain that is signed as it should be, and not taken. */
interface Refused {
  readonly child: Certificate;
  readonly parent: Certificate;
  readonly error: string;
  /** Whether an authority's own key is at fault, which signed everything else too. */
  readonly byAuthority: boolean;
}

function refusedLink(role: Role, { strictness }: Pki): Refused | undefined {
  if (role.verified || role.signedBy !== role.parent.id) return undefined;
  const chain = chainOf(role, role.parent.certificates) ?? [];
  for (const [index, parent] of chain.slice(1).entries()) {
    const child = chain[index];
    const reason = child && checkSignatureFrom(child, parent, strictness);
    if (child === undefined || reason === undefined) continue;
    const byAuthority = parent === chain.at(-1) && reason.startsWith('crypto/rsa: ');
    return { child, parent, error: goError(child, [parent], strictness), byAuthority };
  }
  return undefined;
}

/** Signatures over SHA-1 since Go 1.18, and of RSA keys below 1024 bits since Go 1.24 (crypto/x509 checkSignature). */
export const signatureTaken = check('role', function* (role, pki) {
  if (!(yield* leafOf(role))) return;
  const refused = refusedLink(role, pki);
  if (refused?.byAuthority) return yield notApplicable('authority/key-usable speaks of it');
  if (refused === undefined) return;
  const { child, error } = refused;
  const whose = child === role.leaf ? role.id : `the intermediate "${child.subject.text}" of ${role.id}`;
  yield problem(role.at, { role: whose, path: role.path, found: child.signatureAlgorithm, error });
});

/** The same where an authority's key is too short: once for all that it signed. */
export const authorityKeyUsable = check('authority', function* (authority, pki) {
  if (!(yield* certificatesOf(authority))) return;
  const refused = pki.roles.flatMap((role) => {
    const link = role.parent === authority && role.applies.answer === 'yes' ? refusedLink(role, pki) : undefined;
    return link?.byAuthority ? [{ role, link }] : [];
  });
  const [first] = refused;
  if (first === undefined) return;
  const { parent, error } = first.link;
  const related = refused.map(({ role }) => ({ path: role.path, subject: role.id, message: 'was signed with it' }));
  const data = { role: authority.id, found: keyName(parent.publicKey), error };
  yield problem({ path: authority.source.path }, data, { related });
});
