/** A cause as a chain of few boxes: a certificate, the CA that signed it, and the file that lacks this CA. */
import { handful } from '../../core/text.ts';
import type { Connection } from '../../results/connection.ts';
import type { Finding } from '../../results/finding.ts';
import { serverWithoutNode } from '../../results/read/wording.ts';
import { el, type Markup, type Piece } from './markup.ts';
import type { Page } from './page.ts';
import { markOf, pathOf } from './parts.ts';

/** Names in a box. */
const mostNamed = 3;

interface Chain {
  readonly certificate: Box;
  readonly issuer: Box;
  readonly file: Box;
  /** Who reads the file. */
  readonly readers: readonly string[];
}

interface Box {
  readonly content: Piece;
  readonly detail: string;
}

/**
 * Returns the chain that is broken where the file of a CA contains a different one, or connections fail because an end
 * does not trust the CA of the other; '' for any other finding.
 */
export function brokenChain(finding: Finding, page: Page): Piece {
  const chain = page.wrongCas.includes(finding) ? ofWrongCa(finding, page) : ofConnections(finding, page);
  return chain === undefined ? '' : drawn(chain);
}

function drawn({ certificate, issuer, file, readers }: Chain): Markup {
  const box = ({ content, detail }: Box) => el('li', {}, content, el('span', { class: 'soft small' }, detail));
  const link = (words: string) => el('li', { class: 'link' }, words);
  return el(
    'ol',
    { class: 'chain' },
    box(certificate),
    link('signed by →'),
    box(issuer),
    el('li', { class: 'link error' }, markOf('error'), 'is not'),
    box(file),
    ...(readers.length === 0
      ? []
      : [link('← trusted by'), box({ content: named(readers), detail: 'their connections fail' })]),
  );
}

function ofWrongCa({ node, subject, path, found, fingerprint }: Finding, page: Page): Chain | undefined {
  const issued = page.picture.expectations.filter((one) => one.node === node && one.issuer === subject);
  if (issued.length === 0) return undefined;
  return {
    certificate: { content: named(issued.map(({ role }) => role)), detail: `certificates${onNode(node, page)}` },
    issuer: { content: subject, detail: 'the CA that issued them' },
    file: { content: pathOf(path), detail: found },
    readers: unique(page.brokenBy([fingerprint]).map(({ client }) => client)),
  };
}

/** Of several connections, those that fail at the same file as the worst. */
function ofConnections({ fingerprint }: Finding, page: Page): Chain | undefined {
  const untrusted = page.brokenBy([fingerprint]).filter((one) => one.distrust !== undefined);
  const first = untrusted[0]?.distrust;
  if (first === undefined) return undefined;
  const { presented, issuer, trusted, anchors } = first;
  const same = untrusted.filter(({ distrust }) => distrust?.trusted.path === trusted.path);
  const isNamesake = anchors.includes(issuer);
  return {
    certificate: {
      content: pathOf(presented.path),
      detail: `presented by ${named(unique(same.map(presenterOf)))}${onNode(presented.node, page)}`,
    },
    issuer: { content: issuer, detail: isNamesake ? 'a CA with a different key' : 'the CA that signed it' },
    file: { content: pathOf(trusted.path), detail: `${named(anchors)}${onNode(trusted.node, page)}` },
    readers: unique(same.map(verifierOf)),
  };
}

const presenterOf = (one: Connection): string =>
  one.distrust?.presents === 'client' ? one.client : serverWithoutNode(one);
const verifierOf = (one: Connection): string =>
  one.distrust?.presents === 'client' ? serverWithoutNode(one) : one.client;

const onNode = (node: string, { report }: Page): string => (report.nodes.length > 1 ? ` on ${node}` : '');
const named = (names: readonly string[]): string => handful(names, mostNamed);
const unique = (names: readonly string[]): readonly string[] => [...new Set(names)];
