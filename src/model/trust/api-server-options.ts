/** Options of kubeadm that say how a kubeconfig reaches the API server. */
import { optionWords } from '../../core/command/shell.ts';
import { hostOf } from '../facts/host.ts';
import type { OtherCertificate } from '../roles/other-certificates.ts';
import type { Pki } from '../roles/pki.ts';
import type { Role } from '../roles/role.ts';

/** Returns the options with which kubeadm writes a kubeconfig that dials what the present one dials. */
export function addressOptions(role: Role | OtherCertificate | undefined, { facts }: Pki): readonly string[] {
  const own = facts.advertiseAddress?.value;
  const server = role && 'kubeconfig' in role ? role.kubeconfig?.cluster?.server?.value : undefined;
  const shared = server !== undefined && hostOf(server) !== own ? server.replace(/^https:\/\//, '') : undefined;
  return [
    ...(own === undefined ? [] : optionWords('--apiserver-advertise-address', own)),
    ...(shared === undefined ? [] : optionWords('--control-plane-endpoint', shared)),
  ];
}
