/**
 * How to change an argument by sed, in the manifest of a static pod or where a unit has it. There is a command only if
 * its characters are special neither for a shell nor in a regular expression, except for the brackets of IPv6
 * addresses. In a manifest it has to be an item of a list, on a line of its own. Otherwise a person edits the file.
 */

import type { Argument } from '../../artifact/argument.ts';
import { lastArgument } from '../../artifact/arguments.ts';
import type { Component } from '../../artifact/component.ts';
import type { ScannedNode } from '../../artifact/node.ts';
import { hostPath } from '../../artifact/paths.ts';
import { fileIn, placeIn } from '../../artifact/place.ts';
import type { Correction } from '../../artifact/pod-document.ts';
import type { Pki } from '../../model/roles/pki.ts';
import type { Slot } from '../../model/roles/slots.ts';
import { seenAt } from '../../model/roles/source.ts';

/** A change of a manifest, or of a file of a unit: its own, a drop-in, or one of variables. */
export interface ArgumentEdit {
  /** The path of the file. */
  readonly manifest: string;
  /** The script for sed. */
  readonly script: string;
}

type Edit = ArgumentEdit | undefined;

/** Returns the arguments of sed for scripts, each once: several have an option each. */
export function sedArguments(scripts: readonly string[]): readonly string[] {
  const distinct = [...new Set(scripts)];
  return distinct.length === 1 ? distinct : distinct.flatMap((script) => ['-e', script]);
}

/** Lets flags name files; none if no simple command does that for all of them. */
export function editPaths(
  changes: readonly (readonly [slot: Slot, path: string])[],
  pki: Pki,
): readonly ArgumentEdit[] {
  const edits = changes.map(([slot, path]) => editPath(slot, path, pki));
  return edits.every((one) => one !== undefined) ? edits : [];
}

function editPath({ component, argument }: Slot, path: string, pki: Pki): Edit {
  if (argument === undefined || !isSeen(component, path, pki)) return undefined;
  return replaceArgument(component, argument, `${argument.spelled}=${path}`);
}

/** Whether a file exists and has the same path in the container. */
export function isSeen(component: Component, path: string, { node }: Pki): boolean {
  return seenAt(node, path) === 'present' && hostPath(component, path) === path;
}

/** Returns the path to propose for a file: where the PKI can be anywhere, the documented one only if it is there. */
export const proposed = (path: string | undefined, { node, layout }: Pki): string | undefined =>
  path !== undefined && layout.pkiAnywhere && seenAt(node, path) !== 'present' ? undefined : path;

/** Replaces an argument by a different one, such as `--client-ca-file=/etc/kubernetes/pki/ca.crt`. */
export function replaceArgument(component: Component, argument: Argument, by: string): Edit {
  if (component.unit !== undefined) return editUnit(component, argument, by);
  const begin = beginOf(component, argument);
  const manifest = fileIn(component.at);
  if (begin !== undefined && manifest !== undefined && isPlain(by))
    return { manifest, script: `s|^\\( *\\)${begin}[^\\r]*|\\1- ${by}|` };
  // Lines may end with a carriage return.
  return edit(component, argument, by, (item) => `s|${item}\\(\\r*\\)$|- ${by}\\1|`);
}

/** Gives an argument the name of another flag. Its value, which may be hidden, stays as it is. */
export function renameArgument(component: Component, argument: Argument, flag: string): Edit {
  const begin = beginOf(component, argument);
  const manifest = fileIn(component.at);
  if (begin === undefined || manifest === undefined) return undefined;
  const [, item = ''] = /^(- ["']?)/.exec(begin) ?? [];
  return { manifest, script: `s|^\\( *\\)${begin}|\\1${item}--${flag}=|` };
}

/** How the item of a list begins that has an argument, if its value is not shown: no edit needs that. */
function beginOf({ mounts, at }: Component, argument: Argument): string | undefined {
  const begin = placeIn(argument.at)?.begin?.trimStart();
  const isInManifest = mounts !== undefined && fileIn(argument.at) === fileIn(at);
  return argument.hidden !== undefined && isInManifest && begin !== undefined && /^- ["']?[\w-]+[= ]$/.test(begin)
    ? begin
    : undefined;
}

/** Removes the quotes around the value of an argument. */
export function unquoteArgument(component: Component, argument: Argument): Edit {
  const [, , value] = quotedValue.exec(argument.value ?? '') ?? [];
  if (value === undefined) return undefined;
  const text = `${argument.spelled}=${value}`;
  return edit(component, argument, text, (item) => `s|${item}\\(\\r*\\)$|- ${text}\\1|`);
}

/** A value in quotes that belong to it, because no shell reads it. */
export const quotedValue = /^(["'])([^"']+)\1$/;

/** Removes an argument. */
export function removeArgument(component: Component, argument: Argument): Edit {
  if (component.unit !== undefined) return editUnit(component, argument, '');
  const begin = beginOf(component, argument);
  const manifest = fileIn(component.at);
  if (begin !== undefined && manifest !== undefined) return { manifest, script: `\\|^ *${begin}|d` };
  return edit(component, argument, '', (item) => `\\|^ *${item}\\r*$|d`);
}

/** Sets a flag: replaces its argument, or adds one before the first that a simple command finds. */
export function setArgument(component: Component, flag: string, value: string, node: ScannedNode): Edit {
  const present = lastArgument(component, flag);
  if (present) return replaceArgument(component, present, `${present.spelled}=${value}`);
  const added = `--${flag}=${value}`;
  if (component.unit !== undefined) return addInUnit(component, added, node);
  // Another argument may have been added to the same line before: then its item follows a line break (M).
  const next = component.arguments.find((argument) => itemOf(component, argument) !== undefined);
  return next && edit(component, next, added, (item) => `s|^\\( *\\)${item}\\(\\r*\\)$|\\1- ${added}\\2\\n&|M`);
}

/** Replaces lines of a manifest, without the blanks at their beginning. */
export function replaceLines(manifest: string, corrections: readonly Correction[]): readonly ArgumentEdit[] {
  return corrections.map(({ written, right }) => ({
    manifest,
    script: `s|^\\( *\\)${written}\\(\\r*\\)$|\\1${right}\\2|`,
  }));
}

/** @param script gets the item of the list: without its beginning, the name of a flag is the end of that of another */
function edit(component: Component, argument: Argument, text: string, script: (item: string) => string): Edit {
  const item = itemOf(component, argument);
  const manifest = fileIn(component.at);
  return item === undefined || manifest === undefined || !isPlain(text)
    ? undefined
    : { manifest, script: script(item) };
}

/** The item of a list that is an argument and its value; undefined if it has a different form. */
function itemOf({ mounts, at }: Component, argument: Argument): string | undefined {
  const item = placeIn(argument.at)?.source?.trim() ?? '';
  const isInManifest = mounts !== undefined && fileIn(argument.at) === fileIn(at);
  // The value of a short flag follows its letter.
  const begins = [`- ${argument.spelled}=`, ...(argument.spelled.length === 2 ? [`- ${argument.spelled}`] : [])];
  const isItem = isInManifest && begins.some((begin) => item.startsWith(begin)) && plainItem.test(item);
  // In a regular expression the bracket of an IPv6 address would begin a set of characters.
  return isItem ? item.replaceAll('[', '\\[') : undefined;
}

/** Quotes around the whole value belong to it. */
const plainItem = /^- [\w=.,:/[\]-]*(?:(["'])[\w=.,:/[\]-]*\1)?$/;

const isPlain = (text: string) => /^[\w=.,:/[\]-]*$/.test(text);

/** Replaces an argument where a unit has it. Of a variable, the name stays: `ETCD_CERT_FILE=`. */
function editUnit(component: Component, argument: Argument, by: string): Edit {
  const word = wordOf(argument);
  if (component.mounts !== undefined || word === undefined || !isPlain(by)) return undefined;
  const { manifest, line, written } = word;
  // By its text: what another edit has inserted shifts the lines.
  if (wholeLine(component, argument) !== undefined) return replaceLines(manifest, [{ written, right: by }])[0];
  if (isFlag(argument))
    return { manifest, script: by === '' ? `${line}s| *${written}||` : `${line}s|${written}|${by}|` };
  const name = `${argument.spelled}=`;
  // The value of a variable may be in quotes.
  const script = `${line}s|\\(${name}.\\{0,1\\}\\)${written}|\\1${by.slice(name.length)}|`;
  return by.startsWith(name) ? { manifest, script } : undefined;
}

/** The line of an argument in a file of arguments, if it has nothing else: a blank one does no harm there. */
function wholeLine({ mounts }: Component, { at, ownLine }: Argument) {
  const { path, line } = placeIn(at) ?? {};
  return ownLine && mounts === undefined && path !== undefined && line !== undefined ? { path, line } : undefined;
}

/**
 * Adds an argument before the first that has a plain form, in a file that no other component reads: one that does not
 * know it would no longer start. With a configuration file etcd ignores flags.
 */
function addInUnit(component: Component, added: string, { components }: ScannedNode): Edit {
  if (component.name === 'etcd' && lastArgument(component, 'config-file')) return undefined;
  const others = components.filter((other) => other !== component).flatMap((other) => other.arguments);
  const isShared = (path: string) => others.some(({ at }) => fileIn(at) === path);
  const alone = component.arguments
    .flatMap((one) => wholeLine(component, one) ?? [])
    .find(({ path }) => !isShared(path));
  if (alone !== undefined)
    return isPlain(added) ? { manifest: alone.path, script: `${alone.line}i\\${added}` } : undefined;
  const words = component.arguments.flatMap((one) => (isFlag(one) ? (wordOf(one) ?? []) : []));
  const word = words.find(({ manifest }) => !isShared(manifest));
  if (word === undefined || !isPlain(added)) return undefined;
  const { manifest, line, written } = word;
  return { manifest, script: `${line}s|${written}|${added} &|` };
}

const isFlag = ({ spelled }: Argument): boolean => spelled.startsWith('-');

/** Where a unit has an argument as it is, on one line: without quotes in it, and nothing in it is expanded. */
function wordOf(argument: Argument) {
  const { spelled, value = '', hidden } = argument;
  const { path = '', line, endLine, column = 0, endColumn = 0 } = placeIn(argument.at) ?? {};
  if (hidden?.isWord && isFlag(argument) && line !== undefined && isPlain(spelled))
    return { manifest: path, line, written: `${spelled}=[^[:space:]"']*` };
  const text = isFlag(argument) ? `${spelled}=${value}` : value;
  const isWord = isFlag(argument) || /^[A-Z_]+$/.test(spelled);
  const isAsWritten = line !== undefined && line === endLine && endColumn - column === text.length;
  if (!isWord || !isAsWritten || value === '' || !isPlain(text)) return undefined;
  return { manifest: path, line, written: text.replaceAll('[', '\\[') };
}

/** The edits of a problem: none, if the argument cannot be edited. */
export const onlyEdit = (edit: ArgumentEdit | undefined): readonly ArgumentEdit[] => (edit === undefined ? [] : [edit]);
