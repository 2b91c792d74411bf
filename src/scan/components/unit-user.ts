/** The user that a systemd unit names, by what the node says about users and groups. */
import type { RunAs } from '../../artifact/component.ts';
import type { Files } from './node-files.ts';
import type { UnitUser } from './unit.ts';

const isNumber = (text: string): boolean => /^\d+$/.test(text);

/** Looks up the ids of a user and its groups; undefined for root. */
export function resolveUser(files: Files, { name, groups, at }: UnitUser): RunAs | undefined {
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
