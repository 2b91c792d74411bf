/** The blast radius of a certificate, a key or a CA. */

import type { Certificate } from '../artifact/certificate.ts';
import { certificatesInPem } from '../artifact/pem-blocks.ts';
import { groupBy } from '../core/collections.ts';
import { findPem } from '../lint/findings/inventory.ts';
import { remedyRowOf } from '../lint/fix/afterwards.ts';
import { stepsWithConfiguration } from '../lint/fix/configuration.ts';
import { fillings, movable } from '../lint/fix/remedy.ts';
import { stepTarget } from '../lint/fix/restarts.ts';
import type { Pki } from '../model/roles/pki.ts';
import { reloadOf } from '../model/trust/reloads.ts';
import type { BlastRadius, Stop, User } from '../results/blast.ts';
import type { Fix } from '../results/finding.ts';
import { typable } from '../results/fix.ts';
import { rotation } from '../tables/identities.ts';
import { noteStep, stepsOf } from '../tables/layouts/steps.ts';
import type { StepRow } from '../tables/step-rows.ts';
import { limitSignatures, signaturesOfNode } from '../x509/verify/signature-limit.ts';
import { type Compromised, capabilityFinder } from './capabilities.ts';
import { findOutages, stopsAfter, unissuedFinder } from './outages.ts';
import { type Simulation, simulationOf } from './simulation.ts';
import { type BlastTarget, findTargets } from './target.ts';

/**
 * Returns the blast radius of what `text` names: one for each key. Nodes that have the same key share a radius.
 *
 * @param text a role or a path, see `findTargets`
 * @param clusterPeers the other nodes of a node's cluster
 * @throws UserError if `text` names nothing on any node
 */
export function blastOf(
  text: string,
  pkis: readonly Pki[],
  clusterPeers: (pki: Pki) => readonly Pki[],
): readonly BlastRadius[] {
  const keyOf = ({ subject, keys, pki }: BlastTarget) => `${subject} ${keys.join() || pki.name}`;
  const groups = groupBy(findTargets(text, pkis), keyOf);
  return limitSignatures(signaturesOfNode * pkis.length, () => {
    const simulation = simulationOf(pkis, clusterPeers);
    const all = {
      simulation,
      compromisedBy: compromisedFinder(pkis),
      capabilitiesOf: capabilityFinder(pkis, simulation.today),
      unissuedBy: unissuedFinder(pkis),
    };
    return [...groups.values()].map((targets) => radiusOf(targets, all));
  });
}

/** Returns what stops on these nodes once certificates with these fingerprints have expired. */
export const stopsWithout = (
  fingerprints: ReadonlySet<string>,
  pkis: readonly Pki[],
  clusterPeers: (pki: Pki) => readonly Pki[],
): readonly Stop[] =>
  limitSignatures(signaturesOfNode * pkis.length, () => stopsAfter(fingerprints, simulationOf(pkis, clusterPeers)));

/** What is found out once about all nodes. */
interface AllNodes {
  readonly simulation: Simulation;
  readonly compromisedBy: ReturnType<typeof compromisedFinder>;
  readonly capabilitiesOf: ReturnType<typeof capabilityFinder>;
  readonly unissuedBy: ReturnType<typeof unissuedFinder>;
}

function radiusOf(targets: readonly BlastTarget[], all: AllNodes): BlastRadius {
  const [first] = targets;
  if (first === undefined) throw new Error('a group without targets');
  const usedBy = targets.flatMap(usersOf);
  const compromised = all.compromisedBy(targets);
  const capabilities = all.capabilitiesOf(compromised);
  const { certificate, key } = first;
  return {
    subject: first.subject,
    nodes: targets.map(({ pki }) => pki.name),
    files: [...new Set(targets.flatMap(({ files }) => files))],
    key: key ?? null,
    name: certificate?.subject.text ?? null,
    expires: certificate ? new Date(certificate.notAfter).toISOString() : null,
    usedBy,
    ...findOutages(targets, usedBy, all.simulation),
    unissued: all.unissuedBy(targets),
    attacker: capabilities.map(({ revocation: _, ...power }) => power),
    recovery: typable(
      recoverySteps(
        [...new Set(capabilities.flatMap(({ revocation }) => revocation))].flatMap((row) =>
          stepsOf(row, {}, stepTarget(first.pki)),
        ),
        replacementSteps(first, compromised),
      ),
    ),
  };
}

/** The flags and components that read the target's files, and the kubeconfigs that embed its certificate. */
function usersOf({ pki, files, certificate }: BlastTarget): readonly User[] {
  const readers = files.flatMap((path) =>
    (pki.uses.get(path) ?? [])
      .filter(({ slot }) => slot !== undefined)
      .map(({ user, slot }) => ({ node: pki.name, user, component: slot?.component.name ?? null })),
  );
  const embedding = pki.roles.flatMap(({ path, kubeconfig }) => {
    const reference = kubeconfig?.cluster?.certificateAuthority;
    const blocks = reference?.embedded?.blocks ?? [];
    const isEmbedded = blocks.some(
      (block) => block.type === 'certificate' && block.certificate.fingerprint256 === certificate?.fingerprint256,
    );
    return isEmbedded ? [{ node: pki.name, user: `${path} ${reference?.entry ?? ''}`, component: null }] : [];
  });
  return [...readers, ...embedding];
}

/**
 * Returns a function that finds the keys of targets, and every certificate of the nodes that has one of them as its
 * public key.
 */
function compromisedFinder(pkis: readonly Pki[]): (targets: readonly BlastTarget[]) => Compromised {
  const found = pkis.flatMap((pki) =>
    [...findPem(pki)].flatMap(({ pem }) => {
      const all = certificatesInPem(pem);
      return all.map((certificate) => ({ certificate, all }));
    }),
  );
  const byKey = groupBy(found, ({ certificate }) => certificate.publicKey.id);
  return (targets) => {
    const keys = new Set(targets.flatMap((target) => target.keys));
    const leaves = new Map<string, Compromised['leaves'][number]>();
    const authorities = new Map<string, Certificate>();
    for (const { certificate, all } of [...keys].flatMap((key) => byKey.get(key) ?? [])) {
      const { fingerprint256, basicConstraints } = certificate;
      if (basicConstraints?.ca) authorities.set(fingerprint256, certificate);
      else leaves.set(fingerprint256, { leaf: certificate, intermediates: all.filter((one) => one !== certificate) });
    }
    return { keys, leaves: [...leaves.values()], authorities: [...authorities.values()] };
  };
}

/**
 * What takes rights away comes first: it stops an attacker at once, and a new certificate of the same name has none of
 * them either, so none is made. What is only said about certificates comes last: a component needs its new certificate
 * before its old one is refused.
 */
function recoverySteps(revocation: Fix, replacement: Fix): Fix {
  const byCommand = revocation.filter(({ kind }) => kind === 'command');
  const others = revocation.filter(({ kind }) => kind !== 'command');
  return byCommand.length > 0 ? [...byCommand, ...others] : [...replacement, ...others];
}

/** The steps that replace the target. A CA cannot be replaced in one step: it has to be rotated. */
function replacementSteps({ pki, subject }: BlastTarget, { authorities }: Compromised): Fix {
  if (authorities.length > 0) return [noteStep(rotation, pki.name)];
  const row = remedyRowOf(subject, pki);
  const role = pki.roles.find(({ id }) => id === subject);
  if (row === undefined || role === undefined) return [];
  const reload = reloadOf(pki, subject);
  const values = fillings(role, pki);
  const stepsFor = (row: StepRow) => stepsOf(row, values, stepTarget(pki));
  const replacing = movable(row.wrong, values).flatMap(stepsFor);
  return [...stepsWithConfiguration(replacing, row.wrong, pki), ...(reload ? stepsFor(reload.step) : [])];
}
