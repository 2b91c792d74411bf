/** etcd as a systemd unit: which files it reads, and as which user. Nothing else is judged by this unit. */

import type { Argument } from '../../artifact/argument.ts';
import type { Component, RunAs } from '../../artifact/component.ts';
import type { Programs } from '../../artifact/layout.ts';
import { withConfigFile } from './config-file.ts';
import type { Files } from './node-files.ts';
import { findProgram } from './program.ts';
import { type StartedProgram, type UnitUser, unitCommand } from './unit.ts';
import { parseFlags } from './words.ts';

/** Returns the etcd of `etcd.service`; undefined if there is none. */
export function etcdUnit(files: Files, programs: Programs): Component | undefined {
  const started = unitCommand(files, 'etcd.service');
  const program = started && findProgram(started.words, started.environment, programs);
  if (started === undefined || program?.component !== 'etcd') return undefined;
  const flags = parseFlags('etcd', program.words, programs);
  const component: Component = {
    name: 'etcd',
    at: started.at,
    arguments: [...variablesOf(started), ...flags.arguments],
    ...(flags.operands && { operands: flags.operands }),
    mounts: undefined,
    unknown: program.unknown ?? flags.unknown,
    user: started.user && resolveUser(files, started.user),
  };
  return withConfigFile(files, component);
}

/** etcd reads `ETCD_CERT_FILE` for `--cert-file` (etcd pkg/flags, SetFlagsFromEnv). */
function variablesOf({ environment, at }: StartedProgram): Argument[] {
  return [...environment.variables].flatMap(([spelled, value]): Argument[] => {
    if (!spelled.startsWith('ETCD_') || value === undefined || value === '') return [];
    const name = spelled.slice('ETCD_'.length).toLowerCase().replaceAll('_', '-');
    return [{ name, spelled, value, at }];
  });
}

const isNumber = (text: string): boolean => /^\d+$/.test(text);

/** Looks up the ids of a user and its groups; undefined for root. */
function resolveUser(files: Files, { name, groups, at }: UnitUser): RunAs | undefined {
  const user = rowsOf(files, '/etc/passwd').find((row) => row[0] === name || (isNumber(name) && row[2] === name));
  const id = isNumber(name) ? name : user?.[2];
  const uid = id === undefined ? undefined : Number(id);
  if (uid === 0 || name === 'root') return undefined;
  const known = rowsOf(files, '/etc/group');
  const isMember = ([group = '', , gid = '', members = '']: readonly string[]) =>
    groups.includes(group) || gid === user?.[3] || members.split(',').includes(user?.[0] ?? name);
  const gids = [...known.filter(isMember).map((row) => row[2] ?? ''), ...groups, user?.[3] ?? ''];
  return { name, uid, gids: gids.filter(isNumber).map(Number), at };
}

function rowsOf(files: Files, path: string): readonly (readonly string[])[] {
  if (files.seek(path, 'text') === undefined) return [];
  return (files.text(path) ?? '').split('\n').map((line) => line.split(':'));
}
