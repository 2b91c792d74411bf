/** Files in a copy without keys: what was read of each, not its text. */
import type { Content, FileComment, NodeFile } from '../../artifact/file.ts';
import type { FileState } from '../../artifact/file-state.ts';
import { leftOutKinds } from '../../artifact/left-out.ts';
import type { FileTimes } from '../../artifact/process.ts';
import type { Sealed, Setting } from '../../artifact/setting.ts';
import {
  anyText,
  bool,
  type Codec,
  items,
  mapping,
  natural,
  nested,
  number,
  optional,
  ordinal,
  record,
  tagged,
  time,
  wordOf,
} from './codec.ts';
import { component, pod, podRefusal } from './component.ts';
import { orError } from './either.ts';
import { kubeconfig } from './kubeconfig.ts';
import { pem } from './pem.ts';

type Range = Setting['at'];

const rangeFields = { line: ordinal, column: ordinal, endLine: ordinal, endColumn: ordinal };

const range = record<Range>(rangeFields);

const sealed = record<Sealed>({ isEmpty: bool, isPlaceholder: bool, size: optional(natural), digest: anyText });

const setting: Codec<Setting> = tagged<Setting, 'kind'>('kind', {
  scalar: { text: anyText, type: wordOf('string', 'bool', 'null', 'number'), at: range, sealed: optional(sealed) },
  list: { items: items(nested(() => setting)), at: range },
  map: { entries: mapping(nested(() => setting)), keys: mapping(range), repeated: items(anyText), at: range },
});

type Faulty<Type extends Content['type']> = Extract<Content, { readonly type: Type }>;

type ReadList = Exclude<Faulty<'revocation-list'>['list'], { readonly error: string }>;

const content: Codec<Content> = tagged<Content, 'type'>('type', {
  pem: { pem },
  kubeconfig: { kubeconfig },
  manifest: { components: items(component), pod },
  malformed: { error: anyText, line: optional(ordinal), kind: optional(anyText), refused: optional(podRefusal) },
  settings: {
    fields: items(anyText),
    paths: items(anyText),
    document: optional(setting),
    fault: optional(wordOf('empty', 'json')),
  },
  tokens: {
    fault: optional(record<NonNullable<Faulty<'tokens'>['fault']>>({ line: ordinal, columns: optional(number) })),
  },
  'revocation-list': {
    list: orError(record<ReadList>({ serials: items(anyText), isPem: bool })),
  },
  other: { packed: optional(anyText) },
});

const states = [
  ...(['file', 'absent', 'outside', 'unreadable', 'broken-link', 'link-loop', 'directory'] as const),
  ...(['fifo', 'socket', 'device', 'too-large'] as const),
] satisfies readonly FileState[];

/** Its name in reports is that of the copy. */
export type CollectedFile = Omit<NodeFile, 'file'>;

export const file: Codec<CollectedFile> = record<CollectedFile>({
  path: anyText,
  state: wordOf(...states),
  detail: optional(anyText),
  realPath: optional(anyText),
  mode: optional(natural),
  uid: optional(natural),
  gid: optional(natural),
  size: optional(natural),
  times: optional(record<FileTimes>({ mtime: time, ctime: optional(time), tolerance: number })),
  links: items(record<NodeFile['links'][number]>({ path: anyText, target: anyText })),
  content: optional(content),
  stray: optional(items(anyText)),
  leftOut: optional(wordOf(...leftOutKinds)),
  comments: optional(
    items(record<FileComment>({ ...rangeFields, directive: anyText, text: anyText, target: ordinal })),
  ),
});
