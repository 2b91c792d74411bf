/** Is it there? */

import { lastArgument } from '../core/arguments.ts';
import { inFolder } from '../core/paths.ts';
import { handful } from '../core/text.ts';
import { isFrom } from '../model/facts/release.ts';
import { awaitsBootstrap, holdsOn, signsAt } from '../model/roles/applicability.ts';
import type { Pki } from '../model/roles/pki.ts';
import type { Role } from '../model/roles/role.ts';
import { type Slot, slotName } from '../model/roles/slots.ts';
import { seenOfFile, sourceOf } from '../model/roles/source.ts';
import { roleIds } from '../tables/role-ids.ts';
import type { Without } from '../tables/tables.ts';
import { misspelled } from './arguments.ts';
import {
  applies,
  type CheckResult,
  certificateCheck,
  check,
  keyPairCheck,
  notApplicable,
  problem,
  skip,
} from './check.ts';

/** Whether an argument names another path than the recommended one: then the argument is at fault, not the file. */
function isElsewhere(slot: Slot | undefined, recommended: string): boolean {
  return slot?.path !== undefined && slot.path !== recommended;
}

const authorityPresent = check('authority', function* (authority) {
  if (!(yield* applies(authority, 'presence'))) return;
  const { source, recommended } = authority;
  if (source.seen === 'unseen') yield skip(`${source.path}: ${source.reason}`);
  // With every slot elsewhere the dangling argument is the fault.
  const slots = authority.trust.map((trust) => trust.slot);
  const ours = slots.length === 0 || slots.some((slot) => !isElsewhere(slot, recommended));
  if (source.seen === 'absent' && ours) {
    yield problem({ path: recommended }, { role: authority.id, for: authority.row.for, path: recommended });
  }
});

/** External CA as kubeadm recognises it: a certificate without its key (certs.go, UsingExternalCA). */
const authorityKey = check('authority', function* (authority, pki) {
  if (!(yield* applies(authority))) return;
  if (authority.source.seen !== 'present') return yield notApplicable('no certificate on this node');
  if (authority.source.path !== authority.recommended) return yield notApplicable('its file lies elsewhere');
  if (pki.kind !== 'control-plane') return yield notApplicable('this node signs nothing');
  if (signsAt(authority, pki) === 'elsewhere') return yield notApplicable('etcd runs elsewhere');
  if (authority.key.seen === 'unseen') return yield skip(`${authority.key.path}: ${authority.key.reason}`);
  if (pki.slots.some((slot) => slot.row.holds === 'signer-key' && slot.path === authority.key.path)) {
    return yield notApplicable('argument/file speaks of it');
  }
  if (authority.key.seen === 'absent') {
    yield problem({ path: authority.key.path }, { role: authority.id, path: authority.key.path });
  }
});

/** How much it hurts that it is missing decides which rule speaks. */
function rolePresent(kind: Role['kind'], without: Without) {
  return check('role', function* (role) {
    if (role.kind !== kind) return yield notApplicable(`no ${kind}`);
    if (!(yield* applies(role, 'presence'))) return;
    const hurts = role.kind === 'kubeconfig' ? role.row.without : 'outage';
    if (hurts !== without) return yield notApplicable('another rule speaks of it');
    if (role.seen === 'unseen') return yield skip(`${role.path}: ${role.reason}`);
    if (role.seen === 'absent' && !isElsewhere(role.slot, role.recommended)) {
      yield problem({ path: role.path }, { role: role.id, path: role.path, detail: detailOf(role) });
    }
  });
}

function detailOf(role: Role): string {
  return role.file?.state === 'broken-link' ? ` (a symbolic link to ${role.file.detail ?? 'nothing'})` : '';
}

/** The private key of a certificate, in a file of its own or named by a kubeconfig. */
const certKey = certificateCheck(function* (role) {
  const { key } = role;
  if (key === undefined) {
    const at = role.kubeconfig?.user?.at ?? { path: role.path };
    return yield problem(at, { role: role.id, path: role.path });
  }
  if (key.seen === 'unseen') return yield skip(`${key.path}: ${key.reason}`);
  const named = role.kind === 'kubeconfig' ? undefined : role.keySlot;
  const recommended = role.kind === 'certificate' ? role.recommended.replace(/\.crt$/, '.key') : key.path;
  if (key.seen === 'absent' && !isElsewhere(named, recommended)) {
    yield problem({ path: key.path }, { role: role.id, path: key.path });
  }
});

/** A certificate, its own or a CA's, that a kubeconfig names by path. */
const kubeconfigFile = check('role', function* (role, pki) {
  if (role.kind !== 'kubeconfig' || !role.kubeconfig) return yield notApplicable('not a kubeconfig');
  const reference = role.kubeconfig.cluster?.certificateAuthority;
  const sources = [
    { source: reference && sourceOf(pki.node, reference), what: 'a CA that the client trusts' },
    { source: role.certificate, what: 'the client certificate' },
  ];
  for (const { source, what } of sources) {
    if (source?.seen === 'unseen') yield skip(`${source.path}: ${source.reason}`);
    if (source?.seen === 'absent') yield problem(source.at, { role: role.id, path: source.path, what });
  }
});

/** An argument of the tables that is not given. */
function argumentPresent(without: Without) {
  return check('argument', function* (slot, pki) {
    if (slot.argument !== undefined) return;
    const half = halfOf(slot);
    if ((half ? 'outage' : slot.row.without) !== without) return yield notApplicable('another rule speaks of it');
    const reason = unneeded(slot, pki);
    if (reason) return yield reason;
    const recommended = slot.row.path === null ? '' : inFolder(pki.node.pki, slot.row.path);
    const value = recommended === '' ? '' : `=${recommended}`;
    yield problem(slot.component.at, {
      component: slot.row.component,
      flag: `--${slot.row.flag}`,
      value,
      breaks: half ?? slot.row.breaks,
    });
  });
}

/** What breaks because the other half of a pair is given alone. */
function halfOf({ row, component }: Slot): string | undefined {
  return row.half && lastArgument(component, row.half.of)?.value ? row.half.breaks : undefined;
}

function unneeded(slot: Slot, pki: Pki): CheckResult | undefined {
  const { row, component } = slot;
  if (component.unknown !== undefined) return skip(component.unknown);
  const release = pki.facts.kubernetesVersion?.value;
  if (row.since !== undefined) {
    if (release === undefined) return skip('the Kubernetes release is unknown (--kubernetes-version)');
    if (!isFrom(release, row.since)) return notApplicable(`needed since ${row.since}`);
  }
  const mistyped = misspelled(component, row.flag);
  if (mistyped !== undefined) return notApplicable(`${mistyped} is meant to be it`);
  if (row.role === pki.serviceAccount.row.role && pki.serviceAccount.external) {
    return notApplicable('an external signer is configured');
  }
  if (halfOf(slot) !== undefined) return undefined;
  const replaced = row.replacedBy?.find((flag) =>
    component.arguments.some((argument) => argument.name === flag && argument.value !== ''),
  );
  if (replaced !== undefined) return notApplicable(`--${replaced} takes its place`);
  const needed = holdsOn(pki.node, row.when);
  if (needed === 'no') return notApplicable('not needed here');
  return needed === 'unknown' ? skip(`whether ${slotName(slot)} is needed is unknown`) : undefined;
}

/** An argument whose file is not there. Where it names the recommended path, the role's own rule speaks. */
const argumentFile = check('argument', function* (slot, pki) {
  if (slot.argument === undefined) return yield notApplicable('not given');
  if (slot.row.holds === 'text' || slot.row.holds === 'sni-pair') return yield notApplicable('names no single file');
  if (slot.problem && slot.problem.kind !== 'not-mounted') return yield skip(slot.problem.reason);
  if (slot.path === undefined) return;
  const file = pki.node.files.get(slot.path);
  if (seenOfFile(file) === 'unseen') return yield skip(`${slot.path}: outside what was given`);
  if (slot.row.role === roleIds.kubelet && awaitsBootstrap(pki))
    return yield notApplicable('the kubelet has yet to write it');
  const recommended = slot.row.path === null ? undefined : inFolder(pki.node.pki, slot.row.path);
  // A CA without its key is a choice; an argument that names the key says that it was not made.
  const tells = slot.path !== recommended || slot.row.role === null || slot.row.holds === 'signer-key';
  if (seenOfFile(file) === 'absent' && tells) {
    const target = file?.state === 'broken-link' ? `a symbolic link to ${file.detail ?? 'nothing'}` : 'no such file';
    const data = { component: slot.row.component, flag: slotFlag(slot), path: slot.path, target };
    const wanted = recommended ?? slot.path;
    // A signing key that was taken away on purpose must not be named any more (kubeadm names none then).
    const again =
      'put it back, from another control-plane node or a backup; with an external CA leave the argument empty';
    const other = recommended === undefined ? 'correct the path' : `set it to ${wanted}`;
    const fix = wanted === recommended && wanted === slot.path ? again : `${other}, or put the file at ${slot.path}`;
    yield problem(slot.argument.at, { ...data, wanted, fix });
  }
});

/** Arguments that name paths which the container does not see. A volumeMount left out hides many files at once. */
const argumentMount = check('component', function* (component, pki) {
  if (component.mounts === undefined) return yield notApplicable('not in a container');
  const hidden = pki.slots.filter((slot) => slot.component === component && slot.problem?.kind === 'not-mounted');
  const [first] = hidden;
  if (!first?.argument) return;
  const related = hidden.map((slot) => ({
    path: slot.argument?.at.path ?? component.at.path,
    subject: slotName(slot),
    message: `open ${slot.argument?.value}: no such file or directory`,
  }));
  const flags = handful(hidden.map(slotFlag), 3);
  const paths = handful([...new Set(hidden.map((slot) => slot.argument?.value ?? ''))], 3);
  yield problem(first.argument.at, { component: component.name, flags, paths }, { related });
});

/** The flag of a slot as it was written. */
export function slotFlag(slot: Slot): string {
  return slot.argument?.spelled ?? `--${slot.row.flag}`;
}

const serviceAccountPresent = keyPairCheck(function* (pair, pki) {
  if (pair.external) return yield notApplicable('an external signer is configured');
  const recommended = [pair.row.private, pair.row.public].map((path) => inFolder(pki.node.pki, path));
  const missing = new Set<string>();
  for (const { source, slot } of [...pair.signers, ...pair.verifiers]) {
    if (source.seen === 'unseen') yield skip(`${source.path}: ${source.reason}`);
    const ours = slot === undefined || recommended.includes(source.path);
    if (source.seen === 'absent' && ours) missing.add(source.path);
  }
  const [first] = missing;
  // Both at once were forgotten at once.
  if (first !== undefined) yield problem({ path: first }, { path: [...missing].join(' and ') });
});

export const presenceChecks = {
  'authority/present': authorityPresent,
  'authority/key': authorityKey,
  'cert/present': rolePresent('certificate', 'outage'),
  'kubeconfig/present': rolePresent('kubeconfig', 'outage'),
  'kubeconfig/present-admin': rolePresent('kubeconfig', 'degraded'),
  'cert/key': certKey,
  'kubeconfig/file': kubeconfigFile,
  'argument/required': argumentPresent('outage'),
  'argument/recommended': argumentPresent('degraded'),
  'argument/documented': argumentPresent('nothing'),
  'argument/file': argumentFile,
  'argument/mount': argumentMount,
  'service-account/present': serviceAccountPresent,
};
