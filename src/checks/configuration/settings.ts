/** Checks of the settings of a supervisor: those that it ignores, that are void, and that keep it from starting. */
import { placeOn } from '../../artifact/place.ts';
import {
  type GivenSetting,
  givenFor,
  type Supervisor,
  type SupervisorRow,
  supervisorWords,
  valuesFor,
} from '../../artifact/supervisor.ts';
import { readBool } from '../../core/go-values.ts';
import { keyNotShown } from '../../core/secrets.ts';
import { handful, nearest } from '../../core/text.ts';
import { isFrom } from '../../model/facts/release.ts';
import type { Pki } from '../../model/roles/pki.ts';
import { sedArguments } from '../base/argument-edit.ts';
import { type CheckResult, check, notApplicable, type Problem, problem } from '../base/check.ts';

/** A supervisor, with its row and its node. */
export interface Supervised {
  readonly supervisor: Supervisor;
  readonly row: SupervisorRow;
  readonly pki: Pki;
}

/** Returns a check of the supervisor of a node. */
export const ofSupervisor = (run: (of: Supervised) => Iterable<CheckResult>) =>
  check('node', function* (pki) {
    const { supervisor } = pki.node;
    const row = pki.layout.supervisor;
    if (supervisor === undefined || row === undefined)
      return yield notApplicable('its configuration is not in the input');
    yield* run({ supervisor, row, pki });
  });

/** Fills what all these rules name, and the way to restart it. */
export function settingProblem(
  { supervisor, pki }: Supervised,
  at: Problem['at'],
  data: Record<string, string>,
  more: Partial<Omit<Problem, 'kind' | 'at' | 'data'>> = {},
): Problem {
  const { program, unit } = supervisor;
  const isUnit = unit?.endsWith('.service') === true;
  const { path, line } = placeOn(pki.node, at);
  const place = line === undefined ? path : `line ${line} of ${path}`;
  const fix = more.fix ?? (isUnit ? 'unit' : undefined);
  return problem(at, { program, unit: unit ?? program, path, place, ...data }, { ...more, ...(fix && { fix }) });
}

/** Other names of settings: that of its variable, K3S_URL. */
const otherNames: Readonly<Record<string, string>> = { url: 'server' };

/** Names that a setting may be meant to be. */
function meant(name: string, row: SupervisorRow): string | undefined {
  const known = supervisorWords([...row.known, ...(row.also ?? [])].map(({ names }) => names).join(' '));
  const plain = name.replaceAll('_', '-').toLowerCase();
  return otherNames[plain] ?? nearest(plain, known);
}

const isPlainName = (name: string): boolean => /^[A-Za-z][\w-]*\+?$/.test(name);

function* unknownSettings(of: Supervised, isMistyped: boolean): Iterable<CheckResult> {
  const { supervisor, row } = of;
  for (const one of supervisor.settings) {
    if (one.of !== undefined || one.source !== 'file') continue;
    const right = one.name === keyNotShown ? undefined : meant(one.name, row);
    if ((right !== undefined) !== isMistyped) continue;
    const bare = one.spelled.replace(/\+$/, '');
    const { line } = one.at;
    const script = `${line}s|${bare}|${right}|`;
    const isEditable =
      right !== undefined && line !== undefined && isPlainName(one.spelled) && supervisor.unit?.endsWith('.service');
    const data = {
      setting: one.spelled,
      hint: right === undefined ? '' : `; did you mean ${right}?`,
      right: right ?? '',
    };
    yield settingProblem(of, one.at, data, {
      key: one.name,
      ...(isEditable && { fix: 'edit', lists: { scripts: sedArguments([script]) } }),
    });
  }
}

/** The values of a list that a later file or flag makes void, and that it does not repeat. */
function lostBy(one: GivenSetting, supervisor: Supervisor): readonly string[] {
  const left = new Set(valuesFor(supervisor, one.name).map(({ value }) => value));
  return one.values.flatMap(({ value }) => (value === undefined || left.has(value) ? [] : [value]));
}

/** Why a value is refused; undefined if it is taken. */
function refusalOf({ name }: GivenSetting, value: string, row: SupervisorRow, pki: Pki): string | undefined {
  const release = pki.facts.kubernetesVersion?.value;
  const gone = row.goneValues?.find(
    ({ setting, values, in: first }) =>
      setting === name && supervisorWords(values).includes(value) && release !== undefined && isFrom(release, first),
  );
  if (gone !== undefined) return gone.error;
  const type = [...row.known, ...(row.also ?? [])].find(({ names }) => supervisorWords(names).includes(name))?.type;
  if (type === 'bool' && readBool(value) === undefined)
    return `invalid value "${value}" for flag -${name}: parse error`;
  const allowed = row.values[name];
  if (allowed !== undefined && value !== '' && !allowed.includes(value))
    return `${name} is none of ${handful(allowed, 8)}`;
  if (/^(?:cluster|service)-cidr$/.test(name)) {
    const wrong = value.split(',').find((one) => !/^[\da-f.:]+\/\d{1,3}$/i.test(one.trim()));
    if (wrong !== undefined) return `invalid CIDR address: ${wrong}`;
  }
  if (name === 'server' && !value.startsWith('https://'))
    return `invalid server url, failed to parse: ${value.split('://')[0]}`;
  return undefined;
}

const isServer = ({ of }: GivenSetting): boolean => of === 'server';

export const settingChecks = {
  'configuration/unknown-setting': ofSupervisor((of) => unknownSettings(of, true)),
  'configuration/unlisted-setting': ofSupervisor((of) => unknownSettings(of, false)),

  /** An agent has no flags of servers. */
  'configuration/unknown-option': ofSupervisor(function* (of) {
    const { supervisor, row } = of;
    for (const one of supervisor.settings) {
      const isOdd = one.of === undefined || (supervisor.kind === 'agent' && isServer(one));
      if (one.source !== 'flag' || !isOdd) continue;
      const right = one.of === undefined && one.name !== keyNotShown ? meant(one.name, row) : undefined;
      const hint = right === undefined ? '' : `; did you mean --${right}?`;
      const setting = one.spelled.replace(/^-+/, '');
      yield settingProblem(of, one.at, { setting, kind: supervisor.kind, hint }, { key: one.name });
    }
  }),

  'configuration/emptied': ofSupervisor(function* (of) {
    const { supervisor, row } = of;
    for (const one of supervisor.settings) {
      const type = [...row.known, ...(row.also ?? [])].find(({ names }) =>
        supervisorWords(names).includes(one.name),
      )?.type;
      if (type !== 'list' || one.source === 'variable' || one.replacedBy === undefined) continue;
      const lost = lostBy(one, supervisor);
      if (lost.length === 0) continue;
      const by = one.replacedBy;
      const isFile = by.path !== one.at.path && /\.ya?ml$/i.test(by.path);
      const isEditable = isFile && by.line !== undefined && supervisor.unit?.endsWith('.service') === true;
      const data = { setting: one.name, lost: handful(lost, 5), first: one.at.path };
      yield settingProblem(of, by, data, {
        key: `${one.name} ${one.at.path}`,
        parts: lost,
        ...(isEditable && {
          fix: 'edit',
          lists: { scripts: sedArguments([`${by.line}s|${one.name} *:|${one.name}+:|`]) },
        }),
      });
    }
  }),

  'configuration/syntax': ofSupervisor(function* (of) {
    for (const { path, state, line } of of.supervisor.files)
      if (state === 'malformed')
        yield settingProblem(of, { path, ...(line !== undefined && { line }) }, {}, { key: path });
  }),

  'configuration/server-setting': ofSupervisor(function* (of) {
    const { supervisor } = of;
    if (supervisor.kind !== 'agent') return;
    const odd = supervisor.settings.filter((one) => isServer(one) && one.source === 'file');
    const [first] = odd;
    if (first === undefined) return;
    const names = [...new Set(odd.map(({ name }) => name))];
    yield settingProblem(of, first.at, { settings: handful(names, 5) }, { parts: names });
  }),

  /** The port of the API answers, but does not take in nodes. A load balancer may have its own ports. */
  'configuration/joining-port': ofSupervisor(function* (of) {
    const port = of.row.joiningPort;
    const last = givenFor(of.supervisor, 'server').at(-1)?.values.at(-1);
    if (port === undefined || last?.value === undefined || !/^https:\/\/[^/?#@]+:6443\/?$/.test(last.value)) return;
    yield settingProblem(of, last.at, { url: last.value, wanted: last.value.replace(/:6443\/?$/, `:${port}`), port });
  }),

  'configuration/setting-value': ofSupervisor(function* (of) {
    const { supervisor, row, pki } = of;
    for (const name of new Set(supervisor.settings.map((one) => one.name))) {
      for (const one of givenFor(supervisor, name)) {
        if (supervisor.kind === 'agent' && isServer(one)) continue;
        const refused = one.values.flatMap(({ value, at }) => {
          const error = value === undefined ? undefined : refusalOf(one, value, row, pki);
          return error === undefined ? [] : [{ error, at }];
        });
        for (const { error, at } of refused) yield settingProblem(of, at, { setting: name, error }, { key: name });
      }
    }
    // A copy of a node without its keys is often without its tokens.
    if (pki.node.leftOut?.length) return;
    for (const { setting, value, at } of supervisor.missing) {
      // k3s waits some minutes for a file with a token (k3s-io/k3s pkg/util/file.go `ReadFile`).
      const error = setting.startsWith('datastore-')
        ? `open ${value}: no such file or directory`
        : `Waiting for ${value} to be available`;
      yield settingProblem(of, at, { setting, error }, { key: setting });
    }
  }),

  'configuration/unread-file': ofSupervisor(function* (of) {
    for (const { path, state, names = [] } of of.supervisor.files)
      if (state === 'ignored' && names.length > 0)
        yield settingProblem(of, { path }, { settings: handful([...new Set(names)], 5) }, { key: path });
  }),

  'configuration/token': ofSupervisor(function* (of) {
    const { supervisor, row } = of;
    const { token, kind, caHashes } = supervisor;
    const joins = kind === 'agent' || valuesFor(supervisor, 'server').length > 0;
    if (token?.hash === undefined || !joins) return yield notApplicable('its token names no CA');
    if (caHashes.length === 0 || caHashes.includes(token.hash)) return;
    yield settingProblem(of, token.at, { ca: row.tokenCa[kind] });
  }),

  'configuration/incomplete': ofSupervisor(function* (of) {
    const { supervisor } = of;
    if (supervisor.kind !== 'agent' || supervisor.unit === undefined || supervisor.unknown !== undefined) return;
    const has = (name: string) => givenFor(supervisor, name).length > 0;
    const missing = has('server')
      ? has('token') || has('token-file') || has('cluster-secret')
        ? undefined
        : 'token'
      : 'server';
    if (missing !== undefined) yield settingProblem(of, supervisor.at, { setting: missing });
  }),
};
