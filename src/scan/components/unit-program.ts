/** What the program of a unit is: that of a component, or a script in the input that starts it. */
import { posix } from 'node:path';
import type { Programs } from '../../artifact/layout.ts';
import type { AbsentProgram } from '../../artifact/oddities.ts';
import type { Files } from './node-files.ts';
import { findProgram, type Program } from './program.ts';
import type { StartedProgram } from './unit.ts';
import type { Word } from './words.ts';

/**
 * Returns the component that the command of a unit starts, also through a script.
 *
 * @param wanted the component that it starts, whatever its program is called
 */
export function startedComponent(
  files: Files,
  { words, environment }: StartedProgram,
  programs: Programs,
  wanted: string | undefined,
): Program | undefined {
  return (
    findProgram(words, environment, programs) ??
    findProgram(throughScript(files, words, programs), environment, programs) ??
    renamedProgram(words, wanted)
  );
}

/** Programs that start others in their own way. */
const others = /^(?:.*\.(?:sh|py|pl)|sh|bash|dash|docker|podman|nerdctl|ctr|runc|crun|systemd-\w+)$/;

/** A program with a name of its own, which is started with flags. */
function renamedProgram([program, ...words]: readonly Word[], wanted: string | undefined): Program | undefined {
  const isRenamed =
    program !== undefined && !others.test(posix.basename(program.text)) && words[0]?.text.startsWith('-');
  return wanted !== undefined && isRenamed ? { component: wanted, path: program.text, words } : undefined;
}

/** The longest script that is read, in bytes. */
const maxScript = 16 * 1024;

/** The first line of a script of a shell. */
const shebang = /^#! ?[\w/]{1,100}(?: \w{1,100})?/;

/** Returns the file that a line of a script reads: `. /etc/default/kubelet`. */
function sourcedBy(line: string): string | undefined {
  const [command = '', path = '', ...more] = line.trim().split(/[ \t]+/);
  return ['.', 'source'].includes(command) && path.startsWith('/') && more.length === 0 ? path : undefined;
}

/** The words with the text of a script instead of its path; none if the program is not a script of a shell. */
function throughScript(files: Files, [script, ...given]: readonly Word[], programs: Programs): readonly Word[] {
  if (script === undefined || !isNamedAsScript(script.text, programs) || !isInFolder(files, script.text)) return [];
  const own = scriptAt(files, script.text);
  const at = { path: script.text };
  if (own === undefined) return [];
  const withSourced = (line: string) => files.text(sourcedBy(line) ?? '')?.slice(0, maxScript) ?? line;
  const text = own.split('\n').map(withSourced).join('\n');
  return [{ text: 'sh', at }, { text: '-c', at }, { text, at }, script, ...given];
}

/** The text of a short script of a shell; undefined for any other program. */
function scriptAt(files: Files, path: string): string | undefined {
  const text = files.text(path, maxScript);
  return text !== undefined && /[/ ](?:ba|da)?sh$/.test(shebang.exec(text)?.[0] ?? '') ? text : undefined;
}

/** Whether a path may be that of a script which starts a component. Other programs are large, and not read. */
function isNamedAsScript(path: string, programs: Programs): boolean {
  const name = posix.basename(path);
  return (
    path.startsWith('/') && (name.endsWith('.sh') || [...programs.keys()].some((program) => name.includes(program)))
  );
}

/**
 * Returns the words that were meant: without the end of a line that a doubled backslash puts before one, and without
 * the backslash after which lines are lost. The component does not start with the others, as rules say, and the rest of
 * its arguments is judged.
 */
export function asMeant(words: readonly Word[], unit: StartedProgram['unit']): readonly Word[] {
  const isCut = unit !== undefined && unit.stray.length > 0;
  return words
    .filter(({ text }) => !isCut || text !== '\\')
    .map((word) => (word.text.startsWith('\n') ? { ...word, text: word.text.trimStart() } : word));
}

/** Programs that are where those of components are. */
const neighbours = ['kubectl', 'etcdctl'];

/** Where packages and installers put programs. */
const usualFolders = ['/usr/bin', '/usr/local/bin', '/opt/bin', '/usr/sbin', '/usr/local/sbin'];

/**
 * Returns the program of a unit if it is not in its folder. A copy without programs does not show that: another one of
 * Kubernetes has to be there, or the program has to be in another folder, and a script with its name is none. Instead
 * of a script, another script has to be there.
 */
export function absentProgram(files: Files, [program]: readonly Word[], programs: Programs): AbsentProgram | undefined {
  if (!program?.text.startsWith('/') || program.unknownVariable !== undefined) return undefined;
  const folder = posix.dirname(program.text);
  const base = posix.basename(program.text);
  if (isInFolder(files, program.text)) return undefined;
  const isProgram = (name: string) => programs.has(name) && scriptAt(files, posix.join(folder, name)) === undefined;
  const isScript = (name: string) => name.endsWith('.sh');
  const isCopied = namesAround(files, program.text).some(
    (name) => neighbours.includes(name) || isProgram(name) || (isScript(program.text) && isScript(name)),
  );
  const elsewhere = usualFolders
    .map((one) => posix.join(one, base))
    .find((path) => files.seek(path, 'any')?.state === 'file' && scriptAt(files, path) === undefined);
  return isCopied || elsewhere ? { value: program.text, at: program.at, elsewhere } : undefined;
}

const isInFolder = (files: Files, path: string): boolean => namesAround(files, path).includes(posix.basename(path));

const namesAround = (files: Files, path: string): readonly string[] =>
  files.seek(posix.dirname(path), 'any')?.state === 'directory' ? files.list(posix.dirname(path)) : [];
