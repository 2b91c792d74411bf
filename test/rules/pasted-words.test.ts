/**
 * Notes are comments in blocks that are pasted whole. An interactive zsh has no comments, and reads each as a command:
 * its words must not contain what a shell acts on.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { layouts } from '../../src/tables/layouts/index.ts';

/** What opens a quotation, a substitution or a list of commands, or is replaced. */
const acting = /["'`()[\]{};&|<>$!*?~\\^]/;

interface Text {
  readonly at: string;
  readonly text: string;
}

/** Keys of texts that a fix does not print as words. */
const others = new Set([
  'source',
  'command',
  'wait',
  'remote',
  'file',
  'folder',
  'version',
  'from',
  'when',
  'late',
  'paths',
]);

function textsIn(value: unknown, place: string): readonly Text[] {
  if (typeof value === 'string') return [{ at: place, text: value.replace(/\{\w+\}/g, '') }];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, one]) => (others.has(key) ? [] : textsIn(one, `${place}/${key}`)));
}

const catalogue = readdirSync('rules/catalog').flatMap((name) => {
  const { rules } = JSON.parse(readFileSync(`rules/catalog/${name}`, 'utf8')) as {
    rules: Readonly<Record<string, { readonly fix?: unknown; readonly fixes?: unknown }>>;
  };
  return Object.entries(rules).flatMap(([id, { fix, fixes }]) => textsIn({ fix, fixes }, id));
});
const tables = layouts.flatMap(({ name, remedies, rules }) => [
  ...textsIn(remedies, name),
  ...[...rules.values()].flatMap(({ id, fix, fixes }) => textsIn({ fix, fixes }, `${name} ${id}`)),
]);

describe('the words of notes', () => {
  it('contain nothing that a shell acts on', () => {
    expect([...catalogue, ...tables].filter(({ text }) => acting.test(text))).toEqual([]);
  });

  it('never ask a person to wait: that is a loop', () => {
    const waits = /\b(?:repeat|wait) until\b|\bwhen (?:it|this one) is (?:healthy|ready)\b/;
    expect([...catalogue, ...tables].filter(({ text }) => waits.test(text))).toEqual([]);
  });
});
