/** What one component signs and another verifies outside of a TLS handshake: tokens, and requested certificates. */
import { componentNamed, isGiven } from '../../artifact/arguments.ts';
import type { Certificate } from '../../artifact/certificate.ts';
import { clientCa } from '../../tables/layouts/authorities.ts';
import { isKnown } from '../../x509/public-key.ts';
import { cannotSign, maySign, shortKeyError } from '../../x509/verify/signature.ts';
import { verify } from '../../x509/verify/verify.ts';
import { sharesKey } from '../roles/authorities.ts';
import type { Pki } from '../roles/pki.ts';
import { fileId, keyPairId, type Slot } from '../roles/slots.ts';
import { poolOfSlot } from '../roles/source.ts';
import {
  idOnNode,
  idsOfSlot,
  idsOfTrustSlot,
  type Missing,
  notShown,
  pathless,
  type Trusted,
  trustedBy,
  unread,
} from './ends.ts';
import { type Answer, fails, type Step, step, undetermined, unknownAuthority } from './steps.ts';

/** Whether the API server of one node accepts the tokens of all signers of another. */
export function tokenStep(signing: Pki, verifying: Pki): Step {
  const { signers } = signing.serviceAccount;
  const { verifiers, external } = verifying.serviceAccount;
  const keys = [...signers, ...verifiers];
  const slots = [
    ...signing.slots.filter(({ row }) => row.holds === 'token-signer'),
    ...verifying.slots.filter(({ row }) => row.holds === 'verifiers'),
  ];
  const answer = () => {
    if (external) return undetermined('an external signer has the keys (--service-account-signing-endpoint)');
    if (isUnseen(verifying)) return undetermined('kube-apiserver was not seen');
    const lost = slots.map((slot) => pathless(slot) ?? (slot.argument ? undefined : notShown(slot))).find(Boolean);
    if (lost) return answerOf(lost);
    const missing = keys.find(({ loaded }) => loaded === undefined)?.source;
    if (missing) return answerOf(unread(missing));
    const known = new Set(verifiers.flatMap(({ loaded }) => (loaded?.ok ? loaded.value.map(({ id }) => id) : [])));
    const isUnverified = signers.some(
      ({ loaded }) =>
        loaded?.ok &&
        (!known.has(loaded.value.publicKey.id) || shortKeyError(loaded.value.publicKey, verifying.strictness)),
    );
    return isUnverified || known.size === 0 ? fails('Unauthorized: invalid bearer token') : undefined;
  };
  const files = keys.map(({ source }) => source.path);
  const blames = [
    ...[signing, verifying].flatMap((pki) => {
      const own = slots.filter((slot) => pki.slots.includes(slot));
      return [keyPairId, ...own.flatMap(idsOfSlot)].map((id) => idOnNode(pki, id));
    }),
    ...files.flatMap((path) => [signing, verifying].map((pki) => idOnNode(pki, fileId(path)))),
  ];
  return step('client-trust', { owner: signing, blames, at: { path: files[0] ?? signing.node.pki } }, answer());
}

/**
 * Whether only a unit could say what kube-apiserver verifies tokens with, and none of those that were seen starts it.
 */
const isUnseen = ({ node, layout }: Pki): boolean =>
  node.beyondPki && layout.manifests === undefined && componentNamed(node, 'kube-apiserver') === undefined;

/** Returns the flag for the key of a signer. */
export const keyFlagOf = ({ row }: Pick<Slot, 'row'>): string => row.flag.replace(/cert-file$/, 'key-file');

const signs = ({ row, argument, component }: Slot): boolean =>
  row.holds === 'signer' && argument !== undefined && isGiven(component, keyFlagOf({ row }));

const servingSigner = 'cluster-signing-kubelet-serving-cert-file';

/** The arguments of signers whose certificates no server takes from a client. */
const otherSigners: ReadonlySet<string> = new Set([servingSigner, 'cluster-signing-legacy-unknown-cert-file']);

/** Whether an argument names the CA that kube-controller-manager signs client certificates with. */
export const isSigner = (slot: Slot): boolean =>
  slot.row.role !== null && !otherSigners.has(slot.row.flag) && signs(slot);

/**
 * Whether the API server accepts the certificates that kube-controller-manager signs, for each argument that names a
 * signer. Clients do not send the signer's certificate, so the API server must trust the signer itself
 * (k8s.io/kubernetes pkg/controller/certificates).
 */
export function signerSteps(signing: Pki, verifying: Pki): readonly Step[] {
  const trusted = trustedBy(verifying, 'kube-apiserver client-ca-file');
  // A layout may have another CA for servers, whose key signs what kubelets request to serve with.
  const isOfClients = (slot: Slot) => isSigner(slot) && slot.row.role === clientCa(signing.layout);
  return signing.slots.filter(isOfClients).map((slot) => {
    const blames = [...idsOfTrustSlot(slot).map((id) => idOnNode(signing, id)), ...trusted.blames];
    const where = { owner: signing, blames, at: slot.argument?.at ?? slot.component.at, otherEnd: trusted };
    return step('client-trust', where, signerAnswer(signing, slot, trusted, verifying));
  });
}

function signerAnswer(
  signing: Pki,
  slot: Slot,
  { material }: Trusted,
  { judging, strictness }: Pki,
): Answer | undefined {
  if (slot.path === undefined) return answerOf(pathless(slot));
  const { source, loaded } = poolOfSlot(signing.node, slot, slot.path);
  if (loaded === undefined) return answerOf(unread(source));
  if (!loaded.ok) return fails(loaded.error);
  const [signer] = loaded.value;
  if (signer === undefined) return undefined;
  if (signer.notAfter <= signing.judging.at) return fails(expired(signer.notAfter));
  if (material.state === 'none') return fails(`Unauthorized: ${material.reason}`);
  if (material.state !== 'known') return answerOf(material);
  const error = distrustOf(signer, material.value, 'clientAuth', { judging, strictness });
  return error === undefined ? undefined : fails(`Unauthorized: ${error}`);
}

/** Go's error for certificates of a signer that send no chain; undefined if the pool trusts the signer. */
function distrustOf(
  signer: Certificate,
  pool: readonly Certificate[],
  usage: string,
  { judging, strictness }: Pick<Pki, 'judging' | 'strictness'>,
): string | undefined {
  if (!isKnown(signer.publicKey, strictness)) return unknownAuthority;
  // Issuers are found by name and verified by key, because the CA may have been renewed.
  const issuers = pool.filter((one) => sharesKey([one], [signer]) && one.subject.der === signer.subject.der);
  const verdicts = issuers.map((one) => verify(one, { roots: [one], usages: [usage], at: judging.at, strictness }));
  if (verdicts.some(({ ok }, index) => ok && issuers[index] && maySign(issuers[index]))) return undefined;
  if (verdicts.some(({ ok }) => ok)) return `${unknownAuthority} (possibly because of "${cannotSign}")`;
  const refused = verdicts.find((verdict) => !verdict.ok);
  return refused && !refused.ok ? refused.error : unknownAuthority;
}

/** Whether an argument names the CA of the serving certificates that kubelets request. */
export const isServingSigner = ({ row }: Slot): boolean => row.flag === servingSigner;

/** A CA of serving certificates that kube-apiserver does not trust. */
export interface UntrustedSigner {
  readonly signer: Certificate;
  /** The file of `--kubelet-certificate-authority`. */
  readonly pool: string;
}

/**
 * Returns the signer of an argument if kube-apiserver would not trust the serving certificates that it signs. What
 * kube-controller-manager signs has no chain.
 */
export function untrustedServingSigner(pki: Pki, slot: Slot): UntrustedSigner | undefined {
  if (slot.path === undefined || !isServingSigner(slot)) return undefined;
  const { loaded } = poolOfSlot(pki.node, slot, slot.path);
  const [signer] = loaded?.ok ? loaded.value : [];
  const trusting = pki.slots.find(({ row }) => row.flag === 'kubelet-certificate-authority');
  if (!signer || trusting?.path === undefined) return undefined;
  const { loaded: pool } = poolOfSlot(pki.node, trusting, trusting.path);
  const untrusted = pool?.ok && distrustOf(signer, pool.value, 'serverAuth', pki) === unknownAuthority;
  return untrusted ? { signer, pool: trusting.path } : undefined;
}

function answerOf(missing: Missing | undefined): Answer | undefined {
  if (missing === undefined) return undefined;
  return missing.state === 'broken' ? fails(missing.reason) : undetermined(missing.reason);
}

/** The error of PermissiveSigningPolicy (pkg/controller/certificates/authority/policies.go), with the time as in Go. */
function expired(notAfter: number): string {
  const [day, time = ''] = new Date(notAfter).toISOString().split('T');
  return `the signer has expired: NotAfter=${day} ${time.slice(0, 8)} +0000 UTC`;
}
