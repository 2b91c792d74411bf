/** The certificates in a file that is trusted, and how they are named. */

import type { Certificate } from '../../artifact/certificate.ts';
import { handful } from '../../core/text.ts';
import type { Authority } from '../../model/roles/role.ts';

/** The trust files of an authority, by path, with their certificates. */
export function trustFiles(authority: Authority): ReadonlyMap<string, readonly Certificate[]> {
  const all = [authority, ...authority.trust];
  return new Map(all.flatMap(({ source, loaded }) => (source && loaded?.ok ? [[source.path, loaded.value]] : [])));
}

/** The subjects of certificates, in quotes. */
export function subjects(certificates: readonly Certificate[]): string {
  const names = certificates.map(({ subject }) => `"${subject.text}"`);
  return handful(names, 3);
}
