/** What was read of a node, as another Go would have read it. Certificates keep their DER: no file is read twice. */
import type { Kubeconfig, NodeFile, Pem, PemBlock, PemContents, Reference } from '../../core/artifact.ts';
import type { Certificate } from '../../core/certificate.ts';
import type { Strictness } from '../../core/strictness.ts';
import type { LaidOutNode } from '../../tables/layouts.ts';
import { parseCertificate } from '../../x509/certificate.ts';
import { ParseError } from '../../x509/der.ts';

type Reparse = (certificate: Certificate) => PemContents['certificate'];

/**
 * The node with every certificate judged anew; itself where that changes nothing. What was refused before stays refused:
 * so it is with every later Go.
 */
export function reparseNode(node: LaidOutNode, strictness: Strictness): LaidOutNode {
  return withCertificates(node, (certificate) => parseAnew(certificate, strictness));
}

/** The node with every certificate, wherever it lies, in another's stead; itself where none changes. */
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
    const anew = rereadFile(file, reparse);
    files.set(path, anew);
    changed ||= anew !== file;
  }
  return changed ? { ...node, files } : node;
}

/** The same object where nothing about it changes, so that what is known of it stays known. */
function parseAnew(certificate: Certificate, strictness: Strictness): PemContents['certificate'] {
  try {
    const anew = parseCertificate(certificate.raw, strictness);
    return anew.unhandledCritical.join() === certificate.unhandledCritical.join() ? certificate : anew;
  } catch (error) {
    if (error instanceof ParseError) return { error: error.message };
    throw error;
  }
}

function rereadFile(file: NodeFile, reparse: Reparse): NodeFile {
  const { content } = file;
  if (content?.type === 'pem') {
    const pem = rereadPem(content.pem, reparse);
    return pem === content.pem ? file : { ...file, content: { type: 'pem', pem } };
  }
  if (content?.type !== 'kubeconfig') return file;
  const kubeconfig = rereadKubeconfig(content.kubeconfig, reparse);
  return kubeconfig === content.kubeconfig ? file : { ...file, content: { type: 'kubeconfig', kubeconfig } };
}

function rereadKubeconfig(kubeconfig: Kubeconfig, reparse: Reparse): Kubeconfig {
  const { cluster, user } = kubeconfig;
  const certificateAuthority = rereadReference(cluster?.certificateAuthority, reparse);
  const certificate = rereadReference(user?.certificate, reparse);
  const same = certificateAuthority === cluster?.certificateAuthority && certificate === user?.certificate;
  if (same) return kubeconfig;
  return {
    ...kubeconfig,
    ...(cluster && { cluster: { ...cluster, certificateAuthority } }),
    ...(user && { user: { ...user, certificate } }),
  };
}

function rereadReference(reference: Reference | undefined, reparse: Reparse): Reference | undefined {
  const embedded = reference?.embedded && rereadPem(reference.embedded, reparse);
  return embedded === reference?.embedded || embedded === undefined
    ? reference
    : ({ ...reference, embedded } as Reference);
}

function rereadPem(pem: Pem, reparse: Reparse): Pem {
  const blocks = pem.blocks.map((block) => rereadBlock(block, reparse));
  return blocks.every((block, index) => block === pem.blocks[index]) ? pem : { ...pem, blocks };
}

function rereadBlock(block: PemBlock, reparse: Reparse): PemBlock {
  if (block.type === 'certificate') {
    const certificate = reparse(block.certificate);
    if (certificate === block.certificate) return block;
    if (!('error' in certificate)) return { ...block, certificate };
    const { label, line, headers } = block;
    const { error } = certificate;
    return { label, line, headers, contents: { certificate }, type: 'malformed', promised: 'certificate', error };
  }
  const { contents } = block;
  if (contents === undefined || 'error' in contents.certificate) return block;
  const certificate = reparse(contents.certificate);
  if (certificate === contents.certificate) return block;
  // Without its certificate no key is found in it either (keyutil, ParsePublicKeysPEM).
  return { ...block, contents: 'error' in certificate ? { certificate } : { ...contents, certificate } };
}
