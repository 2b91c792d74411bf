/** Checks of etcd's revocation lists (etcd client/pkg/transport/listener_tls.go, checkCRL). */
import { isGiven, lastArgument } from '../../artifact/arguments.ts';
import type { Component } from '../../artifact/component.ts';
import { folderOf, hostPath, withoutFolder } from '../../artifact/paths.ts';
import type { Pki } from '../../model/roles/pki.ts';
import { seenAt } from '../../model/roles/source.ts';
import { roleIds } from '../../tables/role-ids.ts';
import { malformedList } from '../../x509/revocation-list.ts';
import { type CheckResult, problem, skip } from '../base/check.ts';
import { componentCheck } from '../base/guards.ts';

/** The lists, with the roles whose certificates etcd looks for in each. */
const lists = [
  {
    flag: 'client-crl-file',
    roles: [roleIds.etcdClient, roleIds.etcdHealthcheck],
    whom: 'every client that shows a certificate',
  },
  { flag: 'peer-crl-file', roles: [roleIds.etcdPeer], whom: 'every other member' },
] as const;

/** Lists of etcd that were read. */
function* listsOf(component: Component, { node }: Pki): Generator<CheckResult, readonly Found[]> {
  const found: Found[] = [];
  for (const row of lists) {
    const argument = lastArgument(component, row.flag);
    if (argument?.value === undefined || argument.value === '') continue;
    const path = hostPath(component, argument.value);
    if (!path.startsWith('/') || seenAt(node, path) === 'absent') continue;
    const content = node.files.get(path)?.content;
    if (content?.type !== 'revocation-list') yield skip(`${path}: it was not read`);
    else found.push({ ...row, path, list: content.list, spelled: argument.spelled });
  }
  return found;
}

type Found = (typeof lists)[number] & {
  readonly path: string;
  readonly list: { readonly serials: readonly string[]; readonly isPem: boolean } | { readonly error: string };
  readonly spelled: string;
};

/** Whether etcd takes a list in PEM, which Go's ParseRevocationList does not; undefined if its version is not known. */
function takesPem({ image = '' }: Component): boolean | undefined {
  const [, minor] = /:v?3\.(\d+)\./.exec(image) ?? [];
  return minor === undefined ? undefined : Number(minor) < 6;
}

export const etcdRevocationChecks = {
  /** A list that etcd cannot parse: it reads it in each handshake. */
  'etcd/revocation-list': componentCheck('etcd', function* (component, pki) {
    for (const { path, list, spelled, whom, flag } of yield* listsOf(component, pki)) {
      const isPem = 'serials' in list && list.isPem;
      const taken = isPem ? takesPem(component) : 'serials' in list;
      if (taken === undefined)
        yield skip(`${path}: whether etcd takes PEM there depends on its version, which is unknown`);
      if (taken !== false) continue;
      const error = 'error' in list ? list.error : malformedList;
      const file = withoutFolder(folderOf(path), path);
      const data = { path, whom, error, flag: spelled, file, ...(isPem ? { pem: 'pem' } : { list: 'list' }) };
      yield problem({ path }, data, { key: flag });
    }
  }),

  /** A list with a certificate that is in use. etcd compares only serial numbers. */
  'etcd/revoked': componentCheck('etcd', function* (component, pki) {
    for (const { path, list, spelled, roles, flag } of yield* listsOf(component, pki)) {
      // Before 3.5.32 its gRPC listener does not look at the list then (etcd-io/etcd#22007).
      if (flag === 'client-crl-file' && isGiven(component, 'listen-client-http-urls')) {
        yield skip(`${path}: whether it is read depends on the version of etcd`);
        continue;
      }
      const serials = new Set('serials' in list ? list.serials : []);
      for (const role of pki.roles.filter(({ id }) => roles.some((one) => one === id))) {
        const { leaf } = role;
        if (leaf === undefined || !serials.has(leaf.serial)) continue;
        const data = { role: role.id, path: role.path, serial: leaf.serial, list: path, flag: spelled };
        yield problem({ path }, data, { key: `${flag} ${role.id}`, certificate: leaf });
      }
    }
  }),
};
