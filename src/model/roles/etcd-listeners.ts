/** Which clients etcd's two listeners accept: the one for clients, and the one for other members. */
import { isGiven, isOn, lastArgument } from '../../artifact/arguments.ts';
import type { Component } from '../../artifact/component.ts';
import { hostOf, isLoopback } from '../facts/host.ts';

/** The prefix of the flags of one side: `--cert-file` is for clients, `--peer-cert-file` for other members. */
export type EtcdSide = '' | 'peer-';

export const etcdSides: readonly EtcdSide[] = ['', 'peer-'];

/** The flags for the URLs of each side, with their defaults (server/embed/config.go, DefaultListenClientURLs). */
const listening: Readonly<Record<EtcdSide, readonly (readonly [flag: string, usual: string])[]>> = {
  '': [
    ['listen-client-urls', 'http://localhost:2379'],
    ['listen-client-http-urls', ''],
  ],
  'peer-': [['listen-peer-urls', 'http://localhost:2380']],
};

/**
 * Whether etcd generates a certificate: `--auto-tls` takes effect if neither a certificate nor a key is configured
 * (server/embed/config.go, ClientSelfCert).
 */
export function makesCertificate(etcd: Component, side: EtcdSide): boolean {
  return isOn(etcd, `${side}auto-tls`) && !isGiven(etcd, `${side}cert-file`) && !isGiven(etcd, `${side}key-file`);
}

/**
 * Returns why a side does not ask clients for a certificate, even over TLS; undefined if it does. It asks if
 * `--trusted-ca-file` is set (client/pkg/transport/listener.go, ServerConfig), but `--auto-tls` overrides that
 * (SelfCert).
 */
export function anonymousBecause(etcd: Component, side: EtcdSide): 'auto-tls' | 'trusted-ca-file' | undefined {
  if (makesCertificate(etcd, side)) return 'auto-tls';
  const asks = isGiven(etcd, `${side}trusted-ca-file`) || isOn(etcd, `${side}client-cert-auth`);
  return asks ? undefined : 'trusted-ca-file';
}

/** Returns the URLs at which one side listens; undefined if a value is unknown. */
export function listenUrls(etcd: Component, side: EtcdSide): readonly string[] | undefined {
  const texts = listening[side].map(([flag, usual]) => {
    const argument = lastArgument(etcd, flag);
    return argument === undefined ? usual : argument.value;
  });
  const all = texts.flatMap((text) => text?.split(',') ?? [undefined]);
  return all.includes(undefined) ? undefined : all.flatMap((url) => url?.trim() || []);
}

export interface OpenListener {
  readonly url: string;
  readonly isLocal: boolean;
  /** What is missing to reject other clients. */
  readonly lacks: 'https' | 'auto-tls' | 'trusted-ca-file';
}

/** Returns the URLs of one side that accept every client. A Unix socket is protected by its folder. */
export function openListeners(etcd: Component, side: EtcdSide): readonly OpenListener[] {
  const anonymous = anonymousBecause(etcd, side);
  return listening[side].flatMap(([flag, usual]) => {
    const argument = lastArgument(etcd, flag);
    // An unknown value is not reported.
    const urls = argument === undefined ? usual : (argument.value ?? '');
    return urls.split(',').flatMap((text): OpenListener[] => {
      const url = text.trim();
      const lacks = /^http:/.test(url) ? 'https' : anonymous;
      return /^https?:/.test(url) && lacks ? [{ url, isLocal: isLocal(url), lacks }] : [];
    });
  });
}

/** Whether a URL is reachable only from this machine. */
export function isLocal(url: string): boolean {
  return isLoopback(hostOf(url) ?? '');
}
