/** Checks that every control plane can read what any of them encrypts in etcd. */

import { componentNamed, lastArgument } from '../../artifact/arguments.ts';
import { placeOn } from '../../artifact/place.ts';
import { isSameSecret } from '../../artifact/setting.ts';
import type { Pki } from '../../model/roles/pki.ts';
import { seenAt } from '../../model/roles/source.ts';
import { type CheckResult, check, notApplicable, problem, skip } from '../base/check.ts';
import { namesOf, oddOnes } from '../base/odd-nodes.ts';
import { encryptionFaults } from '../configuration/encryption.ts';
import { keysByResource, keysFor, type StorageKey, shownKey } from '../configuration/encryption-keys.ts';
import { configurationOf, judgedFields, versionFault } from '../configuration/read.ts';

const flag = 'encryption-provider-config';

/** What one kube-apiserver encrypts with. */
interface Encrypting {
  readonly pki: Pki;
  readonly keys: ReturnType<typeof keysByResource>;
  /** Its file; that of its manifest if it has none. */
  readonly path: string;
}

/**
 * What a node encrypts with; undefined without kube-apiserver, and if it is not known or reported by the node's own
 * rules.
 */
function* encryptingOf(pki: Pki): Generator<CheckResult, Encrypting | undefined> {
  const server = componentNamed(pki.node, 'kube-apiserver');
  if (server === undefined) return undefined;
  if (server.unknown !== undefined) return void (yield skip(`${pki.name}: ${server.unknown}`));
  const slot = pki.slots.find((one) => one.component === server && one.row.flag === flag);
  if (slot === undefined) {
    const isUnknown = lastArgument(server, flag) !== undefined;
    return isUnknown ? undefined : { pki, keys: new Map(), path: placeOn(pki.node, server.at).path };
  }
  if (slot.path === undefined || seenAt(pki.node, slot.path) !== 'present')
    return void (yield skip(`${pki.name}: ${slot.path ?? `--${flag}`} was not read`));
  const configuration = yield* configurationOf(slot, pki);
  if (configuration === undefined || versionFault(configuration) || judgedFields(configuration).stopping.length > 0)
    return undefined;
  if ([...encryptionFaults(configuration.document, configuration)].length > 0) return undefined;
  return { pki, keys: keysByResource(configuration.document), path: slot.path };
}

/** What cannot be compared counts as equal: one node was read, and of the other a copy without keys. */
const isSame = (one: StorageKey, other: StorageKey) =>
  one.provider === other.provider && one.name === other.name && isSameSecret(one.digest, other.digest) !== false;

/** The first resource that one node writes with a key that the other does not have. */
function unreadable(writer: Encrypting, reader: Encrypting) {
  for (const resource of new Set([...writer.keys.keys(), ...reader.keys.keys()])) {
    const [key] = keysFor(writer.keys, resource);
    const known = keysFor(reader.keys, resource);
    if (key !== undefined && !known.some((one) => isSame(one, key))) return { resource, key, known };
  }
  return undefined;
}

/** What kube-apiserver says without any provider about what another one has encrypted. */
const unencrypted = 'illegal base64 data at input byte 3';

/** The words of the transformers (k8s.io/apiserver pkg/server/options/encryptionconfig/config.go). */
function errorOf(key: StorageKey, known: readonly StorageKey[]): string {
  if (key.provider === 'identity') return 'no matching prefix found';
  if (!known.some(({ provider }) => provider === key.provider)) {
    const isPlain = known.some(({ provider }) => provider === 'identity');
    return isPlain ? 'identity transformer tried to read encrypted data' : 'no matching prefix found';
  }
  const isOther = known.some(({ provider, name }) => provider === key.provider && name === key.name);
  if (isOther) return key.provider === 'aescbc' ? 'invalid padding on input' : 'cipher: message authentication failed';
  return `no matching key was found for the provided ${key.provider === 'secretbox' ? 'Secretbox' : 'AES'} transformer`;
}

export const clusterEncryptionChecks = {
  'cluster/encryption': check('cluster', function* ({ nodes }) {
    const all: Encrypting[] = [];
    for (const node of nodes) {
      const known = yield* encryptingOf(node);
      if (known !== undefined) all.push(known);
    }
    if (all.length < 2 || all.every(({ keys }) => keys.size === 0))
      return yield notApplicable('fewer than two control planes, or none that encrypts');
    const of = new Map(all.map((one) => [one.pki, one]));
    const missing = (writer: Pki, reader: Pki) => {
      const [from, to] = [of.get(writer), of.get(reader)];
      return from && to && unreadable(from, to);
    };
    const agree = (one: Pki, other: Pki) => missing(one, other) === undefined && missing(other, one) === undefined;
    for (const { node, others } of oddOnes([...of.keys()], { agree })) {
      const writers = others.filter((other) => missing(other, node));
      const readers = writers.length > 0 ? [node] : others.filter((other) => missing(node, other));
      const [writer, reader] = [writers[0] ?? node, readers[0]];
      const to = reader && of.get(reader);
      const fault = reader && missing(writer, reader);
      if (to && fault) yield encryptionProblem(writer, readers, to, fault);
    }
  }),
};

function encryptionProblem(
  writer: Pki,
  readers: readonly Pki[],
  { pki, keys, path }: Encrypting,
  { key, known, resource }: NonNullable<ReturnType<typeof unreadable>>,
) {
  const isOther = known.some((one) => one.provider === key.provider && one.name === key.name);
  const wanted = shownKey(key);
  const found = isOther ? 'a different secret under that name' : `${wanted} is missing`;
  const data = {
    reader: namesOf(readers),
    writer: writer.name,
    resources: /^[\w.*-]{1,60}$/.test(resource) ? resource : 'resources',
    error: keys.size === 0 ? unencrypted : errorOf(key, known),
    wanted,
    found: keys.size === 0 ? `no --${flag}` : found,
    hint: isOther ? ': both have a key of that name, with different secrets' : '',
    path,
    ...(keys.size === 0 ? { without: flag } : { with: flag }),
    ...(readers.length > 1 && { others: namesOf(readers.slice(1)) }),
  };
  const on = { node: pki, subject: `kube-apiserver --${flag}` };
  return problem({ path }, data, { key: pki.name, isNodeKey: true, on });
}
