export const old = { notBefore: '2016-11-30', notAfter: '2026-11-30' };
