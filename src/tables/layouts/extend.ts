/** A layout that is another one with changes: kubespray's is kubeadm's with an etcd of its own. */
import type { KubeletLayout } from '../../artifact/layout.ts';
import type { SupervisorRow } from '../../artifact/supervisor.ts';
import { once } from '../../core/collections.ts';
import type { NonEmptyList, NonEmptyString } from '../../core/formats.ts';
import type { RoleName } from '../name-types.ts';
import { argumentName } from '../tables.ts';
import { joinChanges } from './change.ts';
import type { Remedies, RemedyRow } from './remedies.ts';
import type { LayoutRow, TableChanges } from './row.ts';
import { reworded } from './words.ts';

/** What a file of `rules/tables/layouts/` has. */
export interface LayoutParts {
  readonly row: LayoutRow;
  readonly remedies: Remedies;
}

/**
 * What a layout has otherwise than the one that it extends. Its places replace those there, and its rows change rows
 * there.
 */
export interface LayoutExtension {
  readonly row: Omit<Partial<LayoutRow>, 'kubelet' | 'supervisor'> &
    Pick<LayoutRow, 'name' | 'nodes'> & {
      readonly kubelet?: Partial<KubeletLayout>;
      readonly supervisor?: Partial<SupervisorRow>;
    };
  /** What the layout that it extends calls otherwise: the words there, and those here. They apply before any change. */
  readonly words?: Readonly<Record<string, NonEmptyString>>;
  readonly remedies?: Partial<Omit<Remedies, 'rows'>> & { readonly rows?: readonly (RemedyRow | SharedRemedyRow)[] };
}

/** The same remedies for several roles. */
export type SharedRemedyRow = Omit<RemedyRow, 'role'> & { readonly roles: NonEmptyList<RoleName> };

/** A row for each role. */
const ofEachRole = (row: RemedyRow | SharedRemedyRow): readonly RemedyRow[] => {
  if (!('roles' in row)) return [row];
  const { roles, ...remedy } = row;
  return roles.map((role) => ({ ...remedy, role }));
};

/**
 * The fields of a row that only a joined layout needs. They are most of a file, and of most layouts nothing reads them.
 */
const tableFields = ['changes', 'history', 'bindings', 'rules'] as const satisfies readonly (keyof LayoutRow)[];

/** The places of a row: what nodes are recognised by, and where their files are. */
export type Places = Omit<LayoutRow, (typeof tableFields)[number]>;

const isPlace = (field: string): field is keyof Places => !tableFields.some((one) => one === field);
const placesIn = (row: object): readonly (keyof Places)[] => Object.keys(row).filter(isPlace);

/** Returns an object of which a field is computed when it is first read. */
function readOnUse<Value extends object>(
  fields: readonly (keyof Value)[],
  read: (field: keyof Value) => unknown,
): Value {
  const getters = fields.map((field) => [field, { enumerable: true, get: once(() => read(field)) }] as const);
  return Object.defineProperties({}, Object.fromEntries(getters)) as Value;
}

/** Returns the places of a row. They and the rest of it are read where something asks for them. */
export const placesOf = (row: LayoutRow): Places => readOnUse<Places>(placesIn(row), (field) => row[field]);

/** Returns the places of a layout that extends another. One with places of its own has a place for its PKI. */
export function placesUnder(base: Places, { row, words }: LayoutExtension): Places {
  const inherited = placesIn(base).filter((field) => field !== 'pkiAnywhere');
  const other = <Field extends keyof Places>(field: Field): Places[Field] => reworded(base[field], words);
  return readOnUse<Places>([...new Set([...inherited, ...placesIn(row)])], (field) => {
    if (field === 'kubelet') return { ...other(field), ...row.kubelet };
    if (field === 'supervisor' && base.supervisor !== undefined) return { ...other(field), ...row.supervisor };
    return Object.hasOwn(row, field) ? row[field] : other(field);
  });
}

/** Returns the parts of a layout that extends another. */
export function extended(other: LayoutParts, extension: LayoutExtension): LayoutParts {
  const { row, remedies = {}, words } = extension;
  const base = reworded(other, words);
  const { changes = {}, history = [], bindings = [], rules = {} } = row;
  const { without = [] } = changes;
  const rows = (remedies.rows ?? []).flatMap(ofEachRole);
  const ownRows = new Set([...without, ...rows.map(({ role }) => role)]);
  const ownRestarts = new Set(remedies.restarts?.map(({ component }) => component));
  return {
    row: {
      ...placesUnder(placesOf(other.row), extension),
      changes: joinedChanges(base.row.changes, changes),
      history: [...(base.row.history ?? []).filter(({ role }) => !without.includes(role)), ...history],
      bindings: [...(base.row.bindings ?? []), ...bindings],
      rules: { ...base.row.rules, ...rules },
    },
    remedies: {
      ...base.remedies,
      ...(base.remedies.renewal && {
        renewal: {
          ...base.remedies.renewal,
          roles: base.remedies.renewal.roles.filter((role) => !without.includes(role)),
        },
      }),
      ...remedies,
      uses: (remedies.uses ?? base.remedies.uses).filter(({ role }) => !without.includes(role)),
      rows: [...base.remedies.rows.filter(({ role }) => !ownRows.has(role)), ...rows],
      restarts: [
        ...base.remedies.restarts.filter(({ component }) => !ownRestarts.has(component)),
        ...(remedies.restarts ?? []),
      ],
      // Of the rows that apply, the last one counts.
      reloads: [
        ...base.remedies.reloads.filter(({ role = '' }) => !without.includes(role)),
        ...(remedies.reloads ?? []),
      ],
      classes: [...(remedies.classes ?? []), ...base.remedies.classes],
    },
  };
}

const ofRole = ({ role }: { readonly role: string }) => role;

function joinedChanges(base: TableChanges, own: TableChanges): TableChanges {
  return {
    authorities: joinChanges(base.authorities, own.authorities, ofRole),
    certificates: joinChanges(base.certificates, own.certificates, ofRole),
    keyPairs: joinChanges(base.keyPairs, own.keyPairs, ofRole),
    kubeconfigs: joinChanges(base.kubeconfigs, own.kubeconfigs, ofRole),
    arguments: joinChanges(base.arguments, own.arguments, argumentName),
    connections: joinChanges(base.connections, own.connections, ({ id }) => id),
    without: [...(base.without ?? []), ...(own.without ?? [])],
  };
}
