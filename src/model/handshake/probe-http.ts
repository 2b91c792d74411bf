/** What a component that listens answers to a probe by HTTP, which has no credentials unless its headers have some. */
import { isGiven, lastArgument, listedValues } from '../../artifact/arguments.ts';
import type { Component } from '../../artifact/component.ts';
import { hostPath } from '../../artifact/paths.ts';
import type { Probe } from '../../artifact/probe.ts';
import { type Setting, settingAt, settingItems, textAt } from '../../artifact/setting.ts';
import { readBool } from '../../core/go-values.ts';
import { etcdOfImage } from '../facts/etcd-release.ts';
import type { Pki } from '../roles/pki.ts';
import { lacksPath } from './etcd-paths.ts';
import { answered, failedAnswer, type ProbeAnswer, statusError, unknownAnswer } from './probe-answer.ts';
import type { ProbeListener } from './probe-listeners.ts';
import { healthPaths, isNoPath } from './probe-paths.ts';

export function answerOfHttp(probe: Probe, component: Component, listener: ProbeListener, pki: Pki): ProbeAnswer {
  if (component.name === 'etcd') return answerOfEtcd(probe, component, listener);
  if (component.name === 'kube-apiserver') return answerOfApiServer(probe, component, pki);
  return answerByPaths(probe, component);
}

function answerOfEtcd({ path, at: place }: Probe, { image = '', at }: Component, listener: ProbeListener): ProbeAnswer {
  const release = etcdOfImage(image);
  if (release === undefined || !lacksPath(path, release, listener)) return answered;
  return failedAnswer({ cause: 'path', error: statusError(404), found: `${path} of etcd ${release}`, at: place ?? at });
}

/** Whether kube-apiserver answers requests without credentials: it says 401 to the others, whatever their path. */
function answerOfApiServer(probe: Probe, server: Component, { node, facts }: Pki): ProbeAnswer {
  if (probe.isAuthorized) return answered;
  const config = lastArgument(server, 'authentication-config');
  if (config !== undefined && config.value !== '') {
    const path = config.value === undefined ? undefined : hostPath(server, config.value);
    const content = path === undefined ? undefined : node.files.get(path)?.content;
    if (path === undefined || content?.type !== 'settings')
      return unknownAnswer(`${config.value ?? 'the authentication configuration'} was not read`);
    const anonymous = settingAt(content.document, 'anonymous');
    if (anonymous?.kind === 'map') return answerByFile(probe, path, anonymous);
  }
  const flag = lastArgument(server, 'anonymous-auth');
  if (flag?.value === undefined && flag !== undefined) return unknownAnswer('the value of --anonymous-auth is unknown');
  if (flag !== undefined && readBool(flag.value ?? '') === false) {
    const found = `${flag.spelled}=${flag.value ?? ''}`;
    return failedAnswer({ cause: 'anonymous', error: statusError(401), found, at: flag.at });
  }
  return allowsAlways(server, facts.kubernetesVersion?.value) ?? answerByPath(probe, server);
}

function answerByFile(probe: Probe, path: string, anonymous: Setting): ProbeAnswer {
  const setting = settingAt(anonymous, 'enabled');
  const enabled = setting?.kind === 'scalar' && setting.type === 'bool' && setting.text === 'true';
  const paths = settingItems(anonymous, 'conditions').map((condition) => textAt(condition, 'path'));
  if (enabled && (paths.length === 0 || paths.includes(probe.path))) return answered;
  const found = enabled ? `anonymous.conditions: ${paths.join(', ')}` : 'anonymous.enabled: false';
  return failedAnswer({ cause: 'anonymous-file', error: statusError(401), found, at: { path } });
}

/**
 * k8s.io/kubernetes pkg/kubeapiserver/options/authentication.go, ApplyAuthorization. Without modes, AlwaysAllow is the
 * only one.
 */
function allowsAlways(server: Component, release: string | undefined): ProbeAnswer | undefined {
  if (isGiven(server, 'authorization-config') || release === undefined) return undefined;
  const modes = lastArgument(server, 'authorization-mode');
  const isAlways = modes === undefined || (modes.value ?? '').split(',').includes('AlwaysAllow');
  if (!isAlways) return undefined;
  const found = modes === undefined ? 'no --authorization-mode' : `${modes.spelled}=${modes.value ?? ''}`;
  return failedAnswer({ cause: 'always-allow', error: statusError(401), found, at: modes?.at ?? server.at });
}

/** A path that does not exist: without credentials nothing but the paths of health checks is answered. */
function answerByPath({ path, at, isAuthorized }: Probe, component: Component): ProbeAnswer {
  if (isAuthorized || !isNoPath(path)) return answered;
  return failedAnswer({ cause: 'path', error: statusError(403), found: path, at: at ?? component.at });
}

/**
 * kube-controller-manager and kube-scheduler answer these paths without asking the API server, unless a flag lists
 * others (k8s.io/apiserver pkg/server/options/authorization.go). If they can ask it, it usually allows them.
 */
function answerByPaths(probe: Probe, component: Component): ProbeAnswer {
  const flag = lastArgument(component, 'authorization-always-allow-paths');
  if (flag === undefined) return answerByPath(probe, component);
  if (probe.isAuthorized || !healthPaths.some((path) => path === probe.path)) return answered;
  if (flag.value === undefined) return unknownAnswer(`the value of ${flag.spelled} is unknown`);
  const allowed = listedValues(component, flag.name).map((path) => (path.startsWith('/') ? path : `/${path}`));
  const covers = (path: string) =>
    path.endsWith('*') ? probe.path.startsWith(path.slice(0, -1)) : path === probe.path;
  if (allowed.some(covers)) return answered;
  const asks = isGiven(component, 'authorization-kubeconfig');
  const found = `${flag.spelled}=${flag.value}`;
  return failedAnswer({ cause: 'paths', error: statusError(403), found, at: flag.at, ...(asks && { isMinor: true }) });
}
