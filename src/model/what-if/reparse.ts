/** The files of a node as a different Go release parses them. Certificates keep their DER, so no file is read again. */

import type { Certificate } from '../../artifact/certificate.ts';
import type { NodeFile } from '../../artifact/file.ts';
import type { Kubeconfig, Reference } from '../../artifact/kubeconfig.ts';
import type { Pem, PemBlock, PemContents } from '../../artifact/pem-blocks.ts';
import type { Strictness } from '../../artifact/strictness.ts';
import type { LaidOutNode } from '../../tables/layouts/layout.ts';
import { parseCertificate } from '../../x509/certificate.ts';
import { ParseError } from '../../x509/der.ts';

type Reparse = (certificate: Certificate) => PemContents['certificate'];

/**
 * Parses every certificate of a node again; returns the same object if that changes nothing. A certificate that was
 * rejected stays rejected, because every later Go rejects it too.
 */
export function reparseNode(node: LaidOutNode, strictness: Strictness): LaidOutNode {
  return withCertificates(node, (certificate) => reparseCertificate(certificate, strictness));
}

/** Replaces every certificate of a node, in files and in kubeconfigs; returns the same object if none changes. */
export function withCertificates(node: LaidOutNode, replace: Reparse): LaidOutNode {
  const known = new Map<Certificate, PemContents['certificate']>();
  const reparse: Reparse = (certificate) => {
    const result = known.get(certificate) ?? replace(certificate);
    known.set(certificate, result);
    return result;
  };
  const files = new Map<string, NodeFile>();
  let changed = false;
  for (const [path, file] of node.files) {
    const after = reparseFile(file, reparse);
    files.set(path, after);
    changed ||= after !== file;
  }
  return changed ? { ...node, files } : node;
}

/** Returns the same object if the result is the same, so that caches with the object as key stay valid. */
function reparseCertificate(certificate: Certificate, strictness: Strictness): PemContents['certificate'] {
  try {
    const after = parseCertificate(certificate.raw, strictness);
    return after.unhandledCritical.join() === certificate.unhandledCritical.join() ? certificate : after;
  } catch (error) {
    if (error instanceof ParseError) return { error: error.message };
    throw error;
  }
}

/** Replaces a member; returns the same object if the member is the same. */
function withMember<T, Key extends keyof T>(object: T, key: Key, value: T[Key]): T {
  return object[key] === value ? object : { ...object, [key]: value };
}

function reparseFile(file: NodeFile, reparse: Reparse): NodeFile {
  const { content } = file;
  if (content?.type === 'pem') {
    return withMember(file, 'content', withMember(content, 'pem', reparsePem(content.pem, reparse)));
  }
  if (content?.type !== 'kubeconfig') return file;
  const kubeconfig = reparseKubeconfig(content.kubeconfig, reparse);
  return withMember(file, 'content', withMember(content, 'kubeconfig', kubeconfig));
}

function reparseKubeconfig(kubeconfig: Kubeconfig, reparse: Reparse): Kubeconfig {
  const reference = (one: Reference | undefined) =>
    one?.embedded ? withMember(one, 'embedded', reparsePem(one.embedded, reparse)) : one;
  const { cluster, user } = kubeconfig;
  const trusted = cluster && withMember(cluster, 'certificateAuthority', reference(cluster.certificateAuthority));
  const presented = user && withMember(user, 'certificate', reference(user.certificate));
  return withMember(withMember(kubeconfig, 'cluster', trusted), 'user', presented);
}

function reparsePem(pem: Pem, reparse: Reparse): Pem {
  const blocks = pem.blocks.map((block) => reparseBlock(block, reparse));
  return blocks.every((block, index) => block === pem.blocks[index]) ? pem : { ...pem, blocks };
}

function reparseBlock(block: PemBlock, reparse: Reparse): PemBlock {
  if (block.type === 'certificate') {
    const { certificate: before, ...rest } = block;
    const certificate = reparse(before);
    if (certificate === before) return block;
    if (!('error' in certificate)) return { ...block, certificate };
    return { ...rest, type: 'malformed', promised: 'certificate', contents: { certificate }, ...certificate };
  }
  const { contents } = block;
  if (contents === undefined || 'error' in contents.certificate) return block;
  const certificate = reparse(contents.certificate);
  if (certificate === contents.certificate) return block;
  // If the certificate cannot be parsed, keyutil finds no key in it either (ParsePublicKeysPEM).
  return { ...block, contents: 'error' in certificate ? { certificate } : { ...contents, certificate } };
}
