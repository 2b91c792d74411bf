/** Checks of lines in units that systemd ignores, and of lines in their environment files that break a word. */
import type { Component } from '../../artifact/component.ts';
import type { LineEnding, StartingUnit, StrayLine } from '../../artifact/oddities.ts';
import type { Place } from '../../artifact/place.ts';
import { withoutSecret } from '../../core/secrets.ts';
import { handful } from '../../core/text.ts';
import type { Pki } from '../../model/roles/pki.ts';
import { sedArguments } from '../base/argument-edit.ts';
import { check, notApplicable, problem } from '../base/check.ts';
import { idsOf, notOfUnit } from './place.ts';

/** The flags in a text, as they are written, without values, and the variables that may have some. */
const flagsIn = (text: string): readonly string[] =>
  text
    .split(/[ \t\n]+/)
    .flatMap((word) => /^["']?(--?[A-Za-z][\w-]{0,80}|\$\{?[A-Z][A-Z_]*\}?)(?:[=\s"']|$)/.exec(word)?.[1] ?? []);

/** What systemd logs about a line. */
function logged({ text, at }: StrayLine): string {
  const name = text.includes('=') ? shown(text.slice(0, text.indexOf('='))) : undefined;
  const said = name === undefined ? "Missing '='" : `Unknown key '${name}' in section [Service]`;
  return `${at.path}:${at.endLine ?? at.line}: ${said}, ignoring${name === undefined ? ' line' : ''}.`;
}

/** The longest text of a line that is shown. */
const mostShown = 60;

const shown = (text: string): string => withoutSecret(text.trim().replaceAll(/\s+/g, ' ')).slice(0, mostShown);

/** Makes a line end with one backslash. */
const continued = (line: number): string => `${line}s|[\\\\[:space:]]*$| \\\\|`;

/** What fails because arguments of a component are lost. */
function affectedBy(component: Component, flags: readonly string[], pki: Pki): readonly string[] {
  const names = new Set(flags.map((flag) => flag.replace(/^-+/, '').replaceAll('_', '-')));
  const isAny = flags.some((flag) => flag.startsWith('$'));
  const slots = pki.slots.filter(
    (slot) => slot.component === component && slot.argument === undefined && (isAny || names.has(slot.row.flag)),
  );
  return idsOf(component, slots, pki);
}

const endings: Readonly<Record<LineEnding, string>> = {
  'without a backslash': 'end {line} with a backslash',
  'with a doubled backslash': 'end {line} with one backslash',
  'with a blank behind its backslash': 'remove what follows the backslash in {line}',
};

/** How to correct the lines before lost ones. */
function correction(lost: readonly StrayLine[], { name }: StartingUnit) {
  const files = new Set(lost.map(({ at }) => at.path));
  const lines = lost.flatMap(({ before }) => before ?? []);
  const [first] = lines;
  if (files.size > 1 || lines.length < lost.length || first === undefined)
    return { data: { unit: name, fix: 'end each line of a command, but the last, with a backslash' } };
  const fix = endings[first.ends].replace('{line}', `line ${first.line}`);
  return {
    data: { unit: name, fix },
    more: { fix: 'edit', lists: { scripts: sedArguments(lines.map(({ line }) => continued(line))) } },
  };
}

export const unitLinesChecks = {
  'unit/lost-flags': check('component', function* (component, pki) {
    const { unit } = component;
    if (unit === undefined) return yield notApplicable(notOfUnit);
    const lost = unit.stray.filter(({ text }) => flagsIn(text).length > 0);
    const [first] = lost;
    if (first === undefined) return;
    const flags = [...new Set(lost.flatMap(({ text }) => flagsIn(text)))];
    const isCut = first.before !== undefined && first.before.ends !== 'without a backslash';
    const { data, more } = correction(lost, unit);
    const found =
      first.before === undefined ? shown(first.text) : `line ${first.before.line} ends ${first.before.ends}`;
    yield problem(
      first.at,
      {
        ...data,
        component: component.name,
        path: first.at.path,
        place: linesOf(lost.map(({ at }) => at)),
        flags: handful(flags, 5),
        found,
        also: isCut ? ', but a backslash, with which it does not start' : '',
        said: logged(first),
      },
      { ...(isCut && { stops: [component.name] }), affects: affectedBy(component, flags, pki), parts: flags, ...more },
    );
  }),

  'unit/stray': check('component', function* (component) {
    const { unit } = component;
    if (unit === undefined) return yield notApplicable(notOfUnit);
    const stray = unit.stray.filter(({ text }) => flagsIn(text).length === 0);
    const [first] = stray;
    if (first === undefined) return;
    const { at } = first;
    const texts = stray.map(({ text }) => shown(text.split('=')[0] ?? ''));
    const place = linesOf(stray.map((line) => line.at));
    const data = { unit: unit.name, path: at.path, place, found: handful(texts, 5), said: logged(first) };
    yield problem(at, data, { parts: texts });
  }),

  /** A word that begins with the end of a line is not a flag. */
  'unit/line-ends': check('component', function* (component) {
    const { unit } = component;
    if (unit === undefined) return yield notApplicable(notOfUnit);
    const [first] = unit.broken;
    if (first === undefined || first.value === '') return;
    const { at } = first;
    const inFile = unit.broken.filter((one) => one.at.path === at.path);
    const lines = [...new Set(inFile.flatMap((one) => one.at.line ?? []))];
    const flags = [...new Set(unit.broken.flatMap(({ value }) => flagsIn(value)))];
    const scripts = sedArguments(lines.map((line) => `${line}s|\\\\\\\\\\(\\r*\\)$|\\\\\\1|`));
    yield problem(
      at,
      {
        unit: unit.name,
        component: component.name,
        path: at.path,
        flags: handful(flags.length > 0 ? flags : ['words'], 5),
        lines: linesOf(inFile.map((one) => one.at)),
        said: `unknown command ${JSON.stringify(`\n${shown(first.value.split('=')[0] ?? '')}`)}`,
      },
      { lists: { scripts }, parts: flags },
    );
  }),

  'unit/variable': check('component', function* ({ name: component, unit }) {
    if (unit === undefined) return yield notApplicable(notOfUnit);
    const [first] = unit.literal;
    if (first === undefined) return;
    const { at } = first;
    const inFile = unit.literal.filter((one) => one.at.path === at.path);
    const distinct = (texts: readonly string[]) => [...new Set(texts)];
    const scripts = inFile.map((one) => `${one.at.line}s|[$]\\(${one.name}\\)\\b|\${\\1}|g`);
    const data = {
      unit: unit.name,
      component,
      path: at.path,
      flags: handful(distinct(inFile.map(({ flag }) => flag)), 5),
      variables: handful(distinct(inFile.map(({ name }) => `$${name}`)), 5),
    };
    yield problem(at, data, { lists: { scripts: sedArguments(scripts) }, parts: inFile.map(({ flag }) => flag) });
  }),
};

/** `line 3`, `lines 3, 4 and 7`. */
function linesOf(places: readonly Place[]): string {
  const lines = [...new Set(places.map(({ line }) => `${line}`))];
  return lines.length === 1 ? `line ${lines[0]}` : `lines ${handful(lines, 5)}`;
}
