/** The paths that steps of fixes name by what they are. */
import { inFolder } from '../../artifact/paths.ts';
import { servingCa } from './authorities.ts';
import type { Layout } from './layout.ts';

/** Returns the paths that steps name by what they are; '' for one that the layout does not have. */
export function placesIn(layout: Layout) {
  const { pki, authorities, keyPairs } = layout;
  const [pair] = keyPairs;
  const pathOf = (file: string | undefined) => (file === undefined ? '' : inFolder(pki, file));
  const tokenKey = pathOf(pair?.private);
  return {
    clusterCa: pathOf(authorities.find(({ role }) => role === servingCa(layout))?.certificate),
    tokenKey,
    tokenPublic: pathOf(pair?.public),
    newTokenKey: tokenKey.replace(/(\.\w+)?$/, '-new$1'),
  };
}
