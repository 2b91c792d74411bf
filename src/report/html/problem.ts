/** What a problem is in one line: base names for paths, days for times, and never without its predicate. */
import { firstOf } from '../../core/text.ts';
import type { Finding } from '../../results/finding.ts';
import { type Message, plainText } from '../../results/message.ts';
import { wordingOfFault } from '../../results/read/wording.ts';
import { says, statementOf, withoutClient, withoutList, withValues } from '../message/index.ts';
import type { Shown } from '../text/shown.ts';
import type { Page } from './page.ts';
import { capital } from './parts.ts';

/** Two lines of a title in a wide window. */
const mostColumns = 130;

/** What is left of a text says something. */
const leastColumns = 40;

/** A value of a text that is too long has room for so many characters. */
const mostOfValue = 80;

/** Nodes that are named. */
const mostNames = 3;

/** Returns what is wrong, after the nodes where it is, and these nodes. */
export function problemText(shown: Shown, page: Page): { readonly text: string; readonly nodes: readonly string[] } {
  const { finding } = shown;
  const nodes = page.nodesOf(shown);
  const names = page.report.nodes.length > 1 ? firstOf(nodes, mostNames) : [];
  const texts = messagesOf(shown, page).map((one) =>
    isConnection(finding) && names.length > 0
      ? `${names.join(', ')}: ${plainText(one)}`
      : statementOf(one, finding.node, names),
  );
  return { text: capital(firstThatFits(texts, mostColumns, finding)), nodes };
}

/** Returns what is wrong, after so many characters that name the nodes. */
export const saidAfter = (shown: Shown, page: Page, columns: number): string =>
  firstThatFits(messagesOf(shown, page).map(plainText), mostColumns - columns, shown.finding);

/** What a finding says, from the longest form to the shortest. */
function messagesOf(shown: Shown, page: Page): readonly Message[] {
  const { finding } = shown;
  const short = withValues(withoutList(finding), (text) => page.baseNames(withoutOthers(dayOnly(text))));
  // A message about a connection begins with the node of the client, which is named already.
  const said = page.nodesOf(shown).reduce((message, node) => withoutClient(message, node), short);
  // All of a text that was read back is one value.
  const isWhole = /^\{\w+\}$/.test(said.template);
  const clip = (text: string) => (text.length > mostOfValue ? `${text.slice(0, mostOfValue)}…` : text);
  return [withFound(finding, said), said, isWhole ? said : withValues(said, clip)];
}

/** A message with the time that all members of a group have: `12 certificates expired (2027-11-24, 37 days ago)`. */
function withFound({ members: [first, ...others] = [] }: Finding, said: Message): Message {
  if (first === undefined || !others.every(({ found }) => found === first.found)) return said;
  const found = withValues(wordingOfFault(first).found, dayOnly);
  if (!/^\d{4}-/.test(plainText(found)) || says(said, found)) return said;
  return { ...said, template: `${said.template} ({ofAll})`, data: { ...said.data, ofAll: plainText(found) } };
}

/**
 * The first text that fits, whole or without its last explanations; else the last one. What a connection ends with is
 * no explanation, but all that is wrong.
 */
function firstThatFits(texts: readonly string[], room: number, finding: Finding): string {
  const shorter = (text: string) =>
    isConnection(finding)
      ? []
      : [...text.matchAll(/(?<!: x509)(?:: |, (?=and |which |but |so |or ))/g)]
          .map(({ index }) => text.slice(0, index))
          .filter(({ length }) => length >= leastColumns)
          .toReversed();
  const all = texts.flatMap((text) => [text, ...shorter(text)]);
  return all.find(({ length }) => length <= room) ?? all.at(-1) ?? '';
}

const isConnection = ({ rule }: Finding): boolean => rule.startsWith('connection/');

/** A title needs no time of a day. */
const dayOnly = (text: string): string => text.replace(/(\d{4}-\d\d-\d\d)T\d\d:\d\d:\d\dZ/g, '$1');

/** Go's words about a name that a certificate lacks, without those that it has. */
const withoutOthers = (text: string): string =>
  text.replace(/certificate is valid for (?:[^ ]+, )+not /, 'certificate is not valid for ');
