/** Connections of components that do not run. */
import type { ConnectionRow } from '../../tables/connections.ts';
import type { Pki } from '../roles/pki.ts';
import type { Dial } from './dials.ts';
import { blameOf, type Start, startOf } from './starts.ts';
import { fails, type Step, step, undetermined, type Where } from './steps.ts';

/** Returns the component that dials a connection. A client such as etcdctl or a pod is none. */
export const clientOf = ({ client, dials, on }: ConnectionRow): string | undefined =>
  dials === 'signer' ? (on ?? undefined) : client.split(/[ ']/)[0];
const serverOf = ({ dials, verifies }: ConnectionRow): string | undefined =>
  dials === 'nothing' ? undefined : verifies.split(' ')[0];

const isLost = (start: Start): boolean => start.state === 'unit' || (start.state === 'stopped' && !start.runs);

/** Whether the component that shows that a node has a connection was not seen, although it should run there. */
export function isDown(row: ConnectionRow, pki: Pki): boolean {
  const isEnd = row.on === clientOf(row) || row.on === serverOf(row);
  return row.on !== null && isEnd && isLost(startOf(pki, row.on));
}

/** One end of a connection: its node, and the name of its component; undefined for one such as kubectl. */
interface ConnectionEnd {
  readonly kind: 'client' | 'server';
  readonly pki: Pki;
  readonly name: string | undefined;
}

/** Returns the ends of a connection whose nodes are known. */
export function endsOf(row: ConnectionRow, client: Pki, { server }: Dial): readonly ConnectionEnd[] {
  const own = { kind: 'client', pki: client, name: clientOf(row) } as const;
  return server === undefined ? [own] : [own, { kind: 'server', pki: server, name: serverOf(row) }];
}

/** Returns the step at which a connection fails because a component at one of its ends does not run. */
export function notRunning(kind: ConnectionEnd['kind'], name: string, { address }: Dial, where: Where): Step {
  const error = kind === 'server' ? `${refused(address)}: ` : '';
  return step(kind, where, { ...fails(`${error}${name} is not running`), isStop: true });
}

/** Returns the step at which a connection fails because an end does not run; none if both may run. */
export function downSteps(row: ConnectionRow, client: Pki, dial: Dial): readonly Step[] {
  return endsOf(row, client, dial).flatMap(({ kind, pki, name }): Step[] => {
    const start = startOf(pki, name);
    if (start.state === 'unit') {
      const where = { owner: pki, blames: [], at: { path: start.unit } };
      return [step(kind, where, undetermined(`${start.unit} may start ${name}, with flags that were not read`))];
    }
    if (start.state !== 'stopped' || start.runs || name === undefined) return [];
    const where = { owner: pki, blames: [blameOf(pki, start)], at: { path: start.path } };
    return [notRunning(kind, name, dial, where)];
  });
}

/** Returns the error of a client that dials an address at which nothing listens. */
export function refused(address: string | null): string {
  const [, scheme, host, port] = /^(https?):\/\/(\[[^\]]*\]|[^/:]+)(:\d+)?/i.exec(address ?? '') ?? [];
  const usual = scheme?.toLowerCase() === 'http' ? ':80' : ':443';
  return host === undefined
    ? 'connect: connection refused'
    : `dial tcp ${host}${port ?? usual}: connect: connection refused`;
}
