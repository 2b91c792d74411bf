/** Rejects options that have no effect without another one, or contradict another one. */

import { posix } from 'node:path';
import type { InstallerConfig } from '../../artifact/installer-config.ts';
import { commandOrReason, pathArgument } from '../../core/command/shell.ts';
import { UserError } from '../../core/errors.ts';
import { nearest } from '../../core/text.ts';
import { requireNodeName } from '../../model/facts/given.ts';
import type { Pki } from '../../model/roles/pki.ts';
import type { Layout } from '../../tables/layouts/layout.ts';
import { roleIds } from '../../tables/role-ids.ts';
import type { Settings } from '../plan/settings.ts';
import { type IssueOption, type IssueOptions, issueOptions } from './issue-options.ts';

const rows = Object.entries(issueOptions) as readonly [IssueOption, (typeof issueOptions)[IssueOption]][];
const optionOf = (name: IssueOption) => issueOptions[name].option;

/** @throws UserError for options that would be ignored */
export function validateOptions(options: IssueOptions): void {
  const given = (name: IssueOption) => isSaid(options[name]);
  for (const [name, { option, needs = [] }] of rows) {
    if (!given(name) || needs.length === 0 || needs.some(given)) continue;
    const wanted = needs.map(optionOf).join(' or ');
    throw new UserError(`${option} has no effect without ${wanted}`, `add ${wanted}, or leave ${option} out`);
  }
  // The last option first: --import excludes the most.
  for (const [name, { option, excludes = [] }] of rows.toReversed()) {
    const other = given(name) ? excludes.find(given) : undefined;
    if (other !== undefined)
      throw new UserError(`${optionOf(other)} and ${option} cannot be combined`, 'use one at a time');
  }
  requireNodeName(options.facts ?? {});
  const { only = [], replace = [] } = options;
  const leftOut = only.length === 0 ? undefined : replace.find((role) => !only.includes(role));
  if (leftOut !== undefined) {
    throw new UserError(
      `${optionOf('replace')} names ${leftOut}, but ${optionOf('only')} leaves it out`,
      `leave out ${optionOf('only')}, or add ${leftOut} to it`,
    );
  }
}

/** Files in a folder that kubeadm does not read would never be used. `pki`: as the node sees it. */
export function requireFolder(pki: string, config: InstallerConfig | undefined): void {
  const { value, at } = config?.certificatesDir ?? {};
  if (value === undefined || posix.resolve('/', value) === pki) return;
  throw new UserError(
    `${at?.path}:${at?.line}: certificatesDir is ${value}, but this is ${pki}`,
    `name that directory: ${commandOrReason(['pki-lint', 'issue', pathArgument(value)])}`,
  );
}

/** A plan without actions must not hide that the kind of the node is unknown. */
export function requireKind({ kind }: Pick<Pki, 'kind'>, label: string): void {
  if (kind !== 'unknown') return;
  throw new UserError(
    `no file shows what kind of node "${label}" is`,
    `for a control plane add --advertise-address, for a worker --only ${roleIds.kubelet}; or name a directory that contains a PKI`,
  );
}

const isSaid = (value: unknown): boolean =>
  Array.isArray(value) ? value.length > 0 : value !== undefined && value !== false;

/** Every role, by its other names: its file without extension, and kubeadm's name (`etcd-server`). */
function namesIn({ authorities, certificates, kubeconfigs, keyPairs }: Layout): readonly (readonly [string, string])[] {
  return [
    ...[...authorities, ...certificates].map((row) => [plain(row.certificate), row.role] as const),
    ...kubeconfigs.map((row) => [plain(row.role), row.role] as const),
    ...keyPairs.map((row) => [plain(row.private), row.role] as const),
  ];
}

function plain(name: string): string {
  return name.replace(/\.(?:crt|pem|key|pub|conf)$/, '').replaceAll('/', '-');
}

/** @throws UserError for `--only` or `--replace` with an unknown role */
export function requireRoles({ only, replace }: Pick<Settings, 'only' | 'replace'>, layouts: readonly Layout[]): void {
  // Without this, every dry run would join the rows of every layout.
  if ([...only, ...replace].length === 0) return;
  const names = new Map(layouts.flatMap(namesIn));
  const known = [...new Set(names.values())];
  for (const [name, roles] of Object.entries({ only, replace })) {
    const strange = [...roles].find((role) => !known.includes(role));
    if (strange === undefined) continue;
    const near = names.get(plain(strange)) ?? nearest(strange, known);
    const hint = near === undefined ? `the roles: ${known.join(', ')}` : `did you mean "${near}"?`;
    throw new UserError(`invalid ${optionOf(name as 'only' | 'replace')} "${strange}": expected a role`, hint);
  }
}
