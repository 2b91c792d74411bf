/** How a check begins: is there anything to judge? What is not to be judged is answered here, once for all checks. */
import type { FileState } from '../core/artifact.ts';
import type { Certificate } from '../core/certificate.ts';
import type { Authority, Pki, Role } from '../model/pki.ts';
import { type Answer, notApplicable, skip } from './check.ts';

/** Whether a row of the tables concerns this node. What is unknown about that is told by the presence rules alone. */
export function* applies(
  subject: Role | Authority,
  says: 'presence' | 'content' = 'content',
): Generator<Answer, boolean> {
  const { answer } = subject.applies;
  if (answer === 'yes') return true;
  const { reason } = subject.applies;
  yield answer === 'unknown' && says === 'presence' ? skip(reason) : notApplicable(reason);
  return false;
}

/** The certificate of a role, where there is one to judge. */
export function* leafOf(role: Role): Generator<Answer, Certificate | undefined> {
  if (!(yield* applies(role))) return undefined;
  if (!role.leaf) yield notApplicable('no certificate to judge');
  return role.leaf;
}

/** The certificates of an authority's own file, where there are any to judge. */
export function* certificatesOf(authority: Authority): Generator<Answer, readonly Certificate[] | undefined> {
  if (!(yield* applies(authority))) return undefined;
  if (authority.loaded?.ok) return authority.loaded.value;
  yield notApplicable('no certificate to judge');
  return undefined;
}

/** How a file was seen that kubeadm writes on every node that it makes. */
export function kubeadmsFlags({ node }: Pki): FileState | undefined {
  return node.files.get('/var/lib/kubelet/kubeadm-flags.env')?.state;
}
