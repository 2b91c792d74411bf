/** What the kubelet shows to those who call it. */

import { componentNamed, isGiven, isOn, lastArgument } from '../core/arguments.ts';
import type { Component } from '../core/artifact.ts';
import { timeOf } from '../core/time.ts';
import { certificateFolder } from '../model/kubelet-store.ts';
import type { Pki } from '../model/pki.ts';
import { type PemSource, sourceAt } from '../model/source.ts';
import { loadKeyOnly, loadKeyPair, loadLeafChain } from '../x509/load.ts';
import { check, notApplicable, problem } from './check.ts';

function named(kubelet: Component, flag: string, pki: Pki): PemSource | undefined {
  const path = lastArgument(kubelet, flag)?.value;
  return path ? sourceAt(pki.node, path) : undefined;
}

/** Files that can be read, each for itself, and do not belong together. */
export const kubeletServingPair = check('component', function* (component, pki) {
  if (component.name !== 'kubelet') return yield notApplicable('not the kubelet');
  const certificate = named(component, 'tls-cert-file', pki)?.pem;
  const key = named(component, 'tls-private-key-file', pki)?.pem;
  if (!certificate || !key || !loadLeafChain(certificate).ok || !loadKeyOnly(key).ok) return;
  const pair = loadKeyPair(certificate, key);
  if (pair.ok) return;
  const argument = lastArgument(component, 'tls-cert-file');
  const other = lastArgument(component, 'tls-private-key-file')?.value ?? '';
  yield problem(argument?.at ?? component.at, { path: argument?.value ?? '', key: other, error: pair.error });
});

/** What is served: the named file, else what the cluster signed; a certificate that the kubelet makes for itself is nobody's. */
function served(kubelet: Component, pki: Pki): PemSource | undefined {
  const file = named(kubelet, 'tls-cert-file', pki);
  const bootstraps = isOn(kubelet, 'rotate-server-certificates');
  // With both it is the younger code of the two that decides.
  if (file !== undefined) return bootstraps ? undefined : file;
  return bootstraps ? sourceAt(pki.node, `${certificateFolder(pki.node)}/kubelet-server-current.pem`) : undefined;
}

/** Where kube-apiserver verifies kubelets, the connection tells what it says to one that has expired. */
export const kubeletServingEnded = check('component', function* (component, pki) {
  if (component.name !== 'kubelet') return yield notApplicable('not the kubelet');
  const source = served(component, pki);
  const chain = source?.pem && loadLeafChain(source.pem);
  if (!source || !chain?.ok || chain.value.leaf.notAfter >= pki.judging.at) return;
  const apiServer = componentNamed(pki.node, 'kube-apiserver');
  if (apiServer !== undefined && isGiven(apiServer, 'kubelet-certificate-authority')) {
    return yield notApplicable('connection/server-trust speaks of it');
  }
  const data = { path: source.path, end: timeOf(chain.value.leaf.notAfter), now: timeOf(pki.judging.at) };
  yield problem({ path: source.path }, data);
});
