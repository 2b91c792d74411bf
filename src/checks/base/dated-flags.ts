/** The flags of a component, and whether a release knows them. */

import type { Argument } from '../../artifact/argument.ts';
import type { Component } from '../../artifact/component.ts';
import { groupBy } from '../../core/collections.ts';
import { isFrom } from '../../model/facts/release.ts';
import type { Pki } from '../../model/roles/pki.ts';
import { flagRelease } from '../../tables/flags.ts';
import { isSince, releasesOf } from './component-release.ts';

/** The flags of a component, each once. */
export const flagsOnceOf = ({ arguments: all }: Component) =>
  [...groupBy(all, ({ name }) => name)].flatMap(([name, [argument]]) => (argument ? [{ name, argument }] : []));

/** Whether a component does not know a flag yet. */
export function isNewer({ name }: Argument, component: Component, pki: Pki): boolean {
  const since = flagRelease(component.name, name)?.since;
  const releases = releasesOf(component, pki);
  return since !== undefined && releases !== undefined && !isSince(releases.newest, since);
}

/**
 * Whether the release of a component does not know a flag, yet or any more: then that is the fault, whatever its value.
 */
export function isUnknownThen(argument: Argument, component: Component, pki: Pki): boolean {
  const { removedIn } = flagRelease(component.name, argument.name) ?? {};
  const releases = releasesOf(component, pki);
  const isGone = removedIn !== undefined && releases !== undefined && isFrom(releases.oldest, removedIn);
  return isGone || isNewer(argument, component, pki);
}
