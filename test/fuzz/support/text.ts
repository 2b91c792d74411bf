/** Mutations of texts that are read line by line or word by word: YAML, units, PEM, scripts. */
import type { Dice } from '../../support/random.ts';
import { mutateBytes } from './bytes.ts';

/** Words that mean something to a reader, and texts from which parts can be taken. */
export interface Language {
  readonly words: readonly string[];
  readonly samples: readonly string[];
}

type Act = (text: string, dice: Dice, language: Language) => string;

const insertAt = (text: string, at: number, part: string, removed = 0): string =>
  text.slice(0, at) + part + text.slice(at + removed);

/** Changes the list of lines. */
const onLines =
  (change: (lines: string[], at: number, dice: Dice, language: Language) => void): Act =>
  (text, dice, language) => {
    const lines = text.split('\n');
    change(lines, dice.below(lines.length), dice, language);
    return lines.join('\n');
  };

/** A position where a word starts or ends more often than any other. */
function position(text: string, { chance, below }: Dice): number {
  const at = below(text.length + 1);
  if (chance(0.3)) return at;
  const next = text.slice(at, at + 200).search(/[\s"'=:,/\-[{(]/);
  return next < 0 ? at : at + next + Number(chance(0.5));
}

const word: Act = (text, dice, { words }) => {
  const removed = dice.chance(0.3) ? dice.below(12) : 0;
  return insertAt(text, position(text, dice), dice.pick(words), removed);
};

/** Replaces a whole value: what follows a colon, an equals sign or a dash. */
const value: Act = (text, { below, pick }, { words }) => {
  const found = [...text.matchAll(/(?<=[:=] ?|- )[^\s:=][^\n:=]*/g)];
  const { 0: old = '', index } = found[below(found.length)] ?? { 0: '', index: text.length };
  return insertAt(text, index, pick(words), old.length);
};

/** Long runs, up to a limit that readers are meant to pass. */
const long: Act = (text, dice, { words }) => {
  const unit = dice.pick(words) || 'a';
  const length = dice.pick([100, 5000, 5000, 70_000]);
  return insertAt(text, position(text, dice), unit.repeat(Math.ceil(length / unit.length)));
};

const acts: readonly Act[] = [
  word,
  word,
  word,
  word,
  value,
  value,
  value,
  onLines((lines, at) => lines.splice(at, 1)),
  onLines((lines, at, { chance, below }) => {
    const some = lines.slice(at, at + 1 + below(6));
    for (let left = chance(0.97) ? 1 : below(200); left > 0; left--) lines.splice(at, 0, ...some);
  }),
  onLines((lines, at, { below }) => lines.splice(below(lines.length), 0, ...lines.splice(at, 1 + below(4)))),
  onLines((lines, at, { below }) => {
    const line = lines[at] ?? '';
    lines[at] = ' '.repeat(below(9)) + line.trimStart();
  }),
  onLines((lines, at, { pick, below }, { samples }) => {
    const other = pick(samples).split('\n');
    const start = below(other.length);
    lines.splice(at, below(3), ...other.slice(start, start + 1 + below(12)));
  }),
  (text, { below }) => text.slice(0, below(text.length + 1)),
  (text, dice) => Buffer.from(mutateBytes(Buffer.from(text, 'latin1'), dice)).toString('latin1'),
  (text, dice, language) => (dice.chance(0.15) ? long(text, dice, language) : word(text, dice, language)),
  (text, { chance }) => (chance(0.1) ? text.replaceAll('\n', '\r\n') : text),
];

/** A copy of a text with one to five mutations. */
export function mutateText(text: string, dice: Dice, language: Language): string {
  let result = text;
  for (let left = 1 + dice.below(1 + dice.below(6)); left > 0; left--) result = dice.pick(acts)(result, dice, language);
  return result.slice(0, 1_200_000);
}
