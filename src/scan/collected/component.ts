/** Components, units and pods in a copy without keys. */
import type { Argument, HiddenValue } from '../../artifact/argument.ts';
import type { Component, EnvironmentProxy, ProgramFile, RunAs, ShellCommand } from '../../artifact/component.ts';
import type { CheckedPath, Mount } from '../../artifact/mount.ts';
import type {
  AbsentProgram,
  LineEnding,
  LiteralVariable,
  MiscasedField,
  RefusedUnit,
  StartingUnit,
  StrayLine,
} from '../../artifact/oddities.ts';
import type {
  Correction,
  IgnoredDocument,
  NamedKubeconfig,
  OtherContainer,
  PodDocument,
  RefusedPod,
} from '../../artifact/pod-document.ts';
import { type Probe, type ProbeForm, probeKinds } from '../../artifact/probe.ts';
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
  wordOf,
} from './codec.ts';
import { place, placedText, setBy } from './place.ts';

export const argument: Codec<Argument> = record<Argument>({
  name: anyText,
  spelled: anyText,
  value: optional(anyText),
  unknownVariable: optional(anyText),
  at: setBy,
  hidden: optional(record<HiddenValue>({ digest: anyText, isWord: bool })),
  ownLine: optional(constant(true)),
});

const checkedPath = record<CheckedPath>({ path: anyText, type: anyText, at: place });

const mount = record<Mount>({
  mountPath: anyText,
  hostPath: optional(anyText),
  at: optional(place),
  checked: optional(checkedPath),
});

const otherContainer = record<OtherContainer>({
  name: anyText,
  mounts: items(mount),
  kubeconfigs: items(record<NamedKubeconfig>({ spelled: anyText, written: anyText, at: place })),
});

const miscased = record<MiscasedField>({ written: anyText, field: anyText, at: place });

const correction = record<Correction>({ written: anyText, right: anyText });

const shellCommand = record<ShellCommand>({
  program: optional(placedText),
  continued: items(argument),
  corrections: items(correction),
  isContinued: bool,
});

const endings = ['without a backslash', 'with a doubled backslash', 'with a blank behind its backslash'] as const;

const stray = record<StrayLine>({
  text: anyText,
  at: place,
  before: optional(
    record<{ readonly line: number; readonly ends: LineEnding }>({ line: ordinal, ends: wordOf(...endings) }),
  ),
});

export const startingUnit = record<StartingUnit>({
  name: anyText,
  stray: items(stray),
  refused: optional(record<RefusedUnit>({ reason: anyText, at: place, second: optional(wordOf('whole', 'shorter')) })),
  missing: items(placedText),
  optional: items(anyText),
  absent: optional(record<AbsentProgram>({ value: anyText, at: place, elsewhere: optional(anyText) })),
  broken: items(placedText),
  literal: items(record<LiteralVariable>({ name: anyText, flag: anyText, at: place })),
});

const probe = record<Probe>({
  kind: wordOf(...probeKinds),
  action: wordOf('httpGet', 'tcpSocket', 'grpc'),
  scheme: wordOf('HTTP', 'HTTPS'),
  host: optional(anyText),
  port: optional(number),
  portText: anyText,
  path: anyText,
  isAuthorized: bool,
  at: place,
  form: record<ProbeForm>({
    lines: record<ProbeForm['lines']>({
      host: optional(anyText),
      path: optional(anyText),
      port: optional(anyText),
      scheme: optional(anyText),
    }),
    isBlock: bool,
    indent: natural,
  }),
});

export const component: Codec<Component> = record<Component>({
  name: anyText,
  at: setBy,
  image: optional(anyText),
  program: optional(anyText),
  arguments: items(argument),
  operands: optional(items(placedText)),
  shellCommand: optional(shellCommand),
  mounts: optional(items(mount)),
  miscased: optional(items(miscased)),
  unknown: optional(anyText),
  user: optional(record<RunAs>({ name: anyText, uid: optional(natural), gids: items(natural), at: place })),
  proxy: optional(record<EnvironmentProxy>({ spelled: anyText, exceptions: optional(anyText) })),
  unit: optional(startingUnit),
  probes: optional(items(probe)),
  pod: optional(
    record<NonNullable<Component['pod']>>({
      hostNetwork: bool,
      hasHostPort: optional(constant(true)),
      containers: natural,
    }),
  ),
});

export const programFile: Codec<ProgramFile> = record<ProgramFile>({
  program: anyText,
  component: optional(anyText),
  spelled: anyText,
  flag: optional(anyText),
  path: anyText,
  at: setBy,
});

export const pod: Codec<PodDocument> = record<PodDocument>({
  name: anyText,
  digest: anyText,
  hostPaths: items(anyText),
  checked: optional(items(checkedPath)),
  others: optional(items(otherContainer)),
  ignored: optional(items(record<IgnoredDocument>({ name: anyText, line: ordinal, components: items(anyText) }))),
  misspelled: optional(items(miscased)),
  reference: optional(record<NonNullable<PodDocument['reference']>>({ resource: anyText, field: anyText, at: place })),
});

export const podRefusal: Codec<RefusedPod> = record<RefusedPod>({
  components: items(anyText),
  corrections: items(correction),
});
