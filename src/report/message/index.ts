/**
 * The one printer of what findings say, and the one that answers what they say, such as whether they have a value.
 * Other code of reports does not look into texts (test/repository/texts.test.ts).
 */
import { count, fill, hasWords, placeholderNames, withoutWords } from '../../core/text.ts';
import type { Related } from '../../results/finding.ts';
import { type Filled, filledValues, type Message, plainText } from '../../results/message.ts';
import { type Worded, withoutListedNames, wordingOfFault, wordingOfRelated } from '../../results/read/wording.ts';

/** Of more nodes their number is said, and a list names them. */
export const mostNamed = 3;

/**
 * Returns what a finding says, after the names of nodes unless it names them.
 *
 * @param isExample whether it says something else on others of these nodes, such as a date
 */
export function statement(finding: Worded, nodes: readonly string[], isExample = false): string {
  const { message } = wordingOfFault(finding, nodes);
  if (nodes.length <= mostNamed && !isExample) return statementOf(message, finding.node, nodes);
  const lead = count(nodes.length, 'node');
  const text = plainText(message);
  if (namesAll(message, [finding.node])) return `${lead}, for example: ${text}`;
  return isExample ? `${lead}, for example ${finding.node}: ${text}` : `${lead}: ${text}`;
}

/** The same for a message that was shortened. */
export function statementOf(message: Message, node: string, nodes: readonly string[]): string {
  const { template, data } = message;
  if (namesAll(message, nodes)) return plainText(message);
  const all = nodes.join(', ');
  // Of a connection that fails at several servers, the message names the first.
  const [, server] = [...template.matchAll(/ on \{(\w+)\}: /g)].find(([, name = '']) => data[name] === node) ?? [];
  return server === undefined
    ? `${all}: ${plainText(message)}`
    : plainText({ template, data: { ...data, [server]: all } });
}

/** Whether a message names all of these nodes. What is about the policy is on no node. */
const namesAll = ({ nodes }: Message, names: readonly string[]): boolean =>
  names.every((name) => name === '' || nodes.includes(name));

/** Returns the expected value, or what was found; nothing if there is none, or the message says it. */
export function unsaid(finding: Worded, which: 'expected' | 'found'): readonly string[] {
  const wording = wordingOfFault(finding);
  return says(wording.message, wording[which]) ? [] : [plainText(wording[which])];
}

/**
 * Returns a function that says whether a finding says a text: an effect, or an error. Two servers that lack a name say
 * the same, whatever other names they have.
 */
export function saying(finding: Worded): (text: string) => boolean {
  const message = withValues(wordingOfFault(finding).message, withoutListedNames);
  return (text) => says(message, { template: '{text}', data: { text: withoutListedNames(text) } });
}

/**
 * Whether a message has the words of a filled template, or they are in one of its values, or they are some of its
 * clauses.
 */
export function says(message: Message, part: Filled): boolean {
  const text = plainText(part);
  if (text === '') return true;
  if (hasWords(message.template, text)) return true;
  const isSame = placeholderNames(part.template).every((name) => part.data[name] === message.data[name]);
  if (isSame && hasWords(message.template, part.template)) return true;
  return filledValues(message).some((value) => hasWords(value, text)) || isOfClauses(message, text);
}

/** Whether a text is what one or several clauses of a message say. */
function isOfClauses({ template, data }: Message, text: string): boolean {
  const parts = template.split(/(\{\w+\}|: |, | \(|\))/).map((part) => fill(part, data));
  return parts.some((_, start) => parts.some((_, end) => parts.slice(start, end + 1).join('') === text));
}

/** Returns the message of a finding without the list of what it stands for. */
export function withoutList(finding: Worded): Message {
  const { message } = wordingOfFault(finding);
  const end = message.template.indexOf(': {subjects}');
  return end < 0 ? message : { ...message, template: message.template.slice(0, end) };
}

/**
 * Returns a message about a connection without the node of the client, with which it begins, if that is the given one.
 */
export function withoutClient(message: Message, node: string): Message {
  const { template, data } = message;
  const [start = '', name = ''] = /^\{(\w+)\}: /.exec(template) ?? [];
  return start !== '' && data[name] === node ? { ...message, template: template.slice(start.length) } : message;
}

/** Returns a filled template with values that are changed, such as the times in them. */
export function withValues<Text extends Filled>(text: Text, change: (value: string) => string): Text {
  const data = Object.fromEntries(placeholderNames(text.template).map((name) => [name, change(text.data[name] ?? '')]));
  return { ...text, data };
}

/** Returns what a finding says of any node: the same for those that differ in the name of their own. */
export function anywhere(finding: Worded): readonly unknown[] {
  const { node } = finding;
  const { message } = wordingOfFault(finding);
  return [message.template, filledValues(message).map((value) => withoutWords(value, node))];
}

/** Whether a text about one role, such as why it cannot be issued, names it. */
export const namesRole = ({ role, message }: { readonly role: string; readonly message: string }): boolean =>
  hasWords(message, role);

/** Returns what is affected and how, in one text; only how, if that names it. */
export function effectText(related: Related): string {
  const { subject, message } = related;
  if (message === '') return subject;
  return wordingOfRelated(related).namesSubject ? message : `${subject}: ${message}`;
}
