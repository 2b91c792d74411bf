/** The folder of the audit log, which early releases of kube-apiserver do not create. */
import { isGiven, lastArgument } from '../../artifact/arguments.ts';
import type { Component } from '../../artifact/component.ts';
import { folderOf, hostPath, normalizePath } from '../../artifact/paths.ts';
import { isFrom } from '../../model/facts/release.ts';
import type { Pki } from '../../model/roles/pki.ts';
import { isSince } from '../base/component-release.ts';
import type { RefusedValue } from './refusal.ts';

/**
 * From these on the folder is created (kubernetes/kubernetes#110813, #111225, #111226). Older patch releases were
 * before all of these.
 */
const created = ['1.22.13', '1.23.10', '1.24.4', '1.25.0'];
/** The oldest release that is known to open the file at its start (kubernetes/kubernetes#95387). */
const opened = '1.22.0';

/** Folders below these are not in an image of kube-apiserver. */
const notInImages = /^\/(?:etc\/kubernetes|data|home|mnt|opt|root|srv|tmp|var\/lib|var\/log)\/./;

/**
 * The file of the audit log, if nothing in the container has its folder (k8s.io/apiserver pkg/server/options/audit.go,
 * `ensureLogFile`).
 */
export function* refusedAuditLog(component: Component, { facts }: Pki): Generator<RefusedValue> {
  const release = facts.kubernetesVersion?.value;
  const argument = lastArgument(component, 'audit-log-path');
  if (release === undefined || !isFrom(release, opened) || isSince(release, created)) return;
  if (component.mounts === undefined || !argument?.value?.startsWith('/')) return;
  const path = normalizePath(argument.value);
  const folder = folderOf(path);
  const isAround = component.mounts.some(({ mountPath }) => normalizePath(mountPath).startsWith(`${folder}/`));
  if (hostPath(component, path) !== 'not-mounted' || isAround || !notInImages.test(folder)) return;
  if (!isGiven(component, 'audit-policy-file')) return;
  yield {
    argument,
    error: `ensureLogFile: open ${argument.value}: no such file or directory`,
    takes: 'a file in a directory that a volume of its pod has',
  };
}
