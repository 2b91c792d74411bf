/** Compares a node that was healed with the node as it was before something went wrong. */
import { createHash } from 'node:crypto';
import type { Connection } from '../../src/index.ts';
import type { FileMap } from './file-map.ts';
import { isFile, isKept, type Meaning, meaningsOf } from './node-meaning.ts';

/**
 * What the kubelet makes by itself: credentials, of which it keeps those before (kubelet.conf names the present one),
 * and a serving certificate that only it has signed.
 */
const isOfKubelet = (path: string): boolean =>
  /\/kubelet-client-(?:\d{4}-.*|current)\.pem$|\/pki\/kubelet\.(?:crt|key)$/.test(path);

/** What is different from the healthy node, in words. Empty: the node is as it was. */
export function differences(healthy: FileMap, healed: FileMap): readonly string[] {
  const [before, after] = [meaningsOf(healthy), meaningsOf(healed)];
  return [...before].flatMap(([path, meaning]) => {
    if (isOfKubelet(path)) return [];
    const now = after.get(path);
    if (now === undefined) return [`${path} is missing`];
    const isPublic = [...meaning.keys()].some((what) => /^(?:subject|public)/.test(what)) && !holdsKey(meaning);
    return [...changesOf(path, meaning, now), ...(isPublic ? [] : modeChanges(path, healthy, healed))];
  });
}

function changesOf(path: string, before: Meaning, after: Meaning): readonly string[] {
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((what) => {
    const [was, is] = [before.get(what), after.get(what)];
    return was === is ? [] : [`${path}: ${what} is ${is ?? 'not there'}, was ${was ?? 'not there'}`];
  });
}

const holdsKey = (meaning: Meaning): boolean => [...meaning.keys()].some((what) => what.startsWith('private key'));

/** A linter judges the modes of files that hold keys or start components, and their owners. */
function modeChanges(path: string, healthy: FileMap, healed: FileMap): readonly string[] {
  const [was, is] = [healthy, healed].map((node) => node.entries.get(node.resolve(path)));
  if (was?.type !== 'file' || is?.type !== 'file') return [];
  const octal = (mode: number) => (mode & 0o777).toString(8);
  const owner = ({ uid = 0, gid = 0 }: typeof was) => `${uid}:${gid}`;
  return [
    ...(octal(was.mode) === octal(is.mode) ? [] : [`${path}: mode is ${octal(is.mode)}, was ${octal(was.mode)}`]),
    ...(owner(was) === owner(is) ? [] : [`${path}: owner is ${owner(is)}, was ${owner(was)}`]),
  ];
}

/** The administrator's copy of admin.conf, which fixes make again. */
const usersCopy = '/root/.kube/config';

/**
 * The files that are on a node now, were on neither of two earlier states, and are neither backups nor targets of
 * links.
 */
export function leftovers(earlier: readonly FileMap[], healed: FileMap): readonly string[] {
  const targets = new Set(earlier.flatMap((node) => [...node.entries.keys()].map((path) => node.resolve(path))));
  const isNew = (path: string) =>
    isFile(healed, path) &&
    !(isKept(path) || isOfKubelet(path) || path === usersCopy || targets.has(path)) &&
    earlier.every((node) => !node.has(path));
  return [...healed.entries.keys()].filter(isNew).map((path) => `${path} is new`);
}

/**
 * The files of a broken node whose content is kept nowhere. What a renewal replaces is not kept: certificates that are
 * not CAs, their keys, and kubeconfigs. A key is kept in any encoding.
 */
export function lost(broken: FileMap, healed: FileMap): readonly string[] {
  const meanings = meaningsOf(healed);
  const kept = new Set([...meanings].flatMap(([path, meaning]) => [digest(healed, path), keyIn(meaning) ?? '']));
  const isIn = (path: string, meaning: Meaning) =>
    kept.has(digest(broken, path)) || kept.has(keyIn(meaning) ?? digest(broken, path));
  return [...meaningsOf(broken)].flatMap(([path, meaning]) =>
    isKept(path) || isOfKubelet(path) || isReplaced(meaning) || isIn(path, meaning) || isEmpty(broken, path)
      ? []
      : [`the content of ${path} is kept nowhere`],
  );
}

const isEmpty = (node: FileMap, path: string): boolean => node.read(path).trim() === '';

const digest = (node: FileMap, path: string): string => createHash('sha256').update(node.bytes(path)).digest('hex');

const isReplaced = (meaning: Meaning): boolean =>
  ['kind of certificate 1', 'private key 1', 'private key'].some((what) =>
    /^(?:not a CA|fits|does not fit|none)$/.test(meaning.get(what) ?? ''),
  );

/** The private key that is all that a file has. */
const keyIn = (meaning: Meaning): string | undefined => (meaning.size === 1 ? meaning.get('private key 1') : undefined);

/** The connections that worked and do not work now. */
export function brokenConnections(before: readonly Connection[], after: readonly Connection[]): readonly string[] {
  const name = ({ node, id, client, server, address }: Connection) => [node, id, client, server, address].join(' ');
  const now = new Map(after.map((one) => [name(one), one]));
  return before
    .filter(({ verdict }) => verdict === 'ok')
    .flatMap((one) => {
      const found = now.get(name(one));
      if (found?.verdict === 'ok') return [];
      return [`${name(one)}: ${found === undefined ? 'is not made' : `${found.verdict}: ${found.reason}`}`];
    });
}
