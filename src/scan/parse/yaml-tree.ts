/** Parses any YAML to trees, with the events of js-yaml. */
import { EVENT_ID, type Event, getScalarValue, SCALAR_STYLE_PLAIN, type ScalarEvent, YAMLException } from 'js-yaml';
import { type Shortened, standInEnd } from './base64-values.ts';
import { type Lines, linesOf, type Range, rangeIn } from './lines.ts';
import { eventsOf } from './yaml-events.ts';
import { isExcessive, plainType } from './yaml-go.ts';
import type { OnKey, YamlError, YamlNode, YamlScalar } from './yaml-node.ts';

const maxDepth = 64;

/** Parses every document of a text, of which `shortened` has the long values taken out. */
export function documentsOf(
  source: string,
  shortened: Shortened,
  onKey: OnKey | undefined,
): readonly YamlNode[] | YamlError {
  try {
    const builder = new TreeBuilder(shortened, onKey);
    const documents = builder.documents(eventsOf(shortened.text, maxDepth));
    // Some value was not a scalar by itself: parse the original text.
    if (builder.restored === shortened.values.size) return documents;
    return new TreeBuilder({ text: source, values: new Map() }, onKey).documents(eventsOf(source, maxDepth));
  } catch (error) {
    if (error instanceof YAMLException) {
      return { error: `yaml: ${error.reason}`, line: error.mark && error.mark.line + 1 };
    }
    if (error instanceof TreeError) return { error: `yaml: ${error.message}`, line: error.line };
    throw error;
  }
}

class TreeError extends Error {
  readonly line: number;
  constructor(message: string, line: number) {
    super(message);
    this.line = line;
  }
}

/** Builds the tree from the flat list of events, in one pass. */
class TreeBuilder {
  /** The text that was parsed. */
  private source: string;
  private readonly values: Shortened['values'];
  private readonly lines: Lines;
  private events: readonly Event[] = [];
  private next = 0;
  private anchors = new Map<string, { readonly node: YamlNode; readonly size: number }>();
  /** The number of nodes so far, in which each use of an alias counts again, and how many of them came from aliases. */
  private decoded = 0;
  private aliased = 0;
  /** The number of long values that were put back. */
  restored = 0;

  private readonly onKey: OnKey | undefined;

  constructor({ text: source, values }: Shortened, onKey: OnKey | undefined) {
    this.onKey = onKey;
    this.source = source;
    this.values = values;
    this.lines = linesOf(source);
  }

  documents({ text, events }: ReturnType<typeof eventsOf>): readonly YamlNode[] {
    this.source = text;
    this.events = events;
    const documents: YamlNode[] = [];
    while (this.next < events.length) {
      this.next += 1;
      this.anchors = new Map();
      const empty = this.events[this.next]?.type === EVENT_ID.POP;
      documents.push(empty ? this.nothing : this.node());
      this.next += 1;
    }
    return documents;
  }

  private node(): YamlNode {
    const event = this.events[this.next];
    this.next += 1;
    this.decoded += 1;
    switch (event?.type) {
      case EVENT_ID.ALIAS:
        return this.alias(
          this.source.slice(event.anchorStart, event.anchorEnd),
          rangeIn(this.lines, event.anchorStart - 1, event.anchorEnd),
        );
      case EVENT_ID.SCALAR:
        return this.anchored(event, () => this.scalar(event));
      case EVENT_ID.SEQUENCE:
        return this.anchored(event, () => ({
          kind: 'sequence',
          ...rangeIn(this.lines, event.start, this.endOfFirst(event.start)),
          items: this.children(),
        }));
      case EVENT_ID.MAPPING:
        return this.anchored(event, () => ({
          kind: 'mapping',
          ...rangeIn(this.lines, event.start, this.endOfFirst(event.start)),
          entries: this.entries(),
        }));
      default:
        throw new TreeError('unexpected end', this.lines.starts.length);
    }
  }

  private alias(name: string, at: Range): YamlNode {
    const target = this.anchors.get(name);
    // Unlike Go's message, this one omits the anchor: it may be a password that starts with an asterisk.
    if (target === undefined) throw new TreeError('unknown anchor referenced', at.line);
    this.decoded += target.size;
    this.aliased += target.size;
    if (isExcessive(this.decoded, this.aliased)) {
      throw new TreeError('document contains excessive aliasing', at.line);
    }
    return { ...target.node, ...at };
  }

  private anchored(event: { anchorStart: number; anchorEnd: number }, build: () => YamlNode): YamlNode {
    const before = this.decoded;
    const node = build();
    const size = this.decoded - before + 1;
    if (event.anchorStart >= 0) this.anchors.set(this.source.slice(event.anchorStart, event.anchorEnd), { node, size });
    return node;
  }

  private children(): YamlNode[] {
    const nodes: YamlNode[] = [];
    while (this.events[this.next]?.type !== EVENT_ID.POP) nodes.push(this.node());
    this.next += 1;
    return nodes;
  }

  private entries(): Map<string, YamlNode> {
    const entries = new Map<string, YamlNode>();
    while (this.events[this.next]?.type !== EVENT_ID.POP) {
      const event = this.events[this.next];
      const key = this.node();
      if (key.kind !== 'scalar') throw new TreeError('invalid map key', key.line);
      if (key.type === 'null') throw new TreeError('unsupported map key of type: null', key.line);
      const isMerge = key.text === '<<' && event?.type === EVENT_ID.SCALAR && event.style === SCALAR_STYLE_PLAIN;
      if (!isMerge) this.onKey?.(entries, key);
      const value = this.node();
      if (isMerge) this.merge(entries, value, key);
      else entries.set(key.text, value);
    }
    this.next += 1;
    return entries;
  }

  /** Of the mappings in a list, the first takes precedence. */
  private merge(entries: Map<string, YamlNode>, value: YamlNode, at: YamlScalar): void {
    for (const node of value.kind === 'sequence' ? value.items.toReversed() : [value]) {
      if (node.kind !== 'mapping')
        throw new TreeError('map merge requires map or sequence of maps as the value', node.line);
      for (const [text, merged] of node.entries) {
        this.onKey?.(entries, { ...at, text, type: 'string' });
        entries.set(text, merged);
      }
    }
  }

  private scalar(event: ScalarEvent): YamlScalar {
    const plain = event.style === SCALAR_STYLE_PLAIN;
    const long =
      plain && event.valueEnd === standInEnd(event.valueStart) ? this.values.get(event.valueStart) : undefined;
    if (long !== undefined) this.restored += 1;
    const text = long ?? (event.valueStart < 0 ? '' : getScalarValue(this.source, event));
    const tag = this.source.slice(Math.max(event.tagStart, 0), Math.max(event.tagEnd, 0));
    const type = tag === '!!str' || !plain ? 'string' : plainType(text);
    const quote = !plain && /["']/.test(this.source[event.valueStart - 1] ?? '') ? 1 : 0;
    const start = Math.max(event.valueStart, 0) - quote;
    const end = long === undefined ? Math.max(event.valueEnd, 0) + quote : start + long.length;
    return { kind: 'scalar', text, type, lines: this.lines, ...rangeIn(this.lines, start, end, long !== undefined) };
  }

  private get nothing(): YamlScalar {
    return { kind: 'scalar', text: '', type: 'null', lines: this.lines, ...rangeIn(this.lines, 0, 0) };
  }

  /**
   * The end of the first key of a mapping, or of the first item of a list: the range of either is no larger, so that
   * what a reader of the report shows of it contains none of the values.
   */
  private endOfFirst(start: number): number {
    const first = this.events[this.next];
    return first?.type === EVENT_ID.SCALAR ? Math.max(first.valueEnd, start) : start;
  }
}
