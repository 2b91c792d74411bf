/** Where requests for another CA go, and what comes back from it. */
import { authorityRows, certificateRows, kubeconfigRows } from '../../spec/tables.ts';
import type { Target } from '../types.ts';

/** The roles that another CA can be asked to sign. */
export const requestRoles: readonly string[] = [...certificateRows, ...kubeconfigRows].map(({ role }) => role);

/** The name that a role's files have in a folder of requests, without ending; as kubeadm's `certs generate-csr` has it. */
export function requestName(role: string): string {
  const row = [...authorityRows, ...certificateRows].find((one) => one.role === role);
  return row === undefined ? role : row.certificate.replace(/\.crt$/, '');
}

/** The request and its key in a folder of this machine. */
export function requestTargets(folder: string, role: string): { readonly target: Target; readonly keyTarget: Target } {
  const at = (ending: string): Target => ({ on: 'machine', path: `${folder}/${requestName(role)}${ending}` });
  return { target: at('.csr'), keyTarget: at('.key') };
}
