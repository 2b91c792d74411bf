/** Names of copies that people and installers keep: they are no part of a PKI. */

/**
 * `backup-2025`, `pki.old`, `pki-2025-01-01`, `tls-1732406400` (k3s), `kubeadm-backup-manifests-1`, kubeadm's `tmp`.
 */
const folders =
  /^(?:backups?|bak|old|orig|tmp)(?:[._-]|$)|[._-](?:backups?|bak|old|orig)(?:[._-]|$)|[._-]20\d\d[._-]?\d\d[._-]?\d\d|-\d{10}$|~$/i;

/** `ca.crt.bak`, `ca-old.crt`, `ca.crt.20250101`, `apiserver-2025-01-01.crt`, `ca.crt~`. */
const files = /[._-](?:backup|bak|old|orig|save|20\d\d[._-]?\d\d[._-]?\d\d)(?:[._-]?\d{1,10})?(?:\.[a-z]{1,10})?$|~$/i;

/**
 * Whether a file is a backup, by its name or by those of the folders above it.
 *
 * @param path from the folder on in which backups are looked for
 */
export function isBackup(path: string): boolean {
  const parts = path.split('/');
  return parts.some((part, index) => (index === parts.length - 1 ? files : folders).test(part));
}
