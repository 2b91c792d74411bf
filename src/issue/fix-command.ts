/** The command of our own that mends a finding, where this node has what it takes. */

import { shellWord } from '../core/text.ts';
import { day } from '../core/time.ts';
import type { Failure } from '../lint/run.ts';
import { sharedEndpoint } from '../model/cluster/cluster.ts';
import type { Fact } from '../model/facts/facts.ts';
import { factNames, factOptions } from '../model/facts/options.ts';
import { signsAt } from '../model/roles/applicability.ts';
import { missingOptions } from '../model/roles/expected.ts';
import type { Pki } from '../model/roles/pki.ts';
import type { Authority, Role } from '../model/roles/role.ts';
import {
  endOf,
  filesOf,
  isKeptByKubelet,
  isRotated,
  isTrustedOtherwise,
  linkAmong,
  sharedWith,
  signingCertificate,
} from '../model/roles/signing.ts';
import { sourceAt } from '../model/roles/source.ts';
import type { Issuing, RemedyKind } from '../tables/catalog.ts';

const ways: Readonly<Record<RemedyKind, Issuing>> = {
  missing: 'fill',
  wrong: 'replace',
  names: 'replace',
  expired: 'renew',
};

/** Days, the default of `--within`. */
const usualWithin = 30;
const usualPki = '/etc/kubernetes/pki';

/** The words behind `--write`, and what must hold for them to be right. */
interface Wanted {
  readonly words: readonly string[];
  readonly condition?: string;
}

/** `pki-lint issue --write …`, for the node itself; undefined where issuing cannot help, or might harm. */
export function issueCommand({ rule, subject }: Failure, pki: Pki): string | undefined {
  const way = rule.issue ?? (rule.remedy === null ? undefined : ways[rule.remedy]);
  if (way === undefined || subject.role === undefined) return undefined;
  const path = rule.over === 'file' ? subject.path : undefined;
  const wanted = wantedFor(subject.role, way, path, pki);
  if (wanted === undefined) return undefined;
  return commandOf(wanted.words, pki, wanted.condition);
}

/** The command that renews whatever has ended on this node or will soon; undefined where that is one certificate, or none. */
export function renewalOfAll(pki: Pki): string | undefined {
  const { at } = pki.judging;
  const ending = pki.roles.filter((role) => (endOf(role) ?? Number.POSITIVE_INFINITY) <= at + usualWithin * day);
  if (ending.length < 2 || ending.some((role) => forRole(role, 'renew', pki) === undefined)) return undefined;
  return commandOf(['--renew', ...unknownFacts(ending, pki)], pki);
}

/** What linting was told of the place is told as well: a command must not act on another machine than was linted. */
function commandOf(words: readonly string[], pki: Pki, condition?: string): string {
  const { node } = pki;
  const folder = node.pki === usualPki ? [] : [shellWord(node.pki)];
  const place = node.rootfs === '/' ? [] : node.named;
  const all = ['pki-lint issue', ...folder, ...(place ?? []).map(shellWord), '--write', ...words, ...asLinted(pki)];
  const where = place === undefined ? ['on the node itself'] : [];
  const notes = [...where, ...(condition === undefined ? [] : [condition])];
  return [all.join(' '), ...(notes.length === 0 ? [] : [`  # ${notes.join(', ')}`])].join(' ');
}

function wantedFor(id: string, way: Issuing, path: string | undefined, pki: Pki): Wanted | undefined {
  const role = pki.roles.find((one) => one.id === id);
  if (role) return path === undefined || filesOf(role).includes(path) ? forRole(role, way, pki) : undefined;
  if (id === pki.serviceAccount.row.role) return forKeyPair(way, pki);
  const authority = pki.authorities.find((one) => one.id === id);
  return authority && way === 'fill' ? forAuthority(authority, pki) : undefined;
}

function forRole(role: Role, way: Issuing, pki: Pki): Wanted | undefined {
  if (!isOurs(filesOf(role), role.id, pki) || isRotated(role) || isKeptByKubelet(role, pki)) return undefined;
  if (way === 'fill' && role.parent.source.seen === 'absent') return forAuthority(role.parent, pki);
  const signer = signingCertificate(role.parent, pki.judging.at);
  if (isTrustedOtherwise(role, pki, signer ? [signer] : []) || !canSign(role.parent, way, pki.judging))
    return undefined;
  const words: Readonly<Record<Issuing, readonly string[]>> = {
    fill: [],
    replace: ['--replace', role.id],
    renew: ['--renew', ...within(role, pki.judging.at)],
  };
  return { words: ['--only', role.id, ...words[way], ...unknownFacts([role], pki)] };
}

/** Whether files can be written, and are those of one role alone. */
function isOurs(paths: readonly string[], role: string, pki: Pki): boolean {
  const isPlain = paths.every((path) => ['present', 'absent'].includes(sourceAt(pki.node, path).seen));
  return isPlain && linkAmong(paths, pki) === undefined && sharedWith(paths, role, pki) === undefined;
}

/** Whether what an authority signs now will live: for a renewal longer than what lint calls soon. */
function canSign(authority: Authority, way: Issuing, { at, expiresWithinMs, target }: Pki['judging']): boolean {
  const signer = signingCertificate(authority, at);
  if (signer === undefined || signer.publicKey.type === 'Ed25519' || signer.notBefore > at) return false;
  const needed = way === 'renew' ? Math.max(expiresWithinMs, target?.windowMs ?? 0) : 0;
  return at + needed < signer.notAfter;
}

function within(role: Role, at: number): readonly string[] {
  const days = Math.ceil(((endOf(role) ?? at) - at) / day);
  return days > usualWithin ? ['--within', `${days}d`] : [];
}

/** Where nothing on this node was signed by it, a new one harms nobody, unless another node has one; with what it is to sign. */
function forAuthority(authority: Authority, pki: Pki): Wanted | undefined {
  const { id, source, key, leaves, applies } = authority;
  const isNew = source.seen === 'absent' && key.seen === 'absent' && leaves.length === 0 && applies.answer === 'yes';
  const isElsewhere = pki.kind !== 'control-plane' || signsAt(authority, pki) === 'elsewhere';
  if (!isNew || isElsewhere) return undefined;
  const children = pki.roles.filter((role) => role.parent === authority && role.applies.answer === 'yes');
  const words = ['--only', [id, ...children.map((role) => role.id)].join(','), ...unknownFacts(children, pki)];
  return { words, condition: 'if no other control-plane node has one' };
}

/** The public half follows from the private one, where there is one of each. */
function forKeyPair(way: Issuing, pki: Pki): Wanted | undefined {
  const { row, signers, verifiers } = pki.serviceAccount;
  const [signer, ...moreSigners] = distinct(signers);
  const [verifier, ...moreVerifiers] = distinct(verifiers);
  if (!signer?.loaded?.ok || !verifier || moreSigners.length + moreVerifiers.length > 0) return undefined;
  const paths = [signer.source.path, verifier.source.path];
  if (paths[0] === paths[1] || !isOurs(paths, row.role, pki)) return undefined;
  const words = ['--only', row.role];
  if (way === 'fill') return verifier.source.seen === 'absent' ? { words } : undefined;
  if (verifier.source.seen !== 'present') return undefined;
  return {
    words: [...words, '--replace', row.role, '--keep-key'],
    condition: `if ${signer.source.path} is the one that all control-plane nodes share`,
  };
}

function distinct<T extends { readonly source: { readonly path: string } }>(all: readonly T[]): readonly T[] {
  return [...new Map(all.map((one) => [one.source.path, one])).values()];
}

/** What has to be said because no file tells it. */
function unknownFacts(roles: readonly Role[], pki: Pki): readonly string[] {
  const { advertiseAddress, controlPlaneEndpoint } = pki.facts;
  const isServerKnown = advertiseAddress !== undefined || controlPlaneEndpoint !== undefined;
  const missing = roles.flatMap((role) => {
    const hasServer = /^https:/i.test(role.kubeconfig?.cluster?.server?.value ?? '');
    const isLost = role.id === 'kube-apiserver' && role.seen === 'absent' && role.parent.source.seen !== 'absent';
    const needsServer =
      role.kind === 'kubeconfig' ? !hasServer && !isServerKnown : isLost && sharedEndpoint(pki) === undefined;
    return [...missingOptions(role, pki), ...(needsServer ? ['--control-plane-endpoint'] : [])];
  });
  // The advertise address is that of the node, unless somebody says otherwise.
  const isAddressTold = advertiseAddress !== undefined || missing.includes('--advertise-address');
  const asked = isAddressTold ? missing.filter((option) => option !== '--node-ip') : missing;
  return Object.values(factOptions).flatMap(({ option, placeholder }) =>
    asked.includes(option) ? [option, placeholder] : [],
  );
}

/** What linting was told, so that issuing follows the same. */
function asLinted({ facts, judging }: Pki): readonly string[] {
  const given = factNames.flatMap((name) => {
    const { option } = factOptions[name];
    const fact: Fact<string | readonly string[]> | undefined = facts[name];
    return fact?.source === option ? [option, shellWord([fact.value].flat().join(','))] : [];
  });
  return [...given, ...(judging.profile === 'kubeadm' ? [] : ['--profile', judging.profile])];
}
