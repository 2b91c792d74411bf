import { createPrivateKey } from 'node:crypto';
import type { FileMap } from '../../support/file-map.ts';

const blocks = /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?-----END [A-Z ]*PRIVATE KEY-----/g;

/**
 * What must never appear of a node's private keys: lines of their PEM, of the base64 of the PEM, and the secret
 * numbers.
 */
export function secretsOf(node: FileMap): readonly string[] {
  const secrets = new Set<string>();
  for (const entry of node.entries.values()) {
    if (entry.type !== 'file') continue;
    const text = entry.content.toString('latin1');
    const embedded = [...text.matchAll(/key-data: (\S+)/g)].map(([, data = '']) => data);
    for (const data of embedded) secrets.add(data.slice(0, 80)).add(data.slice(-80));
    const texts = [text, ...embedded.map((data) => Buffer.from(data, 'base64').toString('latin1'))];
    for (const [pem] of texts.flatMap((one) => [...one.matchAll(blocks)])) {
      for (const line of pem.split('\n').filter((one) => one.length > 20 && !one.startsWith('-----')))
        secrets.add(line.slice(0, 40));
      const { d } = createPrivateKey(pem).export({ format: 'jwk' });
      const number = Buffer.from(d ?? '', 'base64url');
      for (const encoding of ['hex', 'base64', 'base64url'] as const) secrets.add(number.toString(encoding));
    }
  }
  return [...secrets];
}
