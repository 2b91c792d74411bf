/** From a policy to the options of a lint. */
import path from 'node:path';
import type { Severity } from '../results/finding.ts';
import { daysOf } from '../settings/duration.ts';
import type { Exception, Policy, PolicyFile } from '../settings/policy.ts';
import type { Profile } from '../settings/profile.ts';
import type { EffectivePolicy } from './read.ts';
import { type Mapping, originAt, type Path, pathText, plainValue, treeAt, type ValueOrigin } from './tree.ts';

/** The options of a lint that a policy sets. */
export interface PolicyOptions {
  readonly profile?: Profile;
  readonly targetVersion?: string;
  readonly upgradeWindowDays?: number;
  readonly failOn?: Severity | 'never';
  readonly requireComplete?: boolean;
  readonly policy: Policy;
}

/** What a policy says. */
export interface PolicySettings {
  readonly options: PolicyOptions;
  readonly output: NonNullable<PolicyFile['output']>;
  /** The file of the baseline, as an absolute path. */
  readonly baseline: string | undefined;
}

/** Returns what a policy says, for `lint`. */
export function effectiveSettings({ file, tree }: EffectivePolicy, cwd: string): PolicySettings {
  const given = plainValue(tree) as PolicyFile;
  const { profile, targetVersion, upgradeWindow, failOn, requireComplete, facts } = given;
  const exceptions = (given.exceptions ?? []).map((exception, index): Exception => {
    const place = treeAt(tree, ['exceptions', index])?.at;
    return { ...exception, at: placeIn(place ?? tree.at) };
  });
  const { rules = {}, accept = [], certificates = [], leftOut, ignore, overrides = [], exceptionPolicy = {} } = given;
  const factPlaces = factPlacesOf(tree, overrides.length);
  const hasFacts = Object.keys(factPlaces).length > 0;
  const options = {
    ...(profile && { profile }),
    ...(targetVersion && { targetVersion }),
    ...(upgradeWindow && { upgradeWindowDays: daysOf(upgradeWindow) }),
    ...(failOn && { failOn }),
    ...(requireComplete !== undefined && { requireComplete }),
    policy: {
      file,
      rules,
      ...(facts && { facts }),
      ...(hasFacts && { factPlaces }),
      accept,
      certificates,
      ...(leftOut && { leftOut }),
      ignore: ignore?.paths ?? [],
      overrides,
      exceptions,
      exceptionPolicy,
    },
  };
  return { options, output: given.output ?? {}, baseline: baselineOf({ file, tree, warnings: [] }, cwd) };
}

/** A relative path is relative to the file that names it. */
export function baselineOf({ tree }: EffectivePolicy, cwd: string): string | undefined {
  const named = treeAt(tree, ['baseline']);
  return named?.kind === 'value' ? path.resolve(cwd, path.dirname(named.at.file), String(named.value)) : undefined;
}

/** Where the facts of all nodes and of overrides are written. */
function factPlacesOf(tree: Mapping, overrides: number): NonNullable<Policy['factPlaces']> {
  const parts: readonly Path[] = [['facts'], ...[...Array(overrides).keys()].map((one) => ['overrides', one, 'facts'])];
  const places = parts.flatMap((part) => {
    const facts = treeAt(tree, part);
    const names = facts?.kind === 'map' ? [...facts.entries.keys()] : [];
    return names.map((name) => [pathText([...part, name]), placeIn(originAt(tree, [...part, name]))] as const);
  });
  return Object.fromEntries(places);
}

function placeIn({ isBuiltIn: _, ...place }: ValueOrigin): Exception['at'] {
  return place;
}
