/** The connections of a report. */
import type { Fingerprint } from '../core/formats.ts';
import type { Filled } from './message.ts';

/**
 * The result of a simulated handshake; `unknown` if one side is not in the input, or it depends on DNS or the cluster.
 */
export type ConnectionVerdict = 'ok' | 'fail' | 'unknown';

/** A simulated handshake. */
export interface Connection {
  /** Name of the client's node; empty if an object says what is dialled, and no control plane of it is in the input. */
  readonly node: string;
  /**
   * A row of `rules/tables/connections.json`; of what an object says, `kube-apiserver-webhook`,
   * `kube-apiserver-conversion` or `kube-apiserver-extension`.
   *
   * @pattern ^[a-z-]+$
   */
  readonly id: string;
  /** The client. */
  readonly client: string;
  /** The server. */
  readonly server: string;
  /** The address that the client dials, as configured: a URL or a host; null if it dials nothing. */
  readonly address: string | null;
  readonly verdict: ConnectionVerdict;
  /** Why it fails or is unknown, with the error message of the component; if it is ok, what is not verified. */
  readonly reason: string | null;
  /** What does not work without it. */
  readonly without: string;
  /** Fingerprint of the finding that makes it fail. */
  readonly cause: Fingerprint | null;
  /** Present only if its files do not make it fail, and new handshakes do: a running process holds an older file. */
  readonly inMemory?: InMemory;
  /** @hidden The server and the node that it is on, as data. Never in JSON. */
  readonly wording?: Filled;
  /** @hidden Present if a CA is not trusted. Only a page draws it. Never in JSON. */
  readonly distrust?: Distrust;
}

/** A certificate whose CA the other end of a connection does not trust. */
export interface Distrust {
  /** The end that presents the certificate. */
  readonly presents: 'client' | 'server';
  readonly presented: FileOnNode;
  /** The common name of the CA that signed it. */
  readonly issuer: string;
  /** What the other end verifies it with. */
  readonly trusted: FileOnNode;
  /** The common names of the certificates in `trusted`. */
  readonly anchors: readonly string[];
}

interface FileOnNode {
  readonly path: string;
  readonly node: string;
}

/** What a running process at one end of a connection still holds. */
export interface InMemory {
  /** Why new handshakes fail. */
  readonly reason: string;
  /** Fingerprint of the finding about the process. */
  readonly cause: Fingerprint | null;
  /** The end that holds an older file. */
  readonly end: 'client' | 'server';
}

/** The ids of connections to what is on no node, by the objects because of which kube-apiserver dials it. */
export const dialledIds = {
  webhook: 'kube-apiserver-webhook',
  conversion: 'kube-apiserver-conversion',
  'extension-api': 'kube-apiserver-extension',
} as const;

const ids: ReadonlySet<string> = new Set(Object.values(dialledIds));

/** Returns the connections that objects are the reason of. */
export const dialledConnections = (connections: readonly Connection[]): readonly Connection[] =>
  connections.filter(isOfObject);

/** Whether a connection is one of them. */
export const isOfObject = ({ id }: Pick<Connection, 'id'>): boolean => ids.has(id);
