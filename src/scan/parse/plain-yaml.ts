/**
 * Reads the plain YAML that kubeadm and the components of Kubernetes write: one document of block mappings and lists,
 * in which each value ends on its line. Most nodes have nothing else, and then the parser of js-yaml is not even
 * compiled.
 */
import type { Shortened } from './base64-values.ts';
import { type Lines, linesOf, type Range } from './lines.ts';
import { plainType } from './yaml-go.ts';
import type { OnKey, YamlNode, YamlScalar } from './yaml-node.ts';

/**
 * A line: its indentation, the dash of an item, a key, and a value. The value is between double quotation marks,
 * between single ones, an empty collection, or plain. `: ` and ` #` in a plain value, or a colon at its end, mean
 * something else.
 */
const entry =
  /^( *)(- )?(?:([A-Za-z][\w./-]*):(?: (?=\S)|$))?(?:"([ !#-[\]-~]*)"|'([ -&(-~]*)'|(\{\}|\[\])|(?!.*(?:: | #|:$))((?:[\w./~+]|-(?=[!-~]))(?:[ -~]*[!-~])?))?$/;
const blank = /^ *(?:#[ -~]*)?$/;

/** js-yaml limits the depth. */
const mostNested = 20;

/** A collection to which lines are added. */
interface Open {
  /** The number of blanks before its keys or dashes. */
  readonly indent: number;
  /** Of a mapping; undefined for a list. */
  readonly entries?: Map<string, YamlNode>;
  readonly items?: YamlNode[];
  /** The key on the last line, if its value may be on the next ones. */
  key?: string | undefined;
}

/** Returns the only document of a text, as js-yaml would read it; undefined if the text is not plain. */
export function plainDocument(shortened: Shortened, onKey?: OnKey): YamlNode | undefined {
  const reader = new PlainReader(shortened, onKey);
  return shortened.text.split('\n').every((line, index) => reader.add(line, index)) ? reader.document() : undefined;
}

class PlainReader {
  private readonly values: Shortened['values'];
  private readonly lines: Lines;
  /** The collections that the last line is in, the outermost first. */
  private readonly open: Open[] = [];
  private root: YamlNode | undefined;
  private readonly onKey: OnKey | undefined;

  constructor({ text, values }: Shortened, onKey: OnKey | undefined) {
    this.lines = linesOf(text);
    this.values = values;
    this.onKey = onKey;
  }

  /** Reads the next line, whose number from 0 is `index`. Returns whether it is plain. */
  add(text: string, index: number): boolean {
    if (blank.test(text)) return true;
    const [, blanks, dash = '', key, double, single, empty, plain] = entry.exec(text) ?? [];
    if (blanks === undefined || this.open.length > mostNested) return false;
    const quoted = double ?? single;
    const value =
      empty === undefined ? this.scalar(text, index, quoted, plain) : emptyCollection(empty, index, text.length - 2);
    const indent = blanks.length;
    if (key !== undefined) return this.addKey(key, value, index, indent, dash.length);
    if (dash === '' || value === undefined) return false;
    const end = text.length - (quoted === undefined ? 0 : 1);
    const list = this.collectionAt('items', indent, rangeOn(index, indent, empty === undefined ? end : indent));
    list?.items?.push(value);
    return list !== undefined;
  }

  /** Returns the document, after its last line. */
  document(): YamlNode | undefined {
    while (this.open.length > 0) this.endLast();
    return this.root;
  }

  private addKey(key: string, value: YamlNode | undefined, index: number, indent: number, dash: number): boolean {
    const column = indent + dash;
    const range = rangeOn(index, column, column + key.length);
    // An item that is a mapping begins with the first key of it.
    const list = dash > 0 ? this.collectionAt('items', indent, rangeOn(index, indent, indent)) : undefined;
    const mapping =
      dash > 0 ? list && this.begin('entries', column, range) : this.collectionAt('entries', indent, range);
    const type = plainType(key);
    if (mapping?.entries === undefined || type === 'null') return false;
    this.onKey?.(mapping.entries, { kind: 'scalar', text: key, type, lines: this.lines, ...range });
    if (value === undefined) mapping.key = key;
    else mapping.entries.set(key, value);
    return true;
  }

  /**
   * Returns the collection that has its keys or dashes in a column: one that is open, or a new one; undefined if
   * neither can be.
   */
  private collectionAt(kind: 'entries' | 'items', indent: number, range: Range): Open | undefined {
    let last = this.open.at(-1);
    // A list may have its dashes in the column of the keys around it.
    while (last && (last.indent > indent || (last.indent === indent && last.items && kind === 'entries'))) {
      this.endLast();
      last = this.open.at(-1);
    }
    if (last?.indent === indent && last[kind] !== undefined) {
      this.endKey(last);
      return last;
    }
    // An item ends on its line, unless it begins a mapping.
    return last?.items === undefined ? this.begin(kind, indent, range) : undefined;
  }

  /**
   * Begins a collection: the document itself, the value of the last key, or the next item; undefined if it is none of
   * these.
   */
  private begin(kind: 'entries' | 'items', indent: number, range: Range): Open | undefined {
    const collection: Open = kind === 'entries' ? { indent, entries: new Map() } : { indent, items: [] };
    const { entries, items = [] } = collection;
    const node: YamlNode = entries ? { kind: 'mapping', ...range, entries } : { kind: 'sequence', ...range, items };
    const last = this.open.at(-1);
    if (last === undefined) {
      if (this.root !== undefined || indent > 0) return undefined;
      this.root = node;
    } else if (last.items !== undefined) {
      last.items.push(node);
    } else {
      if (last.key === undefined) return undefined;
      last.entries?.set(last.key, node);
      last.key = undefined;
    }
    this.open.push(collection);
    return collection;
  }

  private endLast(): void {
    const last = this.open.pop();
    if (last !== undefined) this.endKey(last);
  }

  /** A key without a value has the value null, which has no place. */
  private endKey(collection: Open): void {
    if (collection.key === undefined) return;
    const { lines } = this;
    collection.entries?.set(collection.key, { kind: 'scalar', text: '', type: 'null', lines, ...rangeOn(0, 0, 0) });
    collection.key = undefined;
  }

  /** The value at the end of a line. */
  private scalar(text: string, index: number, quoted?: string, plain?: string): YamlScalar | undefined {
    const { lines, values } = this;
    if (quoted !== undefined) {
      const range = rangeOn(index, text.length - quoted.length - 2, text.length);
      return { kind: 'scalar', text: quoted, type: 'string', lines, ...range };
    }
    if (plain === undefined) return undefined;
    const start = text.length - plain.length;
    const value = values.get((lines.starts[index] ?? 0) + start) ?? plain;
    return {
      kind: 'scalar',
      text: value,
      type: plainType(value),
      lines,
      ...rangeOn(index, start, start + value.length),
    };
  }
}

/** `{}` or `[]` */
function emptyCollection(text: string, index: number, start: number): YamlNode {
  const range = rangeOn(index, start, start);
  return text === '{}' ? { kind: 'mapping', ...range, entries: new Map() } : { kind: 'sequence', ...range, items: [] };
}

/** Returns the range between two offsets of a line. The offsets and `index` count from 0. */
function rangeOn(index: number, start: number, end: number): Range {
  return { line: index + 1, column: start + 1, endLine: index + 1, endColumn: end + 1 };
}
