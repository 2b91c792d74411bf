/** The blast radius of a certificate, a key or an authority. */
import type { BlastRadius, User } from '../core/blast.ts';
import type { Certificate } from '../core/certificate.ts';
import { stepLine } from '../core/fix.ts';
import { fillings } from '../lint/fix.ts';
import { findPem } from '../lint/inventory.ts';
import type { Pki } from '../model/roles/pki.ts';
import { rotation } from '../tables/identities.ts';
import { stepOf } from '../tables/steps.ts';
import { powersOf, type Stolen } from './capabilities.ts';
import { connecting, stopsOf, unissuedOf } from './outages.ts';
import { findTargets, type Target } from './target.ts';

/**
 * What hangs on what `text` means, once for each key: nodes that hold the same key are told of together.
 *
 * @throws UserError where nothing is meant by it
 */
export function blastOf(
  text: string,
  pkis: readonly Pki[],
  besides: (pki: Pki) => readonly Pki[],
): readonly BlastRadius[] {
  const groups = new Map<string, Target[]>();
  for (const target of findTargets(text, pkis)) {
    const key = `${target.subject} ${target.keys.join() || target.pki.name}`;
    groups.set(key, [...(groups.get(key) ?? []), target]);
  }
  return [...groups.values()].map((targets) => radiusOf(targets, pkis, besides));
}

function radiusOf(
  targets: readonly Target[],
  pkis: readonly Pki[],
  besides: (pki: Pki) => readonly Pki[],
): BlastRadius {
  const [first] = targets;
  if (first === undefined) throw new Error('a group without targets');
  const connect = connecting(pkis, besides);
  const usedBy = targets.flatMap(usersOf);
  const stolen = stolenOf(targets, pkis);
  const powers = powersOf(
    stolen,
    pkis,
    connect((pki) => pki),
  );
  const { certificate, key } = first;
  return {
    subject: first.subject,
    nodes: targets.map(({ pki }) => pki.name),
    files: [...new Set(targets.flatMap(({ files }) => files))],
    key: key ?? null,
    name: certificate?.subject.text ?? null,
    expires: certificate ? new Date(certificate.notAfter).toISOString() : null,
    usedBy,
    stops: stopsOf(targets, usedBy, connect),
    unissued: unissuedOf(targets, pkis),
    thief: powers.map(({ back: _, ...power }) => power),
    takeBack: [...new Set([...replacementOf(first, stolen), ...powers.flatMap(({ back }) => back)])],
  };
}

/** Who reads its files, and which kubeconfigs embed its certificate. */
function usersOf({ pki, files, certificate }: Target): readonly User[] {
  const readers = files.flatMap((path) =>
    (pki.uses.get(path) ?? [])
      .filter(({ slot }) => slot !== undefined)
      .map(({ user, slot }) => ({ node: pki.name, user, component: slot?.component.name ?? null })),
  );
  const embedding = pki.roles.flatMap(({ path, kubeconfig }) => {
    const reference = kubeconfig?.cluster?.certificateAuthority;
    const blocks = reference?.embedded?.blocks ?? [];
    const holds = blocks.some(
      (block) => block.type === 'certificate' && block.certificate.fingerprint256 === certificate?.fingerprint256,
    );
    return holds ? [{ node: pki.name, user: `${path} ${reference?.entry ?? ''}`, component: null }] : [];
  });
  return [...readers, ...embedding];
}

/** Every certificate of the nodes that the key stands in. */
function stolenOf(targets: readonly Target[], pkis: readonly Pki[]): Stolen {
  const keys = new Set(targets.flatMap((one) => one.keys));
  const leaves = new Map<string, Stolen['leaves'][number]>();
  const authorities = new Map<string, Certificate>();
  for (const pki of pkis) {
    for (const { pem } of findPem(pki)) {
      const all = pem.blocks.flatMap((block) => (block.type === 'certificate' ? [block.certificate] : []));
      for (const one of all.filter(({ publicKey }) => keys.has(publicKey.id))) {
        if (one.basicConstraints?.ca) authorities.set(one.fingerprint256, one);
        else leaves.set(one.fingerprint256, { leaf: one, intermediates: all.filter((other) => other !== one) });
      }
    }
  }
  return { keys, leaves: [...leaves.values()], authorities: [...authorities.values()] };
}

/** A new one in its place. */
function replacementOf({ pki, subject }: Target, { authorities }: Stolen): readonly string[] {
  if (authorities.length > 0) return [rotation];
  const row = pki.layout.remedies.rows.find(({ role }) => role === subject);
  const role = pki.roles.find(({ id }) => id === subject);
  if (row === undefined || role === undefined) return [];
  return [...row.wrong, row.after].map((step) => stepLine(stepOf(step, fillings(role, pki), pki)));
}
