/** Checks of what keeps systemd from starting the program of a unit. */
import { lineOf, type Place } from '../../artifact/place.ts';
import { handful } from '../../core/text.ts';
import { requiredAndMissing } from '../argument/presence.ts';
import { check, notApplicable, problem } from '../base/check.ts';
import { idsOf, notOfUnit } from './place.ts';

/** What systemd logs, and what to do, by what is wrong. */
const refusals: readonly (readonly [reason: RegExp, said: string, fix: string])[] = [
  [
    /more than one/,
    'Service has more than one ExecStart= setting, which is only allowed for Type=oneshot services. Refusing.',
    'keep one ExecStart=, the last after an empty one',
  ],
  [/no ExecStart/, 'Service has no ExecStart=, ExecStop=, or SuccessAction=. Refusing.', 'add ExecStart='],
  [/not closed/, 'Unbalanced quoting, ignoring', 'close the quotation mark'],
  [/header/, 'Invalid section header', 'write the name of the section in brackets'],
  [/./, 'Failed to load configuration: Exec format error', 'name a program by its path'],
];

/** How to leave one command: the second after a reset, or the first if it has more arguments. */
function correctionOf(second: 'whole' | 'shorter', { line, endLine }: Place) {
  if (second === 'whole') return { fix: 'reset', lists: { scripts: [`${line}s|^|ExecStart=\\n|`] } };
  return line === endLine ? { fix: 'shorter', lists: { scripts: [`${line}s|^|#|`] } } : {};
}

/** How to name a program in a line; nothing if its path is special for a shell or in a regular expression. */
function renameIn({ line }: Place, from: string, to: string) {
  const isPlain = line !== undefined && /^[\w/-]+$/.test(from) && /^[\w/-]+$/.test(to);
  return isPlain ? { fix: 'elsewhere', lists: { scripts: [`${line}s|${from}|${to}|`] } } : {};
}

export const unitStartChecks = {
  'unit/refused': check('component', function* ({ name, unit }) {
    if (unit === undefined) return yield notApplicable(notOfUnit);
    if (unit.refused === undefined) return;
    const { reason, at, second } = unit.refused;
    const [, said = '', fix = ''] = refusals.find(([pattern]) => pattern.test(reason)) ?? [];
    const data = {
      component: name,
      unit: unit.name,
      reason,
      path: at.path,
      place: lineOf(at),
      found: reason,
      said,
      fix,
    };
    yield problem(at, data, second === undefined ? {} : correctionOf(second, at));
  }),

  'unit/environment-file': check('component', function* ({ name, unit }) {
    if (unit === undefined) return yield notApplicable(notOfUnit);
    for (const { value, at } of unit.missing)
      yield problem(at, { component: name, unit: unit.name, path: value, place: lineOf(at) }, { key: value });
  }),

  /** Many units name such files, and work without them: this one lacks flags that its component needs. */
  'unit/optional-file': check('component', function* (component, pki) {
    const { name, unit } = component;
    if (unit === undefined) return yield notApplicable(notOfUnit);
    const [first] = unit.optional;
    const lost = first === undefined ? [] : requiredAndMissing(component, pki);
    if (first === undefined || lost.length === 0) return;
    const flags = handful(
      lost.map(({ row }) => `--${row.flag}`),
      3,
    );
    const paths = unit.optional.length === 1 ? first : `one of ${unit.optional.join(', ')}`;
    const said = lost.map(({ row }) => row.breaks).join('; ');
    const data = { component: name, unit: unit.name, path: first, paths, flags, said };
    yield problem({ path: first }, data, { affects: idsOf(component, lost, pki) });
  }),

  'unit/program': check('component', function* ({ name, unit }) {
    if (unit === undefined) return yield notApplicable(notOfUnit);
    if (unit.absent === undefined) return;
    const { value, at, elsewhere } = unit.absent;
    const data = { component: name, unit: unit.name, program: value, path: at.path, place: lineOf(at) };
    yield problem(at, data, elsewhere === undefined ? {} : renameIn(at, value, elsewhere));
  }),
};
