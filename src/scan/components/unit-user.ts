/** The user that a systemd unit names, by what the node says about users and groups. */
import type { RunAs } from '../../artifact/component.ts';
import type { Place } from '../../artifact/place.ts';
import type { ExecCommand } from './exec-start.ts';
import type { Files } from './node-files.ts';
import { settingsSinceReset, type UnitSetting } from './unit-lines.ts';

/** A user and the groups that a unit gives it, by name or id. */
export interface UnitUser {
  readonly name: string;
  readonly groups: readonly string[];
  readonly at: Place;
}

/**
 * The user of a unit (systemd.exec(5)); undefined if it keeps the rights of root: by a prefix of its command, or by a
 * capability that passes over modes. The id of a dynamic user is not known before it starts.
 */
export function userOf(settings: readonly UnitSetting[], { prefixes }: ExecCommand): UnitUser | undefined {
  const last = (key: string) => settings.findLast(({ name }) => name === key);
  const textOf = (key: string) => last(key)?.value.text ?? '';
  const user = last('User');
  const isPrivileged = /[+!]/.test(prefixes) || /CAP_DAC_/i.test(textOf('AmbientCapabilities'));
  const isDynamic = /^(?:1|yes|y|true|t|on)$/i.test(textOf('DynamicUser'));
  if (user === undefined || user.value.text === '' || isPrivileged || isDynamic) return undefined;
  const more = settingsSinceReset(settings, 'SupplementaryGroups').flatMap(({ value }) => value.text.split(/\s+/));
  return { name: user.value.text, groups: [textOf('Group'), ...more].filter((one) => one !== ''), at: user.at };
}

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
