import { expect, it } from 'vitest';
import { readPem } from '../../src/x509/pem.ts';
import { pkiOf } from '../cases/harness.ts';
import { buildNode } from './build-node.ts';
import { isWhole } from './extent.ts';
import { remembering } from './remembered.ts';

const bytes = (text: string) => Buffer.from(text);

it('the same bytes are read once with the same settings', () => {
  const read = remembering((read, settings) => ({ text: Buffer.from(read).toString(), settings }));
  const first = read(bytes('a'), { takes: ['x'] });
  expect(read(bytes('a'), { takes: ['x'] })).toBe(first);
  expect(read(bytes('a'), { takes: [] })).toEqual({ text: 'a', settings: { takes: [] } });
  expect(read(bytes('b'), { takes: ['x'] })).toEqual({ text: 'b', settings: { takes: ['x'] } });
  expect(read(bytes('a'))).toEqual({ text: 'a', settings: undefined });
});

it('what calls a function while it is read is read each time', () => {
  let calls = 0;
  const read = remembering((_, onKey) => (onKey as () => void)());
  for (const text of ['a', 'a']) read(bytes(text), () => calls++);
  expect(calls).toBe(2);
});

it('two lints of a certificate share it where inputs are a sample, and its reader alone gives a new one', async () => {
  const node = buildNode();
  const read = async () => {
    const content = (await pkiOf(node)).node.files.get('/etc/kubernetes/pki/ca.crt')?.content;
    return content?.type === 'pem' ? content.pem : expect.fail('no PEM');
  };
  const [first, second] = [await read(), await read()];
  expect(first === second).toBe(!isWhole);
  expect(second).toEqual(first);
  const pem = bytes(node.read('pki/ca.crt'));
  expect(readPem(pem)).not.toBe(readPem(pem));
  expect(readPem(pem)).toEqual(await read());
});
