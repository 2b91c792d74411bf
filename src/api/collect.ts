/** Makes a copy of a node without keys: reads it, leaves out what may be secret, and packs what is left. */
import { gzipSync } from 'node:zlib';
import packageJson from '../../package.json' with { type: 'json' };
import { lastArgument } from '../artifact/arguments.ts';
import type { Collection, ScannedNode } from '../artifact/node.ts';
import { UserError } from '../core/errors.ts';
import type { LintOptions } from '../lint/rules/lint-options.ts';
import { buildPki } from '../model/roles/build-pki.ts';
import { copyOf } from '../scan/collected/copy.ts';
import { withoutKeys } from '../scan/collected/without-keys.ts';
import { findCandidates } from '../scan/find-nodes.ts';
import type { FoundCandidate } from '../scan/found-node.ts';
import { releaseFolders } from '../scan/fs/beneath.ts';
import { maxCopyBytes } from '../scan/fs/copy-files.ts';
import { packTar } from '../scan/fs/pack.ts';
import { isWorthLinting, scanFound } from '../scan/scan.ts';
import { authorityFor, servingCa } from '../tables/layouts/authorities.ts';
import type { Layout } from '../tables/layouts/layout.ts';
import { requireAll } from './load-nodes.ts';
import { type ParsedOptions, parseOptions } from './parse-options.ts';

/** A copy without keys. */
export interface CollectedCopy {
  /** A tar archive, compressed by gzip. */
  readonly archive: Uint8Array;
  /** The files in it, by name. */
  readonly files: readonly (readonly [name: string, content: string])[];
  readonly collection: Collection;
  /** What was read. */
  readonly node: ScannedNode<Layout>;
}

/**
 * Reads one node, and returns a copy of it without keys. Only reads.
 *
 * @param time the clock, in milliseconds since the epoch
 * @throws UserError if the paths are not those of exactly one node, or it cannot be read
 */
export async function collectNode(options: LintOptions, time: number): Promise<CollectedCopy> {
  const parsed = parseOptions(options);
  // A policy of the one who lints the copy decides what they excuse.
  const scanning = { ...parsed.scan, findsComments: true, leftOut: [], now: () => time };
  const { candidates, failures } = await findCandidates(scanning);
  requireAll(failures, candidates);
  const [candidate, ...others] = candidates;
  if (candidate === undefined || others.length > 0) throw notOne(candidates.map(({ label }) => label));
  const { unjudged } = candidate.layout;
  if (unjudged !== undefined) throw new UserError(`a node of ${unjudged.title}, which pki-lint does not judge`);
  if (candidate.copy !== undefined) throw new UserError('it is a copy without keys already');
  try {
    const node = scanSealed(candidate, scanning, parsed);
    if (!isWorthLinting(node))
      throw new UserError('nothing to collect: found no certificate, key, kubeconfig or manifest', undefined, 3);
    return packed(node, time);
  } finally {
    releaseFolders();
  }
}

function notOne(labels: readonly string[]): UserError {
  if (labels.length === 0) return new UserError('nothing to collect: found no node', undefined, 3);
  return new UserError(
    `${labels.length} nodes, and a copy is of one`,
    `collect each: ${labels.slice(0, 5).join(', ')}`,
  );
}

/** Reads a node again if it encrypts: what is kept of keys, to compare them with those of others, depends on its CA. */
function scanSealed(
  candidate: FoundCandidate<Layout>,
  scanning: ParsedOptions['scan'],
  { judging }: ParsedOptions,
): ScannedNode<Layout> {
  const node = scanFound(candidate, scanning);
  if (!node.components.some((one) => lastArgument(one, 'encryption-provider-config'))) return node;
  const [certificate] = authorityFor(servingCa, buildPki(node, judging.facts, judging.context))?.certificates ?? [];
  return certificate === undefined ? node : scanFound(candidate, { ...scanning, sealWith: certificate.publicKey.spki });
}

function packed(scanned: ScannedNode<Layout>, time: number): CollectedCopy {
  const { node, withheld } = withoutKeys(scanned);
  const { host } = scanned;
  const { running } = node;
  const dated = running?.state === 'seen' ? { ...node, running: { ...running, at: running.at ?? time } } : node;
  const collection = { version: packageJson.version, at: time, ...(host && { host }), withheld };
  const files = copyOf(dated, collection);
  const most = Math.max(...files.map(([, content]) => Buffer.byteLength(content)));
  if (most > maxCopyBytes) throw new UserError(`more than can be read again (${most} bytes, at most ${maxCopyBytes})`);
  return { archive: gzipSync(packTar(files, time)), files, collection, node: scanned };
}
