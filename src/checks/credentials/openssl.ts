/** Whether programs other than Kubernetes' components dial a server. */
import type { Role } from '../../model/roles/role.ts';
import { roleIds } from '../../tables/role-ids.ts';

/** Whether programs other than the components of Kubernetes dial a server: only members of etcd dial their peers. */
export const servesOthers = (role: Role): boolean =>
  role.kind === 'certificate' && role.row.needs.includes('serverAuth') && role.row.role !== roleIds.etcdPeer;
