import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import order from '../../rules/order.json' with { type: 'json' };
import { validateRules } from '../../scripts/validate-rules.mjs';
import { checks } from '../../src/checks/index.ts';
import { checksOfObjects } from '../../src/checks/objects.ts';
import { citations, rules, usual } from '../../src/tables/catalog.ts';
import { connectionRows } from '../../src/tables/connections.ts';
import { knownFlags } from '../../src/tables/flags.ts';
import { argumentRows, authorityRows, certificateRows, keyPairRows, kubeconfigRows } from '../../src/tables/tables.ts';
import { listFiles, readText } from '../repository/files.ts';

type Fields = Readonly<Record<string, unknown>>;

/** The catalogue as it is written. */
const catalogFiles = listFiles('rules/catalog').map((path) => {
  const { defaults = {}, rules: records } = JSON.parse(readText(path)) as {
    readonly defaults?: Fields;
    readonly rules: Readonly<Record<string, Fields>>;
  };
  const name = path.slice('rules/catalog/'.length);
  return { name, defaults, records: Object.entries(records).map(([id, record]): Fields => ({ id, ...record })) };
});

const roles = [authorityRows, certificateRows, keyPairRows, kubeconfigRows].flatMap((rows) =>
  rows.map((row) => row.role),
);

describe('rules/', () => {
  it('obeys its schemas', () => {
    expect(validateRules()).toEqual([]);
  });

  it('has a check for each record, over what the record says, and a record for each check', () => {
    const over = (all: readonly { readonly id: string; readonly over: string }[]) =>
      all.map((one) => `${one.id} over ${one.over}`).sort();
    expect(over(rules)).toEqual(
      over(Object.entries({ ...checks, ...checksOfObjects }).map(([id, check]) => ({ id, over: check.over }))),
    );
  });

  it('gives each rule an id of its own, in the file of its prefix', () => {
    const ids = rules.map((rule) => rule.id);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
    const strays = catalogFiles.flatMap(({ name, records }) =>
      records.filter(({ id }) => `${String(id).split('/')[0]}.json` !== name).map(({ id }) => [name, id]),
    );
    expect(strays).toEqual([]);
    expect(catalogFiles.flatMap(({ records }) => records).length).toBe(rules.length);
  });

  it('keeps every field of a record', () => {
    for (const { defaults, records } of catalogFiles) {
      for (const record of records) {
        const rule: Fields = { ...rules.find(({ id }) => id === record.id) };
        expect(rule).toMatchObject({ ...defaults, ...record });
      }
    }
  });

  it('leaves out of a record what would be filled in', () => {
    const repeated = catalogFiles.flatMap(({ defaults, records }) =>
      records.flatMap((record) =>
        Object.entries({ ...usual, ...defaults })
          .filter(([field, value]) => isDeepStrictEqual(record[field], value))
          .map(([field]) => `${record.id} ${field}`),
      ),
    );
    expect(repeated).toEqual([]);
  });

  it('orders rules by ids and prefixes that exist, each once', () => {
    const entries = order.groups.flat();
    expect(entries.filter((entry, index) => entries.indexOf(entry) !== index)).toEqual([]);
    const fits = (entry: string) => rules.some(({ id }) => id === entry || `${id.split('/')[0]}/*` === entry);
    expect(entries.filter((entry) => !fits(entry))).toEqual([]);
    const unplaced = rules.filter(({ id }) => !entries.includes(id) && !entries.includes(`${id.split('/')[0]}/*`));
    expect(unplaced).toEqual([]);
  });

  it('cites sources that exist, and every source', () => {
    const cited = new Set(rules.flatMap((rule) => rule.cite));
    expect([...cited].filter((key) => !Object.hasOwn(citations, key))).toEqual([]);
    const ofLayouts = listFiles('rules/tables/layouts').map((path) => JSON.parse(readText(path)).source);
    const inTables = ['k8s-certs#required-cas', 'component-help', 'k8s-changelog', 'kubeadm-certs', ...ofLayouts];
    expect(Object.keys(citations).filter((key) => !cited.has(key) && !inTables.includes(key))).toEqual([]);
  });

  it('says of every error what fails in the component, or who gets in, unless it is about the policy', () => {
    const silent = rules.filter(
      (rule) =>
        rule.severity === 'error' &&
        rule.impact !== 'privilege' &&
        rule.fails === null &&
        !rule.id.startsWith('policy/'),
    );
    expect(silent.map((rule) => rule.id)).toEqual([]);
  });

  it('names roles that exist', () => {
    const named = [
      ...argumentRows.flatMap((row) => row.role ?? []),
      ...certificateRows.map((row) => row.parent),
      ...connectionRows.flatMap((row) => [row.presents, row.serves ?? []].flat()),
    ];
    // kube-proxy's kubeconfig is not documented: kubeadm does not create one.
    expect(named.filter((role) => !roles.includes(role))).toEqual(['kube-proxy.conf']);
  });

  it('lists arguments that their components know', () => {
    const unknown = argumentRows.filter((row) => !knownFlags(row.component)?.has(row.flag));
    // Newer than every --help output that we collected.
    expect(unknown.map((row) => row.flag)).toEqual([]);
  });
});
