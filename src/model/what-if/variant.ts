/** A node as it would be: without some files, or after the end of some certificates. */
import type { NodeFile } from '../../core/artifact.ts';
import type { LaidOutNode } from '../../tables/layouts.ts';
import { assemblePki, type Pki } from '../roles/pki.ts';
import { withCertificates } from './reparse.ts';

/** The node without the files of these paths, links to them included. */
export function withoutFiles(pki: Pki, paths: ReadonlySet<string>): Pki {
  const files = new Map(
    [...pki.node.files].map(([path, file]): [string, NodeFile] => {
      if (!paths.has(path) && !paths.has(file.realPath ?? '')) return [path, file];
      return [path, { path, file: file.file, state: 'absent', links: [] }];
    }),
  );
  return rejoined(pki, { ...pki.node, files });
}

/** The node after the end of the certificates with these fingerprints, wherever copies of them lie. */
export function withExpired(pki: Pki, fingerprints: ReadonlySet<string>): Pki {
  const notAfter = pki.judging.at - 1000;
  const node = withCertificates(pki.node, (certificate) =>
    fingerprints.has(certificate.fingerprint256) ? { ...certificate, notAfter } : certificate,
  );
  return rejoined(pki, node);
}

/** What the node is for, and what it is called, stays as it was. */
function rejoined(pki: Pki, node: LaidOutNode): Pki {
  const anew = assemblePki(node, pki.facts, pki.strictness, pki.judging);
  const roles = anew.roles.map((role) => {
    const before = pki.roles.find((one) => one.id === role.id);
    return before ? { ...role, applies: before.applies, inUse: before.inUse } : role;
  });
  return { ...anew, roles, name: pki.name, kind: pki.kind };
}
