import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import schema from '../../rules/schema/tables.schema.json' with { type: 'json' };
import { cisRows } from '../../src/tables/cis.ts';
import { knownComponents } from '../../src/tables/components.ts';
import { connectionRows } from '../../src/tables/connections.ts';
import { namesRows, valueRows } from '../../src/tables/flag-values.ts';
import { conflictRows, knownFlags } from '../../src/tables/flags.ts';
import { layouts } from '../../src/tables/layouts/index.ts';
import { argumentRows } from '../../src/tables/tables.ts';

const names = knownComponents.map(({ name }) => name);

describe('components', () => {
  it('are known where the documented tables name one', () => {
    const named = [
      ...argumentRows.map(({ component }) => component),
      ...connectionRows.flatMap(({ on }) => on ?? []),
      ...conflictRows.map(({ component }) => component),
      ...valueRows.flatMap(({ components }) => components),
      ...namesRows.map(({ component }) => component),
      ...cisRows.flatMap(({ component }) => component ?? []),
    ];
    expect([...new Set(named)].filter((name) => !names.includes(name))).toEqual([]);
    expect(names.filter((name) => knownFlags(name) === undefined)).toEqual([]);
  });

  it.each(layouts)('have a restart where the remedies of $name restart them', ({ remedies }) => {
    const restarted = new Set(remedies.restarts.map(({ component }) => component));
    const named = remedies.reloads.flatMap(({ restarts = [] }) => restarts);
    expect(named.filter((name) => !restarted.has(name))).toEqual([]);
  });
});

const ajv = new Ajv2020({ strict: false }).addSchema(schema);
const isValid = (type: string, value: string) => ajv.validate(`${schema.$id}#/$defs/${type}`, value);

/** What real distributions call things, and mistakes. */
const spelled: Readonly<Record<string, { readonly good: readonly string[]; readonly bad: readonly string[] }>> = {
  RoleName: {
    good: ['client-k3s-controller', 'serving_x', 'admin.conf', 'etcd-ca-2'],
    bad: ['', 'Admin', '-x', '.x', 'a b', 'a/b', "a'b", 'a$b', 'a;b', 'a\n', 'a`b', '{a}'],
  },
  PkiPath: {
    good: ['apiserver-etcd-client.crt', 'tls/serving_x.pem', '../admin.conf', 'etcd3/CA.crt', '1/node_2.pem'],
    bad: [
      '',
      '//a',
      'a//b',
      'a/',
      'a/../b',
      './a',
      '-rf',
      'a/-b',
      '.a',
      '../../a',
      'a b',
      'a$b',
      "a'b",
      '{path}',
      'a\n',
    ],
  },
  FlagName: {
    good: ['client-ca-file', 'tls_cert_file', 'listenHTTPS2', 'v'],
    bad: ['', '--x', '-x', '1x', 'a b', 'a=b', 'a.b', 'a$b'],
  },
  ComponentName: {
    good: ['kube-proxy', 'kine', 'kubelite', 'k8s-dqlite', 'rke2'],
    bad: ['', 'Kine', '-x', 'a b', 'a/b', 'a.b', '.*', 'a$b'],
  },
  ArgumentName: {
    good: ['kube-apiserver etcd-cafile', 'konnectivity-server cluster-ca-cert', 'k8s-dqlite storage_dir'],
    bad: ['', 'kine', 'kine  x', 'kine --x', ' x', 'kine x y'],
  },
};

describe.each(Object.entries(spelled))('the pattern of %s', (type, { good, bad }) => {
  it('takes what distributions have, and no mistakes', () => {
    expect(good.filter((value) => !isValid(type, value))).toEqual([]);
    expect(bad.filter((value) => isValid(type, value))).toEqual([]);
  });
});

/** All that a name may contain. No shell acts on it, and no pattern of a regular expression but the dot. */
const harmless = /^[\w./-]+( [\w-]+)?$/;

it('names have nothing that a shell or a report would act on', () => {
  const all = Object.values(spelled).flatMap(({ good }) => good);
  expect(all.filter((name) => !harmless.test(name))).toEqual([]);
  const printable = Array.from({ length: 0x80 }, (_, code) => String.fromCharCode(code));
  const taken = Object.keys(spelled).flatMap((type) => printable.filter((one) => isValid(type, `a${one}a`)));
  expect([...new Set(taken)].filter((one) => !/[\w./ -]/.test(one))).toEqual([]);
});
