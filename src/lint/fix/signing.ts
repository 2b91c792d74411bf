/** Steps that sign with the key of a CA, which may be on a different machine. */
import { isKeyOf } from '../../checks/credentials/wrong-key.ts';
import { inNote } from '../../core/command/shell.ts';
import type { OtherCertificate } from '../../model/roles/other-certificates.ts';
import type { Pki } from '../../model/roles/pki.ts';
import { type Authority, pathsOf, type Role } from '../../model/roles/role.ts';
import { sourceAt } from '../../model/roles/source.ts';
import { isCommand } from '../../tables/layouts/steps.ts';
import type { CommandRow, StepRow } from '../../tables/step-rows.ts';

/**
 * Returns rows that sign where the key of the CA is: without it kubeadm can sign nothing here. Each step says where it
 * is done: fixes of several roles are joined, and each repeated step is printed once.
 */
export function signedElsewhere(
  rows: readonly StepRow[],
  role: Role | OtherCertificate | undefined,
  pki: Pki,
): readonly StepRow[] {
  if (role === undefined || role.kind === 'other' || !rows.some(isSignedHere)) return rows;
  if (signingKey(role.parent, pki) === undefined) {
    const requests = rows.map((row) => (isSignedHere(row) ? requested(row, role.parent) : row));
    if (requests.some((row, index) => row !== rows[index])) return requests;
  }
  if (role.parent.key.seen !== 'absent') return rows;
  // The program of a distribution works on its own node only.
  if (pki.layout.remedies.owner !== undefined) {
    return [
      `first put the key of ${role.parent.id} back at ${inNote(role.parent.key.path)}, from a different control-plane node or a backup`,
      ...rows,
    ];
  }
  const elsewhere = `the machine that keeps the key of ${role.parent.id}, with a copy of the files of this node`;
  const moved = rows.map((row) => (isSignedHere(row) ? { ...row, elsewhere } : row));
  return [...moved, ...placeholdersOf(role).map((name) => copiedHere(name, elsewhere))];
}

/** The placeholders of the files of a role, each file once. */
function placeholdersOf(role: Role): readonly string[] {
  const { path, certificate, key } = role;
  const files = Object.entries({ path, certificate: certificate?.path, key: key?.path });
  return pathsOf(role).flatMap((one) => files.find(([, file]) => file === one)?.[0] ?? []);
}

/** The row that copies a file to the same path on the node of the finding. */
const copiedHere = (name: string, elsewhere: string): CommandRow => ({
  command: `scp -p {${name}} root@{here}:{${name}}`,
  elsewhere,
  class: 're-issues',
});

/** Whether the key of a CA belongs to none of its certificates: then what is signed with it does not verify. */
export function hasForeignKey({ key, loaded }: Authority): boolean {
  return isKeyOf(key.pem, loaded) === false;
}

/** A note instead of a command that signs a request with a key that is not on the node. */
function requested(row: CommandRow, { id }: Authority): StepRow {
  const [signing = '', out] = row.command.split(' -out ');
  if (out === undefined || !signing.includes('{caKey}')) return row;
  const note = `the key of ${id} is not on this node: have {backup}/request.csr signed where it is, and put the certificate at ${out}`;
  return { note, class: 're-issues' };
}

/**
 * Returns the key of a CA: that of its role, or one next to its certificate that belongs to it; undefined if none is
 * there.
 */
export function signingKey({ key, source, loaded }: Authority, { node }: Pki): string | undefined {
  if (key.seen === 'present') return key.path;
  const stem = source.path.replace(/\.\w{1,4}$/, '');
  const first = loaded?.ok ? ({ ok: true, value: loaded.value.slice(0, 1) } as const) : undefined;
  return [`${stem}.key`, `${stem}-key.pem`].find((path) => isKeyOf(sourceAt(node, path).pem, first) === true);
}

/** Whether the installer signs on the node of the finding. */
export const isSignedHere = (row: StepRow): row is CommandRow =>
  isCommand(row) && row.byInstaller === true && row.elsewhere === undefined;
