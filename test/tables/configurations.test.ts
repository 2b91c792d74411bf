import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isFrom } from '../../src/model/facts/release.ts';
import { type ConfigurationTable, configurationRow, settingType } from '../../src/tables/configurations.ts';

const table: ConfigurationTable = JSON.parse(
  readFileSync(new URL('../../rules/tables/configurations.json', import.meta.url), 'utf8'),
);

const primitives = new Set(['string', 'bool', 'int32', 'int64', 'float32', 'duration', 'any']);

/** The name that a type is about: `[]Key since 1.2.3` is about `Key`. */
const bare = (written: string) => written.replace(/ since .*$/, '').replace(/^(?:\[\]|map\[string\])*/, '');

describe('rules/tables/configurations.json', () => {
  it('has the struct of every field and of every kind, and no other', () => {
    const named = Object.values(table.types).flatMap((fields) => Object.values(fields).map(bare));
    const wanted = new Set([
      ...named.filter((name) => !primitives.has(name)),
      ...[...table.rows, ...table.plugins].map(({ kind }) => kind),
    ]);
    expect([...wanted].sort()).toEqual(Object.keys(table.types).sort());
  });

  it('has one row for a flag, and versions that end after they began', () => {
    const flags = table.rows.map(({ component, flag }) => `${component} ${flag}`);
    expect(new Set(flags).size).toBe(flags.length);
    const versions = table.rows.flatMap(({ apiVersions }) => apiVersions);
    expect(versions.filter(({ since, until }) => since && until && isFrom(since, until))).toEqual([]);
    expect(table.rows.filter(({ code }) => !/\.go\b/.test(code))).toEqual([]);
  });

  it('types are read with their releases', () => {
    const type = settingType('AuthenticationConfiguration');
    const field = type.is === 'struct' ? type.fields.get('anonymous') : undefined;
    expect([field?.since, field?.type()]).toMatchObject(['1.31.0', { is: 'struct', name: 'AnonymousAuthConfig' }]);
    expect(settingType('map[string][]string')).toEqual({
      is: 'map',
      of: { is: 'list', of: { is: 'primitive', name: 'string' } },
    });
    expect(configurationRow('kubelet', 'audit-policy-file')).toBeUndefined();
  });
});
