/** What a copy does not have of a scanned node, in which nothing else is secret (`scan/withhold.ts`). */
import { createHmac, randomBytes } from 'node:crypto';
import type { Content } from '../../artifact/file.ts';
import type { Collection, ScannedNode } from '../../artifact/node.ts';
import type { Pem, PemBlock } from '../../artifact/pem-blocks.ts';
import { redact } from '../../core/secrets.ts';

/** Returns the node without certificates that contain a private key in a name, and what was left out of it. */
export function withoutKeys(scanned: ScannedNode): Pick<Collection, 'withheld'> & { readonly node: ScannedNode } {
  // Without a random key, a known manifest would let an attacker guess its password from the digest.
  const ownKey = randomBytes(32);
  const digest = (text: string) => createHmac('sha256', ownKey).update(text).digest('hex').slice(0, 16);
  let left = 0;
  const ofPem = (pem: Pem): Pem => ({
    ...pem,
    blocks: pem.blocks.map((block) => {
      if (!publicDers(block).some(hasKey)) return block;
      left += 1;
      return keptOf(block);
    }),
  });
  const embedded = <One extends { readonly embedded?: Pem } | undefined>(one: One): One =>
    one?.embedded === undefined ? one : { ...one, embedded: ofPem(one.embedded) };
  function ofContent(content: Content): Content {
    if (content.type === 'pem') return { ...content, pem: ofPem(content.pem) };
    if (content.type === 'manifest') return { ...content, pod: { ...content.pod, digest: digest(content.pod.digest) } };
    if (content.type !== 'kubeconfig') return content;
    const { cluster, user } = content.kubeconfig;
    return {
      ...content,
      kubeconfig: {
        ...content.kubeconfig,
        cluster: cluster && { ...cluster, certificateAuthority: embedded(cluster.certificateAuthority) },
        user: user && { ...user, certificate: embedded(user.certificate), key: embedded(user.key) },
      },
    };
  }
  const files = [...scanned.files].map(
    ([path, { content, ...file }]) => [path, { ...file, ...(content && { content: ofContent(content) }) }] as const,
  );
  const { withheld = [], ...node } = scanned;
  const ofKeys = left === 0 ? [] : [{ what: 'certificates that contain a private key', count: left }];
  return { node: { ...node, files: new Map(files) }, withheld: [...withheld, ...ofKeys] };
}

function keptOf({ label, line, headers }: PemBlock): PemBlock {
  const error = 'it contains a private key, and was left out of the copy';
  const contents = { certificate: { error } };
  return { label, line, headers, type: 'malformed', promised: 'certificate', error, contents };
}

/** What is written of a block as it is: its certificate, or the name in a request. */
function publicDers(block: PemBlock): readonly Uint8Array[] {
  const certificate = block.type === 'certificate' ? block.certificate : block.contents?.certificate;
  return [
    ...(certificate === undefined || 'error' in certificate ? [] : [certificate.raw]),
    ...(block.type === 'certificate-request' ? [Buffer.from(block.request.subject.der, 'hex')] : []),
  ];
}

/** Whether there is text of a key in an encoding. */
function hasKey(der: Uint8Array): boolean {
  const text = Buffer.from(der).toString('latin1');
  return redact(text) !== text;
}
