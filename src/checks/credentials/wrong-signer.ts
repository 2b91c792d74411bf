/** A signer of serving certificates that kube-apiserver does not trust. */
import { untrustedServingSigner } from '../../model/handshake/signers.ts';
import type { Pki } from '../../model/roles/pki.ts';
import type { Slot } from '../../model/roles/slots.ts';

/** The file of a different role in a slot. */
export interface WrongFile {
  readonly role: string;
  readonly wanted: string;
  readonly found: string;
  /** What breaks, if that is not what its absence breaks. */
  readonly breaks?: string;
  /** What the flag must name, if `wanted` is not enough. */
  readonly fix?: string;
}

/** The serving certificates that kubelets request must be signed by a CA that kube-apiserver trusts. */
export function wrongServingSigner(slot: Slot, pki: Pki): WrongFile | undefined {
  const untrusted = untrustedServingSigner(pki, slot);
  if (untrusted === undefined) return undefined;
  const { signer, pool } = untrusted;
  return {
    role: `a CA in ${pool} (kube-apiserver --kubelet-certificate-authority)`,
    wanted: pool,
    fix: `the file of a CA that is in ${pool}, or add its CA to that file`,
    found: `"${signer.subject.text}"`,
    breaks: 'kube-apiserver refuses the serving certificates that it signs for kubelets: kubectl logs and exec fail',
  };
}
