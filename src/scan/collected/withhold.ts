/**
 * Leaves out of a node what its PKI does not need and what may be secret: values of unknown flags, fields and settings,
 * and credentials in URLs. Environment values, tokens and keys are not in a scanned node at all.
 */
import { createHmac, randomBytes } from 'node:crypto';
import type { Component, ShellCommand } from '../../artifact/component.ts';
import type { Content, NodeFile } from '../../artifact/file.ts';
import type { Kubeconfig, Reference } from '../../artifact/kubeconfig.ts';
import type { Collection, ScannedNode } from '../../artifact/node.ts';
import type { StartingUnit } from '../../artifact/oddities.ts';
import type { Pem, PemBlock } from '../../artifact/pem-blocks.ts';
import type { Placed } from '../../artifact/place.ts';
import type { Correction } from '../../artifact/pod-document.ts';
import type { Probe } from '../../artifact/probe.ts';
import type { ComponentProcess, Running } from '../../artifact/process.ts';
import type { Setting } from '../../artifact/setting.ts';
import type { GivenSetting, Supervisor } from '../../artifact/supervisor.ts';
import { keyNotShown, redact } from '../../core/secrets.ts';
import { withoutUnknownPaths } from './unknown-paths.ts';
import { isPlain, openValues, type Values, withoutCredentials, withoutLine } from './values.ts';

/** What is known about configuration files. */
export interface KnownFields {
  /** Whether a rule may read a document. */
  readonly isRead: (document: Setting) => boolean;
  /** Returns what a field of such a document has: values, or fields of its own; undefined for one that is unknown. */
  readonly field: (name: string) => 'values' | 'fields' | undefined;
}

/** How a node is made fit to be seen. */
interface Withholding extends KnownFields, Values {
  /** Equal for equal texts, in this copy only. */
  readonly digest: (text: string) => string;
  /** Values of known fields. */
  readonly shown: Set<string>;
}

/** Returns the node without what may be secret, and what was left out. */
export function withhold(node: ScannedNode, known: KnownFields): Pick<Collection, 'withheld'> & { node: ScannedNode } {
  const counts = new Map<string, number>();
  const values = openValues(node.layout.programs, (what) => counts.set(what, (counts.get(what) ?? 0) + 1));
  // Who knows all of a manifest but a password could otherwise try passwords.
  const ownKey = randomBytes(32);
  const digest = (text: string) => createHmac('sha256', ownKey).update(text).digest('hex').slice(0, 16);
  const by: Withholding = { ...known, ...values, digest, shown: new Set() };
  const { running, supervisor, services } = node;
  const stripped = {
    ...node,
    files: new Map([...node.files].map(([path, file]) => [path, ofFile(file, by)])),
    components: node.components.map((one) => ofComponent(one, by)),
    ...(services && { services: services.map((one) => ofComponent(one, by)) }),
    ...(running && { running: ofRunning(running, by) }),
    ...(supervisor && { supervisor: ofSupervisor(supervisor, node, by) }),
  };
  return {
    node: withoutUnknownPaths(stripped, by.shown),
    withheld: [...counts].map(([what, count]) => ({ what, count })),
  };
}

const ofFile = (file: NodeFile, by: Withholding): NodeFile =>
  file.content === undefined ? file : { ...file, content: ofContent(file.content, by) };

function ofContent(content: Content, by: Withholding): Content {
  switch (content.type) {
    case 'pem':
      return { ...content, pem: ofPem(content.pem, by) };
    case 'kubeconfig':
      return { ...content, kubeconfig: ofKubeconfig(content.kubeconfig, by) };
    case 'manifest': {
      const { components, pod } = content;
      return {
        ...content,
        components: components.map((one) => ofComponent(one, by)),
        pod: { ...pod, digest: by.digest(pod.digest) },
      };
    }
    case 'malformed': {
      const { refused } = content;
      if (refused === undefined) return content;
      const shown = corrections(refused.components[0] ?? '', refused.corrections, by);
      return { ...content, refused: { ...refused, corrections: shown } };
    }
    case 'settings': {
      const { document } = content;
      return { ...content, document: document && by.isRead(document) ? ofDocument(document, by) : undefined };
    }
    default:
      return content;
  }
}

/** A document may repeat a value a million times by aliases. */
const mostValues = 20_000;

function ofDocument(document: Setting, by: Withholding): Setting | undefined {
  let values = 0;
  function visit(one: Setting, known: ReturnType<KnownFields['field']>): Setting {
    values += 1;
    if (values > mostValues) return one;
    if (one.kind === 'list') return { ...one, items: one.items.map((item) => visit(item, known)) };
    if (one.kind === 'map') {
      const inside = (key: string) => (known === 'fields' ? by.field(key) : known);
      return { ...one, entries: new Map([...one.entries].map(([key, value]) => [key, visit(value, inside(key))])) };
    }
    if (known !== undefined) {
      by.shown.add(one.text);
      return { ...one, text: withoutCredentials(one.text) };
    }
    if (isPlain(one.text)) return one;
    by.leave('values of configuration files');
    return { ...one, text: '' };
  }
  const shown = visit(document, 'fields');
  if (values <= mostValues) return shown;
  by.leave('configuration files with too many values');
  return undefined;
}

function ofKubeconfig(kubeconfig: Kubeconfig, by: Withholding): Kubeconfig {
  const { cluster, user } = kubeconfig;
  const url = (one: Placed<string> | undefined) => one && { ...one, value: withoutCredentials(one.value) };
  const of = (one: Reference | undefined) =>
    one && { ...one, ...(one.embedded && { embedded: ofPem(one.embedded, by) }) };
  return {
    ...kubeconfig,
    cluster: cluster && {
      ...cluster,
      server: url(cluster.server),
      ...(cluster.proxyUrl && { proxyUrl: url(cluster.proxyUrl) }),
      certificateAuthority: of(cluster.certificateAuthority),
    },
    user: user && { ...user, certificate: of(user.certificate), key: of(user.key) },
  };
}

/** Certificates are copied as they are. One with a private key in a name is not. */
function ofPem(pem: Pem, by: Withholding): Pem {
  const blocks = pem.blocks.map((block): PemBlock => {
    if (!publicDers(block).some(hasKey)) return block;
    by.leave('certificates that contain a private key');
    const { label, line, headers } = block;
    const error = 'it contains a private key, and was left out of the copy';
    const contents = { certificate: { error } };
    return { label, line, headers, type: 'malformed', promised: 'certificate', error, contents };
  });
  return { ...pem, blocks };
}

/** What is written of a block as it is: its certificate, or the name in a request. */
function publicDers(block: PemBlock): readonly Uint8Array[] {
  const certificate = block.type === 'certificate' ? block.certificate : block.contents?.certificate;
  return [
    ...(certificate === undefined || 'error' in certificate ? [] : [certificate.raw]),
    ...(block.type === 'certificate-request' ? [Buffer.from(block.request.subject.der, 'hex')] : []),
  ];
}

/** Whether there is text of a key in an encoding. */
function hasKey(der: Uint8Array): boolean {
  const text = Buffer.from(der).toString('latin1');
  return redact(text) !== text;
}

function ofComponent(component: Component, by: Withholding): Component {
  const { name, operands, shellCommand, probes, unit } = component;
  return {
    ...component,
    arguments: component.arguments.map((one) => by.argument(name, one)),
    ...(operands && { operands: operands.map((one) => by.placedLine(name, one)) }),
    ...(shellCommand && { shellCommand: ofShellCommand(name, shellCommand, by) }),
    ...(unit && { unit: ofUnit(name, unit, by) }),
    ...(probes && { probes: probes.map(ofProbe) }),
  };
}

function ofShellCommand(component: string, command: ShellCommand, by: Withholding): ShellCommand {
  const { program, continued } = command;
  return {
    ...command,
    ...(program && { program: by.placedLine(component, program) }),
    continued: continued.map((one) => by.argument(component, one)),
    corrections: corrections(component, command.corrections, by),
  };
}

/** Fields of a pod with known values, fields without one, and fields with a number or true: not those of variables. */
const openFields = [
  /^-? ?(?:scheme|port|path|host|protocol|type|restartPolicy|dnsPolicy|imagePullPolicy|name): *[\w"'./:-]*$/,
  /^-? ?(?!value)[\w.-]+: *["']?\d{0,5}["']?$/,
  /^-? ?[\w.-]+: *["']?(?:true|false)["']?$/,
];

const corrections = (component: string, all: readonly Correction[], { isShownLine }: Withholding) =>
  all.filter((one) =>
    [one.written, one.right].every(
      (line) => openFields.some((form) => form.test(line)) || isShownLine(component, line),
    ),
  );

const ofUnit = (component: string, unit: StartingUnit, by: Withholding): StartingUnit => ({
  ...unit,
  stray: unit.stray.map((stray) => ({ ...stray, text: by.line(component, stray.text), at: withoutLine(stray.at) })),
  broken: unit.broken.map((one) => by.placedLine(component, one)),
});

/** Its lines may have more than its fields. */
function ofProbe(probe: Probe): Probe {
  const { form } = probe;
  const lines = Object.entries(form.lines).filter(([, text]) => !/[?#]/.test(text));
  return { ...probe, form: { ...form, lines: Object.fromEntries(lines) } };
}

function ofRunning(running: Running, by: Withholding): Running {
  if (running.state === 'unseen') return running;
  const ofProcess = (one: ComponentProcess): ComponentProcess => ({
    ...one,
    words: one.words.map((word) => (by.isShownLine(one.component, word) ? word : keyNotShown)),
    arguments: one.arguments.map((each) => by.argument(one.component, each)),
  });
  return { ...running, processes: running.processes.map(ofProcess) };
}

function ofSupervisor(supervisor: Supervisor, { layout }: Pick<ScannedNode, 'layout'>, by: Withholding): Supervisor {
  const { program, started, datastore, settings } = supervisor;
  return {
    ...supervisor,
    settings: settings.map((one) => ofSetting(one, layout.supervisor?.arguments[one.name], by)),
    started: started && ofUnit(program, started, by),
    datastore: datastore && { ...datastore, endpoints: datastore.endpoints && withoutCredentials(datastore.endpoints) },
  };
}

/** @param component the one that the setting has arguments for */
function ofSetting(setting: GivenSetting, component: string | undefined, by: Withholding): GivenSetting {
  const values = setting.values.map(({ value, at }) => {
    if (value === undefined) return { value, at };
    if (component === undefined || by.isShownLine(component, `--${value}`))
      return { value: withoutCredentials(value), at };
    by.leave('values of flags');
    return { value: `${value.split('=')[0]}=${keyNotShown}`, at: withoutLine(at) };
  });
  return { ...setting, values };
}
