import { pem } from '../../support/der.ts';
import { seededRandom } from '../../support/random.ts';

const fragments = [
  '\n',
  '\r\n',
  ' ',
  '\t',
  ':',
  '=',
  '==',
  '-',
  '-----',
  '-----BEGIN ',
  '-----BEGIN CERTIFICATE-----\n',
  '-----END CERTIFICATE-----',
  '\n-----END ',
  'Proc-Type: 4,ENCRYPTED\n',
  'DEK-Info: AES-256-CBC,00\n\n',
  'AAAA',
  'A',
  '\ufeff',
  'é',
  'text before\n',
  '\0',
];

/** PEM files with these certificates: first intact, then `count` with pieces inserted, removed and duplicated. */
export function brokenArmor(ders: readonly Uint8Array[], count: number): Buffer[] {
  const random = seededRandom(3);
  const below = (n: number) => Math.floor(random() * n);
  const short = pem('EMPTY', Buffer.alloc(0)) + pem('A B', Buffer.from('hello'));
  const whole = ders.map((der) => `# text\n${pem('CERTIFICATE', der)}\n${short}`);
  const files = [...whole, ...whole.map((text) => text.replaceAll('\n', '\r\n')), short, short.replaceAll('\n', '')];
  const broken = Array.from({ length: count }, (_, i) => {
    let text = files[i % files.length] ?? '';
    for (let left = 1 + below(4); left > 0; left--) {
      // Near a PEM marker more often than in the middle of the base64.
      const markers = [...text.matchAll(/-----/g)].map((match) => match.index);
      const near = markers[below(Math.max(1, markers.length))] ?? 0;
      const at = random() < 0.7 ? Math.min(text.length, Math.max(0, near + below(8) - 1)) : below(text.length + 1);
      const removed = random() < 0.4 ? below(12) : 0;
      text = text.slice(0, at) + (random() < 0.7 ? fragments[below(fragments.length)] : '') + text.slice(at + removed);
    }
    return Buffer.from(text);
  });
  return [...files.map((text) => Buffer.from(text)), ...broken];
}
