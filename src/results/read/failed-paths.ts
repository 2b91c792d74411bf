/** Paths that were not linted, as people read them. */
import { groupBy } from '../../core/collections.ts';
import { handful } from '../../core/text.ts';
import type { FailedPath } from '../outcome.ts';

/** Paths with the same message that have a line each, or are named in one. */
const mostNamed = 3;

/**
 * Returns the paths; of more than three about which the same is to be said, one that names some: a directory such as
 * `/tmp` may have a hundred directories next to nodes.
 */
export function joinedPaths(failures: readonly FailedPath[], verbose = false): readonly FailedPath[] {
  if (verbose) return failures;
  const groups = groupBy(failures, ({ message, hint }) => JSON.stringify([message, hint]));
  return [...groups.values()].flatMap((same) => {
    const [first] = same;
    if (first === undefined || same.length <= mostNamed) return same;
    const paths = handful(
      same.map(({ path }) => path),
      mostNamed,
    );
    return [{ ...first, path: paths, message: `${first.message} (--verbose names all)` }];
  });
}
