/** Where requests for another CA go, and what comes back from it. */
import { existsSync } from 'node:fs';
import { authorityRows, certificateRows, kubeconfigRows } from '../../spec/tables.ts';
import type { Target } from '../types.ts';

/** The name that a role's files have in a folder of requests, without ending; as kubeadm's `certs generate-csr` has it. */
export function requestName(role: string): string {
  const row = [...authorityRows, ...certificateRows].find((one) => one.role === role);
  return row === undefined ? role : row.certificate.replace(/\.crt$/, '');
}

/** Roles whose requests lie in a folder of this machine. */
export function requestsIn(folder: string | undefined): ReadonlySet<string> {
  const roles = folder === undefined ? [] : [...certificateRows, ...kubeconfigRows].map(({ role }) => role);
  return new Set(roles.filter((role) => existsSync(requestTargets(folder ?? '', role).target.path)));
}

/** The request and its key in a folder of this machine. */
export function requestTargets(folder: string, role: string): { readonly target: Target; readonly keyTarget: Target } {
  const at = (ending: string): Target => ({ on: 'machine', path: `${folder}/${requestName(role)}${ending}` });
  return { target: at('.csr'), keyTarget: at('.key') };
}
