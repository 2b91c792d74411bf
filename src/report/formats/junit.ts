/**
 * JUnit XML in the dialect of GitLab and of Jenkins (junit-10.xsd of its xUnit plugin), with `file`, which GitLab
 * reads.
 */
import { groupBy } from '../../core/collections.ts';
import { copyable, printable } from '../../core/text.ts';
import type { Report } from '../../results/report.ts';
import type { FormatOptions } from './format.ts';
import { type Case, type CaseResult, casesOf } from './junit-cases.ts';

/**
 * Returns a suite for each node, and one for each cluster of several nodes. There is no clock: the timestamp is the
 * time of judging. If findings make the exit code 1, there are failures, and only then.
 */
export function junit(report: Report, options: FormatOptions): string {
  const cases = withUniqueNames(casesOf(report, options));
  const bySuite = groupBy(cases, ({ suite }) => suite);
  // A node without any case has an empty suite: it was read.
  const names = new Set([...report.nodes.map(({ name }) => name), ...bySuite.keys()]);
  const { tests, failures, errors } = countsOf(cases);
  const suites = [...names].map((name) => suiteElement(name, bySuite.get(name) ?? [], report));
  return xml(element('testsuites', { name: report.tool.name, tests, failures, errors, time: 0 }, suites));
}

function countsOf(cases: readonly Case[]) {
  const counted = (kind: CaseResult['kind']) => cases.filter(({ result }) => result.kind === kind).length;
  const [failures, errors, skipped] = [counted('failure'), counted('error'), counted('skipped')];
  return { tests: cases.length, failures, errors, skipped };
}

interface NamedCase extends Case {
  readonly classname: string;
}

/**
 * Names cases as they are shown. GitLab shows the first case of a name in a class, and drops the others without a word:
 * cases of the same name get their path, and those that are still the same a number.
 */
function withUniqueNames(cases: readonly Case[]): readonly NamedCase[] {
  const shown = cases.map((one): NamedCase => {
    return { ...one, classname: `${printable(one.suite)}.${printable(one.group)}`, name: printable(one.name) };
  });
  const keyOf = ({ classname, name }: NamedCase) => JSON.stringify([classname, name]);
  const alike = groupBy(shown, keyOf);
  const times = new Map<string, number>();
  return shown.map((one) => {
    const isAlone = alike.get(keyOf(one))?.length === 1 || one.path === undefined;
    const pathed = { ...one, name: isAlone ? one.name : `${one.name} (${printable(one.path ?? '')})` };
    for (;;) {
      const time = (times.get(keyOf(pathed)) ?? 0) + 1;
      times.set(keyOf(pathed), time);
      if (time === 1) return pathed;
      const numbered = { ...pathed, name: `${pathed.name} #${time}` };
      if (times.has(keyOf(numbered))) continue;
      times.set(keyOf(numbered), 1);
      return numbered;
    }
  });
}

function suiteElement(name: string, cases: readonly NamedCase[], { nodes, tool, profile, at }: Report): Element {
  const node = nodes.find((one) => one.name === name);
  const shown = printable(name);
  const properties = Object.entries({
    version: tool.version,
    profile,
    ...(node && { role: node.role }),
    ...(node?.kubernetesVersion && { kubernetes: node.kubernetesVersion }),
  }).map(([key, value]) => element('property', { name: key, value: printable(value) }));
  const attributes = { name: shown, ...countsOf(cases), hostname: node && shown, timestamp: at, time: 0 };
  return element('testsuite', attributes, [element('properties', {}, properties), ...cases.map(caseElement)]);
}

function caseElement({ classname, name, file, result }: NamedCase): Element {
  const shownFile = file === undefined ? undefined : copyable(file);
  return element('testcase', { classname, name, file: shownFile, time: 0 }, resultElements(result));
}

function resultElements(result: CaseResult): readonly Element[] {
  if (result.kind === 'passed') return result.output === undefined ? [] : [element('system-out', {}, result.output)];
  const message = copyable(result.message);
  if (result.kind === 'skipped') return [element('skipped', { message })];
  return [element(result.kind, { message, type: result.type }, result.text)];
}

/** An element, with a text or elements in it. */
interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string | number | undefined>>;
  readonly content: string | readonly Element[];
}

/** Returns an element. An attribute that is undefined is left out. */
export function element(name: string, attributes: Element['attributes'], content: Element['content'] = []): Element {
  return { name, attributes, content };
}

/** Returns a document: UTF-8, elements indented, texts as they are. */
export function xml(root: Element): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${written(root, '')}`;
}

function written({ name, attributes, content }: Element, indent: string): string {
  const given = Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [` ${key}="${escaped(`${value}`).replace(/[\t\n]/g, reference)}"`],
  );
  const start = `${indent}<${name}${given.join('')}`;
  if (content.length === 0) return `${start}/>\n`;
  if (typeof content === 'string') return `${start}>${escaped(content)}</${name}>\n`;
  return `${start}>\n${content.map((one) => written(one, `${indent}  `)).join('')}${indent}</${name}>\n`;
}

/** Whatever is not a Char of XML 1.0: controls, lone surrogates, U+FFFE and U+FFFF. */
const notChar = /[^\t\n\r\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

const reference = (character: string) => `&#${character.charCodeAt(0)};`;

/**
 * A parser makes line feeds of carriage returns, and spaces of line feeds in attributes, unless they are references.
 */
function escaped(text: string): string {
  return text
    .replace(notChar, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`)
    .replace(/[&<>"\r]/g, reference);
}
