import { expect, test } from 'vitest';
import { riskOf } from '../../src/settings/trust.ts';

test.each([
  ['root and its own file', { mode: 0o644, uid: 0 }, 0, 0, undefined],
  ['root and a file that others may write', { mode: 0o666, uid: 0 }, 0, 0, 'others may write it'],
  ['root and a file that a group may write', { mode: 0o664, uid: 0 }, 0, 0, 'others may write it'],
  ['root and a file of a user', { mode: 0o644, uid: 7 }, 0, 0, 'it belongs to the user 7'],
  ['root and a link of a user', { mode: 0o644, uid: 0 }, 7, 0, 'it belongs to the user 7'],
  ['a user and a file of their own that a group may write', { mode: 0o664, uid: 7 }, 7, 7, undefined],
  ['a user and a file of root', { mode: 0o644, uid: 0 }, 0, 7, undefined],
  ['a user and a file of a different one', { mode: 0o644, uid: 8 }, 8, 7, 'it belongs to the user 8'],
  ['a system without users', { mode: 0o666, uid: 8 }, 8, undefined, undefined],
] as const)('%s', (_, file, link, me, risk) => {
  expect(riskOf(file, { uid: link }, me)).toBe(risk);
});
