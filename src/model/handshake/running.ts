/** Connections of components that do not run. */
import type { ConnectionRow } from '../../tables/tables.ts';
import type { Pki } from '../roles/pki.ts';
import type { Dial } from './dials.ts';
import { blameOf, type Start, startOf } from './starts.ts';
import { fails, type Step, step, undetermined } from './steps.ts';

/** The components at the ends of a connection. A client such as etcdctl or a pod is none. */
const clientOf = ({ client }: ConnectionRow): string | undefined => client.split(/[ ']/)[0];
const serverOf = ({ dials, verifies }: ConnectionRow): string | undefined =>
  dials === 'nothing' ? undefined : verifies.split(' ')[0];

const isLost = ({ state }: Start): boolean => state === 'stopped' || state === 'unit';

/** Whether the component that shows that a node has a connection was not seen, although it should run there. */
export function isDown(row: ConnectionRow, pki: Pki): boolean {
  const isEnd = row.on === clientOf(row) || row.on === serverOf(row);
  return row.on !== null && isEnd && isLost(startOf(pki, row.on));
}

/** Returns the step at which a connection fails because an end does not run; none if both may run. */
export function downSteps(row: ConnectionRow, client: Pki, { server, address }: Dial): readonly Step[] {
  const [dialler, listener] = [clientOf(row), serverOf(row)];
  const ends = [
    { kind: 'client', pki: client, start: startOf(client, dialler), name: dialler, error: '' },
    {
      kind: 'server',
      pki: server,
      start: startOf(server ?? client, listener),
      name: listener,
      error: `${refused(address)}: `,
    },
  ] as const;
  return ends.flatMap(({ kind, pki, start, name, error }): Step[] => {
    if (pki === undefined) return [];
    if (start.state === 'unit') {
      const where = { owner: pki, blames: [], at: { path: start.unit } };
      return [step(kind, where, undetermined(`${start.unit} may start ${name}, with arguments that were not read`))];
    }
    if (start.state !== 'stopped') return [];
    const where = { owner: pki, blames: [blameOf(pki, start)], at: { path: start.path } };
    return [step(kind, where, fails(`${error}${name} does not run`))];
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
