/** Variants of a node: without some files, or after the expiry of some certificates. */
import type { NodeFile } from '../../artifact/file.ts';
import type { LaidOutNode } from '../../tables/layouts/layout.ts';
import { assemblePki } from '../roles/build-pki.ts';
import type { Pki } from '../roles/pki.ts';
import { withCertificates } from './reparse.ts';

/** Returns the node without the files at these paths, and without links to them. */
export function withoutFiles(pki: Pki, paths: ReadonlySet<string>): Pki {
  const files = new Map(
    [...pki.node.files].map(([path, file]): [string, NodeFile] => {
      if (!paths.has(path) && !paths.has(file.realPath ?? '')) return [path, file];
      return [path, { path, file: file.file, state: 'absent', links: [] }];
    }),
  );
  return reassembled(pki, { ...pki.node, files });
}

/** Returns the node as it is after the certificates with these fingerprints, and all their copies, have expired. */
export function withExpired(pki: Pki, fingerprints: ReadonlySet<string>): Pki {
  const notAfter = pki.judging.at - 1000;
  const node = withCertificates(pki.node, (certificate) =>
    fingerprints.has(certificate.fingerprint256) ? { ...certificate, notAfter } : certificate,
  );
  return reassembled(pki, node);
}

/** Returns the fingerprints of all certificates of a node. */
export function fingerprintsOf(pki: Pki): ReadonlySet<string> {
  const found = new Set<string>();
  withCertificates(pki.node, (certificate) => {
    found.add(certificate.fingerprint256);
    return certificate;
  });
  return found;
}

/** Assembles the node with different files. Its name, its kind, and which roles apply stay the same. */
function reassembled(pki: Pki, node: LaidOutNode): Pki {
  const after = assemblePki(node, pki.facts, pki.strictness, pki.judging);
  const roles = after.roles.map((role) => {
    const before = pki.roles.find((one) => one.id === role.id);
    return before ? { ...role, applies: before.applies, inUse: before.inUse } : role;
  });
  return { ...after, roles, name: pki.name, kind: pki.kind, input: pki.input };
}
