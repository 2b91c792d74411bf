/** Options that say nothing without another, or against another: what is typed must mean something. */
import { posix } from 'node:path';
import type { KubeadmConfig } from '../../core/artifact.ts';
import { UserError } from '../../core/errors.ts';
import { nearest } from '../../core/text.ts';
import type { Pki } from '../../model/roles/pki.ts';
import { authorityRows, certificateRows, keyPairRows, kubeconfigRows } from '../../tables/tables.ts';
import { isNodeName } from '../plan/feasibility.ts';
import type { Settings } from '../plan/settings.ts';
import type { IssueOptions } from './options.ts';

type Given = Readonly<Partial<Record<keyof IssueOptions, unknown>>>;

const flags = {
  withinDays: '--within',
  renew: '--renew',
  keepKey: '--keep-key',
  replace: '--replace',
  import: '--import',
  csr: '--csr',
  rootCa: '--root-ca',
} as const satisfies Partial<Record<keyof IssueOptions, string>>;

type Flagged = keyof typeof flags;

/** Of the second ones at least one is needed. */
const needs: readonly (readonly [Flagged, readonly Flagged[]])[] = [
  ['withinDays', ['renew']],
  ['keepKey', ['renew', 'replace']],
];

const excludes: readonly (readonly [Flagged, Flagged])[] = [
  ['csr', 'import'],
  ['renew', 'import'],
  ['keepKey', 'import'],
  ['rootCa', 'import'],
  ['csr', 'rootCa'],
];

/** @throws UserError for options that would be ignored */
export function requireMeant(options: IssueOptions): void {
  const given = (name: Flagged) => isSaid((options as Given)[name]);
  for (const [one, others] of needs) {
    if (!given(one) || others.some(given)) continue;
    const wanted = others.map((other) => flags[other]).join(' or ');
    throw new UserError(`${flags[one]} says nothing without ${wanted}`, `add ${wanted}, or leave ${flags[one]} out`);
  }
  const against = excludes.find((pair) => pair.every(given));
  if (against) {
    const [one, other] = against.map((name) => flags[name]);
    throw new UserError(`${one} and ${other} are two ways`, 'take one at a time');
  }
  const { only = [], replace = [], facts: { nodeName } = {} } = options;
  const leftOut = only.length === 0 ? undefined : replace.find((role) => !only.includes(role));
  if (nodeName !== undefined && !isNodeName(nodeName)) {
    const lower = nodeName.toLowerCase();
    const hint = isNodeName(lower) ? `the kubelet calls it ${lower}` : 'try cp-1: small letters, digits, "-" and "."';
    throw new UserError(`--node-name is ${JSON.stringify(nodeName)}, which is no name of a node`, hint);
  }
  if (leftOut !== undefined) {
    throw new UserError(
      `--replace names ${leftOut}, and --only leaves it out`,
      `leave out --only, or add ${leftOut} to it`,
    );
  }
}

/** What is made in another folder than kubeadm will look into is made for nobody. `pki`: as the node sees it. */
export function requireFolder(pki: string, config: KubeadmConfig | undefined): void {
  const { value, at } = config?.certificatesDir ?? {};
  if (value === undefined || posix.resolve('/', value) === pki) return;
  throw new UserError(
    `${at?.path}:${at?.line}: certificatesDir is ${value}, and this is ${pki}`,
    `name that folder: pki-lint issue ${value}`,
  );
}

/** Nothing to do must never mean that nothing was understood. */
export function requireKind({ kind }: Pick<Pki, 'kind'>, label: string): void {
  if (kind !== 'unknown') return;
  throw new UserError(
    `nothing tells what kind of node "${label}" is`,
    'for a control plane say --advertise-address, for a worker --only kubelet.conf; or name a folder that holds a PKI',
  );
}

const isSaid = (value: unknown): boolean =>
  Array.isArray(value) ? value.length > 0 : value !== undefined && value !== false;

/** Every role, by what people call it otherwise: its file without ending, and kubeadm's name of it (`etcd-server`). */
const names: ReadonlyMap<string, string> = new Map([
  ...[...authorityRows, ...certificateRows].map((row) => [plain(row.certificate), row.role] as const),
  ...kubeconfigRows.map((row) => [plain(row.role), row.role] as const),
  ...keyPairRows.map((row) => [plain(row.private), row.role] as const),
]);

function plain(name: string): string {
  return name.replace(/\.(?:crt|key|pub|conf)$/, '').replaceAll('/', '-');
}

/** @throws UserError for `--only` or `--replace` with what is no role */
export function requireRoles({ only, replace }: Pick<Settings, 'only' | 'replace'>): void {
  const known = [...new Set(names.values())];
  for (const [option, roles] of Object.entries({ '--only': only, '--replace': replace })) {
    const strange = [...roles].find((role) => !known.includes(role));
    if (strange === undefined) continue;
    const near = names.get(plain(strange)) ?? nearest(strange, known);
    const hint = near === undefined ? `it is one of: ${known.join(', ')}` : `did you mean ${near}?`;
    throw new UserError(`${option} is "${strange}", which is no role`, hint);
  }
}
