/** Joins the scanned files of one node with the tables. */

import type { Certificate } from '../../artifact/certificate.ts';
import { certificatesInPem } from '../../artifact/pem-blocks.ts';
import type { Strictness } from '../../artifact/strictness.ts';
import { isNodeName } from '../../core/command/node-name.ts';
import type { NodeKind } from '../../results/reported-node.ts';
import { strictnessOfNode } from '../../tables/go-releases.ts';
import { servingCaFor } from '../../tables/layouts/authorities.ts';
import type { LaidOutNode } from '../../tables/layouts/layout.ts';
import { limitSignatures, signaturesOfNode } from '../../x509/verify/signature-limit.ts';
import type { Facts, GivenFacts } from '../facts/facts.ts';
import { gatherFacts } from '../facts/gather.ts';
import { authorityApplies, type Context, kindOf, roleApplies } from './applicability.ts';
import { chainOf, findAuthority } from './authorities.ts';
import { withoutForeign } from './foreign-kubeconfig.ts';
import { ignoredOn } from './ignored-files.ts';
import { settle } from './node-policy.ts';
import { findOthers } from './other-certificates.ts';
import type { KnownFiles } from './other-files.ts';
import { authorityOf, type Judging, type Pki, withoutOthers } from './pki.ts';
import type { Authority, Role, RoleFindings } from './role.ts';
import { type AnyRoleFiles, findRoleFiles } from './role-files.ts';
import { findKeyPair } from './service-account.ts';
import { findSlots } from './slots.ts';
import { sourceAt } from './source.ts';
import { findUses } from './uses.ts';

/** Joins one scanned node with the tables. */
export function buildPki(node: LaidOutNode, given: GivenFacts, judging: Judging): Pki {
  const gather = (from: GivenFacts) => gatherFacts(node, from, (path) => firstCertificate(node, path));
  const { facts, judging: own, contradictions } = settle(gather, given, judging, node.label);
  const assemble = (from: LaidOutNode): Pki => ({
    ...assemblePki(from, facts, strictnessOfNode(facts.kubernetesVersion?.value), own, given.kind),
    ...(contradictions.length > 0 && { contradictions }),
  });
  const pki = assemble(node);
  const ignored = ignoredOn(pki);
  if (ignored === undefined || ignored.paths.size === 0) return ignored === undefined ? pki : { ...pki, ignored };
  const files = new Map([...node.files].filter(([path]) => !ignored.paths.has(path)));
  const pkiFiles = node.pkiFiles.filter((path) => !ignored.paths.has(path));
  return { ...assemble({ ...node, files, pkiFiles }), ignored };
}

/** Like `buildPki`, with known facts, and with a strictness that may differ from that of the node's release. */
export function assemblePki(
  node: LaidOutNode,
  facts: Facts,
  strictness: Strictness,
  judging: Judging,
  kind: NodeKind = kindOf(node, facts),
): Pki {
  const slots = findSlots(node);
  const context = { node, kind, facts, slots };
  const serviceAccount = findKeyPair(context);
  const { authorities, roles, others } = limitSignatures(signaturesOfNode, () => {
    const signed = findSigned(context, strictness);
    return { ...signed, others: findOthers(node, slots, knownFiles({ ...signed, serviceAccount, node }), judging.at) };
  });
  const joined = { node, layout: node.layout, slots, authorities, roles, serviceAccount, others };
  const name = facts.nodeName?.value ?? nameWithout(node);
  return { ...joined, name, kind, facts, uses: findUses(joined), input: withoutOthers, strictness, judging };
}

/** What a node is called that nothing names: its machine if that is this one, or the path as typed. */
function nameWithout({ label, machine, host }: LaidOutNode): string {
  const name = machine?.name ?? host;
  return label === '/' && name !== undefined && isNodeName(name) ? name : label;
}

/** Finds the authorities of a node by what they signed, and its roles by what signed them. */
function findSigned(context: Context, strictness: Strictness): Pick<Pki, 'authorities' | 'roles'> {
  const { node, slots } = context;
  const files = withoutForeign(node, findRoleFiles(node, slots));
  const authorities = node.layout.authorities.map((row): Authority => {
    const authority = findAuthority(node, slots, files, row);
    return { ...authority, applies: authorityApplies(context, authority) };
  });
  const roles = files.map((role): Role => {
    const judged = judgeRole(context, authorities, role, strictness);
    if (role.kind === 'certificate') return { ...role, ...judged };
    return { ...role, ...judged, servingCa: servingCaFor(judged.parent, { layout: node.layout, authorities }) };
  });
  return { authorities, roles };
}

/** The files that play a role of the tables. */
function knownFiles(pki: Pick<Pki, 'node' | 'authorities' | 'roles' | 'serviceAccount'>): KnownFiles {
  const { node, authorities, roles, serviceAccount } = pki;
  const real = (path: string) => node.files.get(path)?.realPath ?? path;
  const pathsOf = (all: readonly (string | undefined)[]) =>
    new Set(all.flatMap((path) => (path === undefined ? [] : [path, real(path)])));
  const applying = <T extends Role | Authority>(all: readonly T[]) =>
    all.filter(({ applies }) => applies.answer === 'yes');
  const read = applying(roles).filter(({ inUse }) => inUse);
  return {
    judged: pathsOf([
      ...read.map(({ certificate }) => certificate?.path),
      ...applying(authorities).map(({ source }) => source.path),
    ]),
    pairs: new Set(read.map(({ certificate, key }) => `${real(certificate?.path ?? '')} ${real(key?.path ?? '')}`)),
    authorities: new Set(
      applying(authorities).flatMap(({ certificates }) => certificates.map((one) => one.fingerprint256)),
    ),
    all: pathsOf([
      ...roles.flatMap(({ path, certificate, key }) => [path, certificate?.path, key?.path]),
      ...authorities.flatMap(({ source, key }) => [source.path, key.path]),
      ...[...serviceAccount.signers, ...serviceAccount.verifiers].map(({ source }) => source.path),
    ]),
    isDocumented: roles.some(({ seen }) => seen === 'present' || seen === 'irregular'),
  };
}

function judgeRole(
  context: Context,
  authorities: readonly Authority[],
  role: AnyRoleFiles,
  strictness: Strictness,
): RoleFindings {
  const parent = authorityOf(authorities, role.row.parent);
  const verified = chainOf(role, parent.certificates, strictness);
  const issued = (one: Authority) => chainOf(role, one.certificates) !== undefined;
  // Several authorities may have one certificate: then its own has signed it.
  const signer = verified ? parent : [parent, ...authorities].find(issued);
  const { applies, inUse } = roleApplies(context, role);
  return { applies, inUse, parent, verified, signedBy: signer?.id };
}

function firstCertificate(node: LaidOutNode, path: string): Certificate | undefined {
  return certificatesInPem(sourceAt(node, path).pem)[0];
}
