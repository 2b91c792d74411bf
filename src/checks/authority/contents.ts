/** Checks of files with several certificates of CAs: what is in them twice, and what a rotation left. */

import { count } from '../../core/text.ts';
import { dateOf } from '../../core/time.ts';
import type { Pki } from '../../model/roles/pki.ts';
import { check, problem } from '../base/check.ts';
import { applies } from '../base/guards.ts';
import { subjects, trustFiles } from '../credentials/file-contents.ts';
import { entityOf } from '../credentials/validity.ts';

/** The anchors of the certificates in use, by name and key. */
function inForce(pki: Pki): ReadonlySet<string> {
  const used = pki.roles.filter((role) => role.inUse && role.applies.answer === 'yes');
  return new Set(used.flatMap((role) => role.verified?.at(-1) ?? []).map(entityOf));
}

export const authorityContentsChecks = {
  /** A certificate that is in a file twice. */
  'authority/duplicate': check('authority', function* (authority) {
    if (!(yield* applies(authority))) return;
    for (const [path, certificates] of trustFiles(authority)) {
      const again = certificates.filter(
        (one, index) => certificates.findIndex((other) => other.fingerprint256 === one.fingerprint256) < index,
      );
      const [certificate] = again;
      if (certificate === undefined) continue;
      const data = { path, subjects: subjects(again), count: count(again.length, 'repetition') };
      yield problem({ path }, data, { key: path, certificate });
    }
  }),
  /** Expired certificates next to valid ones, which no certificate in use needs: a rotation was not finished. */
  'authority/leftover': check('authority', function* (authority, pki) {
    if (!(yield* applies(authority))) return;
    const { at } = pki.judging;
    for (const [path, certificates] of trustFiles(authority)) {
      const valid = certificates.filter((one) => at <= one.notAfter);
      if (valid.length === 0) continue;
      const renewed = new Set(valid.map(entityOf));
      const expired = certificates.filter((one) => at > one.notAfter);
      // What is in force and was not renewed is reported by authority/expired.
      const left = expired.filter((one) => renewed.has(entityOf(one)) || !inForce(pki).has(entityOf(one)));
      const [certificate] = left;
      if (certificate === undefined) continue;
      const end = dateOf(Math.max(...left.map((one) => one.notAfter)));
      yield problem({ path }, { path, subjects: subjects(left), end }, { key: path, certificate });
    }
  }),
};
