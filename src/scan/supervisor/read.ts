/** Reads what configures a supervisor: variables, files, and the flags of the command that starts it, which win. */
import { createHash } from 'node:crypto';
import { folderOf } from '../../artifact/paths.ts';
import type { Place } from '../../artifact/place.ts';
import type {
  GivenDatastore,
  GivenSetting,
  GivenToken,
  GivenValue,
  MissingFile,
  SettingSource,
  Supervisor,
  SupervisorKind,
  SupervisorRow,
} from '../../artifact/supervisor.ts';
import { withoutSecret } from '../../core/secrets.ts';
import type { Files } from '../components/node-files.ts';
import { type StartCommand, startCommand } from './command.ts';
import { readConfigurationFiles } from './files.ts';
import { type GivenFlag, readFlags } from './flags.ts';
import { type KnownSettings, knownSettings, settingName } from './known.ts';

/** A setting as it is written somewhere, with values that may be secrets. */
interface Written {
  readonly name: string;
  readonly spelled: string;
  readonly source: SettingSource;
  readonly values: readonly GivenValue[];
  readonly at: Place;
  readonly appends: boolean;
}

/** What was read, with the command that starts it. */
export interface ReadSupervisor {
  readonly supervisor: Supervisor;
  readonly command: StartCommand | undefined;
}

/**
 * Reads the configuration of a supervisor. Secrets are not in the result.
 *
 * @param kind what the node is, by the signs of its layout
 */
export function readSupervisor(files: Files, row: SupervisorRow, kind: SupervisorKind): ReadSupervisor {
  const known = knownSettings(row);
  const command = startCommand(files, row, kind);
  const { flags, unknown: cut } = readFlags(command?.words ?? [], known);
  const variables = new Map((command?.variables ?? []).map((one) => [one.name, one]));
  const fromVariables = [...variables.values()].flatMap((one): Written[] => {
    const name = one.name.startsWith(row.prefix) ? row.variables[one.name.slice(row.prefix.length)] : undefined;
    if (name === undefined || one.value === '') return [];
    const values = [{ value: one.value, at: one.at }];
    return [{ name, spelled: one.name, source: 'variable', values, at: one.at, appends: false }];
  });
  const main = configPath(row, fromVariables, flags);
  const found = main.path === undefined ? [] : readConfigurationFiles(files, main.path);
  const inFiles = found.flatMap(({ file, keys }) => (file.state === 'read' ? keys : []));
  const written: readonly Written[] = [
    ...fromVariables,
    ...inFiles.map((key): Written => {
      const bare = key.written.replace(/\+$/, '');
      const appends = bare !== key.written;
      return { ...key, name: known.nameOf(bare), spelled: key.written, source: 'file', appends };
    }),
    ...flags.map((flag): Written => ({ ...flag, source: 'flag', values: [flag.value], appends: false })),
  ];
  const unseen = found.find(({ file }) => file.state === 'unread')?.file;
  const settings = inForce(written, known);
  const endpoint =
    settings
      .findLast(({ name, replacedBy }) => name === 'datastore-endpoint' && replacedBy === undefined)
      ?.values.at(-1)?.value ?? '';
  const supervisor: Supervisor = {
    program: row.program,
    kind,
    unit: command?.unit,
    at: command?.at ?? (main.path === undefined ? { words: row.program } : { path: main.path }),
    files: found.map(({ file, keys }) => ({
      ...file,
      ...(file.state === 'ignored' && {
        names: keys
          .map((key) => known.nameOf(key.written.replace(/\+$/, '')))
          .filter((name) => known.settings.has(name)),
      }),
    })),
    settings: settings.map((one) => withoutSecrets(one, known)),
    token: tokenIn(settings),
    caHashes: caHashes(files, row.tokenCa[kind]),
    datastore: datastoreIn(endpoint),
    missing: missingFiles(files, kind, settings, endpoint),
    started: command?.started?.unit && { ...command.started.unit, absent: undefined },
    unknown: command?.unknown ?? cut ?? main.unknown ?? (unseen && `its configuration ${unseen.path}: ${unseen.error}`),
  };
  return { supervisor, command };
}

/** The path of the configuration. A variable wins over the flag. */
function configPath(row: SupervisorRow, variables: readonly Written[], flags: readonly GivenFlag[]) {
  const given = [...flags.filter(({ name }) => name === 'config').map(({ value }) => value), ...configIn(variables)].at(
    -1,
  );
  if (given === undefined) return { path: row.config, unknown: undefined };
  const { value } = given;
  if (value?.startsWith('/')) return { path: value, unknown: undefined };
  return { path: undefined, unknown: 'its configuration is not a file of the node' };
}

const configIn = (variables: readonly Written[]): readonly GivenValue[] =>
  variables.filter(({ name }) => name === 'config').flatMap(({ values }) => values);

/** Says of each setting what replaces it. */
function inForce(written: readonly Written[], { settings }: KnownSettings): readonly GivenSetting[] {
  return written.map((one, index) => {
    const later = written.slice(index + 1).filter(({ name }) => name === one.name);
    const replacing = later.find((other) => isReplacedBy(one, other, settings.get(one.name)?.type));
    return { ...one, of: settings.get(one.name)?.of, replacedBy: replacing?.at };
  });
}

/** Whether a setting is void because of a later one. Flags of a list add up, and replace what files say. */
function isReplacedBy(one: Written, other: Written, type: string | undefined): boolean {
  if (one.source !== other.source) return true;
  if (one.source === 'flag') return type !== 'list';
  return !other.appends;
}

/** The values of a secret or an unknown setting are not kept, and neither is a name that may be one. */
function withoutSecrets(one: GivenSetting, { settings }: KnownSettings): GivenSetting {
  const known = settings.get(one.name);
  const isKept = known !== undefined && !known.isSecret;
  return {
    ...one,
    name: known === undefined ? settingName(one.name) : one.name,
    spelled: known === undefined ? settingName(one.spelled) : one.spelled,
    at: isKept ? one.at : withoutSource(one.at),
    values: one.values.map(({ value, at }) =>
      isKept && value !== undefined
        ? { value: withoutSecret(value), at }
        : { value: undefined, at: isKept ? at : withoutSource(at) },
    ),
  };
}

function withoutSource({ source: _, ...place }: Place): Place {
  return place;
}

/** The hash of the CA in the token in force: `K10<hash>::server:<secret>` (pkg/clientaccess/token.go). */
function tokenIn(settings: readonly GivenSetting[]): GivenToken | undefined {
  const given = settings.findLast(({ name, replacedBy }) => name === 'token' && replacedBy === undefined);
  const last = given?.values.at(-1);
  if (given === undefined || last?.value === undefined) return undefined;
  const [, hash] = /^K10([0-9a-f]{64})::[^:]*:/.exec(last.value) ?? [];
  return { at: withoutSource(last.at), hash };
}

/**
 * The hashes by which a token names a CA (pkg/clientaccess/token.go `hashCA`): of the file, or of the root if there are
 * several certificates in it.
 */
function caHashes(files: Files, path: string): readonly string[] {
  const text = files.seek(path, 'pem')?.state === 'file' ? (files.text(path) ?? '') : '';
  const sha256 = (bytes: string | Uint8Array) => createHash('sha256').update(bytes).digest('hex');
  const blocks = [...text.matchAll(/-----BEGIN CERTIFICATE-----([^-]+)-----END CERTIFICATE-----/g)].slice(0, 16);
  return blocks.length === 0
    ? []
    : [sha256(text), ...blocks.map(([, body = '']) => sha256(Buffer.from(body, 'base64')))];
}

/** The datastore in force, without its password. Several servers are separated by commas. */
function datastoreIn(endpoint: string): GivenDatastore | undefined {
  if (endpoint === '') return undefined;
  if (!endpoint.startsWith('http')) return { kind: 'kine', endpoints: undefined };
  const servers = endpoint.split(',').map((one) => /^https?:\/\/(?:[^@/]*@)?([\w.:[\]-]+)\/?$/.exec(one.trim()));
  const scheme = endpoint.startsWith('https:') ? 'https' : 'http';
  const hosts = servers.map((one) => one?.[1]);
  const isKnown = hosts.every((host) => host !== undefined);
  return { kind: 'etcd', endpoints: isKnown ? hosts.map((host) => `${scheme}://${host}`).join(',') : undefined };
}

/** Files of secrets (k3s-io/k3s pkg/cli/server/server.go, pkg/cli/agent/agent.go). */
const secretFiles = ['token-file', 'agent-token-file', 'vpn-auth-file'];
const datastoreFiles = ['datastore-cafile', 'datastore-certfile', 'datastore-keyfile'];

/** The settings whose files the program opens before it starts anything. */
function openedAtStart(endpoint: string): readonly string[] {
  // The endpoint of a database may name files of its own instead, which its driver takes first (kine pkg/drivers/pgsql
  // `prepareDSN`).
  const hasOwn = endpoint === '' || endpoint.startsWith('http') || /sslrootcert|sslcert|sslkey/.test(endpoint);
  return hasOwn ? secretFiles : [...secretFiles, ...datastoreFiles];
}

function missingFiles(
  files: Files,
  kind: SupervisorKind,
  settings: readonly GivenSetting[],
  endpoint: string,
): readonly MissingFile[] {
  const opened = openedAtStart(endpoint);
  // An agent does not read what only servers know.
  const isRead = ({ name, of, replacedBy }: GivenSetting) =>
    opened.includes(name) && replacedBy === undefined && (of === 'agent' || of === kind);
  // What is in memory is not in a copy of the disk.
  const isCopied = (path: string) =>
    !/^(?:\/var)?\/run\//.test(path) || files.seek(folderOf(path), 'any') !== undefined;
  const isMissing = (path: string) => path.startsWith('/') && isCopied(path) && files.look(path).state === 'absent';
  return settings
    .filter(isRead)
    .flatMap(({ name, values }) =>
      values.flatMap(({ value, at }) =>
        value !== undefined && isMissing(value) ? [{ value, at, setting: name }] : [],
      ),
    );
}
