/** How to correct a configuration file by sed, where it is known what was meant, and both are plain words on a line. */
import type { Setting } from '../../artifact/setting.ts';
import { inAnyCase } from '../../core/text.ts';
import { sedArguments } from '../base/argument-edit.ts';
import type { SettingCorrection, ValueFault } from '../values/field-rows.ts';
import type { FieldFault } from './fields.ts';
import type { ConfigurationFile } from './read.ts';

const isPlain = (text: string): boolean => /^\w+$/.test(text);

/** A word before the comment of its line. */
function script({ at, written, right, key }: SettingCorrection, after: string): string {
  const before = key === undefined ? '' : `\\b${key}"* *: *`;
  return `${at.line}s|^\\([^#]*${before}\\)\\b${written}${after}|\\1${right}\\2|`;
}

/** Returns the correction of a text that nearly is a known one; undefined if there is none. */
export function correctionOf(setting: Setting, right: string | undefined): SettingCorrection | undefined {
  const isText = setting.kind === 'scalar' && setting.sealed === undefined;
  return isText && right !== undefined && right !== '' ? { at: setting.at, written: setting.text, right } : undefined;
}

/** Returns the scripts that rename fields; none if it is not known for all of them what was meant. */
export function renamedFields(faults: readonly FieldFault[]): readonly string[] {
  const all = faults.map(({ at, path, meant }) => ({ at, written: path.replace(/^.*\./, ''), right: meant ?? '' }));
  return scriptsOf(all, '\\("*:\\)');
}

/** Returns the scripts that correct values; none if it is not known for all of them what was meant. */
export function correctedValues(faults: readonly ValueFault[]): readonly string[] {
  return scriptsOf(
    faults.map(({ correction }) => correction),
    '\\b\\("*\\)',
  );
}

function scriptsOf(corrections: readonly (SettingCorrection | undefined)[], after: string): readonly string[] {
  const scripts = corrections.map((one) =>
    one !== undefined && isPlain(one.written) && isPlain(one.right) ? script(one, after) : undefined,
  );
  const known = scripts.flatMap((one) => one ?? []);
  return known.length < scripts.length ? [] : sedArguments(known);
}

/** The fix by a command, if there is one. The component does not run: it reads the file when it is started again. */
export const byCommand = (scripts: readonly string[]) =>
  scripts.length === 0 ? {} : { fix: 'edit', lists: { scripts } };

/**
 * Returns the scripts that write the apiVersion and the kind before the first field of a file that has neither; none if
 * that is not at the beginning of a line, as in JSON.
 *
 * @param wanted both, with a space between them
 */
export function addedMeta({ document }: ConfigurationFile, wanted: string | undefined): readonly string[] {
  if (document.kind !== 'map') return [];
  // An empty one would be there twice.
  if (['apiVersion', 'kind'].some((field) => inAnyCase(field, document.entries.keys()) !== undefined)) return [];
  const [first] = [...document.keys.values()];
  if (first?.column !== 1 || first.line !== document.at.line) return [];
  const [name, kind] = wanted?.split(' ') ?? [];
  return [`${first.line}s|^|apiVersion: ${name}\\nkind: ${kind}\\n|`];
}
