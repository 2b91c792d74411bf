/** Identities that are not the tables' to choose: whoever verifies them has named others. */
import { componentNamed, lastArgument, listedValues } from '../../core/arguments.ts';
import type { Certificate } from '../../core/certificate.ts';
import type { Pki, Role } from '../../model/pki.ts';

/** Flags by which a component lets in certain common names alone. */
const allowing: readonly { readonly roles: readonly string[]; readonly component: string; readonly flag: string }[] = [
  { roles: ['front-proxy-client'], component: 'kube-apiserver', flag: 'requestheader-allowed-names' },
  { roles: ['kube-etcd-peer'], component: 'etcd', flag: 'peer-cert-allowed-cn' },
  {
    roles: ['kube-apiserver-etcd-client', 'kube-etcd-healthcheck-client'],
    component: 'etcd',
    flag: 'client-cert-allowed-cn',
  },
];

export interface KeptIdentity {
  readonly commonName: string;
  /** undefined: the tables'. */
  readonly organizations?: readonly string[];
  readonly note: string;
}

/** What of its subject a certificate keeps when it is issued anew. `usual`: the common name of the tables. */
export function keptIdentity(role: Role, usual: string, old: Certificate, pki: Pki): KeptIdentity | undefined {
  const { commonName, organizations } = old.subject;
  if (role.id === 'kube-apiserver-etcd-client' && pki.facts.etcd?.value === 'external') {
    const isUsual = commonName === usual && organizations.length === 0;
    return isUsual
      ? undefined
      : { commonName, organizations, note: 'keeps its subject, which is for the owner of that etcd to choose' };
  }
  for (const { component, flag } of allowing.filter(({ roles }) => roles.includes(role.id))) {
    const found = componentNamed(pki.node, component);
    const allowed = found && lastArgument(found, flag) ? listedValues(found, flag) : [];
    if (allowed.length > 0 && !allowed.includes(usual) && allowed.includes(commonName)) {
      return { commonName, note: `keeps the common name ${commonName}, which ${component} --${flag} asks for` };
    }
  }
  return undefined;
}
