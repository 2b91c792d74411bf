import { readFileSync } from 'node:fs';

/**
 * The keys in a file of fixtures/keys/, such as `rsa-2048`: generating one takes from a fifth of a second to some
 * seconds. Only tests use them.
 */
export function rsaPems(name: string): string[] {
  const text = readFileSync(new URL(`../../fixtures/keys/${name}.pem`, import.meta.url), 'utf8');
  return text.match(/-----BEGIN[\s\S]*?-----END.*\n/g) ?? [];
}
