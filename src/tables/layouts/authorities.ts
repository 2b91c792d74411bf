/**
 * Which CA it is, by what the layout says that it does. kubeadm has one CA for all of these questions; others have one
 * for servers and one for clients.
 */
import { remember } from '../../core/collections.ts';
import { roleIds } from '../role-ids.ts';
import { argumentName } from '../tables.ts';
import type { Layout } from './layout.ts';

/** A node, or its PKI. */
interface WithAuthorities<Authority> {
  readonly layout: Pick<Layout, 'arguments' | 'certificates' | 'connections'>;
  readonly authorities: readonly Authority[];
}

type Question = (layout: WithAuthorities<unknown>['layout']) => string | undefined;

/** The roles of arguments by `component flag`. They are asked for each pair of nodes. */
const rolesByArgument = remember(
  (rows: Layout['arguments']): ReadonlyMap<string, string> =>
    new Map(rows.flatMap((row) => (row.role === null ? [] : [[argumentName(row), row.role]]))),
);

/** Returns the CA whose certificates an argument (`component flag`) names. */
export function namedBy({ arguments: rows }: Pick<Layout, 'arguments'>, argument: string): string | undefined {
  return rolesByArgument(rows).get(argument);
}

/** The CA by which kube-apiserver verifies its clients. */
export const clientCa: Question = (layout) => namedBy(layout, 'kube-apiserver client-ca-file');

/** The CA by which kube-apiserver verifies front proxies. */
export const frontProxyCa: Question = (layout) => namedBy(layout, 'kube-apiserver requestheader-client-ca-file');

/** The CA by which kubelets verify their clients. */
const kubeletClientCa: Question = (layout) => namedBy(layout, 'kubelet client-ca-file');

/** The CA with whose key kube-controller-manager signs what clients request. */
export const signingCa: Question = (layout) => namedBy(layout, 'kube-controller-manager cluster-signing-cert-file');

/**
 * The CA by which clients verify kube-apiserver: the one that signs its certificate. Kubeconfigs embed it, and pods get
 * it.
 */
export const servingCa: Question = ({ certificates }) =>
  certificates.find(({ role }) => role === roleIds.apiServer)?.parent;

/** Returns the same for a kubeconfig, of which only the CA is known that signs its own certificate. */
export const servingCaFor = <Authority extends { readonly id: string }>(
  parent: Authority,
  all: WithAuthorities<Authority>,
): Authority => authorityFor(servingCa, all) ?? parent;

/** Whether a worker reads the file of a CA: its kubelet verifies clients by it, or kube-apiserver. */
export const isOnWorkers = (id: string, layout: WithAuthorities<unknown>['layout']): boolean =>
  [kubeletClientCa, servingCa].some((question) => question(layout) === id);

/** Whether a server verifies clients by a CA. */
export const verifiesClients = (id: string, layout: WithAuthorities<unknown>['layout']): boolean =>
  layout.connections.some(({ verifies }) => namedBy(layout, verifies) === id);

/** Returns the authority that answers a question; undefined if the layout has none. */
export function authorityFor<Authority extends { readonly id: string }>(
  question: Question,
  { layout, authorities }: WithAuthorities<Authority>,
): Authority | undefined {
  const id = question(layout);
  return authorities.find((one) => one.id === id);
}
