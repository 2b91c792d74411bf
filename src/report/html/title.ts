/**
 * The largest text of a page: what is broken in the words of the report, or else what is to do. How many there are is
 * below it.
 */

import { handful } from '../../core/text.ts';
import type { Connection } from '../../results/connection.ts';
import type { Finding } from '../../results/finding.ts';
import { type Message, plainText } from '../../results/message.ts';
import { wordingOfFault } from '../../results/read/wording.ts';
import { says, statementOf, withoutClient, withoutList, withValues } from '../message/index.ts';
import { clipped } from '../terminal/finding.ts';
import { verdictOf } from '../terminal/summary.ts';
import type { Shown } from '../text/shown.ts';
import type { Page } from './page.ts';
import { capital } from './parts.ts';

/** Two lines of a wide window. */
const mostColumns = 130;

/** What is left of a title says something. */
const leastColumns = 60;

/** Nodes that a title names. */
const mostNames = 3;

/** The verdict of a page. */
export interface Title {
  readonly state: ReturnType<typeof verdictOf>['state'];
  /** The largest text. */
  readonly text: string;
  /** How many problems there are, in small type; '' if the text says it. */
  readonly counts: string;
}

/** Returns the verdict of a page. */
export function titleOf(page: Page): Title {
  const { state, text, fine } = verdictOf(page.report, { quiet: false });
  const worst = firstCause(page);
  if (worst !== undefined) return { state, text: shortened(causeText(worst, page)), counts: text };
  if (fine === undefined) return { state, text, counts: '' };
  return { state, text: fine, counts: text.slice(fine.length).replace(/^[.;] /, '') };
}

/** Returns the finding to begin with; undefined if there is nothing to do but notes. */
export function firstCause({ shown }: Page): Shown | undefined {
  const worst = shown.find(({ finding }) => finding.suppressed === null);
  return worst?.finding.severity === 'info' ? undefined : worst;
}

/** The connections that fail, in the order of their table, the most important first: the first node may lack some. */
export function inTableOrder({ report, failing }: Page): readonly Connection[] {
  const order = [...new Set(report.connections.map(({ id }) => id))];
  return failing.toSorted((one, other) => order.indexOf(one.id) - order.indexOf(other.id));
}

/**
 * What a cause breaks first, and the cause:
 * `The API server is down: 12 certificates expired (2027-11-24, 15 days ago)`.
 */
function causeText({ finding, nodes, fingerprints }: Shown, page: Page): string {
  const namesNodes = page.report.nodes.length > 1;
  const said = withValues(withoutList(finding), dayOnly);
  const broken = inTableOrder(page).filter(({ cause }) => cause !== null && fingerprints.includes(cause));
  const effect = broken[0]?.without;
  if (effect === undefined) {
    const names = nodes.length > mostNames ? [handful(nodes, mostNames)] : nodes;
    return capital(`${statementOf(said, finding.node, namesNodes ? names : [])}${ofAll(finding, said)}`);
  }
  const who = [...new Set(broken.filter(({ without }) => without === effect).map(({ node }) => node))];
  // A message about a connection begins with the node of the client, which the title has named.
  const cause = `${plainText(withoutClient(said, who[0] ?? ''))}${ofAll(finding, said)}`;
  return `${capital(effect)}${namesNodes ? ` (${handful(who, mostNames)})` : ''}: ${cause}`;
}

/** What all members of a group have, unless the message says it: ` (2027-11-24)`; '' if there is nothing. */
function ofAll({ members: [first, ...others] = [] }: Finding, said: Message): string {
  if (first === undefined || !others.every(({ found }) => found === first.found)) return '';
  const found = withValues(wordingOfFault(first).found, dayOnly);
  return says(said, found) ? '' : ` (${plainText(found)})`;
}

/** A text without its last explanations if it is too long, or else cut. */
function shortened(text: string): string {
  const ends = [...text.matchAll(/(?<!: x509)(?:: |, (?=and |which |but |so |or ))/g)].map(({ index }) =>
    text.slice(0, index),
  );
  const parts = [text, ...ends.filter(({ length }) => length >= leastColumns).toReversed()];
  return parts.find(({ length }) => length <= mostColumns) ?? clipped(text, mostColumns, 1);
}

/** A title needs no time of a day. */
const dayOnly = (text: string): string => text.replace(/(\d{4}-\d\d-\d\d)T\d\d:\d\d:\d\dZ/g, '$1');
