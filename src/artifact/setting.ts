/** A configuration file as plain data, with the place of each value. */
import type { NonEmptyString } from '../core/formats.ts';
import type { Position } from './place.ts';

/** A range in a file. */
type Range = Omit<Position, 'source'>;

/** A value in a configuration file. Private keys are not in it. */
export type Setting = ScalarSetting | ListSetting | MapSetting;

export interface ScalarSetting {
  readonly kind: 'scalar';
  /** '' if it is sealed. */
  readonly text: string;
  /** Its type in Go's YAML 1.1 parser. */
  readonly type: 'string' | 'bool' | 'null' | 'number';
  readonly at: Range;
  readonly sealed?: Sealed;
}

export interface ListSetting {
  readonly kind: 'list';
  readonly items: readonly Setting[];
  readonly at: Range;
}

export interface MapSetting {
  readonly kind: 'map';
  readonly entries: ReadonlyMap<string, Setting>;
  /** Where each key is. */
  readonly keys: ReadonlyMap<string, Range>;
  /** Keys that occur more than once. */
  readonly repeated: readonly string[];
  readonly at: Range;
}

/** What is known about a secret, without the secret. */
export interface Sealed {
  /** Whether it is empty. */
  readonly isEmpty: boolean;
  /** Whether it contains what a template or a shell should have replaced. */
  readonly isPlaceholder: boolean;
  /** The bytes that its base64 stands for; undefined if it is not base64. */
  readonly size: number | undefined;
  /**
   * Equal for equal bytes, within one run of the program: it is keyed with a random number that is kept nowhere. In a
   * copy without keys, within a cluster: `CA:VALUE`, 32 bits that are keyed with the public key of that CA.
   */
  readonly digest: string;
}

/** Whether secrets are the same; undefined if their digests have different keys, and cannot be compared. */
export function isSameSecret(one: string, other: string): boolean | undefined {
  const keyOf = (digest: string) => digest.slice(0, Math.max(0, digest.indexOf(':')));
  return keyOf(one) === keyOf(other) ? one === other : undefined;
}

/** Returns the value at a path of keys; undefined if there is none, or if it is null. */
export function settingAt(setting: Setting | undefined, ...path: readonly string[]): Setting | undefined {
  let at = setting;
  for (const key of path) at = at?.kind === 'map' ? at.entries.get(key) : undefined;
  return at?.kind === 'scalar' && at.type === 'null' ? undefined : at;
}

/** Returns the text at a path of keys; '' for a value that Go does not decode into a string. */
export function textAt(setting: Setting | undefined, ...path: readonly string[]): string {
  const at = settingAt(setting, ...path);
  return at?.kind === 'scalar' && at.type === 'string' ? at.text : '';
}

/** Returns the items of the list at a path of keys. */
export function settingItems(setting: Setting | undefined, ...path: readonly string[]): readonly Setting[] {
  const at = settingAt(setting, ...path);
  return at?.kind === 'list' ? at.items : [];
}

/** What is read of the files that configure a component. */
export type SettingsContent =
  /** A configuration in YAML: its top-level fields that are not null, every absolute path in it, and all of it. */
  | {
      readonly type: 'settings';
      readonly fields: readonly string[];
      readonly paths: readonly string[];
      readonly document: Setting | undefined;
      /** `json`: it begins as JSON, and is not; Kubernetes then does not read it as YAML. */
      readonly fault?: 'empty' | 'json';
    }
  /**
   * A file with tokens: the first record that kube-apiserver refuses. `columns` is undefined for a wrong quotation
   * mark.
   */
  | { readonly type: 'tokens'; readonly fault: { readonly line: number; readonly columns?: number } | undefined }
  /** A certificate revocation list, of which etcd reads only the serial numbers (in hex), or why there is none. */
  | {
      readonly type: 'revocation-list';
      readonly list: { readonly serials: readonly string[]; readonly isPem: boolean } | { readonly error: string };
    };

/** Values of a setting that releases refuse. */
export interface GoneValue {
  readonly setting: NonEmptyString;
  /** Separated by spaces. */
  readonly values: NonEmptyString;
  /** The first release that refuses them. */
  readonly in: NonEmptyString;
  readonly error: NonEmptyString;
  readonly said: NonEmptyString;
}
