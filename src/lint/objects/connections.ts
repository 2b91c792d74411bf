/** What kube-apiserver dials because of objects, as connections of the report. */
import { requestsTo } from '../../checks/webhook/effect.ts';
import { judgeDial } from '../../model/objects/dial-verdict.ts';
import type { DialledServer } from '../../model/objects/dialled.ts';
import type { JudgedDump } from '../../model/objects/judged-dump.ts';
import { type Connection, dialledIds } from '../../results/connection.ts';
import { isSignatureLimit, limitSignatures, signaturesOfNode } from '../../x509/verify/signature-limit.ts';

/**
 * Returns the connections of each API server of a dump's cluster in the input, or else of one that is on no node.
 *
 * @param causeOf the fingerprint of the finding about what is dialled
 */
export function objectConnections(
  dialled: readonly DialledServer[],
  dump: JudgedDump,
  causeOf: (dialled: DialledServer) => Connection['cause'],
): readonly Connection[] {
  const controlPlanes = dump.nodes.filter(({ kind }) => kind === 'control-plane').map(({ name }) => name);
  const clients = controlPlanes.length === 0 ? [''] : controlPlanes;
  return limitSignatures(signaturesOfNode, () =>
    dialled.flatMap((one) => {
      const made = connectionTo(one, dump, causeOf(one));
      return clients.map((node) => ({ node, ...made }));
    }),
  );
}

/** `validating webhook policy.example.test` */
function serverOf({ kind, name, meta }: DialledServer): string {
  if (kind === 'extension-api') return `APIService ${name}`;
  if (kind === 'conversion') return `conversion webhook of ${name}`;
  return `${meta.kind.startsWith('Mutating') ? 'mutating' : 'validating'} webhook ${name}`;
}

function connectionTo(dialled: DialledServer, dump: JudgedDump, cause: Connection['cause']): Omit<Connection, 'node'> {
  const { kind, address = null } = dialled;
  const { verdict, reason, isUnread } = verdictOn(dialled, dump);
  const without = effectOf(dialled, isUnread);
  const ends = { id: dialledIds[kind], client: 'kube-apiserver', server: serverOf(dialled), address };
  return { ...ends, verdict, reason, without, cause };
}

function verdictOn(dialled: DialledServer, dump: JudgedDump) {
  try {
    const { verdict, reason, part } = judgeDial(dialled, dump);
    const isUnread = verdict === 'fail' && part === 'bundle' && reason?.startsWith('tls: ') === false;
    return { verdict, reason, isUnread };
  } catch (error) {
    if (!isSignatureLimit(error)) throw error;
    return { verdict: 'unknown', reason: error.message, isUnread: false } as const;
  }
}

function effectOf(dialled: DialledServer, isUnread: boolean): string {
  if (dialled.kind === 'extension-api') return 'its group is not served, and deleted namespaces stay Terminating';
  const requests = requestsTo(dialled, isUnread);
  return dialled.isRequired ? `kube-apiserver refuses ${requests}` : `${requests} passes unchecked`;
}
