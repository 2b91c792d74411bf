/** What stops working: the connections are simulated without the files, and with the certificate expired. */

import type { Certificate } from '../artifact/certificate.ts';
import { groupBy } from '../core/collections.ts';
import { reportedConnection } from '../lint/rules/reported-connection.ts';
import type { SimulatedConnection } from '../model/handshake/index.ts';
import type { Pki } from '../model/roles/pki.ts';
import { withExpired, withoutFiles } from '../model/what-if/variant.ts';
import type { BlastRadius, Stop, User } from '../results/blast.ts';
import { roleIds } from '../tables/role-ids.ts';
import { reasonOf, type Simulation } from './simulation.ts';
import type { BlastTarget } from './target.ts';

/**
 * Returns the connections that fail without the files of the targets, or after their certificates expire. A component
 * that reads one of the files does not start without it.
 *
 * @param usedBy the components that read the files
 */
export function findOutages(
  targets: readonly BlastTarget[],
  usedBy: readonly User[],
  { inOrder, touching, failuresWith, holding }: Simulation,
): Pick<BlastRadius, 'stops' | 'failing'> {
  const targetsOf = groupBy(targets, ({ pki }) => pki);
  const lost = failuresWith(
    new Map([...targetsOf].map(([pki, some]) => [pki, withoutFiles(pki, new Set(some.flatMap(({ files }) => files)))])),
  );
  const certificates = targets.flatMap(({ certificate }) => certificate ?? []);
  const fingerprints = new Set(certificates.map(({ fingerprint256 }) => fingerprint256));
  const expired = failuresWith(new Map(holding(fingerprints).map((pki) => [pki, withExpired(pki, fingerprints)])));
  const down = new Set(usedBy.flatMap(({ node, component }) => (component === null ? [] : `${component} ${node}`)));
  const affected = inOrder(new Set([...lost.keys(), ...expired.keys(), ...touching([...targetsOf.keys()])]));
  const outages = affected.map((connection) => {
    const today = reasonOf(connection);
    const missing = lost.get(connection) ?? startFailureOf(connection, down);
    if (today === undefined) return { connection, today, whenLost: missing, whenExpired: expired.get(connection) };
    // What fails with the words of today may have nothing to do with the target.
    const isUsed = certificates.some((one) => isVerifiedWith(connection, one));
    const whenLost = isUsed || missing !== today ? missing : startFailureOf(connection, down);
    return { connection, today, whenLost, whenExpired: isUsed ? expired.get(connection) : undefined };
  });
  return {
    stops: outages.filter(({ today }) => today === undefined).flatMap(stopOf),
    failing: outages.filter(({ today }) => today !== undefined).flatMap(stopOf),
  };
}

/** Returns the connections that work today and fail once all of these certificates have expired. */
export function stopsAfter(
  fingerprints: ReadonlySet<string>,
  { inOrder, failuresWith, holding }: Simulation,
): readonly Stop[] {
  const expired = failuresWith(new Map(holding(fingerprints).map((pki) => [pki, withExpired(pki, fingerprints)])));
  return inOrder(new Set(expired.keys()))
    .filter((connection) => reasonOf(connection) === undefined)
    .flatMap((connection) => stopOf({ connection, whenLost: undefined, whenExpired: expired.get(connection) }));
}

interface Outage {
  readonly connection: SimulatedConnection;
  readonly whenLost: string | undefined;
  readonly whenExpired: string | undefined;
}

function stopOf({ connection, whenLost, whenExpired }: Outage): readonly Stop[] {
  const reason = whenLost ?? whenExpired?.replace(/: current time .*$/s, '');
  if (reason === undefined) return [];
  const when = [
    ...(whenLost === undefined ? [] : ['lost' as const]),
    ...(whenExpired === undefined ? [] : ['expired' as const]),
  ];
  const reported = reportedConnection({ connection, causes: [] }, () => undefined);
  const { node, id, client, server, address, without, wording } = reported;
  return [{ node, id, client, server, address, when, reason, without, ...(wording && { wording }) }];
}

/** Whether an end of a connection presents this certificate, or one that this CA signed and the other end trusts. */
function isVerifiedWith({ ends }: SimulatedConnection, { fingerprint256, subject }: Certificate): boolean {
  const isThis = (one: Certificate) => one.fingerprint256 === fingerprint256;
  const sides = [
    [ends.presented, ends.verifier],
    [ends.served, ends.trusted],
  ] as const;
  return sides.some(([shown, trusted]) => {
    if (shown?.material.state !== 'known') return false;
    const { leaf } = shown.material.value;
    const pool = trusted?.material.state === 'known' ? trusted.material.value : [];
    return isThis(leaf) || (leaf.issuer.der === subject.der && pool.some(isThis));
  });
}

/**
 * Why a connection fails because a component at either end does not start; undefined if both start. The client of a
 * connection with a service account token is a pod, which keeps its token.
 */
function startFailureOf({ row, client, server }: SimulatedConnection, down: ReadonlySet<string>): string | undefined {
  const dialer = row.presents === roleIds.serviceAccount ? null : (row.on ?? row.client);
  const listener = row.dials === 'nothing' ? undefined : row.verifies.split(' ')[0];
  if (down.has(`${dialer} ${client.name}`)) return `${dialer} does not start`;
  return server && down.has(`${listener} ${server.name}`) ? `${listener} does not start` : undefined;
}

/**
 * Returns a function that lists the certificates that only the keys of the targets can reissue; none without a private
 * key.
 */
export function unissuedFinder(pkis: readonly Pki[]): (targets: readonly BlastTarget[]) => BlastRadius['unissued'] {
  const issued = pkis.flatMap((pki) =>
    pki.roles.map(({ id, path, verified }) => ({
      issuer: verified?.[1]?.publicKey.id,
      one: { node: pki.name, role: id, path },
    })),
  );
  const byIssuer = groupBy(issued, ({ issuer }) => issuer);
  return (targets) => {
    const includesPrivateKey = targets.some(({ key, files }) => key !== undefined && files.includes(key));
    const keys = new Set(includesPrivateKey ? targets.flatMap((one) => one.keys) : []);
    return [...keys].flatMap((key) => byIssuer.get(key) ?? []).map(({ one }) => one);
  };
}
