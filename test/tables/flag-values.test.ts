import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { wrongValue } from '../../src/checks/values/value-types.ts';
import { valueRows, valueType } from '../../src/tables/flag-values.ts';
import { knownFlags } from '../../src/tables/flags.ts';

/** The types in --help of real programs that are judged, with ours. */
const typesOf: Readonly<Record<string, string>> = {
  bool: 'bool',
  duration: 'duration',
  float: 'float64',
  float32: 'float32',
  int: 'int64',
  int32: 'int32',
  int32Slice: 'int32-list',
  int64: 'int64',
  ip: 'ip',
  Level: 'verbosity',
  portRange: 'port-range',
  uint: 'uint64',
  uint32: 'uint32',
  uint64: 'uint64',
};

const components = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kubelet', 'etcd'];

describe.each(components)('the types of the flags of %s', (component) => {
  const [, ...lines] = readFileSync(new URL(`../../fixtures/flags/${component}.tsv`, import.meta.url), 'utf8')
    .trim()
    .split('\n');

  it('are those that the real program shows', () => {
    // A flag of a fork.
    const known = lines.filter((line) => !line.startsWith('unsupported-kube-api-over-localhost'));
    const shown = known.map((line) => line.split('\t')).filter(([, type = '']) => type in typesOf);
    const wrong = shown.filter(([flag = '', type = '']) => valueType(component, flag) !== typesOf[type]);
    expect(wrong).toEqual([]);
  });

  it('are not those of flags without such a type', () => {
    const texts = lines.map((line) => line.split('\t')).filter(([, type]) => type === 'string' || type === 'strings');
    expect(texts.filter(([flag = '']) => valueType(component, flag) !== undefined)).toEqual([]);
  });
});

it('rows name known flags', () => {
  const unknown = valueRows.flatMap(({ components: names, flags }) =>
    names.flatMap((name) => flags.filter((flag) => !knownFlags(name)?.has(flag))),
  );
  expect(unknown).toEqual([]);
});

/** Value, type, the error of Go. */
const values = [
  ['abc', 'bool', 'strconv.ParseBool: parsing "abc": invalid syntax'],
  ['', 'bool', 'strconv.ParseBool: parsing "": invalid syntax'],
  ['T', 'bool', undefined],
  ['tRUE', 'bool', 'strconv.ParseBool: parsing "tRUE": invalid syntax'],
  ['60', 'duration', 'time: missing unit in duration "60"'],
  ['1d', 'duration', 'time: unknown unit "d" in duration "1d"'],
  ['', 'duration', 'time: invalid duration ""'],
  ['1h2m3.5s', 'duration', undefined],
  ['-.5us', 'duration', undefined],
  ['.s', 'duration', 'time: invalid duration ".s"'],
  ['3000000h', 'duration', 'time: invalid duration "3000000h"'],
  ['0', 'duration', undefined],
  ['08', 'int64', 'strconv.ParseInt: parsing "08": invalid syntax'],
  ['0x1F', 'int64', undefined],
  ['1_000', 'int64', undefined],
  ['1__000', 'int64', 'strconv.ParseInt: parsing "1__000": invalid syntax'],
  ['9223372036854775808', 'int64', 'strconv.ParseInt: parsing "9223372036854775808": value out of range'],
  ['-9223372036854775808', 'int64', undefined],
  ['2147483648', 'int32', 'strconv.ParseInt: parsing "2147483648": value out of range'],
  ['+1', 'uint64', 'strconv.ParseUint: parsing "+1": invalid syntax'],
  ['1.5', 'float32', undefined],
  ['1e39', 'float32', 'strconv.ParseFloat: parsing "1e39": value out of range'],
  ['1,5', 'float64', 'strconv.ParseFloat: parsing "1,5": invalid syntax'],
  ['10.0.0', 'ip', 'failed to parse IP: "10.0.0"'],
  [' ::1 ', 'ip', undefined],
  ['30000-', 'port-range', 'strconv.Atoi: parsing "": invalid syntax'],
  ['32767-30000', 'port-range', 'end port cannot be less than start port: 32767-30000'],
  ['80000-90000', 'port-range', 'the port range cannot be greater than 65535: 80000-90000'],
  ['A=true,B', 'gates', 'missing bool value for B'],
  ['kube:A=true,B=0', 'gates', undefined],
  ['23,24', 'int32-list', undefined],
  ['0x2', 'verbosity', 'strconv.ParseUint: parsing "0x2": invalid syntax'],
] as const;

it.each(values)('%j as %s: %s', (value, type, error) => {
  expect(wrongValue(type, value)?.error).toBe(error);
});
