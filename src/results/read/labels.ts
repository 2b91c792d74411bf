/**
 * Names of nodes that do not depend on where their copies are. A node without a name is called by its folder as typed,
 * so that people recognise it; what programs compare from run to run calls it `node-1`.
 */
import { type Filled, plainText, type RelatedWording, unwritten, type Wording } from '../message.ts';
import type { Report } from '../report.ts';
import type { ReportedNode } from '../reported-node.ts';

/** Returns the name of a node, or its number: `node-2`. */
export function nameForPrograms(name: string, nodes: readonly Pick<ReportedNode, 'name' | 'isNamed'>[]): string {
  const index = nodes.findIndex((node) => node.name === name);
  return nodes[index]?.isNamed === false ? numbered(index) : name;
}

const numbered = (index: number): string => `node-${index + 1}`;

/** Fields with the path that was typed: how a program finds the file, and commands for the copy. */
const typed = new Set(['file', 'rootfs', 'copy', 'failures', 'tool']);

/** Fields that can be the name of a node, or of several (`cp-1, cp-2 and cp-3`). */
const names = new Set(['node', 'nodes', 'on', 'name', 'subject']);

/**
 * Returns a report that calls nodes without a name `node-1`, `node-2`, by their position. In a report for people, such
 * a node is called by the path that was typed. `file` and `rootfs` are left as they are.
 */
export function withNodeLabels(report: Report): Report {
  const labels = new Map(report.nodes.flatMap((node, index) => (node.isNamed ? [] : [[node.name, numbered(index)]])));
  if (labels.size === 0) return report;
  const inTexts = withinTexts(report, labels);
  const known = new Set(report.nodes.map(({ name }) => name));
  const inName = (text: string) => {
    const parts = text.split(/(, | and )/);
    const areNames = parts.every((part, index) => index % 2 === 1 || known.has(part));
    return areNames ? parts.map((part) => labels.get(part) ?? part).join('') : inTexts(text);
  };
  const renamed = (value: unknown, key: string): unknown => {
    if (typed.has(key)) return value;
    if (typeof value === 'string') return names.has(key) ? inName(value) : inTexts(value);
    if (Array.isArray(value)) return value.map((item) => renamed(item, key));
    if (value === null || typeof value !== 'object') return value;
    const all = Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, renamed(inner, name)]));
    return 'wording' in value ? printedAgain(all, value.wording as AnyWording, inName) : all;
  };
  return renamed(report, '') as Report;
}

/** Of a fault, of a consequence, or of the server of a connection. */
type AnyWording = Wording | RelatedWording | Filled;

/** Placeholders that stand for nodes. */
const places = new Set(['node', 'nodes', 'of', 'other', 'others', 'owner', 'reader', 'writer']);

/** Returns what has texts as data with these texts, in which nodes have their labels. */
function printedAgain(one: object, wording: AnyWording, inName: (text: string) => string): object {
  const renamed = <Text extends Filled>(text: Text): Text => {
    const data = Object.entries(text.data).map(([name, value]) => [name, places.has(name) ? inName(value) : value]);
    return {
      ...text,
      data: Object.fromEntries(data),
      ...('nodes' in text && { nodes: (text.nodes as string[]).map(inName) }),
    };
  };
  if ('template' in wording) {
    const server = renamed(wording);
    return { ...one, server: plainText(server), wording: unwritten(server) };
  }
  if ('isStop' in wording) {
    const subject = renamed(wording.subject);
    return { ...one, subject: plainText(subject), wording: unwritten({ ...wording, subject }) };
  }
  const [message, expected, found] = [renamed(wording.message), renamed(wording.expected), renamed(wording.found)];
  const texts = { message: plainText(message), expected: plainText(expected), found: plainText(found) };
  return { ...one, ...texts, wording: unwritten({ message, expected, found }) };
}

/** A path on the node itself, such as `/etc/kubernetes`, stays in texts: they may mean the path. */
function withinTexts({ nodes }: Report, labels: ReadonlyMap<string, string>): (text: string) => string {
  const others = nodes.filter(
    ({ name, pki }) => labels.has(name) && !`${pki}/`.startsWith(name.replace(/(?<!\/)\/*$/, '/')),
  );
  if (others.length === 0) return (text) => text;
  const longestFirst = others.map(({ name }) => name).sort((one, other) => other.length - one.length);
  const any = new RegExp(longestFirst.map(inText).join('|'), 'g');
  return (text) => text.replace(any, (name) => labels.get(name) ?? name);
}

/** A whole path; a word, which may also be an English one or a component, only where a node is named. */
function inText(name: string): string {
  const escaped = name.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
  if (/\w[/.]|[/.]\w/.test(name)) return `(?<![\\w./-])${escaped}(?![\\w/-]|\\.\\w)`;
  return `(?<=root@)${escaped}(?=:)|(?<= on )${escaped}(?=$|[:,;])|(?<= of )${escaped}(?= →)`;
}
