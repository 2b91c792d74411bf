/** Checks of processes that still use what was in a file when they read it. */
import { componentNamed, isOn } from '../../artifact/arguments.ts';
import { isAtOrBelow } from '../../artifact/paths.ts';
import { placeholderNames } from '../../core/text.ts';
import { dateOf, timeOf } from '../../core/time.ts';
import type { Pki } from '../../model/roles/pki.ts';
import { oldMounts } from '../../model/running/mounts.ts';
import { type Held, heldBy } from '../../model/running/verdicts.ts';
import { credentialOfKubelet, currentCredential } from '../../model/trust/signing.ts';
import { readOnceWords } from '../../tables/read-once.ts';
import { roleIds } from '../../tables/role-ids.ts';
import { type CheckResult, type Consequence, check, list, problem } from '../base/check.ts';
import { few } from './words.ts';

/** A restart with other keys is an outage, so that this file has a rule of its own. */
const isEncryption = ({ row }: Held): boolean => row.flag === 'encryption-provider-config';

const since = ({ process: { started = 0 } }: Held): string => timeOf(started);
const changedAt = ({ change }: Held): string => (change.at === undefined ? 'since then' : timeOf(change.at));

const unique = (texts: readonly string[]): readonly string[] => [...new Set(texts)];

/** Returns a check of all files that processes still hold and to which a verdict applies. */
function heldCheck(isMeant: (held: Held, pki: Pki) => boolean) {
  return check('node', function* (pki) {
    const meant = heldBy(pki).filter((held) => isMeant(held, pki));
    if (meant.length > 0) yield heldProblem(meant, pki);
  });
}

function heldProblem(meant: readonly Held[], pki: Pki): CheckResult {
  const [first] = meant;
  const components = inOrder(unique(meant.map(({ component }) => component.name)), pki);
  const ends = meant.flatMap((one) => one.ends ?? []);
  const embedsOfKubelet = meant.some(({ row, component }) => row.embeds && component.name === 'kubelet');
  const credential = embedsOfKubelet ? uselessCredential(pki) : undefined;
  const data = {
    components: list(components),
    files: few(unique(meant.map(({ file }) => file.path))),
    path: first?.file.path ?? pki.node.pki,
    effect: first === undefined ? '' : readOnceWords(first.row, effectOf(first)),
    until: ends.length === 0 ? '' : `, and the old certificate expires by ${dateOf(Math.min(...ends))}`,
    since: first === undefined ? '' : since(first),
    changed: first === undefined ? '' : changedAt(first),
    ...heldKeys(components, pki),
  };
  return problem({ path: data.path }, data, {
    ...(credential !== undefined && { lists: { credential: [credential] } }),
    related: meant.map(consequence),
    parts: meant.map(({ component, file }) => `${component.name} ${file.path}`),
    restarting: components,
  });
}

const effectOf = ({ verdict }: Pick<Held, 'verdict'>) => (verdict === 'fails' ? 'fails' : 'works');

function consequence({ file, component, row, verdict }: Held): Consequence {
  const effect = effectOf({ verdict });
  const namesSubject = placeholderNames(row[effect]).includes('component');
  return { path: file.path, subject: component.name, message: readOnceWords(row, effect), namesSubject };
}

/**
 * The file with keys of encryption that changed too, if one of the components that a fix restarts would read it then.
 */
export function heldKeys(components: readonly string[], pki: Pki): { readonly held?: string } {
  const hold = heldBy(pki).find((one) => isEncryption(one) && components.includes(one.component.name));
  return hold === undefined ? {} : { held: hold.file.path };
}

/** Servers before their clients, as their layout restarts them. */
function inOrder(names: readonly string[], { layout }: Pki): readonly string[] {
  const rank = (name: string) => layout.remedies.restarts.findIndex(({ component }) => component === name);
  return names.toSorted((one, other) => rank(one) - rank(other));
}

/**
 * The credential that a kubelet keeps, if its cluster does not accept it: it would go on with it after its restart,
 * whatever its kubeconfig has.
 */
function uselessCredential(pki: Pki): string | undefined {
  const kubelet = componentNamed(pki.node, 'kubelet');
  const role = pki.roles.find(({ id }) => id === roleIds.kubelet);
  if (kubelet === undefined || role === undefined) return undefined;
  const isKept = isOn(kubelet, 'rotate-certificates') && credentialOfKubelet(role, pki) === 'unusable';
  return isKept ? currentCredential(pki.node) : undefined;
}

/** Whether the process does not even see the new file: `process/mount` says so. */
const isBelowOldMount = ({ component, file }: Held, pki: Pki): boolean =>
  oldMounts(pki).some((mount) => mount.component === component.name && isAtOrBelow(file.path, mount.path));

export const processHeldChecks = {
  'process/stale': heldCheck((held) => held.verdict === 'fails' && !isEncryption(held)),
  'process/restart-due': heldCheck(
    (held, pki) => held.verdict === 'works' && !isEncryption(held) && !isBelowOldMount(held, pki),
  ),
  'process/encryption': heldCheck((held) => held.verdict !== 'unclear' && isEncryption(held)),
  'process/unclear': heldCheck((held, pki) => held.verdict === 'unclear' && !isBelowOldMount(held, pki)),
};
