/** Checks that files and flags exist. */

import { allArguments, lastArgument } from '../artifact/arguments.ts';
import type { NodeFile } from '../artifact/file.ts';
import { inFolder } from '../artifact/paths.ts';
import { isFrom } from '../model/facts/release.ts';
import { signsAt } from '../model/roles/applicability.ts';
import { conditions } from '../model/roles/conditions.ts';
import type { Pki } from '../model/roles/pki.ts';
import type { Role } from '../model/roles/role.ts';
import { type Slot, slotName } from '../model/roles/slots.ts';
import { seenAt, sourceOf } from '../model/roles/source.ts';
import type { Without } from '../tables/tables.ts';
import { bootstrapOf, etcdOnNode, replacedBySetting } from './absent-settings.ts';
import { isSeen, onlyEdit, setArgument } from './argument-edit.ts';
import { misspelled } from './arguments.ts';
import {
  type CheckResult,
  check,
  notApplicable,
  problem,
  releaseUnknown,
  roleProblem,
  skip,
  skipUnseen,
} from './check.ts';
import { anyCertificateCheck, applies, keyPairCheck, kubeconfigCheck } from './guards.ts';
import { hasPair, tokenPaths } from './token-keys.ts';
import { pairFlag } from './wrong-key.ts';

/** Whether a flag names a path other than the recommended one. Then the flag is at fault, not the file. */
function isElsewhere(slot: Slot | undefined, recommended: string): boolean {
  return slot?.path !== undefined && slot.path !== recommended;
}

/** Files of roles, with a rule for each kind and for each effect of their absence. */
function rolePresent(kind: Role['kind'], without: Without) {
  return check('role', function* (role, pki) {
    if (role.kind !== kind) return yield notApplicable(`no ${kind}`);
    if (!(yield* applies(role, 'presence'))) return;
    const own = role.kind === 'kubeconfig' ? role.row : role.row.own;
    if ((own?.without ?? 'outage') !== without) return yield notApplicable('reported by a different rule');
    const { seen, path, file } = role;
    if (seen === 'unseen') return yield skipUnseen(role);
    if (seen !== 'absent' || isElsewhere(role.slot, role.recommended)) return;
    const detail = file?.state === 'broken-link' ? ` (${linkTo(file)})` : '';
    const bootstrap = bootstrapOf(role, pki);
    const data = { detail, reader: own?.usedBy ?? '', hint: '', ...bootstrap?.data };
    yield roleProblem(role, data, { at: { path }, ...bootstrap?.more });
  });
}

/** Where a link that leads nowhere points. */
export const linkTo = ({ detail = 'nothing' }: NodeFile) => `a symbolic link to ${detail}`;

/** Flags of the tables that are not set, with a rule for each effect. */
function argumentPresent(without: Without) {
  return check('argument', function* (slot, pki) {
    if (slot.argument !== undefined) return;
    const effect = effectOf(slot, pki);
    if (effect.without !== without) return yield notApplicable('reported by a different rule');
    const reason = unneeded(slot, pki);
    if (reason) return yield reason;
    const { component, flag, path } = slot.row;
    const usual = flag === 'etcd-servers' ? etcdOnNode(pki) : undefined;
    const recommended = path === null ? usual : inFolder(pki.node.pki, path);
    const value = recommended === undefined ? '' : `=${recommended}`;
    const other = otherHalf(slot);
    const isThere =
      recommended !== undefined &&
      (recommended === usual || (other === '' && isSeen(slot.component, recommended, pki)));
    const edit = isThere ? setArgument(slot.component, flag, recommended) : undefined;
    const fix = `--${flag}${value}${other}`;
    const stops = slot.row.stops || halfOf(slot) !== undefined ? [component] : [];
    const setting = replacedBySetting(slot, recommended, pki);
    if (setting) return yield setting;
    yield problem(
      slot.component.at,
      { component, flag: `--${flag}`, value, breaks: effect.breaks, fix },
      {
        stops,
        edits: onlyEdit(edit),
        // They are added in one place. Without one of a pair nothing works, so both are added at once.
        shared: `${component} ${slot.component.at.path}${without === 'outage' ? '' : ` ${pairFlag(slot, pki)}`}`,
      },
    );
  });
}

/** The effect of a missing flag. */
function effectOf(slot: Slot, pki: Pki): { readonly without: Without; readonly breaks: string } {
  const half = halfOf(slot);
  if (half !== undefined) return { without: 'outage', breaks: half };
  const { row } = slot;
  return row.instead && conditions[row.instead.when](pki) === 'yes' ? row.instead : row;
}

/** The other half of a pair if both are missing: one alone would be worse than none. */
function otherHalf({ row: { half }, component }: Slot): string {
  return half === undefined || lastArgument(component, half.of)?.value ? '' : ` and --${half.of}`;
}

/** What breaks because only the other half of a pair is set. */
function halfOf({ row, component }: Slot): string | undefined {
  return row.half && lastArgument(component, row.half.of)?.value ? row.half.breaks : undefined;
}

/** Why a missing flag is not needed; undefined if it is. */
function unneeded(slot: Slot, pki: Pki): CheckResult | undefined {
  const { row, component } = slot;
  if (component.unknown !== undefined) return skip(component.unknown);
  const release = pki.facts.kubernetesVersion?.value;
  if (row.since !== undefined) {
    if (release === undefined) return releaseUnknown;
    if (!isFrom(release, row.since)) return notApplicable(`needed from ${row.since} on`);
  }
  if (row.until !== undefined && halfOf(slot) === undefined) {
    if (release === undefined) return releaseUnknown;
    if (isFrom(release, row.until)) return notApplicable(`not needed from ${row.until} on`);
  }
  const mistyped = misspelled(component, row.flag);
  if (mistyped !== undefined) return notApplicable(`${mistyped} is meant to be this flag`);
  if (row.role === pki.serviceAccount.row.role && pki.serviceAccount.external) {
    return notApplicable('an external signer is configured');
  }
  if (halfOf(slot) !== undefined) return undefined;
  const replaced = row.replacedBy?.find((flag) => allArguments(component, flag).some(({ value }) => value !== ''));
  if (replaced !== undefined) return notApplicable(`--${replaced} replaces it`);
  const needed = conditions[row.when](pki);
  if (needed === 'no') return notApplicable('not needed here');
  const isUnknown = needed === 'unknown' || (row.instead && conditions[row.instead.when](pki) === 'unknown');
  return isUnknown ? skip(`whether ${slotName(slot)} is needed is unknown`) : undefined;
}

/** The flag of a slot, as written if it is set. */
export function slotFlag(slot: Slot): string {
  return slot.argument?.spelled ?? `--${slot.row.flag}`;
}

export const presenceChecks = {
  'authority/present': check('authority', function* (authority) {
    if (!(yield* applies(authority, 'presence'))) return;
    const { source, recommended } = authority;
    if (source.seen === 'unseen') yield skipUnseen(source);
    // If all flags name a different path, these are at fault.
    const slots = authority.trust.map((trust) => trust.slot);
    const ours = slots.length === 0 || slots.some((slot) => !isElsewhere(slot, recommended));
    if (source.seen === 'absent' && ours) {
      yield problem({ path: recommended }, { role: authority.id, for: authority.row.for, path: recommended });
    }
  }),

  /** kubeadm considers a certificate without its key an external CA (certs.go, UsingExternalCA). */
  'authority/key': check('authority', function* (authority, pki) {
    if (!(yield* applies(authority))) return;
    const { source, key } = authority;
    if (source.seen !== 'present') return yield notApplicable('no certificate on this node');
    if (source.path !== authority.recommended) return yield notApplicable('its file is elsewhere');
    if (pki.kind !== 'control-plane') return yield notApplicable('this node does not sign');
    if (signsAt(authority, pki) === 'elsewhere') return yield notApplicable('etcd runs elsewhere');
    if (key.seen === 'unseen') return yield skipUnseen(key);
    if (pki.slots.some((slot) => slot.row.holds === 'signer-key' && slot.path === key.path)) {
      return yield notApplicable('reported by argument/file');
    }
    if (key.seen === 'absent') yield problem({ path: key.path }, { role: authority.id, path: key.path });
  }),

  'cert/present': rolePresent('certificate', 'outage'),
  'cert/present-minor': rolePresent('certificate', 'degraded'),
  'kubeconfig/present': rolePresent('kubeconfig', 'outage'),
  'kubeconfig/present-admin': rolePresent('kubeconfig', 'degraded'),
  /** The private key of a certificate, at its path or named by a kubeconfig. */
  'cert/key': anyCertificateCheck(function* (role, pki) {
    const { key } = role;
    if (role.kind === 'other') {
      // An argument with a missing file, or with a kubeconfig that names one, is reported by itself.
      const isReported = pki.slots.some(({ row, argument }) => row.role === null && argument?.at === role.namedAt);
      const isMissing = key?.seen === 'absent' && !isReported && role.kubelet === undefined;
      return yield* isMissing ? [roleProblem(role, { path: key.path }, { at: role.namedAt })] : [];
    }
    if (key === undefined) return yield roleProblem(role, {}, { at: role.kubeconfig?.user?.at ?? { path: role.path } });
    if (key.seen === 'unseen') return yield skipUnseen(key);
    const named = role.kind === 'kubeconfig' ? undefined : role.keySlot;
    const recommended = role.kind === 'certificate' ? inFolder(pki.node.pki, role.row.key) : key.path;
    const { path } = key;
    if (key.seen === 'absent' && !isElsewhere(named, recommended)) yield problem({ path }, { role: role.id, path });
  }),

  /** The CA and the client certificate that a kubeconfig names by path. */
  'kubeconfig/file': kubeconfigCheck(function* (role, pki) {
    const reference = role.kubeconfig.cluster?.certificateAuthority;
    const { source: own } = role.parent;
    const sources = [
      { source: reference && sourceOf(pki.node, reference), what: 'a CA that the client trusts', ofCa: true },
      { source: role.certificate, what: 'the certificate of its user', ofCa: false },
    ];
    for (const { source, what, ofCa } of sources) {
      if (source?.seen === 'unseen') yield skipUnseen(source);
      if (source?.seen !== 'absent') continue;
      const cluster = role.kubeconfig.cluster?.name ?? '';
      const data = { role: role.id, path: source.path, what, kubeconfig: role.path, cluster, authority: own.path };
      yield problem(source.at, data, ofCa && own.seen === 'present' ? { fix: 'ca' } : {});
    }
  }),

  'argument/required': argumentPresent('outage'),
  'argument/recommended': argumentPresent('degraded'),
  'argument/documented': argumentPresent('nothing'),
  'service-account/present': keyPairCheck(function* (pair, pki, cluster = []) {
    if (pair.external) return yield notApplicable('an external signer is configured');
    const recommended = [pair.row.private, pair.row.public].map((path) => inFolder(pki.node.pki, path));
    const missing = new Set<string>();
    for (const { source, slot } of [...pair.signers, ...pair.verifiers]) {
      if (source.seen === 'unseen') yield skipUnseen(source);
      const ours = slot === undefined || recommended.includes(source.path);
      if (source.seen === 'absent' && ours) missing.add(source.path);
    }
    const [first] = missing;
    // If both are missing, that is one fault.
    if (first === undefined) return;
    const donor = cluster.find((other) => other !== pki && hasPair(other.serviceAccount));
    const path = [...missing].join(' and ');
    if (donor === undefined) return yield problem({ path: first }, { path });
    const [signer = '', verifier = ''] = recommended;
    const { signer: otherSigner, verifier: otherVerifier } = tokenPaths(donor.serviceAccount);
    const data = { path, signer, verifier, other: donor.name, otherSigner, otherVerifier };
    const files = recommended.filter((one) => seenAt(pki.node, one) === 'present');
    yield problem({ path: first }, data, { fix: 'pair', lists: { files } });
  }),
};
