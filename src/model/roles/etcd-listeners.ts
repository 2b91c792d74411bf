/** Who gets in by etcd's two listeners: that for clients, and that for the other members. */
import { isGiven, isOn, lastArgument } from '../../core/arguments.ts';
import type { Component } from '../../core/artifact.ts';
import { hostOf, isLoopback } from '../facts/host.ts';

/** What the flags of one side start with: `--peer-cert-file` is to members what `--cert-file` is to clients. */
export type EtcdSide = '' | 'peer-';

export const etcdSides: readonly EtcdSide[] = ['', 'peer-'];

/** URLs that etcd listens on where no flag says otherwise: server/embed/config.go, DefaultListenClientURLs. */
const listening: Readonly<Record<EtcdSide, readonly (readonly [flag: string, usual: string])[]>> = {
  '': [
    ['listen-client-urls', 'http://localhost:2379'],
    ['listen-client-http-urls', ''],
  ],
  'peer-': [['listen-peer-urls', 'http://localhost:2380']],
};

/** `--auto-tls` counts where neither certificate nor key are given (server/embed/config.go, ClientSelfCert). */
export function makesCertificate(etcd: Component, side: EtcdSide): boolean {
  return isOn(etcd, `${side}auto-tls`) && !isGiven(etcd, `${side}cert-file`) && !isGiven(etcd, `${side}key-file`);
}

/**
 * Why a side asks nobody for a certificate, over TLS too; undefined: it asks. `--trusted-ca-file` alone makes it ask
 * (client/pkg/transport/listener.go, ServerConfig), and `--auto-tls` puts that aside with all other files (SelfCert).
 */
export function anonymousBecause(etcd: Component, side: EtcdSide): 'auto-tls' | 'trusted-ca-file' | undefined {
  if (makesCertificate(etcd, side)) return 'auto-tls';
  const asks = isGiven(etcd, `${side}trusted-ca-file`) || isOn(etcd, `${side}client-cert-auth`);
  return asks ? undefined : 'trusted-ca-file';
}

export interface OpenListener {
  readonly url: string;
  readonly isLocal: boolean;
  /** What it lacks to keep strangers out. */
  readonly lacks: 'https' | 'auto-tls' | 'trusted-ca-file';
}

/** The URLs of one side by which anybody gets in who reaches them. A socket of the file system is guarded by its folder. */
export function openListeners(etcd: Component, side: EtcdSide): readonly OpenListener[] {
  const anonymous = anonymousBecause(etcd, side);
  return listening[side].flatMap(([flag, usual]) => {
    const argument = lastArgument(etcd, flag);
    // Of a value that is not known nothing is said.
    const urls = argument === undefined ? usual : (argument.value ?? '');
    return urls.split(',').flatMap((text): OpenListener[] => {
      const url = text.trim();
      const lacks = /^http:/.test(url) ? 'https' : anonymous;
      return /^https?:/.test(url) && lacks ? [{ url, isLocal: isLocal(url), lacks }] : [];
    });
  });
}

/** Whether a URL leads to this machine alone. */
export function isLocal(url: string): boolean {
  return isLoopback(hostOf(url) ?? '');
}
