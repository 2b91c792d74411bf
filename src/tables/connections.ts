/** The connections between components (`rules/tables/connections.json`), typed. */
import connectionTable from '../../rules/tables/connections.json' with { type: 'json' };
import type { NonEmptyString } from '../core/formats.ts';
import type { ArgumentName, ComponentName, RoleName } from './name-types.ts';

/** Where the addresses of a connection are configured (`src/model/handshake/dials.ts` reads them). */
export type Dials =
  | 'etcd-servers'
  | 'peer-urls'
  | 'etcd-listener'
  | 'etcd-gateway'
  | 'kubelets'
  | 'kubeconfig-server'
  | 'service'
  | 'signer'
  | 'api-server-peers'
  | 'nothing';

/** A connection: its client and server, what each presents, and what each trusts. */
export interface ConnectionRow {
  /** @pattern ^[a-z-]+$ */
  readonly id: string;
  readonly client: NonEmptyString;
  readonly server: NonEmptyString;
  /** The component that dials, if the connection exists only when that component was seen. */
  readonly on: ComponentName | null;
  /** The role of the certificate or token that the client presents. */
  readonly presents: RoleName;
  /** The argument (`component flag`) with which the server verifies the client. */
  readonly verifies: ArgumentName;
  readonly serves: RoleName | null;
  /** What the client verifies the server with: an argument (`component flag`), an authority, `kubeconfig`, nothing. */
  readonly trust: ArgumentName | RoleName | 'kubeconfig' | 'nothing';
  readonly dials: Dials;
  /** The server's error for a `{user}` that is not authorized; undefined if names do not matter. */
  readonly forbidden?: NonEmptyString;
  /** What does not work without the connection; `ifSeveral`: while it is not known whether etcd has other members. */
  readonly without: NonEmptyString;
  readonly ifSeveral?: NonEmptyString;
}

export const connectionRows = connectionTable.rows as readonly ConnectionRow[];
