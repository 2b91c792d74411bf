/**
 * Whether the components of a node know ML-DSA. The Go that built a component decides, not the release of Kubernetes:
 * crypto/x509 and crypto/tls know it since Go 1.27, and kubeadm 1.38 deploys an etcd that Go 1.26 built.
 */
import type { Certificate } from '../../artifact/certificate.ts';
import type { Strictness } from '../../artifact/strictness.ts';
import { goOfEtcd } from '../../tables/etcd-releases.ts';
import { type Built, strictnessOfGo, strictnessOfKubernetes, strictnessOfNode } from '../../tables/go-releases.ts';
import { mlDsaNamed } from '../../x509/ml-dsa.ts';
import type { Facts } from './facts.ts';

/** Whether a component knows ML-DSA. */
export type KnowsMlDsa =
  | { readonly answer: 'yes' }
  /** `kube-apiserver v1.37.0 (Go 1.26)`. */
  | { readonly answer: 'no'; readonly built: string }
  | { readonly answer: 'unknown'; readonly reason: string };

interface Known {
  readonly facts: Pick<Facts, 'kubernetesVersion' | 'etcdVersion'>;
}

export const hasMlDsaKey = ({ publicKey }: Pick<Certificate, 'publicKey'>): boolean =>
  mlDsaNamed(publicKey.type) !== undefined;

const refuses = (strictness: Strictness | undefined): boolean => strictness?.refuses?.includes('ml-dsa') === true;

const unknown = (whose: string): KnowsMlDsa => ({
  answer: 'unknown',
  reason: `which Go built ${whose} is not known, and none before 1.27 knows ML-DSA`,
});

/** Returns whether a component of a node knows ML-DSA. */
export function knowsMlDsa(component: string, { facts }: Known): KnowsMlDsa {
  if (component === 'etcd') return etcdKnows(facts.etcdVersion?.value);
  return kubernetesKnows(component, facts.kubernetesVersion?.value);
}

/** Returns whether a component of Kubernetes of this release knows ML-DSA. */
export function kubernetesKnows(component: string, release: string | undefined): KnowsMlDsa {
  if (release === undefined) return unknown(component);
  const named = `${component} v${release}`;
  const built = strictnessOfKubernetes(release);
  if (built === undefined) {
    return refuses(strictnessOfNode(release)) ? { answer: 'no', built: named } : { answer: 'yes' };
  }
  if (refuses(built.strictness)) return { answer: 'no', built: `${named} (${goNames(built)})` };
  return built.go.some((go) => refuses(strictnessOfGo(go))) ? unknown(named) : { answer: 'yes' };
}

const goNames = ({ go }: Built): string => go.map((one) => `Go ${one}`).join(' or ');

function etcdKnows(release: string | undefined): KnowsMlDsa {
  if (release === undefined) return unknown('etcd');
  const built = goOfEtcd(release);
  if (built === undefined) return unknown(`etcd ${release}`);
  const { go, orOlder } = built;
  if (!refuses(strictnessOfGo(go))) return orOlder ? unknown(`etcd ${release}`) : { answer: 'yes' };
  return { answer: 'no', built: `etcd ${release} (Go ${go}${orOlder ? ' or older' : ''})` };
}

/** Returns how strictly a component of a node judges signatures. What is not known of it refuses nothing. */
export function strictnessOf(component: string, pki: Known & { readonly strictness: Strictness }): Strictness {
  const { takes, refuses: others = [] } = pki.strictness;
  if (component !== 'etcd') return pki.strictness;
  const own = knowsMlDsa(component, pki).answer === 'no' ? (['ml-dsa'] as const) : [];
  return { takes, refuses: [...others.filter((one) => one !== 'ml-dsa'), ...own] };
}
