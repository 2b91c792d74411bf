/** What a PATH contains in addition to its nodes. */
import path from 'node:path';
import { handful } from '../core/text.ts';
import { archiveName, type NestedNodes } from './fs/nested.ts';
import type { ScanFailure } from './scan-failure.ts';

/**
 * Returns what a PATH contains in addition to its nodes, so that nothing is left out in silence. What is next to nodes
 * does not change the exit code.
 *
 * @param first what must be done before a file can be named as a PATH
 */
export function notLinted(
  given: string,
  { left, loose, unlinted, unsearched, stoppedAfter }: NestedNodes,
  pathOf: (folder: string) => string,
  first: string,
): ScanFailure[] {
  const name = `${first}give each`;
  const [archives, certificates] = [true, false].map((is) => loose.filter((file) => archiveName.test(file) === is));
  const kinds = [
    {
      what: 'archives in it',
      of: archives ?? [],
      hint: first === '' ? commandFor(archives?.map(pathOf) ?? []) : undefined,
    },
    {
      what: 'certificates or keys next to its nodes',
      of: certificates ?? [],
      hint: `${name} directory that contains them as a PATH`,
    },
  ];
  return [
    ...left.map(({ folder }): ScanFailure => {
      const message = 'a node below a directory of certificates';
      return { path: pathOf(folder), message, hint: `${name} node as a PATH of its own`, exitCode: 2 };
    }),
    ...(stoppedAfter === undefined ? [] : [stoppedAfter]).map((folders): ScanFailure => {
      const message = `stopped searching for nodes after ${folders} directories`;
      return { path: given, message, hint: `${name} node as a PATH`, exitCode: 2 };
    }),
    ...unsearched.map(({ folder, reason }): ScanFailure => {
      const message = `not searched for nodes: ${reason}`;
      return { path: pathOf(folder), message, hint: `${name} node as a PATH`, exitCode: 2 };
    }),
    ...unlinted.map((folder): ScanFailure => {
      const message = 'next to nodes, but not recognized as one';
      return { path: pathOf(folder), message, hint: `if it is a node, ${first}give it as a PATH`, exitCode: 0 };
    }),
    ...kinds
      .filter(({ of }) => of.length > 0)
      .map(({ what, of, hint = `${name} archive as a PATH` }): ScanFailure => {
        const message = `${what}: ${handful(of, 5)}`;
        return { path: given, message, hint, exitCode: 0 };
      }),
  ];
}

/**
 * The command that lints archives: `pki-lint fleet/*.tar.gz`; undefined if a shell would not read the names as they
 * are.
 */
function commandFor(archives: readonly string[]): string | undefined {
  const patterns = new Set(archives.map((file) => `${path.dirname(file)}/*${archiveName.exec(file)?.[0] ?? ''}`));
  const words = archives.length === 1 ? archives : [...patterns];
  return words.every((word) => /^[\w./*+-]+$/.test(word)) ? `type: pki-lint ${words.join(' ')}` : undefined;
}
