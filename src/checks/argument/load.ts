/** Checks that a component can read the file that a flag names. */

import { inFolder } from '../../artifact/paths.ts';
import type { Pki } from '../../model/roles/pki.ts';
import { type Slot, slotFlag, slotName } from '../../model/roles/slots.ts';
import { sourceAt } from '../../model/roles/source.ts';
import { loadKeyOnly, loadLeafChain } from '../../x509/load.ts';
import { editPaths } from '../base/argument-edit.ts';
import { check, notApplicable, problem } from '../base/check.ts';
import { effectWithout, isMisnamed, stoppedOf } from '../base/file-kinds.ts';
import { signingFile } from '../credentials/signing-file.ts';

const suitable = 'exactly one certificate for a signer, one or more CAs for a trust file, a private key for a key flag';

/**
 * The recommended file of a flag for one half of a pair that names the other half, if the file can be loaded: a
 * certificate instead of a key, or a key instead of a certificate.
 */
function otherHalf({ row, path }: Slot, pki: Pki): string | undefined {
  const wanted = row.path === null ? undefined : inFolder(pki.node.pki, row.path);
  const isKey = row.holds === 'key' || row.holds === 'signer-key';
  if (wanted === undefined || wanted === path || !(isKey || row.holds === 'certificate')) return undefined;
  const [named, right] = [path ?? '', wanted].map((one) => sourceAt(pki.node, one).pem);
  const [asKey, asCertificate] = [loadKeyOnly, loadLeafChain];
  const [own, other] = isKey ? [asKey, asCertificate] : [asCertificate, asKey];
  return named && right && own(right).ok && other(named).ok ? wanted : undefined;
}

export const argumentLoadChecks = {
  /** A file that other components can read, but not this one for this flag. */
  'argument/load': check('argument', function* (slot, pki) {
    if (slot.path === undefined) return yield notApplicable('not set');
    const uses = pki.uses.get(slot.path) ?? [];
    const use = uses.find((one) => one.slot === slot);
    if (use?.load?.ok !== false || slot.argument === undefined) return;
    const readable = uses.filter((one) => one.load !== undefined);
    const file = pki.node.files.get(slot.path);
    if (readable.every((one) => !one.load?.ok) && !(file && isMisnamed(file, readable, pki))) return;
    const { data: known, edits: ofSigner, ...more } = signingFile(slot, pki);
    const wanted = otherHalf(slot, pki);
    const data = {
      component: slot.row.component,
      flag: slotFlag(slot),
      path: slot.path,
      error: use.load.error,
      ...known,
    };
    const what =
      wanted === undefined ? '' : ` (${slot.row.holds === 'certificate' ? 'a private key' : 'a certificate'})`;
    yield problem(
      slot.argument.at,
      {
        ...data,
        what,
        wanted: wanted ?? `a file that ${data.flag} accepts`,
        fix: wanted ?? `a suitable file: ${suitable}`,
      },
      {
        ...more,
        related: [{ path: slot.path, subject: slotName(slot), message: effectWithout(use), namesSubject: true }],
        stops: stoppedOf([use]),
        edits: ofSigner ?? (wanted === undefined ? [] : editPaths([[slot, wanted]], pki)),
      },
    );
  }),
};
