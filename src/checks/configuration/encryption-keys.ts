/**
 * With which key each kube-apiserver writes to etcd, and which keys it can read with. Secrets are compared by keyed
 * digests.
 */
import { type Setting, settingAt, settingItems, textAt } from '../../artifact/setting.ts';

/** A provider with a key, as what is in etcd names it: `k8s:enc:PROVIDER:v1:KEYNAME:`. */
export interface StorageKey {
  /** `identity` does not encrypt. */
  readonly provider: string;
  readonly name: string;
  /** '' for one without a secret of its own. */
  readonly digest: string;
}

/** What is not encrypted. */
const plain: StorageKey = { provider: 'identity', name: '', digest: '' };

/** The keys of each list of resources, the one that writes first. */
type Keys = ReadonlyMap<string, readonly StorageKey[]>;

/** Returns the keys by resource. The first list that has a resource counts for writing, and all of them for reading. */
export function keysByResource(document: Setting): Keys {
  const found = new Map<string, StorageKey[]>();
  for (const entry of settingItems(document, 'resources')) {
    const keys = settingItems(entry, 'providers').flatMap(keysOf);
    for (const item of settingItems(entry, 'resources')) {
      const resource = textAt(item);
      found.set(resource, [...(found.get(resource) ?? []), ...keys]);
    }
  }
  return found;
}

function keysOf(provider: Setting): readonly StorageKey[] {
  if (settingAt(provider, 'identity') !== undefined) return [plain];
  const kms = settingAt(provider, 'kms');
  if (kms !== undefined) {
    return [{ provider: `kms ${textAt(kms, 'apiVersion') || 'v1'}`, name: textAt(kms, 'name'), digest: '' }];
  }
  return ['aescbc', 'aesgcm', 'secretbox'].flatMap((name) =>
    settingItems(provider, name, 'keys').map((key) => {
      const secret = settingAt(key, 'secret');
      const digest = secret?.kind === 'scalar' ? (secret.sealed?.digest ?? '') : '';
      return { provider: name, name: textAt(key, 'name'), digest };
    }),
  );
}

/** Returns the keys of a resource: those of its own list, else of a wildcard's. Without a list nothing is encrypted. */
export function keysFor(keys: Keys, resource: string): readonly StorageKey[] {
  const group = /^[^.]*\.(.+)$/.exec(resource)?.[1] ?? '';
  return keys.get(resource) ?? keys.get(`*.${group}`) ?? keys.get('*.*') ?? [plain];
}

/** Returns what a key is called. Its name was read without what may be a key itself. */
export function shownKey({ provider, name }: StorageKey): string {
  if (provider === 'identity') return 'the provider identity';
  const shown = name === '' ? '(no name)' : name;
  return provider.startsWith('kms') ? `the provider ${provider} ${shown}` : `the key ${shown} of ${provider}`;
}
