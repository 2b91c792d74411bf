/** Checks of the configuration files that flags name: each is read as its component reads it, by its release. */

import { lastArgument } from '../../artifact/arguments.ts';
import { type Setting, settingAt, settingItems, textAt } from '../../artifact/setting.ts';
import { invalidValue } from '../../core/field-errors.ts';
import { yamlNumber } from '../../core/go-values.ts';
import { handful } from '../../core/text.ts';
import { dateOf } from '../../core/time.ts';
import type { Pki } from '../../model/roles/pki.ts';
import { type Slot, slotFlag } from '../../model/roles/slots.ts';
import { isKubeletDropIn } from '../../tables/configurations.ts';
import { urlFault } from '../../x509/uri.ts';
import { type ArgumentEdit, onlyEdit, removeArgument, replaceArgument } from '../base/argument-edit.ts';
import { type CheckResult, check, notApplicable, problem, skip } from '../base/check.ts';
import type { ValueJudge } from '../values/field-rows.ts';
import { admissionFaults } from './admission.ts';
import { auditFaults } from './audit.ts';
import { authenticationFaults, issuerAuthorities } from './authentication.ts';
import { authorizationFaults } from './authorization.ts';
import { stageOf } from './drop-ins.ts';
import { addedMeta, byCommand, correctedValues, renamedFields } from './edit.ts';
import { egressFaults } from './egress.ts';
import { encryptionFaults } from './encryption.ts';
import type { FieldFault } from './fields.ts';
import { lacksSocket } from './named-path.ts';
import {
  type ConfigurationFile,
  configurationOf,
  isDecoded,
  isMiscased,
  isOfOtherKind,
  isStrict,
  judgedFields,
  metaOf,
  versionFault,
} from './read.ts';
import { schedulerFaults } from './scheduler.ts';

const schemes = ['dns', 'unix', 'unix-abstract'];
const million = 1_000_000;

/** What kube-apiserver refuses in a TracingConfiguration. */
const tracingFaults: ValueJudge = function* (document) {
  const rate = settingAt(document, 'samplingRatePerMillion');
  const number = rate?.kind === 'scalar' ? yamlNumber(rate.text) : 0;
  if (rate !== undefined && (number < 0 || number > million)) {
    const path = 'tracing.samplingRatePerMillion';
    const detail =
      number < 0
        ? 'sampling rate must be positive'
        : 'sampling rate per million must be less than or equal to one million';
    const error = `${path}: Invalid value: ${number}: ${detail}`;
    yield { path: 'samplingRatePerMillion', at: rate.at, error, fix: `write a number from 0 to ${million}` };
  }
  const endpoint = settingAt(document, 'endpoint');
  const written = textAt(endpoint);
  if (endpoint === undefined) return;
  const url = written.includes('//') ? written : `dns://${written}`;
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(url)?.[1]?.toLowerCase() ?? '';
  const unsupported = schemes.includes(scheme)
    ? undefined
    : `unsupported scheme: ${scheme}.  Options are none, dns, unix, or unix-abstract.  See https://github.com/grpc/grpc/blob/master/doc/naming.md`;
  const detail = urlFault(url) ?? unsupported;
  const error = invalidValue('tracing.endpoint', url, detail ?? '');
  const fix = 'write the address and port of the collector without http, such as localhost:4317';
  if (detail !== undefined) yield { path: 'endpoint', at: endpoint.at, error, fix };
};

/** Returns what to do, and the edits of the manifest where the right arguments are known. */
function otherFileFix(configuration: ConfigurationFile): {
  readonly text: string;
  readonly edits: readonly ArgumentEdit[];
} {
  const { component, slot, row, document, path, pki } = configuration;
  const { installer } = pki.layout;
  const { argument } = slot;
  const flag = slotFlag(slot);
  // kube-scheduler needs no configuration: --kubeconfig is enough.
  if (component.name === 'kube-scheduler' && textAt(document, 'kind') === 'Config' && argument?.value) {
    const isGiven = lastArgument(component, 'kubeconfig') !== undefined;
    const edit = isGiven
      ? removeArgument(component, argument)
      : replaceArgument(component, argument, `--kubeconfig=${argument.value}`);
    const text = isGiven
      ? `remove ${flag} from the manifest of ${component.name}: it has --kubeconfig`
      : `write --kubeconfig=${argument.value} instead of ${flag} into the manifest of ${component.name}`;
    return { text, edits: onlyEdit(edit) };
  }
  const usual = row.kind === 'KubeletConfiguration' && installer !== undefined ? `, such as that of ${installer}` : '';
  return { text: `let ${flag} of ${component.name} name a file of kind ${row.kind}${usual}, not ${path}`, edits: [] };
}

/** Yields what kube-apiserver refuses in a file with tokens; nothing for any other file. */
function* tokenFileProblems(slot: Slot, { node }: Pki): Generator<CheckResult> {
  const { path = '', component, written } = slot;
  const content = node.files.get(path)?.content;
  const fault = content?.type === 'tokens' ? content.fault : undefined;
  if (fault === undefined) return;
  const { line, columns } = fault;
  const error =
    columns === undefined
      ? `parse error on line ${line}: extraneous or missing " in quoted-field`
      : `token file '${written}' must have at least 3 columns (token, user name, user uid), found ${columns}`;
  const fix = `line ${line} needs a token, the name of the user and its uid, and in quotation marks its groups`;
  const data = { component: component.name, flag: slotFlag(slot), path, kind: 'token file', error, fix };
  yield problem({ path, line }, data);
}

const judges: Readonly<Record<string, ValueJudge>> = {
  AuthenticationConfiguration: authenticationFaults,
  AuthorizationConfiguration: authorizationFaults,
  AdmissionConfiguration: admissionFaults,
  EgressSelectorConfiguration: egressFaults,
  EncryptionConfiguration: encryptionFaults,
  KubeSchedulerConfiguration: schedulerFaults,
  TracingConfiguration: tracingFaults,
  Policy: auditFaults,
};

/** A name of a field that may be shown: in a file with keys, one that is not known may be a key. */
function shownFault({ error, meant }: FieldFault, { row }: ConfigurationFile): string {
  const isShown = row.kind !== 'EncryptionConfiguration' || meant !== undefined;
  return isShown ? error : error.replace(/"[^"]*"/, '(name not shown)');
}

const data = ({ component, slot, row }: ConfigurationFile) => ({
  component: component.name,
  flag: slotFlag(slot),
  path: slot.path ?? '',
  kind: row.kind,
});

const said = (template: string, { slot }: ConfigurationFile) => template.replaceAll('{path}', () => slot.written ?? '');

/** A check of configuration files that are there and can be parsed. */
function configurationCheck(run: (configuration: ConfigurationFile) => Iterable<CheckResult>) {
  return check('argument', function* (slot, pki) {
    const configuration = yield* configurationOf(slot, pki);
    if (configuration !== undefined) yield* run(configuration);
  });
}

/** What to write instead of the faulty fields. */
function fieldFix(faults: readonly FieldFault[]): string {
  const fixes = faults.map(({ kind, path, meant, wants }) => {
    const name = path.replace(/^.*\./, '');
    if (kind === 'type') return `${path} takes ${wants ?? 'a different value'}`;
    if (kind === 'repeated') return `keep one of the two ${name}`;
    return meant === undefined ? `remove ${name}, or move it to where it belongs` : `write ${meant} instead of ${name}`;
  });
  return handful([...new Set(fixes)], 3);
}

function fieldData(faults: readonly FieldFault[], configuration: ConfigurationFile) {
  const errors = handful(
    faults.map((fault) => shownFault(fault, configuration)),
    3,
  );
  const meant = faults.flatMap((one) => one.meant ?? []);
  const hint = meant.length === 0 ? '' : ` (did you mean ${handful([...new Set(meant)], 3)}?)`;
  const isHidden = faults.some((one) => shownFault(one, configuration) !== one.error);
  const scripts = isHidden ? [] : renamedFields(faults);
  const fix = isHidden ? 'correct the names of the fields, and their indentation' : fieldFix(faults);
  return { errors, scripts, data: { ...data(configuration), hint, fix } };
}

/** The line of a fault is that of the first: the others are named. */
function placeOf({ path }: ConfigurationFile, { at }: { readonly at: Setting['at'] }) {
  return { path, ...at };
}

/** What the component refuses, as one problem: it prints all of it. */
function* valueProblems(configuration: ConfigurationFile): Generator<CheckResult> {
  const { row, document } = configuration;
  if (!isDecoded(configuration)) return;
  const judge = judges[row.kind];
  const stage = judge === undefined ? yield* stageOf(configuration) : undefined;
  const faults = stage?.faults ?? [...(judge?.(document, configuration) ?? [])];
  const [first] = faults;
  if (first === undefined) return;
  const error = `${stage?.says ?? said(row.validate, configuration)}${handful(
    faults.map((one) => one.error),
    3,
  )}`;
  const fix = handful([...new Set(faults.map((one) => `${one.path}: ${one.fix}`))], 3);
  yield problem(
    placeOf(configuration, first),
    { ...data(configuration), error, fix },
    { parts: faults.map(({ path }) => path), ...byCommand(correctedValues(faults)) },
  );
}

export const configurationFilesChecks = {
  /** Files whose apiVersion or kind the release does not take. */
  'configuration/version': configurationCheck(function* (configuration) {
    const fault = versionFault(configuration);
    if (fault === undefined) return;
    const { row, document, release } = configuration;
    const ofEmpty = configuration.fault === 'empty' ? row.empty : undefined;
    const error = said(ofEmpty ?? `${row.decode}${fault.error}`, configuration);
    const found = [metaOf(document, 'apiVersion'), metaOf(document, 'kind')].filter((one) => one !== '').join(' ');
    const version = release === undefined ? '' : ` v${release}`;
    const wanted = fault.wanted.join(', or ');
    const values = { ...data(configuration), error, found: found || 'neither apiVersion nor kind', wanted, version };
    const { at } = configuration.slot.argument ?? {};
    if (at === undefined || isKubeletDropIn(row) || !isOfOtherKind(configuration))
      yield problem(placeOf(configuration, fault), values, byCommand(addedMeta(configuration, fault.wanted[0])));
    else {
      const { text, edits } = otherFileFix(configuration);
      yield problem(at, { ...values, fix: text }, { fix: 'other-file', edits });
    }
  }),

  /** Fields that the component cannot decode. */
  'configuration/field': configurationCheck(function* (configuration) {
    const { stopping } = judgedFields(configuration);
    const [first] = stopping;
    if (isStrict(configuration) === undefined && judgedFields(configuration).ignored.length > 0)
      return yield skip('whether an unknown field stops it depends on its release, which is unknown');
    if (first === undefined) return;
    const { errors, scripts, data: rest } = fieldData(stopping, configuration);
    const strict = first.kind === 'type' ? '' : 'strict decoding error: ';
    const error = `${said(configuration.row.decode, configuration)}${strict}${errors}`;
    const parts = stopping.map(({ path }) => path);
    yield problem(placeOf(configuration, first), { ...rest, error }, { parts, ...byCommand(scripts) });
  }),

  /** Misspelled fields that the component ignores. Others may be those of a different release. */
  'configuration/ignored': configurationCheck(function* (configuration) {
    if (isStrict(configuration) === undefined) return yield notApplicable('its release is unknown');
    const ignored = judgedFields(configuration).ignored.filter(
      (one) =>
        one.kind === 'repeated' || (one.meant !== undefined && !(isMiscased(one) && hasOwnRule(configuration, one))),
    );
    const [first] = ignored;
    if (first === undefined) return;
    const { errors, scripts, data: rest } = fieldData(ignored, configuration);
    yield problem(
      placeOf(configuration, first),
      { ...rest, error: errors },
      // It runs, and reads the file again only when it starts.
      { parts: ignored.map(({ path }) => path), ...restartOf(configuration, scripts) },
    );
  }),

  /** Values that the component refuses. */
  'configuration/value': check('argument', function* (slot, pki) {
    yield* tokenFileProblems(slot, pki);
    const configuration = yield* configurationOf(slot, pki);
    if (configuration !== undefined) yield* valueProblems(configuration);
  }),

  /** Sockets of other programs in folders that are not mounted. */
  'configuration/socket': configurationCheck(function* (configuration) {
    for (const { socket, at, breaks } of socketsOf(configuration)) {
      if (!lacksSocket(socket, configuration.component)) continue;
      const error = `dial unix ${socket}: connect: no such file or directory`;
      yield problem(placeOf(configuration, { at }), { ...data(configuration), socket, error, breaks }, { key: socket });
    }
  }),

  /** CAs of identity providers that have expired. kube-apiserver takes them. */
  'configuration/authority': configurationCheck(function* (configuration) {
    const { row, document, pki } = configuration;
    if (row.kind !== 'AuthenticationConfiguration') return yield notApplicable('it has no CAs');
    for (const jwt of settingItems(document, 'jwt')) {
      const authorities = issuerAuthorities(jwt, configuration);
      const all = authorities?.ok ? authorities.value : [];
      if (all.length === 0 || all.some(({ notAfter }) => pki.judging.at <= notAfter)) continue;
      const end = dateOf(Math.max(...all.map(({ notAfter }) => notAfter)));
      const issuer = textAt(jwt, 'issuer', 'url').replace(/\/\/[^/]*@/, '//');
      const at = (settingAt(jwt, 'issuer', 'certificateAuthority') ?? jwt).at;
      yield problem(placeOf(configuration, { at }), { ...data(configuration), issuer, end }, { key: issuer });
    }
  }),
};

/**
 * The fix that restarts what has read the file: etcd, kube-scheduler and kube-controller-manager decode theirs
 * strictly.
 */
function restartOf({ component: { name } }: ConfigurationFile, scripts: readonly string[]) {
  if (name !== 'kube-apiserver' && name !== 'kubelet') return {};
  return scripts.length === 0 ? { fix: name } : { fix: `${name}-edit`, lists: { scripts } };
}

/** Whether kubelet/field reports it. */
function hasOwnRule({ row, component }: ConfigurationFile, { path }: FieldFault): boolean {
  const known = component.miscased?.map(({ written }) => written) ?? [];
  return row.kind === 'KubeletConfiguration' && known.includes(path.replace(/^.*\./, ''));
}

/** The sockets that a file names, and what does not work without one. */
function* socketsOf({ row, document }: ConfigurationFile) {
  if (row.kind === 'EgressSelectorConfiguration') {
    for (const selection of settingItems(document, 'egressSelections')) {
      const found = settingAt(selection, 'connection', 'transport', 'uds', 'udsName');
      const breaks = `it reaches nothing through ${textAt(selection, 'name')}`;
      if (found?.kind === 'scalar') yield { socket: found.text, at: found.at, breaks };
    }
  }
  if (row.kind !== 'EncryptionConfiguration') return;
  for (const entry of settingItems(document, 'resources')) {
    for (const provider of settingItems(entry, 'providers')) {
      const found = settingAt(provider, 'kms', 'endpoint');
      const path = found?.kind === 'scalar' ? /^unix:\/\/(\/[^@].*)$/.exec(found.text)?.[1] : undefined;
      const breaks = 'it never becomes ready, and can read nothing that is encrypted';
      if (found !== undefined && path !== undefined) yield { socket: path, at: found.at, breaks };
    }
  }
}
