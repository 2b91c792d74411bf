/** Checks that the command of a container is a list of words, not a line of a shell, and names a program. */

import type { Argument } from '../../artifact/argument.ts';
import type { Component, ShellCommand } from '../../artifact/component.ts';
import { placeOn } from '../../artifact/place.ts';
import type { Correction } from '../../artifact/pod-document.ts';
import type { Pki } from '../../model/roles/pki.ts';
import { refusals } from '../argument/values.ts';
import type { ArgumentEdit } from '../base/argument-edit.ts';
import { check, notApplicable, problem } from '../base/check.ts';

/** What the runtime says about a program (Go os/exec, `LookPath`): a name with a slash is a path. */
function programError(program: string): string {
  const quoted = JSON.stringify(program);
  return program.includes('/')
    ? `exec: ${quoted}: stat ${program}: no such file or directory`
    : `exec: ${quoted}: executable file not found in $PATH`;
}

/** What the component says about the first of its arguments that a backslash makes wrong. */
function* argumentErrors(component: Component, { continued }: ShellCommand, pki: Pki): Generator<[Argument, string]> {
  const refused = new Map(
    [...refusals({ ...component, arguments: continued }, pki)].map(({ argument, error }) => [argument, error]),
  );
  const files = new Set(pki.slots.flatMap((slot) => (slot.component === component ? (slot.argument?.name ?? []) : [])));
  for (const argument of continued) {
    const error = refused.get(argument);
    if (error !== undefined) yield [argument, error];
    else if (files.has(argument.name)) yield [argument, `open ${argument.value}: no such file or directory`];
  }
}

function edits(manifest: string, { program, corrections, continued, isContinued }: ShellCommand): ArgumentEdit[] {
  if ((program !== undefined && corrections.length === 0) || (continued.length > 0 && !isContinued)) return [];
  const ends = { manifest, script: '/^ *- /s|\\([^ ]\\) *\\\\\\(\\r*\\)$|\\1\\2|' };
  return [...corrections.map((one) => split(manifest, one)), ...(isContinued ? [ends] : [])];
}

/** The words of an item as items of their own. */
function split(manifest: string, { written, right }: Correction): ArgumentEdit {
  const items = right.split('\n').map((word) => `\\1- ${word}\\3`);
  return { manifest, script: `s|^\\( *\\)- ${written}\\( *\\\\*\\)\\(\\r*\\)$|${items.join('\\n')}|` };
}

export const manifestShellCommandChecks = {
  'manifest/command': check('component', function* (component, pki) {
    const { shellCommand } = component;
    if (component.mounts === undefined) return yield notApplicable('not in a container');
    if (shellCommand === undefined) return;
    const { program } = shellCommand;
    const [first] = argumentErrors(component, shellCommand, pki);
    const [argument, error] = program ? [program, programError(program.value)] : (first ?? []);
    if (argument === undefined || error === undefined) return;
    const { path, line } = placeOn(pki.node, argument.at);
    const isMisspelt = program !== undefined && /^[^\s\\]+$/.test(program.value);
    const data = {
      component: component.name,
      error,
      wanted: isMisspelt ? component.name : 'one word in each item of the list',
      found: program ? program.value : `${first?.[0].spelled}=${argument.value ?? ''}`,
      [isMisspelt ? 'misspelt' : 'joined']: 'yes',
      place: line === undefined ? path : `${path}:${line}`,
    };
    yield problem(argument.at, data, { edits: edits(path, shellCommand) });
  }),
};
