import { describe, expect, it } from 'vitest';
import { readRevocationList } from '../../src/x509/revocation-list.ts';
import { revocationList, revocationListPem } from '../support/revocation-list.ts';

describe('a revocation list', () => {
  it('is DER or PEM', () => {
    expect(readRevocationList(revocationList('01', 'ff00', '1234'))).toEqual({
      serials: ['1', 'ff00', '1234'],
      isPem: false,
    });
    expect(readRevocationList(Buffer.from(revocationListPem('7f')))).toEqual({ serials: ['7f'], isPem: true });
    expect(readRevocationList(revocationList())).toEqual({ serials: [], isPem: false });
  });

  it.each([
    ['nothing', Buffer.alloc(0), 'x509: malformed crl'],
    ['text', Buffer.from('hello'), 'x509: malformed crl'],
    ['more after it', Buffer.concat([revocationList('01'), Buffer.from([0])]), 'x509: trailing data'],
    ['half of it', revocationList('01').subarray(0, 90), 'x509: malformed crl'],
  ])('%s is not one', (_, bytes, error) => {
    expect(readRevocationList(bytes)).toEqual({ error });
  });

  it('never throws, wherever it is cut or changed', () => {
    const whole = revocationList('01', '1234');
    const results = [...whole.keys()].flatMap((at) => {
      const changed = Uint8Array.from(whole);
      changed[at] = (changed[at] ?? 0) ^ 0xff;
      return [readRevocationList(whole.subarray(0, at)), readRevocationList(changed)];
    });
    expect(results.filter((one) => !('error' in one || Array.isArray(one.serials)))).toEqual([]);
  });
});
