/** Roles as they are typed. */
import { UserError } from '../../core/errors.ts';
import { nearest } from '../../core/text.ts';
import { authorityRows, certificateRows, keyPairRows, kubeconfigRows } from '../../spec/tables.ts';
import type { Settings } from './settings.ts';

/** Every role, by what people call it otherwise: its file without ending, and kubeadm's name of it (`etcd-server`). */
const names: ReadonlyMap<string, string> = new Map([
  ...[...authorityRows, ...certificateRows].map((row) => [plain(row.certificate), row.role] as const),
  ...kubeconfigRows.map((row) => [plain(row.role), row.role] as const),
  ...keyPairRows.map((row) => [plain(row.private), row.role] as const),
]);

function plain(name: string): string {
  return name.replace(/\.(?:crt|key|pub|conf)$/, '').replaceAll('/', '-');
}

/** @throws UserError for `--only` or `--replace` with what is no role */
export function requireRoles({ only, replace }: Pick<Settings, 'only' | 'replace'>): void {
  const known = [...new Set(names.values())];
  for (const [option, roles] of Object.entries({ '--only': only, '--replace': replace })) {
    const strange = [...roles].find((role) => !known.includes(role));
    if (strange === undefined) continue;
    const near = names.get(plain(strange)) ?? nearest(strange, known);
    const hint = near === undefined ? `it is one of: ${known.join(', ')}` : `did you mean ${near}?`;
    throw new UserError(`${option} is "${strange}", which is no role`, hint);
  }
}
