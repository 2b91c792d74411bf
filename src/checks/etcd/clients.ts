/** Checks that etcd accepts only clients with a certificate of its CA. */

import { componentNamed, isGiven, isOn, lastArgument } from '../../artifact/arguments.ts';
import type { Component } from '../../artifact/component.ts';
import { handful } from '../../core/text.ts';
import {
  anonymousBecause,
  type EtcdSide,
  etcdSides,
  isLocal,
  makesCertificate,
  type OpenListener,
  openListeners,
} from '../../model/roles/etcd-listeners.ts';
import type { Pki } from '../../model/roles/pki.ts';
import { pemFilesOf } from '../../tables/layouts/layout.ts';
import { roleIds } from '../../tables/role-ids.ts';
import { type CheckResult, check, notApplicable, problem, skip } from '../base/check.ts';
import { componentCheck } from '../base/guards.ts';

/** The open listeners of one side of etcd. */
interface OpenSide {
  readonly key: string;
  /** The flag that opens them if they are plain http. */
  readonly flag: string;
  /** What clients can do there. */
  readonly does: string;
  readonly listeners: readonly OpenListener[];
}

const sides: Readonly<Record<EtcdSide, Pick<OpenSide, 'flag' | 'does'>>> = {
  '': { flag: 'listen-client-urls', does: 'can read and write everything in etcd' },
  'peer-': { flag: 'listen-peer-urls', does: 'can act as a member of etcd' },
};

/** The open listeners of etcd on this node, or of an external etcd that kube-apiserver dials. */
function* openSides(component: Component, pki: Pki): Generator<CheckResult, readonly OpenSide[]> {
  if (component.name === 'etcd') {
    if (component.unknown !== undefined) {
      yield skip(component.unknown);
      return [];
    }
    return etcdSides.map((side) => ({ key: side, ...sides[side], listeners: openListeners(component, side) }));
  }
  if (component.name !== 'kube-apiserver') yield notApplicable('not etcd, and does not use it');
  else if (componentNamed(pki.node, 'etcd')) yield notApplicable('etcd itself is checked');
  else return [{ key: '', flag: 'etcd-servers', does: sides[''].does, listeners: plainServers(component) }];
  return [];
}

/** Servers that are dialled without TLS. They accept all other clients too. */
function plainServers(apiServer: Component): readonly OpenListener[] {
  const urls = (lastArgument(apiServer, 'etcd-servers')?.value ?? '').split(',').map((url) => url.trim());
  return urls.flatMap((url) => (/^http:/.test(url) ? [{ url, isLocal: isLocal(url), lacks: 'https' as const }] : []));
}

const reasons: Readonly<Record<OpenListener['lacks'], string>> = {
  https: 'plain http does not ask for certificates',
  'trusted-ca-file': 'without it etcd does not ask for certificates',
  'auto-tls': 'etcd generates its own certificate, ignores its trust file and does not ask for certificates',
};

function etcdOpen(local: boolean) {
  return check('component', function* (component, pki) {
    for (const { key, flag, does, listeners } of yield* openSides(component, pki)) {
      const reported = listeners.filter((listener) => listener.isLocal === local);
      const [first] = reported;
      // If other machines can connect, local listeners are not worth a finding.
      if (first === undefined || (local && listeners.length > reported.length)) continue;
      const urls = reported.map(({ url }) => url);
      const lacking = first.lacks === 'https' ? flag : `${key}${first.lacks}`;
      const argument = lastArgument(component, lacking);
      const spelled = argument?.spelled ?? `--${lacking}`;
      const found = argument === undefined ? `no ${spelled}` : `${spelled}=${argument.value ?? ''}`;
      const cause = `${argument === undefined ? 'no ' : ''}${spelled}: ${reasons[first.lacks]}`;
      const { lacks } = first;
      const fix = lacks === 'https' ? fixWithTls(component, spelled) : fixWithCertificates(key, lacks, pki);
      const data = { component: component.name, urls: handful(urls, 3), does, cause, found, fix, side: key };
      yield problem(argument?.at ?? component.at, data, { key: `${key} ${first.lacks}` });
    }
  });
}

/** How to close listeners of plain http, which a flag of the component opens. */
function fixWithTls({ name }: Component, flag: string): string {
  const more = name === 'etcd' ? 'and the advertised ones with them' : 'once etcd serves them';
  return `use only https URLs in ${flag} of ${name}, ${more}`;
}

/** How to let one side of etcd ask its clients for certificates. */
function fixWithCertificates(key: string, lacks: OpenListener['lacks'], { layout, roles }: Pki): string {
  const filesOf = (role: string) => pemFilesOf({ layout, pki: layout.pki }, role);
  const pair = filesOf(key === '' ? roleIds.etcdServer : roleIds.etcdPeer);
  const own = lacks === 'auto-tls' ? `, --${key}cert-file=${pair.certificate}, --${key}key-file=${pair.key}` : '';
  // Without a CA of its own, etcd trusts the one that signed its certificates.
  const signer = roles.find(({ id }) => id === roleIds.etcdServer)?.parent.source.path;
  const trusted = filesOf(roleIds.etcdCa).certificate || signer;
  return `give etcd --${key}client-cert-auth=true, --${key}trusted-ca-file=${trusted}${own}`;
}

export const etcdClientsChecks = {
  'etcd/open': etcdOpen(false),
  'etcd/open-local': etcdOpen(true),
  /** `--trusted-ca-file` suffices, but scanners and people look for the explicit flag. */
  'etcd/client-cert-auth': componentCheck('etcd', function* (component) {
    if (component.unknown !== undefined) return yield skip(component.unknown);
    for (const side of etcdSides) {
      const flag = `${side}client-cert-auth`;
      if (anonymousBecause(component, side) !== undefined || !isGiven(component, `${side}cert-file`)) continue;
      if (isOn(component, flag) || lastArgument(component, flag)?.unknownVariable !== undefined) continue;
      yield problem(lastArgument(component, flag)?.at ?? component.at, { flag: `--${flag}`, side }, { key: flag });
    }
  }),

  /** etcd: "ignoring client auto TLS since certs given". */
  'etcd/auto-tls': componentCheck('etcd', function* (component) {
    for (const side of etcdSides) {
      const argument = lastArgument(component, `${side}auto-tls`);
      if (!argument || !isOn(component, argument.name) || makesCertificate(component, side)) continue;
      yield problem(argument.at, { flag: argument.spelled, side }, { key: argument.name });
    }
  }),
};
