/** What renews a certificate, and by which command. */
import { componentNamed, isOn, lastArgument } from '../../artifact/arguments.ts';
import type { Certificate } from '../../artifact/certificate.ts';
import type { Sha256 } from '../../core/formats.ts';
import type { Pki } from '../../model/roles/pki.ts';
import type { Role } from '../../model/roles/role.ts';
import { isRotated } from '../../model/trust/signing.ts';
import type { ExpiryEntry } from '../../results/expiry.ts';
import { type FilesOwner, filesOfOwner } from '../../tables/layouts/owner.ts';
import { stepsOf } from '../../tables/layouts/steps.ts';
import { fillings } from './remedy.ts';
import { restartOfOwner, stepTarget } from './restarts.ts';
import { isSignedHere } from './signing.ts';

type Renewal = Pick<ExpiryEntry, 'renewedBy' | 'renewal'>;

/** Nothing on the node does it. */
const byOthers = ({ layout }: Pki): Renewal => ({ renewedBy: layout.provider ?? 'manual', renewal: null });
const byKubelet: Renewal = { renewedBy: 'kubelet', renewal: null };

/** Returns what renews a certificate of a node. Nothing renews CAs, nor what the kubelet signed itself. */
export function renewalOf(fingerprint: Sha256, pki: Pki): Renewal {
  const role = pki.roles.find(({ leaf }) => leaf?.fingerprint256 === fingerprint);
  if (role !== undefined) return renewalOfRole(role, pki);
  const other = pki.others.find(({ leaf }) => leaf?.fingerprint256 === fingerprint);
  // Its request must be approved, but the kubelet makes it in time (serverTLSBootstrap).
  if (other?.kubelet === 'signed') return byKubelet;
  const { owner } = pki.layout.remedies;
  const isMade = other !== undefined && filesOfOwner(other.path, owner) !== undefined;
  return owner !== undefined && isMade ? byOwner(owner, pki) : byOthers(pki);
}

/** The program of a distribution makes the files of such a node. */
function byOwner({ name }: FilesOwner, pki: Pki): Renewal {
  const command = restartOfOwner(pki).find(({ kind, class: own }) => kind === 'command' && own !== 'reads');
  return { renewedBy: name, renewal: command?.text ?? null };
}

function renewalOfRole(role: Role, pki: Pki): Renewal {
  if (isRotated(role)) return rotates(pki) ? byKubelet : byOthers(pki);
  const { installer, remedies } = pki.layout;
  if (remedies.owner !== undefined) return byOwner(remedies.owner, pki);
  // An installer renews the files at its own paths, if it has the key of their CA (kubeadm:
  // cmd/kubeadm/app/phases/certs/renewal).
  const isInstallers = role.path === role.recommended && role.parent.key.seen !== 'absent';
  const renewing = remedies.rows.find((one) => one.role === role.id)?.expired.find(isSignedHere);
  if (!isInstallers || installer === undefined || renewing === undefined) return byOthers(pki);
  const [step] = stepsOf(renewing, fillings(role, pki), stepTarget(pki));
  return { renewedBy: remedies.renewal?.by ?? installer, renewal: step?.text ?? null };
}

/**
 * Whether the kubelet renews its client certificate: off by default, but kubeadm turns it on. Assumed where it is
 * unknown.
 */
function rotates({ node }: Pki): boolean {
  const kubelet = componentNamed(node, 'kubelet');
  if (kubelet === undefined || kubelet.unknown !== undefined) return true;
  const isUnknown = lastArgument(kubelet, 'rotate-certificates')?.unknownVariable !== undefined;
  return isUnknown || isOn(kubelet, 'rotate-certificates');
}

/**
 * Whether a certificate of an authority counts. In a bundle, one that neither verifies a certificate of the node nor
 * signed the CA that does is left over from a rotation.
 */
export function countsForAuthority(fingerprint: Sha256, id: string, { roles, authorities }: Pki): boolean {
  const certificates = authorities.find((one) => one.id === id)?.certificates ?? [];
  const own = certificates.find((one) => one.fingerprint256 === fingerprint);
  const anchors = new Set(roles.flatMap(({ verified = [] }) => verified.map((one) => one.fingerprint256)));
  const used = certificates.filter((one) => anchors.has(one.fingerprint256));
  if (own === undefined || used.length === 0) return true;
  const isAbove = ({ issuer, subject }: Certificate) => issuer.der !== subject.der && issuer.der === own.subject.der;
  return used.some((one) => one === own || isAbove(one));
}
