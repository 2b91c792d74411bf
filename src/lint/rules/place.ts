/** Where in its file a fault is: the range for editors and code scanners, and the line that people look for. */

import type { Certificate } from '../../artifact/certificate.ts';
import type { Pem, PemBlock } from '../../artifact/pem-blocks.ts';
import type { Position } from '../../artifact/place.ts';
import { type Place, placeIn } from '../../artifact/place.ts';
import { remember } from '../../core/collections.ts';
import { redact } from '../../core/secrets.ts';
import { knownFlags } from '../../tables/flags.ts';
import type { Failure } from './failure.ts';

/**
 * Returns the position of a fault. Of PEM it is the BEGIN line, and no more: a consumer that copies the range into its
 * own report would copy a private key. Without any lines, such as of a path that does not exist, it is the start of the
 * file.
 */
export function positionOf(failure: Failure): Position {
  const { at } = failure.problem;
  const source = sourceOf(failure);
  if (at.line !== undefined && at.column !== undefined) return { ...range(at, at.line, at.column), source };
  const content = failure.pki.node.files.get(at.path)?.content;
  const block = content?.type === 'pem' ? blockOf(content.pem, at.line, failure) : undefined;
  if (block === undefined) return { ...range(at, at.line ?? 1, 1), source };
  const { line, label } = block;
  return { line, column: 1, endLine: line, endColumn: `-----BEGIN ${label}-----`.length + 1, source };
}

function range({ endLine, endColumn }: Place, line: number, column: number): Omit<Position, 'source'> {
  return { line, column, endLine: endLine ?? line, endColumn: endColumn ?? column };
}

/** The block in a line; without one, the block of the certificate at fault, else the first one. */
function blockOf({ blocks }: Pem, line: number | undefined, failure: Failure): PemBlock | undefined {
  if (line !== undefined) return blocks.find((block) => block.line === line);
  const wrong = failure.problem.certificate ?? leafOf(failure);
  const found = blocks.flatMap((block) =>
    block.type === 'certificate' ? [{ block, certificate: block.certificate }] : [],
  );
  // A node that is judged as a different release has other objects for the same certificates.
  const own =
    found.find(({ certificate }) => certificate === wrong) ??
    found.find(({ certificate }) => certificate.fingerprint256 === wrong?.fingerprint256);
  return own?.block ?? blocks[0];
}

function leafOf({ subject: { value } }: Failure): Certificate | undefined {
  return 'leaf' in value ? value.leaf : undefined;
}

/** The line of an argument, if it is a flag that its component has. */
function sourceOf({ pki, problem: { at } }: Failure): string | null {
  const { source = null } = at;
  if (source === null || redact(source) !== source) return null;
  return shownLines(pki.node).has(`${at.path}:${at.line}`) ? source : null;
}

/** The lines of arguments that may be shown, as `path:line`. */
const shownLines = remember(
  ({ components }: Failure['pki']['node']): ReadonlySet<string> =>
    new Set(
      components.flatMap(({ name, arguments: all }) =>
        all.flatMap((one) => {
          const at = placeIn(one.at);
          return at !== undefined && knownFlags(name)?.has(one.name) ? [`${at.path}:${at.line}`] : [];
        }),
      ),
    ),
);
