import { expect, test } from 'vitest';
import { isFrom } from '../../src/model/facts/release.ts';
import { knownGates } from '../../src/tables/feature-gates.ts';

/** What a release says to a gate, by the table. */
function stateIn(release: string, gate: string): string {
  const row = knownGates().get(gate);
  const from = (bound: string | undefined) => bound !== undefined && isFrom(release, bound);
  if (from(row?.removedIn) || (row?.since !== undefined && !from(row.since))) return 'unrecognized';
  return from(row?.locked) ? `locked to ${row?.to ?? true}` : 'free';
}

// k8s.io/apiserver pkg/features at each tag, and the changelogs of 1.37 and 1.38.
test.each([
  [
    'StructuredAuthenticationConfiguration',
    ['1.28.0 unrecognized', '1.33.0 free', '1.34.0 locked to true', '1.36.2 locked to true', '1.37.0 unrecognized'],
  ],
  ['StructuredAuthorizationConfiguration', ['1.31.0 free', '1.32.0 locked to true', '1.36.0 unrecognized']],
  ['KMSv2', ['1.29.0 locked to true', '1.31.0 locked to true', '1.32.0 unrecognized']],
  ['WatchBookmark', ['1.32.0 locked to true', '1.33.0 unrecognized']],
  ['SeparateTaintEvictionController', ['1.33.0 free', '1.37.0 locked to true', '1.38.0 unrecognized']],
  ['UnknownVersionInteroperabilityProxy', ['1.27.0 unrecognized', '1.37.0 free']],
  ['AllowServiceLBStatusOnNonLB', ['1.31.0 free', '1.33.0 locked to false']],
])('%s: %j', (gate, states) => {
  expect(states.map((state) => `${state.split(' ')[0]} ${stateIn(state.split(' ')[0] ?? '', gate)}`)).toEqual(states);
});

test('each gate is in one row, and is known, locked and gone in this order', () => {
  const rows = [...knownGates()];
  expect(rows.length).toBeGreaterThan(300);
  const number = (release = '1.0.0') => Number(release.split('.')[1]);
  const odd = rows.filter(([, { since, locked = since, removedIn = '1.99.0', maybe = removedIn }]) => {
    return number(since) > number(locked) || number(locked) > number(maybe) || number(maybe) > number(removedIn);
  });
  expect(odd.map(([gate]) => gate)).toEqual([]);
});
