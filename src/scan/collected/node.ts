/** A node in a copy without keys. */

import type { NodeLayout } from '../../artifact/layout.ts';
import { leftOutKinds } from '../../artifact/left-out.ts';
import type { NamesIn, ScannedNode } from '../../artifact/node.ts';
import type { ComponentProcess, MountLine, ProcessContainer, Running } from '../../artifact/process.ts';
import type {
  GivenDatastore,
  GivenSetting,
  GivenToken,
  GivenValue,
  MissingFile,
  Supervisor,
  SupervisorFile,
} from '../../artifact/supervisor.ts';
import {
  anyText,
  bool,
  type Codec,
  constant,
  items,
  natural,
  number,
  optional,
  ordinal,
  record,
  tagged,
  time,
  wordOf,
} from './codec.ts';
import { argument, component, programFile, startingUnit } from './component.ts';
import { type CollectedFile, file } from './file.ts';
import { place, setBy } from './place.ts';

const mountLine = record<MountLine>({ device: anyText, root: anyText, path: anyText, isDeleted: bool });

const container = record<ProcessContainer>({
  id: anyText,
  podUid: optional(anyText),
  pod: optional(anyText),
  image: optional(anyText),
});

const process = record<ComponentProcess>({
  component: anyText,
  pid: optional(natural),
  words: items(anyText),
  arguments: items(argument),
  started: optional(time),
  tolerance: number,
  mounts: optional(items(mountLine)),
  container: optional(container),
  unit: optional(anyText),
});

const running: Codec<Running> = tagged<Running, 'state'>('state', {
  unseen: { reason: anyText, isAbsent: optional(constant(true)) },
  seen: {
    from: wordOf('proc', 'bundles'),
    at: optional(time),
    processes: items(process),
    hostMounts: optional(items(mountLine)),
  },
});

const kind = wordOf('server', 'agent');

const given = record<GivenSetting>({
  name: anyText,
  spelled: anyText,
  source: wordOf('variable', 'file', 'flag'),
  of: optional(kind),
  values: items(record<GivenValue>({ value: optional(anyText), at: place })),
  at: place,
  appends: bool,
  replacedBy: optional(place),
});

const supervisorFile = record<SupervisorFile>({
  path: anyText,
  state: wordOf('read', 'malformed', 'unread', 'ignored'),
  error: optional(anyText),
  line: optional(ordinal),
  names: optional(items(anyText)),
});

const datastore = record<GivenDatastore>({
  kind: wordOf('etcd', 'kine'),
  endpoints: optional(anyText),
});

const supervisor = record<Supervisor>({
  program: anyText,
  kind,
  unit: optional(anyText),
  at: setBy,
  files: items(supervisorFile),
  settings: items(given),
  token: optional(record<GivenToken>({ at: place, hash: optional(anyText) })),
  caHashes: items(anyText),
  datastore: optional(datastore),
  missing: items(record<MissingFile>({ value: anyText, at: place, setting: anyText })),
  started: optional(startingUnit),
  unknown: optional(anyText),
});

/** What of a node is the same wherever its copy is read. Its layout is known by its name and its data directory. */
export interface NodeInCopy
  extends Omit<
    ScannedNode,
    'label' | 'rootfs' | 'named' | 'layout' | 'files' | 'installerConfig' | 'secrets' | 'collected' | 'withheld'
  > {
  readonly layout: Required<Pick<NodeLayout, 'name'>> & Pick<NodeLayout, 'dataDir'>;
  readonly files: readonly CollectedFile[];
}

const shownFields = {
  components: items(component),
  shownRelease: optional(record<NonNullable<ScannedNode['shownRelease']>>({ release: anyText, path: anyText })),
};

/** What decides how strictly certificates of a node are read. */
export const shownByNode = record<Pick<ScannedNode, 'components' | 'shownRelease'>>(shownFields);

export const node: Codec<NodeInCopy> = record<NodeInCopy>({
  layout: record<NodeInCopy['layout']>({ name: anyText, dataDir: optional(anyText) }),
  kind: optional(wordOf('control-plane', 'worker', 'etcd')),
  shownBy: optional(anyText),
  machine: optional(record<NonNullable<ScannedNode['machine']>>({ name: anyText, path: anyText })),
  host: optional(anyText),
  pki: anyText,
  beyondPki: bool,
  files: items(file),
  leftOut: optional(items(wordOf(...leftOutKinds))),
  pkiFiles: items(anyText),
  manifestFiles: items(anyText),
  manifestFolder: optional(anyText),
  idleManifests: items(anyText),
  ...shownFields,
  programFiles: items(programFile),
  neighbours: items(anyText),
  services: optional(items(component)),
  etcdData: optional(anyText),
  sans: optional(record<NamesIn>({ names: items(anyText), at: place })),
  running: optional(running),
  supervisor: optional(supervisor),
});
