/** Whether the parts of a control plane in Secrets fit each other. */
import type { Certificate } from '../../artifact/certificate.ts';
import type { Kubeconfig } from '../../artifact/kubeconfig.ts';
import type { SecretObject } from '../../artifact/objects/cluster-objects.ts';
import { certificatesInPem } from '../../artifact/pem-blocks.ts';
import {
  loadGoPool,
  loadKeyPair,
  loadLeafChain,
  loadServiceAccountSigner,
  loadServiceAccountVerifiers,
} from '../../x509/load.ts';
import { issues } from '../../x509/verify/chain.ts';
import { verify } from '../../x509/verify/verify.ts';
import { type HostedPair, type HostedSecret, isAuthority, issuersOf, planeCas } from './hosted.ts';
import type { JudgedDump } from './judged-dump.ts';
import { hasPrivateKey } from './tls-pair.ts';

/** Why a pair cannot be loaded; undefined if it can, as far as the dump has it. */
export function errorOfPair({ role, pem, privateKey }: HostedPair): string | undefined {
  const key = hasPrivateKey(privateKey) ? privateKey : undefined;
  if (role === 'sa') {
    const verifiers = loadServiceAccountVerifiers(pem);
    if (!verifiers.ok) return verifiers.error;
    const signer = key && loadServiceAccountSigner(key);
    if (signer === undefined) return undefined;
    if (!signer.ok) return signer.error;
    const { id } = signer.value.publicKey;
    return verifiers.value.some((one) => one.id === id) ? undefined : 'the public key is not that of the private key';
  }
  const loaded = key === undefined ? loadLeafChain(pem) : loadKeyPair(pem, key);
  return loaded.ok ? undefined : loaded.error;
}

/** Why a CA cannot sign certificates; undefined if it can (crypto/x509, CheckSignatureFrom). */
export function errorOfAuthority(pair: HostedPair): string | undefined {
  const [certificate] = certificatesInPem(pair.pem);
  if (!isAuthority(pair) || certificate === undefined) return undefined;
  const { basicConstraints, keyUsage } = certificate;
  if (basicConstraints?.ca !== true) return 'its basic constraints do not have CA:TRUE';
  return keyUsage === undefined || keyUsage.includes('keyCertSign') ? undefined : 'its key usage lacks keyCertSign';
}

/** How Go's errors about dates begin. */
const ofDates = 'x509: certificate has expired or is not yet valid';

/** Why a certificate is not accepted by what trusts its CA. Other rules judge its dates. */
function errorOfChain(
  [leaf, ...intermediates]: readonly Certificate[],
  roots: readonly Certificate[],
  usage: string,
  { strictness }: Pick<JudgedDump, 'strictness'>,
): string | undefined {
  if (leaf === undefined || roots.length === 0) return undefined;
  const errors = roots.map((root) => {
    const moment = Math.max(leaf.notBefore, root.notBefore);
    const verdict = verify(leaf, { roots: [root], intermediates, usages: [usage], at: moment, strictness });
    return verdict.ok || verdict.error.startsWith(ofDates) ? undefined : verdict.error;
  });
  return errors.includes(undefined) ? undefined : errors[0];
}

/** Why the CA of a control plane does not verify one of its certificates; undefined if the dump does not have it. */
export const errorOfIssuer = (pair: HostedPair, dump: JudgedDump): string | undefined =>
  isAuthority(pair) || pair.role === 'sa'
    ? undefined
    : errorOfChain(certificatesInPem(pair.pem), issuersOf(dump.objects, pair), 'any', dump);

/** Why a kubeconfig does not fit its control plane; undefined if it does, as far as the dump shows it. */
export function errorOfKubeconfig(
  { cluster, user }: Kubeconfig,
  secret: SecretObject,
  dump: JudgedDump,
): string | undefined {
  const presented = certificatesInPem(user?.certificate?.embedded);
  const refused = errorOfChain(presented, planeCas(dump.objects, secret, 'client'), 'clientAuth', dump);
  if (refused !== undefined) return `its client certificate: ${refused}`;
  const bundle = cluster?.certificateAuthority?.embedded;
  const servers = planeCas(dump.objects, secret, 'server');
  if (bundle === undefined || servers.length === 0) return undefined;
  const pool = loadGoPool(bundle);
  if (!pool.ok) return `its certificate-authority-data: ${pool.error}`;
  const isTrusted = (one: Certificate) =>
    pool.value.some((anchor) => anchor.publicKey.id === one.publicKey.id || issues(anchor, one));
  return servers.some(isTrusted) ? undefined : 'its certificate-authority-data is not the CA of the control plane';
}

/**
 * Returns what is dated in a Secret of a control plane: the leaves of its pairs and of its kubeconfigs. Of several for
 * one subject, such as those of two kubeconfigs of an administrator, the first that expires counts.
 */
export function datedParts({ pairs, kubeconfigs }: HostedSecret): readonly Certificate[] {
  const lasting = (all: readonly Certificate[]) => all.toSorted((one, other) => other.notAfter - one.notAfter)[0];
  const own = pairs.map((pair) => {
    const all = certificatesInPem(pair.pem);
    // Of a CA that was replaced, the old one may stay next to the new one.
    return isAuthority(pair) ? lasting(all) : all[0];
  });
  const clients = kubeconfigs.map(({ kubeconfig }) => certificatesInPem(kubeconfig.user?.certificate?.embedded)[0]);
  const all = [...own, ...clients].filter((one) => one !== undefined);
  const first = new Map<string, Certificate>();
  for (const one of all.toSorted((a, b) => b.notAfter - a.notAfter)) first.set(one.subject.der, one);
  return [...first.values()];
}
