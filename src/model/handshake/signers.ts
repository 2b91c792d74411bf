/** What one component signs and another verifies, without a handshake: tokens, and certificates for the asking. */
import { roleIds } from '../../tables/role-ids.ts';
import { verify } from '../../x509/verify.ts';
import { sharesKey } from '../roles/authorities.ts';
import type { Pki } from '../roles/pki.ts';
import type { Slot } from '../roles/slots.ts';
import { authorityId, fileId, keyPairId } from '../roles/slots.ts';
import { poolOfSlot } from '../roles/source.ts';
import { type Has, idOnNode, idsOfSlot, pathless, type Trusted, trustedBy, unnamed, unread } from './ends.ts';
import { type Answer, fails, type Step, step, undetermined, unknownAuthority } from './steps.ts';

/** Whether every key that signs tokens on one node is among those by which another node's API server verifies them. */
export function tokenStep(signing: Pki, verifying: Pki): Step {
  const signers = signing.serviceAccount.signers;
  const { verifiers, external } = verifying.serviceAccount;
  const slots = [
    ...signing.slots.filter(({ row }) => row.holds === 'token-signer'),
    ...verifying.slots.filter(({ row }) => row.holds === 'verifiers'),
  ];
  const blames = [signing, verifying].flatMap((pki) => [
    idOnNode(pki, keyPairId),
    ...slots
      .filter((slot) => pki.slots.includes(slot))
      .flatMap((slot) => idsOfSlot(slot).map((id) => idOnNode(pki, id))),
  ]);
  const sources = [...signers, ...verifiers].map(({ source }) => source);
  const answer = () => {
    if (external) return undetermined('an external signer keeps the keys (--service-account-signing-endpoint)');
    const lost = slots.map((slot) => pathless(slot) ?? (slot.argument ? undefined : unnamed(slot))).find(Boolean);
    if (lost) return answerOf(lost);
    const missing = [...signers, ...verifiers].find(({ loaded }) => loaded === undefined)?.source;
    if (missing) return answerOf(unread(missing));
    const known = new Set(verifiers.flatMap(({ loaded }) => (loaded?.ok ? loaded.value.map(({ id }) => id) : [])));
    const strange = signers.some(({ loaded }) => loaded?.ok && !known.has(loaded.value.publicKey.id));
    return strange || known.size === 0 ? fails('Unauthorized: invalid bearer token') : undefined;
  };
  const files = sources.map(({ path }) => fileId(path));
  const all = [...blames, ...files.flatMap((id) => [idOnNode(signing, id), idOnNode(verifying, id)])];
  return step(
    'client-trust',
    { owner: signing, blames: all, at: { path: sources[0]?.path ?? signing.node.pki } },
    answer(),
  );
}

/** An argument that names what kube-controller-manager signs certificates of clients with. */
export const isSigner = ({ row, argument }: Slot): boolean => row.holds === 'signer' && argument !== undefined;

/**
 * Whether the API server takes the certificates that kube-controller-manager signs, for each argument that names a signer.
 * They come without the signer's own, which must hence be trusted itself (k8s.io/kubernetes pkg/controller/certificates).
 */
export function signerSteps(signing: Pki, verifying: Pki): readonly Step[] {
  const trusted = trustedBy(verifying, 'kube-apiserver client-ca-file', roleIds.clusterCa);
  return signing.slots.filter(isSigner).map((slot) => {
    const ids = [
      ...idsOfSlot(slot),
      ...(slot.path === undefined ? [] : [fileId(slot.path)]),
      ...(slot.row.role ? [authorityId(slot.row.role)] : []),
    ];
    const blames = [...ids.map((id) => idOnNode(signing, id)), ...trusted.blames];
    const where = { owner: signing, blames, at: slot.argument?.at ?? slot.component.at, beside: trusted };
    return step('client-trust', where, signerAnswer(signing, slot, trusted, verifying));
  });
}

function signerAnswer(signing: Pki, slot: Slot, { has }: Trusted, { judging, strictness }: Pki): Answer | undefined {
  if (slot.path === undefined) return answerOf(pathless(slot));
  const { source, loaded } = poolOfSlot(signing.node, slot, slot.path);
  if (loaded === undefined) return answerOf(unread(source));
  const [signer] = loaded.ok ? loaded.value : [];
  if (!loaded.ok || !signer) return loaded.ok ? undefined : fails(loaded.error);
  if (signer.notAfter <= signing.judging.at) return fails(expired(signer.notAfter));
  if (has.state === 'unknown') return undetermined(has.reason);
  if (has.state !== 'known') return fails(has.state === 'none' ? `Unauthorized: ${has.reason}` : has.reason);
  // Issuers are found by name, and verified by key: the CA may have been renewed since.
  const same = has.value.filter((one) => sharesKey([one], [signer]) && one.subject.der === signer.subject.der);
  const verdicts = same.map((one) => {
    const options = { roots: [one], intermediates: [], usages: ['clientAuth'], at: judging.at, strictness };
    return verify(one, options);
  });
  if (verdicts.some(({ ok }) => ok)) return undefined;
  const refused = verdicts.find((verdict) => !verdict.ok);
  return fails(`Unauthorized: ${refused && !refused.ok ? refused.error : unknownAuthority}`);
}

/** What is left of an end that has nothing. */
function answerOf(has: Has<unknown> | undefined): Answer | undefined {
  if (has === undefined || has.state === 'known') return undefined;
  return has.state === 'broken' ? fails(has.reason) : undetermined(has.reason);
}

/** What PermissiveSigningPolicy says (pkg/controller/certificates/authority/policies.go); Go prints times so. */
function expired(notAfter: number): string {
  const [day, time = ''] = new Date(notAfter).toISOString().split('T');
  return `the signer has expired: NotAfter=${day} ${time.slice(0, 8)} +0000 UTC`;
}
