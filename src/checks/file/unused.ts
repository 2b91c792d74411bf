/** Checks for credentials that nothing reads. */

import { componentNamed } from '../../artifact/arguments.ts';
import type { Component } from '../../artifact/component.ts';
import { type NodeFile, namedByKubeconfig } from '../../artifact/file.ts';
import type { PemOddity } from '../../artifact/oddities.ts';
import { folderOf, hostPath, inFolder, withoutFolder } from '../../artifact/paths.ts';
import { certificatesInPem, type PemBlock } from '../../artifact/pem-blocks.ts';
import { count, handful } from '../../core/text.ts';
import { dateOf } from '../../core/time.ts';
import type { Pki } from '../../model/roles/pki.ts';
import { check, notApplicable, problem } from '../base/check.ts';
import { relatedPaths } from '../base/many-paths.ts';

const credentials: ReadonlySet<PemBlock['type']> = new Set(['certificate', 'private-key', 'encrypted-key']);
const odd: ReadonlySet<PemOddity | undefined> = new Set(['der-certificate', 'der-key', 'pkcs12', 'base64-pem']);

/** Whether a file is a kubeconfig, or has a certificate or a private key, in whatever form, or may have one. */
function isCredential(file: NodeFile | undefined): boolean {
  const content = file?.content;
  if (content?.type === 'pem') {
    return odd.has(content.pem.oddity) || content.pem.blocks.some(({ type }) => credentials.has(type));
  }
  return content?.type === 'kubeconfig' || packedAs(file) !== undefined;
}

/** The form of a file that was not looked into: `gzip`. */
function packedAs(file: NodeFile | undefined): string | undefined {
  const content = file?.content;
  if (content?.type === 'pem' && content.pem.oddity === 'pkcs12') return 'PKCS#12';
  return content?.type === 'other' ? content.packed : undefined;
}

/** What is said about a file besides that nothing uses it: its date, or that it was not looked into. */
function aboutFile(file: NodeFile | undefined, pki: Pki): string {
  const packed = packedAs(file);
  return packed === undefined ? datesOf(file, pki) : `, not looked into (${packed})`;
}

/** When the certificates in a file expire: `, expired on 2026-11-30`; '' if it has none. */
function datesOf(file: NodeFile | undefined, { judging: { at } }: Pki): string {
  const content = file?.content;
  const pem = content?.type === 'pem' ? content.pem : undefined;
  const embedded = content?.type === 'kubeconfig' ? content.kubeconfig.user?.certificate?.embedded : undefined;
  const certificates = certificatesInPem(pem ?? embedded);
  if (certificates.length === 0) return '';
  const end = Math.min(...certificates.map(({ notAfter }) => notAfter));
  return `, ${end < at ? 'expired' : 'expires'} on ${dateOf(end)}`;
}

/** Every path in the value of any flag: `CERT,KEY:NAME`, `KEY=PATH`. */
function namedBy(component: Component): readonly string[] {
  return component.arguments.flatMap(({ value = '' }) =>
    value.split(/[,:=]/).flatMap((part) => (part.startsWith('/') ? hostPath(component, part) : [])),
  );
}

/** The documented paths. Files there are not stray: a flag that names a different path is reported by other rules. */
function documentedPaths({ authorities, roles, serviceAccount, node }: Pki): readonly string[] {
  const rows = roles.flatMap((role) => (role.kind === 'certificate' ? [role.row.certificate, role.row.key] : []));
  const { private: secret, public: known } = serviceAccount.row;
  const own = [...authorities.flatMap(({ row }) => [row.certificate, row.key]), ...rows, secret, known];
  return [...own.map((path) => inFolder(node.pki, path)), ...authorities.map(({ key }) => key.path)];
}

/** Whether a file has the key of a CA that is trusted here: people keep it next to the certificate. */
function isKeyOfTrusted({ node, authorities, others }: Pki): (path: string) => boolean {
  const trusted = [...authorities.map(({ certificates }) => certificates), ...others.map(({ pool = [] }) => pool)];
  const ids = new Set(trusted.flat().map(({ publicKey }) => publicKey.id));
  return (path) => {
    const content = node.files.get(path)?.content;
    const blocks = content?.type === 'pem' ? content.pem.blocks : [];
    return blocks.some((block) => block.type === 'private-key' && ids.has(block.key.publicKey.id));
  };
}

export const fileUnusedChecks = {
  /** Credentials in the PKI directory, or next to what a flag names, that nothing names, as one problem. */
  'file/unused': check('node', function* (pki) {
    const { node } = pki;
    const readers = ['kube-apiserver', 'kubelet', ...(pki.kind === 'etcd' ? ['etcd'] : [])];
    if (readers.every((name) => componentNamed(node, name) === undefined)) {
      return yield notApplicable('the components that read them were not seen');
    }
    const realPath = (path: string) => node.files.get(path)?.realPath ?? path;
    const unusedBy = (paths: readonly string[]) => {
      const used = new Set(paths.map(realPath));
      return (path: string) => !used.has(realPath(path));
    };
    const named = node.programFiles.map(({ path }) => path);
    const folders = new Set(node.programFiles.flatMap(({ component, path }) => (component ? folderOf(path) : [])));
    // The files of a PKI folder that was moved have their usual names, such as those of etcdctl.
    const usual = new Set(documentedPaths(pki).map((path) => withoutFolder(folderOf(path), path)));
    const isKept = isKeyOfTrusted(pki);
    const strangers = node.neighbours.filter((path) => {
      const folder = folderOf(path);
      return folders.has(folder) && !usual.has(withoutFolder(folder, path)) && !isKept(path);
    });
    const stray = [...node.pkiFiles, ...strangers]
      .filter(unusedBy([...pki.uses.keys(), ...named, ...documentedPaths(pki)]))
      .filter((path) => isCredential(node.files.get(path)));
    // Also of kubeconfigs that no component is known to read: people use them.
    const others = () => [...node.components.flatMap(namedBy), ...[...node.files.values()].flatMap(namedByKubeconfig)];
    const unused = stray.length === 0 ? [] : stray.filter(unusedBy(others()));
    const [first] = unused;
    if (first === undefined) return;
    const related = relatedPaths(unused, (path) => `not in use${aboutFile(node.files.get(path), pki)}`);
    const about = unused.length === 1 ? aboutFile(node.files.get(first), pki) : '';
    const data = { count: `${count(unused.length, 'file')}${about}`, paths: handful(unused, 3) };
    yield problem({ path: node.pki }, data, { related, parts: unused });
  }),
};
