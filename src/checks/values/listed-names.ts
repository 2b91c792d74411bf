/** Names in lists that a component does not know: of admission plugins, and of controllers. */
import { allArguments, lastArgument, listedValues } from '../../artifact/arguments.ts';
import type { Component } from '../../artifact/component.ts';
import { goQuoted } from '../../core/go-values.ts';
import { fill, inAnyCase, nearest } from '../../core/text.ts';
import { releaseOfComponent } from '../../model/facts/own-release.ts';
import { isFrom } from '../../model/facts/release.ts';
import type { Pki } from '../../model/roles/pki.ts';
import { type NamesRow, namesRows } from '../../tables/flag-values.ts';
import { isFlag, type RefusedValue } from './refusal.ts';

/** The known name that a name nearly is: without spaces, in another case, or with one or two other letters. */
function intended(name: string, known: readonly string[]): string | undefined {
  const plain = name.trim();
  const same = inAnyCase(plain, known);
  return same ?? (plain.length < 8 ? undefined : nearest(plain, known, 2));
}

/** Releases have some dozens of names. */
const mostNames = 500;

function* refusedBy(row: NamesRow, component: Component, release: string | undefined): Generator<RefusedValue> {
  const known = row.known.split(' ');
  for (const flag of row.flags) {
    const argument = lastArgument(component, flag);
    if (!argument?.value || !isFlag(argument)) continue;
    const names = listedValues(component, flag).slice(0, mostNames);
    const isGone = (name: string) =>
      row.removed.some((one) => one.name === name && release !== undefined && isFrom(release, one.in));
    // Some releases pass over an unknown name after a minus.
    const isWrong = (name: string) =>
      isGone(name) || (!/^[-*]/.test(name) && !known.includes(name) && intended(name, known) !== undefined);
    const wrong = names.find(isWrong);
    if (wrong === undefined) continue;
    const error = fill(row.said, { flag, quoted: goQuoted(wrong) });
    const rest = names.flatMap((name) => (isGone(name) ? [] : isWrong(name) ? (intended(name, known) ?? []) : name));
    const isOne = allArguments(component, flag).length === 1 && names.length < mostNames;
    yield { argument, error, takes: 'names that this release knows', meant: isOne ? rest.join(',') : undefined };
  }
}

/** The lists with a name that the component does not know. */
export function* refusedNames(component: Component, pki: Pki): Generator<RefusedValue> {
  for (const row of namesRows) {
    if (row.component === component.name) yield* refusedBy(row, component, releaseOfComponent(component, pki));
  }
}
