/**
 * What a report says, as data. A report that was read back from JSON has only texts: this is the one place that looks
 * into them, for what the same report has as data where it was made.
 */
import { hasWords } from '../../core/text.ts';
import type { Connection } from '../connection.ts';
import type { Fault, Related } from '../finding.ts';
import type { Filled, Message, RelatedWording, Wording } from '../message.ts';

/** What of a fault is needed. Of a comparison it is all there is. */
export type Worded = Pick<Fault, 'message' | 'node' | 'subject'> &
  Partial<Pick<Fault, 'expected' | 'found' | 'wording'>>;

/**
 * Returns the texts of a fault as data.
 *
 * @param nodes names of nodes to look for in a text, besides that of its own
 */
export function wordingOfFault(fault: Worded, nodes: readonly string[] = []): Wording {
  const { message, expected = '', found = '', wording } = fault;
  if (wording !== undefined) return wording;
  return { message: readMessage(message, fault, nodes), expected: whole(expected), found: whole(found) };
}

/** The same of a consequence. */
export function wordingOfRelated(
  { subject, message, error, wording }: Related,
  nodes: readonly string[] = [],
): RelatedWording {
  if (wording !== undefined) return wording;
  return {
    subject: { ...whole(subject), subjects: [], nodes: nodes.filter((name) => hasWords(subject, name)) },
    namesSubject: hasWords(message, subject),
    isStop: error?.endsWith(' is not running') ?? false,
  };
}

/** Returns Go's words about a name that a certificate lacks, without those that it has. */
export const withoutListedNames = (text: string): string =>
  text.replace(/certificate is valid for (?:[^ ]+, )+not /, 'certificate is not valid for ');

/** Returns the server of a connection without the node that it is on. */
export const serverWithoutNode = ({ server, wording }: Pick<Connection, 'server' | 'wording'>): string =>
  wording?.data.server ?? server.split(' on ')[0] ?? server;

/** Returns the node that the server of a connection is on; that of its client, if it names none. */
export const serverNode = ({ node, server, wording }: Pick<Connection, 'node' | 'server' | 'wording'>): string =>
  wording === undefined ? (server.split(' on ')[1] ?? node) : (wording.data.node ?? node);

function readMessage(text: string, { node, subject }: Worded, nodes: readonly string[]): Message {
  const named = (names: readonly string[]) => names.filter((name) => name !== '' && hasWords(text, name));
  const filled = atServer(text, node) ?? whole(text);
  return { ...filled, subjects: named([subject]), nodes: named([node, ...nodes]) };
}

/**
 * A connection that fails because of a file of its server, whose node the text names:
 * `kubelet → https://lb on cp-1: refused`.
 */
function atServer(text: string, server: string): Filled | undefined {
  const [start = '', ...rest] = text.split(` on ${server}: `);
  if (server === '' || rest.length === 0) return undefined;
  return { template: '{start} on {owner}: {end}', data: { start, owner: server, end: rest.join(` on ${server}: `) } };
}

/** A text without placeholders is one value. */
const whole = (text: string): Filled => ({ template: '{text}', data: { text } });
