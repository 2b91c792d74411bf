/** The notes of a plan about a CA that is replaced: what becomes invalid with it, and what does not. */

import type { Certificate } from '../../artifact/certificate.ts';
import type { Pem } from '../../artifact/pem-blocks.ts';
import { dateOf } from '../../core/time.ts';
import { lastingCertificate } from '../../model/roles/authorities.ts';
import type { Pki } from '../../model/roles/pki.ts';
import type { Authority } from '../../model/roles/role.ts';
import { signingCertificate } from '../../model/trust/signing.ts';
import { isOnWorkers, servingCa } from '../../tables/layouts/authorities.ts';
import { issues } from '../../x509/verify/chain.ts';
import { limitSignatures, signaturesOfNode } from '../../x509/verify/signature-limit.ts';

/**
 * The consequences of replacing a CA, and the certificates that its file loses. `isAnother`: its key or its name
 * changes; `next`: the new certificate, if it is known.
 */
export function consequences(
  authority: Authority,
  isAnother: boolean,
  next: Certificate | undefined,
  pki: Pki,
): readonly string[] {
  const { id, issued, loaded } = authority;
  const trusted = loaded?.ok ? loaded.value : [];
  const kept = [signingCertificate(authority, pki.judging.at) ?? trusted[0], next].map((one) => one?.publicKey.id);
  const bundled = trusted.filter(({ publicKey }) => !kept.includes(publicKey.id));
  const gone = bundled.map(({ subject }) => `the file no longer contains ${subject.text}, which was next to it`);
  if (!isAnother) {
    const old = lastingCertificate(trusted, pki.judging.at);
    const isOver = old !== undefined && old.notAfter < pki.judging.at;
    const copies = isOver
      ? `other copies of the old certificate have verified nothing since ${dateOf(old.notAfter)}: on other nodes, in kubeconfigs off this node, in ConfigMaps and caBundles`
      : 'components with the old certificate trust it until it expires';
    return [`what ${id} signed stays valid, because its name and key stay the same; ${copies}`, ...gone];
  }
  const left = filesSignedBy(authority, pki);
  const died = issued.map((role) => role.id).join(', ');
  return [
    ...(died === '' ? [] : [`what it signed becomes invalid, and is reissued here: ${died}`]),
    ...(left.length === 0 ? [] : [`what it signed becomes invalid, and is not reissued: ${left.join(', ')}`]),
    ...(died === '' ? [] : [`every other ${whoTrusts(id, pki)} that trusts ${id} needs the new certificate too`]),
    ...gone,
  ];
}

function whoTrusts(id: string, { layout }: Pki): string {
  if (id === servingCa(layout)) return 'node and kubeconfig';
  return isOnWorkers(id, layout) ? 'node' : 'control-plane node';
}

/** Paths of files with certificates that this CA signed, except for those of its roles. */
function filesSignedBy({ source, issued, loaded }: Authority, { node }: Pki): readonly string[] {
  const signers = loaded?.ok ? loaded.value : [];
  const known = new Set([source.path, ...issued.flatMap((role) => [role.path, role.certificate?.path ?? ''])]);
  const isSigned = (certificate: Certificate) => signers.some((one) => one !== certificate && issues(one, certificate));
  const hasSigned = ({ blocks }: Pem) =>
    blocks.some((block) => block.type === 'certificate' && isSigned(block.certificate));
  const others = [...node.files.values()].filter(({ path, links }) => links.length === 0 && !known.has(path));
  const signed = limitSignatures(signaturesOfNode, () =>
    others.filter(({ content }) => content?.type === 'pem' && hasSigned(content.pem)),
  );
  return signed.map(({ path }) => path).sort();
}
