import { expect, test } from 'vitest';
import { goOfEtcd } from '../../src/tables/etcd-releases.ts';

// .go-version and CHANGELOG of etcd at these tags; where no row has it, the Go of the next.
test.each([
  ['3.4.13', { go: '1.24', orOlder: true }],
  ['3.5.0', { go: '1.24', orOlder: true }],
  ['3.5.26', { go: '1.24', orOlder: false }],
  ['3.5.33', { go: '1.25', orOlder: false }],
  ['3.5.34', undefined],
  ['3.6.0', { go: '1.23', orOlder: false }],
  ['3.6.8', { go: '1.24', orOlder: false }],
  ['3.6.14', { go: '1.25', orOlder: false }],
  ['3.6.15', undefined],
  ['3.7.1', { go: '1.26', orOlder: false }],
  ['3.7.2', undefined],
  ['3.8.0', undefined],
])('the Go that built etcd %s', (release, built) => {
  expect(goOfEtcd(release)).toEqual(built);
});
