import { describe, expect, it } from 'vitest';
import { goDuration } from '../../src/core/go-values.ts';
import { type FieldRow, valueStages } from '../../src/tables/configuration-values.ts';
import { type SettingType, settingType } from '../../src/tables/configurations.ts';
import { knownFlags } from '../../src/tables/flags.ts';

/** Whether a kind has a field. */
function hasField(kind: string, path: string): boolean {
  let type: SettingType | undefined = settingType(kind);
  for (const name of path.split('.')) type = type?.is === 'struct' ? type.fields.get(name)?.type() : inMap(type);
  return type !== undefined;
}

const inMap = (type: SettingType | undefined) =>
  type?.is === 'map' ? type.of : type?.is === 'primitive' && type.name === 'any' ? type : undefined;

const stages = valueStages('KubeletConfiguration');
const rows = stages.flatMap((stage) => stage.rows);
const named: readonly FieldRow[] = rows.flatMap((row) => {
  const { takes } = row;
  if (takes.kind === 'needs') return [row, ...takes.one];
  if (takes.kind === 'excludes') return [row, ...takes.others];
  if (takes.kind === 'http2') return [row, takes.unless];
  return takes.kind === 'below' || takes.kind === 'pairs' ? [row, takes.other] : [row];
});

describe('rules/tables/configuration-values.json', () => {
  it('names fields that the kubelet has', () => {
    expect(named.filter(({ field }) => !hasField('KubeletConfiguration', field))).toEqual([]);
  });

  it('names flags that the kubelet has, or had', () => {
    const unknown = named.flatMap(({ flag }) => (flag === undefined || knownFlags('kubelet')?.has(flag) ? [] : flag));
    expect(unknown).toEqual([]);
  });

  it('says where each stage is in the code', () => {
    expect(stages.filter(({ code }) => !/\.go\b/.test(code))).toEqual([]);
  });
});

/** What Go prints. */
const durations = [
  [0n, '0s'],
  [1n, '1ns'],
  [1_500n, '1.5µs'],
  [250_000_000n, '250ms'],
  [1_500_000_000n, '1.5s'],
  [90_000_000_000n, '1m30s'],
  [3_600_000_000_000n, '1h0m0s'],
  [-15_000_000_000n, '-15s'],
] as const;

it.each(durations)('%s ns as Go prints them', (length, shown) => {
  expect(goDuration(length)).toBe(shown);
});
