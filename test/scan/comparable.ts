/** What is equal in the reports about a folder and about an archive of it. */
import type { Report } from '../../src/index.ts';

/**
 * What must be equal: the paths of the input are written as in the archive, and commands, which name a directory, are
 * left out. The order of equal findings depends on the label of a node without a name.
 */
export function comparable({ failures, findings, ...report }: Report, top: string): unknown {
  const without = { ...report, failures: failures.map(({ hint: _, ...one }) => one) };
  const plain = (value: unknown): string =>
    JSON.stringify(value, (key, inner) => (key === 'fix' ? undefined : inner))
      .replaceAll(`${top}/`, '-!/')
      .replaceAll(`"${top}"`, '"-"');
  return { ...JSON.parse(plain(without)), findings: findings.map(plain).sort() };
}
