/** Systemd units as a source of components: the layout says which units start which. */
import type { Argument } from '../../artifact/argument.ts';
import { componentNamed } from '../../artifact/arguments.ts';
import type { Component } from '../../artifact/component.ts';
import { flagsFiles, type KubeletLayout, type UnitRow } from '../../artifact/layout.ts';
import type { Place } from '../../artifact/place.ts';
import { isPlain } from '../../core/shown.ts';
import { join } from '../fs/tree.ts';
import { environmentProxy, readEnvironmentFile } from './environment-file.ts';
import { splitVariable, variableIn } from './expansion.ts';
import type { Files } from './node-files.ts';
import type { ArgumentSource, Search } from './source.ts';
import { type StartedProgram, unitCommand } from './unit.ts';
import { namesOfUnits, unitFolders } from './unit-files.ts';
import { absentProgram, asMeant, startedComponent } from './unit-program.ts';
import { resolveUser } from './unit-user.ts';
import { emptyEnvironment, parseFlags, type Word } from './words.ts';

/** Components that also read variables, with the prefix of these (etcd pkg/flags, SetFlagsFromEnv). */
const prefixes: Readonly<Partial<Record<string, string>>> = { etcd: 'ETCD_' };

/** The components that units start. */
export const units: ArgumentSource = {
  find(search) {
    const { layout, beyondPki } = search;
    if (!beyondPki) return { components: [] };
    const started = layout.units.filter(({ judged }) => judged === undefined).map((row) => startedBy(row, search));
    return {
      components: started.flatMap(({ components }) => components),
      units: started.flatMap(({ names }) => names),
      services: (components) =>
        layout.units
          .filter(({ judged, component = '' }) => judged === 'files' && !componentNamed({ components }, component))
          .flatMap((row) => startedBy(row, search).components)
          .filter(({ unknown }) => !unknown?.startsWith(otherProgram)),
    };
  },
};

/** The components of a row, and the names of its units. */
function startedBy(row: UnitRow, search: Search) {
  const { files, layout } = search;
  if (row.unit !== undefined) {
    const component = componentOf(row.unit, row.component, search);
    return { components: component === undefined ? [] : [component], names: [row.unit] };
  }
  const named = new Set(layout.units.map(({ unit }) => unit));
  const found = namesOfUnits(files, unitFolders).flatMap((name) => {
    const component = named.has(name) ? undefined : componentOf(name, undefined, search);
    const isWanted = row.component === undefined || component?.name === row.component;
    return component === undefined || !isWanted ? [] : [{ component, name }];
  });
  return { components: found.map(({ component }) => component), names: found.map(({ name }) => name) };
}

const otherProgram = 'its unit starts ';

const shownProgram = (program: string | undefined): string => {
  if (program === undefined) return 'nothing';
  return isPlain(program) ? program : 'another program';
};

/**
 * Returns the component that a unit starts; undefined if it starts none, or was not seen. If files with the kubelet's
 * flags and settings were seen, but not its unit, the unit is assumed to be the usual one.
 *
 * @param wanted the component that it starts, whatever its program is called
 */
function componentOf(unit: string, wanted: string | undefined, search: Search): Component | undefined {
  const { files, layout } = search;
  const assumed = () => (wanted === 'kubelet' ? usualKubelet(files, layout.kubelet) : undefined);
  const started = unitCommand(files, unit) ?? assumed();
  if (started === undefined) return undefined;
  const program = startedComponent(files, started, layout.programs, wanted);
  const [named = ''] = unit.split('.');
  const name = wanted ?? program?.component ?? (layout.programs.has(named) ? named : undefined);
  if (name === undefined) return undefined;
  const absent = absentProgram(files, started.words, layout.programs);
  // A unit may have the name of a component and start something else. If its program is not there, its name is what
  // remains.
  if (wanted === undefined && program === undefined && absent === undefined) return undefined;
  const own = program?.component === name ? program : undefined;
  const flags = parseFlags(name, asMeant(own?.words ?? [], started.unit), layout.programs);
  const other = own === undefined ? `${otherProgram}${shownProgram(started.words[0]?.text)}` : started.unknown;
  return {
    name,
    at: started.at,
    arguments: [...variablesOf(name, started), ...flags.arguments],
    ...(flags.operands && { operands: flags.operands }),
    program: own?.path,
    mounts: undefined,
    unknown: other ?? own?.unknown ?? flags.unknown,
    user: started.user && resolveUser(files, started.user),
    ...environmentProxy(started.environment),
    ...(started.unit && { unit: { ...started.unit, absent } }),
  };
}

/** etcd reads `ETCD_CERT_FILE` for `--cert-file`. */
function variablesOf(component: string, { environment, variables, at }: StartedProgram): readonly Argument[] {
  const prefix = prefixes[component];
  if (prefix === undefined) return [];
  return [...environment.variables].flatMap(([spelled, value]): Argument[] => {
    if (!spelled.startsWith(prefix) || value === undefined || value === '') return [];
    const name = spelled.slice(prefix.length).toLowerCase().replaceAll('_', '-');
    return [{ name, spelled, value, at: variables.get(spelled) ?? at }];
  });
}

function usualKubelet(files: Files, layout: KubeletLayout): StartedProgram | undefined {
  const { folder, flags, settings, usual } = layout;
  if (usual === undefined) return undefined;
  const configFile = join(folder, settings[0] ?? '');
  const [flagsFile] = flagsFiles(layout);
  const text = flagsFile && files.text(flagsFile);
  if (text === undefined && files.look(configFile, 'settings').state !== 'file') return undefined;
  const at: Place = { path: text === undefined || flagsFile === undefined ? configFile : flagsFile };
  const given = readEnvironmentFile(at.path, text ?? '')
    .filter(({ name }) => name === flags?.variable)
    .slice(-1)
    .flatMap(({ value }) => splitVariable(variableIn(value)));
  const words = ['kubelet', ...usual].map((word): Word => ({ text: word, at }));
  return { at, words: [...words, ...given], environment: emptyEnvironment, variables: new Map() };
}
