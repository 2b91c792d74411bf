/** Do certificate and key belong together? */
import { slotName } from '../model/roles/slots.ts';
import { loadKeyOnly } from '../x509/load.ts';
import { certificatesOf, check, leafOf, notApplicable, problem, skip } from './check.ts';
import { isForeignAuthority } from './issuer.ts';
import { goesWithSigner, keyStranger, otherRole } from './target.ts';

/** `tls.X509KeyPair`, which every component of Kubernetes loads its pairs with. */
const certPair = check('role', function* (role, pki) {
  if (!(yield* leafOf(role)) || !role.chain?.ok) return;
  const strange = role.path !== role.recommended && otherRole(role, pki) !== undefined;
  if (strange || keyStranger(role.keySlot, pki)) return yield notApplicable('argument/target speaks of it');
  if (role.pair === undefined) return yield skip(`the private key of ${role.id} was not seen`);
  if (!role.pair.ok) {
    const key = role.key?.path ?? '';
    const secret = role.key?.pem && loadKeyOnly(role.key.pem);
    const own = secret?.ok ? secret.value.publicKey.id : undefined;
    const isBelow = role.chain.value.intermediates.some((one) => one.publicKey.id === own);
    const chainNote = isBelow ? ' (the leaf stands below it, and must be the first certificate)' : '';
    const other = otherRole(role, pki);
    const hint = other === undefined ? chainNote : ` (${role.path} holds ${other})`;
    yield problem(role.at, { role: role.id, path: role.path, key, error: role.pair.error, hint });
  }
});

/**
 * An authority's certificate and key: with a stray key, whatever it signs is trusted by nobody. Only the controller
 * manager signs as it runs; where no argument names the key, the fault waits for kubeadm.
 */
function authorityKey(inUse: boolean) {
  return check('authority', function* (authority, pki) {
    if (!(yield* certificatesOf(authority))) return;
    const { key } = authority;
    const signs = pki.slots.find((slot) => slot.row.holds === 'signer-key' && slot.path === key.path);
    if (keyStranger(signs, pki)) return yield notApplicable('argument/target speaks of it');
    if (key.seen !== 'present') return yield notApplicable('no private key on this node');
    if (isForeignAuthority(authority, pki)) return yield notApplicable('authority/issued speaks of it');
    if ((signs !== undefined) !== inUse) return yield notApplicable('another rule speaks of it');
    const block = key.pem?.blocks.find((one) => one.type === 'private-key');
    if (block?.type !== 'private-key') return yield skip(`${key.path}: no private key that can be read`);
    // In a bundle the key is that of the certificate which signs, wherever it stands.
    if (authority.certificates.some((certificate) => certificate.publicKey.id === block.key.publicKey.id)) return;
    if (signs && goesWithSigner(signs, pki)) return yield notApplicable('argument/target speaks of the pair');
    // What was signed before goes on working; what breaks is signing.
    const related = [
      ...(signs ? [{ path: signs.component.at.path, subject: slotName(signs), message: signs.row.breaks }] : []),
      {
        path: key.path,
        subject: 'kubeadm certs renew',
        message: 'makes certificates that nobody trusts, or refuses to',
      },
    ];
    const data = { role: authority.id, path: authority.source.path, key: key.path };
    yield problem({ path: key.path }, data, { related });
  });
}

/**
 * The public half of every signer must be among the keys that kube-apiserver verifies with
 * (kube-apiserver --service-account-key-file; kubernetes-pki-facts E, edge 22).
 */
export const serviceAccountVerified = check('key-pair', function* (pair) {
  if (pair.applies.answer !== 'yes') return yield notApplicable('not a control plane');
  if (pair.external) return yield notApplicable('an external signer is configured');
  const unseen = [...pair.verifiers, ...pair.signers].find((one) => one.source.seen === 'unseen');
  if (unseen) return yield skip(`${unseen.source.path}: ${unseen.source.reason}`);
  const verifiers = pair.verifiers.flatMap((verifier) => (verifier.loaded?.ok ? verifier.loaded.value : []));
  if (pair.verifiers.some((verifier) => !verifier.loaded?.ok)) return yield skip('the verifying keys were not read');
  if (pair.verifiers.length === 0) return yield notApplicable('no argument names the verifying keys');
  const known = new Set(verifiers.map((key) => key.id));
  const told = new Set<string>();
  for (const { slot, source, loaded } of pair.signers) {
    if (!loaded?.ok || known.has(loaded.value.publicKey.id) || told.has(source.path)) continue;
    told.add(source.path);
    const verifier = pair.verifiers.map((one) => one.source.path).join(', ');
    const signer = slot ? slotName(slot) : source.path;
    yield problem({ path: source.path }, { signer, path: source.path, verifier }, { key: source.path });
  }
});

export const keyPairChecks = {
  'cert/pair': certPair,
  'authority/pair': authorityKey(true),
  'authority/stray-key': authorityKey(false),
  'service-account/verified': serviceAccountVerified,
};
