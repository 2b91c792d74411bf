/** The names that a flag of kube-apiserver allows. */

import type { Pki } from '../../model/roles/pki.ts';
import type { Role } from '../../model/roles/role.ts';
import { allowedFrontProxyNames } from '../../model/trust/authorization.ts';

/** Whether `--requestheader-allowed-names` lacks the documented name, which the certificate has. */
export function isLeftOut(role: Role, pki: Pki): boolean {
  const name = role.leaf?.subject.commonName ?? '';
  return name === role.row.cn && allowedFrontProxyNames(pki)?.includes(name) === false;
}
