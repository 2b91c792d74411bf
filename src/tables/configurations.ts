/** The configuration files that flags name: `rules/tables/configurations.json`. */
import table from '../../rules/tables/configurations.json' with { type: 'json' };
import type { Setting } from '../artifact/setting.ts';
import { groupBy, once } from '../core/collections.ts';
import type { NonEmptyList, NonEmptyString } from '../core/formats.ts';
import { givesAccess } from '../core/secrets.ts';
import type { ComponentName, FlagName, ReleaseNumber } from './name-types.ts';

/** A version of the format of a file. */
export interface ApiVersionRow {
  readonly name: NonEmptyString;
  /** The first release that takes it. */
  readonly since?: ReleaseNumber;
  /** The first release that does not. */
  readonly until?: ReleaseNumber;
  /** The kind of the file in this version, if it has a different name. */
  readonly kind?: NonEmptyString;
  /** false where the table does not have the fields of this version. */
  readonly fields?: false;
}

/** A format, and how it is decoded. */
export interface FormatRow {
  readonly kind: NonEmptyString;
  readonly apiVersions: NonEmptyList<ApiVersionRow>;
  /** The first release in which an unknown or repeated field stops the component. */
  readonly strict: 'always' | 'never' | ReleaseNumber;
  /** The first release that looks at the apiVersion. */
  readonly versionsRead?: ReleaseNumber;
  /**
   * The first release that decodes it without a struct, and merges it into another file: a repeated field stops the
   * component, the case of names does not count, and before `versionsRead` any kind will do.
   */
  readonly merged?: ReleaseNumber;
  /** Fields of older formats without a kind, which the component still takes. */
  readonly legacy?: NonEmptyList<NonEmptyString>;
  /** Where it is read. */
  readonly code: NonEmptyString;
}

/** Whether its files are merged into the configuration of the component: drop-ins of the kubelet. */
export const isKubeletDropIn = ({ merged }: FormatRow): boolean => merged !== undefined;

/** The configuration of an admission plugin, in an AdmissionConfiguration or in a file that it names. */
export interface PluginRow extends FormatRow {
  readonly plugin: NonEmptyString;
}

/** A kind of configuration file, and how its component reads it. */
export interface ConfigurationRow extends FormatRow {
  readonly component: ComponentName;
  readonly flag: FlagName;
  /** What the component prints before an error of decoding, with the path as its container has it. */
  readonly decode: string;
  /** The same before what it says about a value. */
  readonly validate: string;
  /** All that the component prints about a file of no bytes, if it looks at that before it decodes. */
  readonly empty?: NonEmptyString;
}

/**
 * A Go struct: the types of its fields. `Issuer`, `[]string`, `map[string]string`, `AnonymousAuthConfig since 1.31.0`.
 */
export type StructRow = Readonly<Record<string, NonEmptyString>>;

/** `rules/tables/configurations.json`. */
export interface ConfigurationTable {
  readonly source: NonEmptyString;
  readonly note: NonEmptyString;
  readonly rows: NonEmptyList<ConfigurationRow>;
  readonly plugins: NonEmptyList<PluginRow>;
  readonly types: Readonly<Record<string, StructRow>>;
}

const { rows, plugins, types } = table as unknown as ConfigurationTable;

/** The type of a value in a configuration file. */
export type SettingType =
  | { readonly is: 'primitive'; readonly name: string }
  | { readonly is: 'list'; readonly of: SettingType }
  | { readonly is: 'map'; readonly of: SettingType }
  | { readonly is: 'struct'; readonly name: string; readonly fields: ReadonlyMap<string, StructField> };

/** A field of a struct, and the first release that has it. */
export interface StructField {
  readonly type: () => SettingType;
  readonly since: string | undefined;
}

const structs = new Map<string, SettingType>();

/** Returns a type by its name. */
export function settingType(name: string): SettingType {
  if (name.startsWith('[]')) return { is: 'list', of: settingType(name.slice(2)) };
  if (name.startsWith('map[string]')) return { is: 'map', of: settingType(name.slice('map[string]'.length)) };
  const row = types[name];
  if (row === undefined) return { is: 'primitive', name };
  const known = structs.get(name) ?? { is: 'struct', name, fields: fieldsOf(row) };
  structs.set(name, known);
  return known;
}

function fieldsOf(row: StructRow): ReadonlyMap<string, StructField> {
  return new Map(
    Object.entries(row).map(([field, written]) => {
      const [name = '', since] = written.split(' since ');
      return [field, { type: () => settingType(name), since }];
    }),
  );
}

/** Returns the row of the file that a flag of a component names; undefined if its fields are not in the table. */
export function configurationRow(component: string, flag: string): ConfigurationRow | undefined {
  return rows.find((row) => row.component === component && row.flag === flag);
}

/** Returns the row of an admission plugin; undefined if the format of its configuration is not in the table. */
export function pluginRow(plugin: string): PluginRow | undefined {
  return plugins.find((row) => row.plugin === plugin);
}

/** The kinds of these files. */
export const configurationKinds: ReadonlySet<string> = new Set(
  rows.flatMap(({ kind, apiVersions }) => [kind, ...apiVersions.flatMap((one) => one.kind ?? [])]),
);

/** A primitive, or a list or mapping of primitives. */
const hasValues = (type: SettingType): boolean =>
  type.is === 'primitive' || ((type.is === 'list' || type.is === 'map') && hasValues(type.of));

/** What each field has in any of these formats, by its name in small letters. */
const fieldsOfFormats = once(() => {
  const byName = groupBy(
    Object.values(types).flatMap((row) => Object.entries(row)),
    ([field]) => field.toLowerCase(),
  );
  const all = [...byName].map(([name, rows]) => {
    const areValues = rows.every(([, type]) => hasValues(settingType(type.split(' since ')[0] ?? '')));
    return [name, areValues ? 'values' : 'fields'] as const;
  });
  return new Map<string, 'values' | 'fields'>([...all, ['apiversion', 'values'], ['kind', 'values']]);
});

/**
 * Returns what a field has in any of these formats, in any case: values, or fields of its own; undefined if none has
 * such a field, or if its value may give access.
 */
function fieldOfAnyFormat(name: string): 'values' | 'fields' | undefined {
  const has = fieldsOfFormats().get(name.toLowerCase());
  return has === 'values' && givesAccess(name) ? undefined : has;
}

/** Whether a document is of one of these formats, by its fields. One that is merged into another may have no kind. */
function isOfAnyFormat(fields: Iterable<string>): boolean {
  const legacy = [...rows, ...plugins].flatMap((row) => row.legacy ?? []);
  const all = [...fields];
  return (
    all.some((field) => /^(?:apiversion|kind)$/i.test(field) || legacy.includes(field)) ||
    rows.some((row) => isKubeletDropIn(row) && all.every((field) => Object.hasOwn(types[row.kind] ?? {}, field)))
  );
}

/** Which values of configuration files a scan may show. */
export const knownFields = {
  isRead: (document: Setting): boolean => document.kind === 'map' && isOfAnyFormat(document.entries.keys()),
  field: fieldOfAnyFormat,
};
