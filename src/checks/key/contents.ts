/** Checks for private keys in files where they do not belong. */
import { check, notApplicable, problem } from '../base/check.ts';

/** The content of `--root-ca-file` is published as it is (k8s.io/kubernetes cmd/kube-controller-manager/app readCA). */
function secretInTrust(isPublished: boolean) {
  return check('file', function* (file, pki) {
    const trusted = (pki.uses.get(file.path) ?? []).filter(({ slot }) => slot && /pool$/.test(slot.row.holds));
    if (trusted.length === 0) return yield notApplicable('not a trust file');
    if (file.content?.type !== 'pem') return;
    const secret = file.content.pem.blocks.find(({ type }) => type === 'private-key');
    const published = trusted.some(({ slot }) => slot?.row.flag === 'root-ca-file');
    if (secret === undefined || published !== isPublished) return;
    const user = trusted[0]?.user ?? '';
    yield problem({ path: file.path, line: secret.line }, { path: file.path, user });
  });
}

export const keyContentsChecks = {
  'key/published': secretInTrust(true),
  'key/misplaced': secretInTrust(false),
};
