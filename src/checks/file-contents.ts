/** Checks of files with several certificates, and of credentials in files where they do not belong. */

import { componentNamed } from '../artifact/arguments.ts';
import type { Certificate } from '../artifact/certificate.ts';
import type { Component } from '../artifact/component.ts';
import type { NodeFile } from '../artifact/file.ts';
import { hostPath, inFolder } from '../artifact/paths.ts';
import { count, handful } from '../core/text.ts';
import { dateOf } from '../core/time.ts';
import type { Pki } from '../model/roles/pki.ts';
import type { Authority } from '../model/roles/role.ts';
import { issues } from '../x509/chain.ts';
import { check, notApplicable, problem, roleProblem } from './check.ts';
import { anyCertificateCheck, applies } from './guards.ts';
import { relatedPaths } from './many-paths.ts';
import { entityOf } from './validity.ts';

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

/** The anchors of the certificates in use, by name and key. */
function inForce(pki: Pki): ReadonlySet<string> {
  const used = pki.roles.filter((role) => role.inUse && role.applies.answer === 'yes');
  return new Set(used.flatMap((role) => role.verified?.at(-1) ?? []).map(entityOf));
}

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

/** Whether a file is a kubeconfig, or contains a certificate or a private key. */
function isCredential(file: NodeFile | undefined): boolean {
  const content = file?.content;
  if (content?.type === 'kubeconfig') return true;
  return (
    content?.type === 'pem' && content.pem.blocks.some(({ type }) => type === 'certificate' || type === 'private-key')
  );
}

/** When the certificates in a file expire: `, expired on 2026-11-30`; '' if it has none. */
function datesOf(file: NodeFile | undefined, { judging: { at } }: Pki): string {
  const content = file?.content;
  const pem = content?.type === 'pem' ? content.pem : undefined;
  const embedded = content?.type === 'kubeconfig' ? content.kubeconfig.user?.certificate?.embedded : undefined;
  const certificates = ((pem ?? embedded)?.blocks ?? []).flatMap((one) =>
    one.type === 'certificate' ? one.certificate.notAfter : [],
  );
  if (certificates.length === 0) return '';
  const end = Math.min(...certificates);
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

export const fileContentChecks = {
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

  /** Each certificate after a leaf should certify one before it (RFC 5246 section 7.4.2; RFC 8446 section 4.4.2). */
  'cert/chain': anyCertificateCheck(function* (role, pki) {
    if (!role.chain?.ok) return;
    const { leaf, intermediates } = role.chain.value;
    const chain = [leaf, ...intermediates];
    const loose = intermediates.filter((one, index) => {
      const before = chain.slice(0, index + 1);
      return (
        !before.some((child) => issues(one, child, pki.strictness)) ||
        before.some((other) => other.fingerprint256 === one.fingerprint256)
      );
    });
    if (loose.length > 0) yield roleProblem(role, { subjects: subjects(loose) });
  }),

  'key/published': secretInTrust(true),
  'key/misplaced': secretInTrust(false),
  /** Credentials in the PKI directory that no flag, role or kubeconfig names, as one problem. */
  'file/unused': check('node', function* (pki) {
    const { node } = pki;
    if (componentNamed(node, 'kube-apiserver') === undefined && componentNamed(node, 'kubelet') === undefined) {
      return yield notApplicable('the components that read them were not seen');
    }
    const realPath = (path: string) => node.files.get(path)?.realPath ?? path;
    const unusedBy = (paths: readonly string[]) => {
      const used = new Set(paths.map(realPath));
      return (path: string) => !used.has(realPath(path));
    };
    const stray = node.pkiFiles
      .filter(unusedBy([...pki.uses.keys(), ...documentedPaths(pki)]))
      .filter((path) => isCredential(node.files.get(path)));
    const unused = stray.length === 0 ? [] : stray.filter(unusedBy(node.components.flatMap(namedBy)));
    const [first] = unused;
    if (first === undefined) return;
    const related = relatedPaths(unused, (path) => `not in use${datesOf(node.files.get(path), pki)}`);
    const dates = unused.length === 1 ? datesOf(node.files.get(first), pki) : '';
    const data = { count: `${count(unused.length, 'file')}${dates}`, paths: handful(unused, 3) };
    yield problem({ path: node.pki }, data, { related, parts: unused });
  }),
};
