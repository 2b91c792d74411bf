/** The steps that restart the components of a node, in order, and those that show that they work. */
import { argumentOf, componentNamed } from '../../artifact/arguments.ts';
import { remember } from '../../core/collections.ts';
import { fill } from '../../core/text.ts';
import { hasExpired } from '../../model/cluster/ca-source.ts';
import { apiServerPort } from '../../model/dialling/api-servers.ts';
import { etcdPeersOf } from '../../model/dialling/etcd-members.ts';
import type { Pki } from '../../model/roles/pki.ts';
import { idOfSlot, type Role } from '../../model/roles/role.ts';
import { isReached } from '../../model/trust/reloads.ts';
import { hasRoleExpired } from '../../model/trust/signing.ts';
import type { Fix, FixStep } from '../../results/finding.ts';
import { authorityFor, servingCa } from '../../tables/layouts/authorities.ts';
import { placesIn } from '../../tables/layouts/places.ts';
import { type StepTarget, stepsOf, unitFor } from '../../tables/layouts/steps.ts';
import { roleIds } from '../../tables/role-ids.ts';
import type { StepRow } from '../../tables/step-rows.ts';
import { wordsForCopy, wordsForNode } from '../rules/command.ts';

/** Returns what the steps of a node need to know about it. */
export function stepTarget(pki: Pki): StepTarget {
  const { layout, name, judging, input, node } = pki;
  const backup = fill(layout.remedies.backup, { time: compactTime(judging.at) });
  const copied = wordsForCopy(pki, []);
  const serving = authorityFor(servingCa, pki);
  return {
    name,
    layout,
    machines: input.machines,
    units: new Map(node.components.flatMap((one) => (one.unit ? [[one.name, withoutSuffix(one.unit.name)]] : []))),
    values: {
      ...placesIn(layout),
      ...(serving && { clusterCa: serving.source.path }),
      backup,
      stamp: compactTime(judging.at),
      options: wordsForNode(pki, []),
      ...(etcdPeersOf(pki) !== 'none' && { members: 'several, as far as is known' }),
    },
    copied: copied && { options: copied },
  };
}

const withoutSuffix = (unit: string): string => unit.replace(/\.service$/, '');

/** The time for the name of a folder, in UTC: `20261127-0756`. */
function compactTime(at: number): string {
  const [date = '', time = ''] = new Date(at).toISOString().split('T');
  return `${date.replaceAll('-', '')}-${time.slice(0, 5).replace(':', '')}`;
}

/**
 * Returns the steps after files were replaced: the components that read them only at start are restarted one after the
 * other, each when the one before works.
 *
 * @param restarting names of components
 * @param roles whose files were replaced: a component that reads them is waited for, even if it does not restart
 * @param replaced all roles whose files were replaced or put in place
 */
export function restartSteps(
  restarting: ReadonlySet<string>,
  roles: ReadonlySet<string>,
  pki: Pki,
  replaced = roles,
): readonly FixStep[] {
  const target = stepTarget(pki);
  const { restarts: rows, reloading } = pki.layout.remedies;
  const reads = (name: string) => [...roles].some((role) => rolesRead(pki).has(`${name} ${role}`));
  const concerned = rows.filter(({ component }) => {
    return isHere(component, pki) && (restarting.has(component) || reads(component));
  });
  // Where some restart, it is said of the others that they need not.
  const others = concerned.filter(({ component, ready }) => ready !== undefined && !restarting.has(component));
  const components = others.map(({ component }) => component).join(' and ');
  return concerned.flatMap((row) => {
    const { component, ready = [] } = row;
    const restarts = restarting.has(component);
    const values = readyValues(pki);
    const isKnown = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].every(([, name = '']) => name in values);
    const pending = component === apiServer ? pendingFor(roles, replaced, pki) : undefined;
    const check = pending ? ({ note: pending, info: true } as const) : ready.find(({ wait }) => isKnown(wait));
    return [
      ...(row === others[0] && restarting.size > 0
        ? stepsOf({ note: reloading, info: true }, { components }, target)
        : []),
      ...(restarts ? stepsOf({ restart: component }, {}, target) : []),
      ...(check === undefined ? [] : stepsOf(check, { ...values, unit: unitFor(component, target) }, target)),
    ];
  });
}

const apiServer = 'kube-apiserver';

/** What must be valid for the API server to be ready, and for an administrator to see that. */
const neededByApiServer: readonly string[] = [roleIds.apiServer, roleIds.etcdClient, roleIds.etcdServer, roleIds.admin];

/**
 * What is said instead of waiting for an API server that cannot be ready yet; undefined if nothing else is in its way.
 */
function pendingFor(renewed: ReadonlySet<string>, replaced: ReadonlySet<string>, pki: Pki): string | undefined {
  const { pending, unpaired } = pki.layout.remedies;
  if (isLeftExpired(renewed, pki)) return pending;
  const isLeftUnpaired = (role: Role) =>
    neededByApiServer.includes(role.id) &&
    role.applies.answer === 'yes' &&
    role.pair?.ok === false &&
    !replaced.has(role.id);
  return pki.roles.some(isLeftUnpaired) ? unpaired : undefined;
}

/** Whether something without which the API server is not ready has expired, and is not among what was renewed. */
function isLeftExpired(renewed: ReadonlySet<string>, pki: Pki): boolean {
  const isRenewed = ({ id, parent }: Role) => renewed.has(id) || renewed.has(parent.id);
  return pki.roles.some(
    (role) =>
      neededByApiServer.includes(role.id) &&
      role.applies.answer === 'yes' &&
      ((hasRoleExpired(role, pki.judging.at) && !isRenewed(role)) ||
        (hasExpired(role.parent, pki) && !renewed.has(role.parent.id))),
  );
}

/** What the components of a node read: `COMPONENT ROLE`. */
const rolesRead = remember(
  ({ slots, roles }: Pki): ReadonlySet<string> =>
    new Set(slots.map((slot) => `${slot.component.name} ${idOfSlot(roles, slot)}`)),
);

/** Whether a component runs on a node, as far as is known: of a mere folder of certificates that is not known. */
function isHere(name: string, { node, facts }: Pki): boolean {
  if (name === 'etcd' && facts.etcd?.value === 'external') return false;
  return name === 'kubelet' || !node.beyondPki || componentNamed(node, name) !== undefined;
}

/** What is known about how to ask the components of a node. */
function readyValues({ node, roles, facts }: Pki): Readonly<Record<string, string>> {
  const admin = roles.find(({ id, seen }) => id === roleIds.admin && seen === 'present');
  const metrics = argumentOf(node, 'etcd', 'listen-metrics-urls')?.value?.split(',');
  const plain = metrics?.find((url) => url.startsWith('http://'));
  const address = facts.advertiseAddress?.value;
  const host = address?.includes(':') ? `[${address}]` : address;
  const port = apiServerPort(node);
  return {
    ...(admin && { admin: admin.path }),
    ...(plain && { health: `${plain}/health?serializable=true` }),
    ...(host !== undefined && { server: `https://${host}:${port}` }),
    readyz: `https://${host ?? '127.0.0.1'}:${port}/readyz`,
  };
}

/** Returns the steps after which the owner of a node has recreated its files; none if the layout has no owner. */
export function restartOfOwner(pki: Pki): Fix {
  const { owner } = pki.layout.remedies;
  if (owner === undefined) return [];
  const rows = pki.kind === 'worker' ? (owner.onWorkers ?? owner.restart) : owner.restart;
  return rows.filter((row) => isDue(row, pki)).flatMap((row) => stepsOf(row, {}, stepTarget(pki)));
}

/** Whether the release of a node and what has expired on it ask for a step. An unknown release may be any. */
function isDue(row: StepRow, { roles, facts, judging }: Pki): boolean {
  if (typeof row === 'string' || !('before' in row || 'expired' in row)) return true;
  const { before, expired } = row;
  const release = facts.kubernetesVersion?.value;
  const isOld = before === undefined || release === undefined || !isReached(before, release);
  const hasEnded = (one: Role) => one.row.role === expired && hasRoleExpired(one, judging.at);
  return isOld && (expired === undefined || roles.some(hasEnded));
}
