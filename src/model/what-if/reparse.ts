/** The files of a node as a different Go release reads them. Certificates keep their DER, so no file is read twice. */
import type { Kubeconfig, NodeFile, Pem, PemBlock, PemContents, Reference } from '../../core/artifact.ts';
import type { Certificate } from '../../core/certificate.ts';
import type { Strictness } from '../../core/strictness.ts';
import type { LaidOutNode } from '../../tables/layouts.ts';
import { parseCertificate } from '../../x509/certificate.ts';
import { ParseError } from '../../x509/der.ts';

type Reparse = (certificate: Certificate) => PemContents['certificate'];

/**
 * The node with every certificate parsed again; the same object if that changes nothing. What was rejected before stays
 * rejected, as it is by every later Go.
 */
export function reparseNode(node: LaidOutNode, strictness: Strictness): LaidOutNode {
  return withCertificates(node, (certificate) => reparseCertificate(certificate, strictness));
}

/** The node with every certificate replaced, in files and in kubeconfigs; the same object if none changes. */
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

/** The same object if nothing about it changes, so that what is cached for it stays valid. */
function reparseCertificate(certificate: Certificate, strictness: Strictness): PemContents['certificate'] {
  try {
    const after = parseCertificate(certificate.raw, strictness);
    return after.unhandledCritical.join() === certificate.unhandledCritical.join() ? certificate : after;
  } catch (error) {
    if (error instanceof ParseError) return { error: error.message };
    throw error;
  }
}

function reparseFile(file: NodeFile, reparse: Reparse): NodeFile {
  const { content } = file;
  if (content?.type === 'pem') {
    const pem = reparsePem(content.pem, reparse);
    return pem === content.pem ? file : { ...file, content: { type: 'pem', pem } };
  }
  if (content?.type !== 'kubeconfig') return file;
  const kubeconfig = reparseKubeconfig(content.kubeconfig, reparse);
  return kubeconfig === content.kubeconfig ? file : { ...file, content: { type: 'kubeconfig', kubeconfig } };
}

function reparseKubeconfig(kubeconfig: Kubeconfig, reparse: Reparse): Kubeconfig {
  const { cluster, user } = kubeconfig;
  const certificateAuthority = reparseReference(cluster?.certificateAuthority, reparse);
  const certificate = reparseReference(user?.certificate, reparse);
  if (certificateAuthority === cluster?.certificateAuthority && certificate === user?.certificate) return kubeconfig;
  return {
    ...kubeconfig,
    ...(cluster && { cluster: { ...cluster, certificateAuthority } }),
    ...(user && { user: { ...user, certificate } }),
  };
}

function reparseReference(reference: Reference | undefined, reparse: Reparse): Reference | undefined {
  if (reference?.embedded === undefined) return reference;
  const embedded = reparsePem(reference.embedded, reparse);
  return embedded === reference.embedded ? reference : { ...reference, embedded };
}

function reparsePem(pem: Pem, reparse: Reparse): Pem {
  const blocks = pem.blocks.map((block) => reparseBlock(block, reparse));
  return blocks.every((block, index) => block === pem.blocks[index]) ? pem : { ...pem, blocks };
}

function reparseBlock(block: PemBlock, reparse: Reparse): PemBlock {
  if (block.type === 'certificate') {
    const certificate = reparse(block.certificate);
    if (certificate === block.certificate) return block;
    if (!('error' in certificate)) return { ...block, certificate };
    const { label, line, headers } = block;
    return {
      label,
      line,
      headers,
      contents: { certificate },
      type: 'malformed',
      promised: 'certificate',
      ...certificate,
    };
  }
  const { contents } = block;
  if (contents === undefined || 'error' in contents.certificate) return block;
  const certificate = reparse(contents.certificate);
  if (certificate === contents.certificate) return block;
  // Without its certificate it has no key either (keyutil, ParsePublicKeysPEM).
  return { ...block, contents: 'error' in certificate ? { certificate } : { ...contents, certificate } };
}
