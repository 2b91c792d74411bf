/**
 * A signing file of its own for a signer whose flag names a bundle: kube-controller-manager accepts only one
 * certificate.
 */
import { hostPath, isAtOrBelow } from '../../artifact/paths.ts';
import { keyFlagOf } from '../../model/handshake/signers.ts';
import type { Pki } from '../../model/roles/pki.ts';
import type { Slot } from '../../model/roles/slots.ts';
import { sourceAt } from '../../model/roles/source.ts';
import { loadKeyOnly } from '../../x509/load.ts';
import { onlyEdit, replaceArgument } from '../base/argument-edit.ts';
import type { Problem } from '../base/check.ts';
import { hasKeyOf } from './wrong-key.ts';

/** What the fix needs, or nothing if it is not known which certificate of the file belongs to the key. */
export function signingFile(slot: Slot, pki: Pki): Partial<Problem> & Pick<Problem, 'data'> {
  const nothing = { data: {} };
  const { path, argument, component } = slot;
  if (slot.row.holds !== 'signer' || path === undefined || argument === undefined) return nothing;
  const number = numberOfSigner(slot, pki);
  const target = path.replace(/(?:\.crt|\.pem)?$/, '-signing.crt');
  // A file that is there may be what something else needs, and one outside of the volumes is not seen by the component.
  const { node } = pki;
  const isKnown = isAtOrBelow(target, node.pki) && !node.files.has(target) && !node.pkiFiles.includes(target);
  const isFree = isKnown && hostPath(component, target) === target;
  if (number === 0 || !isFree) return nothing;
  const edit = replaceArgument(component, argument, `${argument.spelled}=${target}`);
  const which = number === 1 ? { isFirst: 'yes' } : { number: `${number}` };
  return { data: { ...which, target }, fix: 'bundle', edits: onlyEdit(edit) };
}

/** Which certificate of a signer's file has the key of the signer, counted from 1; 0 if that is not known. */
function numberOfSigner(slot: Slot, { node, slots }: Pki): number {
  const keySlot = slots.find((one) => one.component === slot.component && one.row.flag === keyFlagOf(slot));
  const key = keySlot?.path === undefined ? undefined : sourceAt(node, keySlot.path).pem;
  const secret = key && loadKeyOnly(key);
  const blocks = sourceAt(node, slot.path ?? '').pem?.blocks ?? [];
  const certificates = blocks.filter((block) => block.type === 'certificate');
  // awk counts what OpenSSL reads: a block that cannot be read is one of them.
  if (!secret?.ok || certificates.length < 2 || certificates.length < blocks.length) return 0;
  return 1 + certificates.findIndex((one) => hasKeyOf([one.certificate], secret.value));
}
