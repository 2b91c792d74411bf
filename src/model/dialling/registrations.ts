/**
 * Where agents and further servers register: the program of a server serves a certificate there, before they have any
 * of their own.
 */
import { flagValue } from '../../artifact/arguments.ts';
import { valuesFor } from '../../artifact/supervisor.ts';
import { hasName } from '../../x509/verify/host-name.ts';
import { hostOf } from '../facts/host.ts';
import type { Registration } from '../roles/dials.ts';
import type { Pki } from '../roles/pki.ts';
import type { Role } from '../roles/role.ts';

/** Whether a role is the certificate that the port of a supervisor serves. */
export const isServedBySupervisor = (role: Role, { layout }: Pki): boolean => role.path === layout.supervisor?.serving;

/** Returns the hosts at which the program of a node registers with a server. */
export const registrationHosts = ({ node: { supervisor } }: Pki): readonly string[] =>
  supervisor === undefined ? [] : valuesFor(supervisor, 'server').flatMap(({ value }) => hostOf(value) ?? []);

/** Returns the hosts that the port of a server has in its certificate. */
export const reachedAt = (pki: Pki): readonly string[] =>
  pki.roles
    .flatMap((role) => (isServedBySupervisor(role, pki) ? (role.leaf?.sans ?? []) : []))
    .map(({ value }) => value);

/**
 * Returns the addresses at which nodes register and that the certificate of no server names. None if a server may be
 * missing in the input: the address may be its own.
 */
export function unnamedRegistrations(pkis: readonly Pki[]): readonly Registration[] {
  const servers = pkis.filter(({ kind }) => kind === 'control-plane');
  const members = pkis.map(({ node }) => flagValue(node, 'etcd', 'initial-cluster')?.split(',').length ?? 1);
  // A server that joined others has registered at one of them.
  const isJoined = ({ node }: Pki) => node.supervisor !== undefined && valuesFor(node.supervisor, 'server').length > 0;
  const least = servers.some(isJoined) ? 2 : 1;
  if (servers.length < Math.max(least, ...members)) return [];
  const leaves = servers.map((pki) => pki.roles.find((role) => isServedBySupervisor(role, pki))?.leaf);
  const isNamed = (host: string) => leaves.some((leaf) => leaf === undefined || hasName(leaf, host));
  return pkis.flatMap(({ node, name }) => {
    const given = node.supervisor === undefined ? [] : valuesFor(node.supervisor, 'server');
    return given.flatMap(({ value, at }): readonly Registration[] => {
      const host = hostOf(value);
      return host === undefined || isNamed(host) ? [] : [{ host, node: name, at }];
    });
  });
}
