/** Nodes that are recognised and named, but not judged: `rules/tables/unjudged-nodes.json`. */
import table from '../../../rules/tables/unjudged-nodes.json' with { type: 'json' };
import type { Layouts, Mark } from '../../artifact/layout.ts';
import type { NodePath } from '../../artifact/place.ts';
import type { NonEmptyList, NonEmptyString } from '../../core/formats.ts';
import type { Layout } from './layout.ts';
import { layoutOnDemand } from './on-demand.ts';

/** One kind of node that is not judged. */
export interface UnjudgedRow {
  readonly name: NonEmptyString;
  /** What people call it. */
  readonly title: NonEmptyString;
  /** As in a layout. */
  readonly signs: NonEmptyList<NonEmptyList<Mark>>;
  /** Its folder of certificates. */
  readonly pki: NodePath;
  /** What to do there instead of linting, as a hint. */
  readonly instead: NonEmptyString;
}

const rows = table.rows as unknown as readonly UnjudgedRow[];

/**
 * Returns layouts with those of nodes that are not judged, so that these are found wherever a node is. They come right
 * after that of nodes without a sign, which has the rest of what they need.
 */
export function withUnjudged([usual, ...others]: Layouts<Layout>): Layouts<Layout> {
  const unjudged = rows.map(({ name, title, signs, pki, instead }): Layout => {
    const own = { name, nodes: [{ kind: 'worker' as const, signs }], pki, unjudged: { title, instead } };
    return layoutOnDemand(usual, () => usual, own);
  });
  return [usual, ...unjudged, ...others];
}
