/** The checks of the rules `manifest/*`, whose words are in `rules/catalog/manifest.json`. */

import { componentNamed, podNames } from '../../artifact/arguments.ts';
import { inFolder } from '../../artifact/paths.ts';
import { isStaticPod, startOf } from '../../model/handshake/starts.ts';
import { manifestFolder } from '../../model/roles/applicability.ts';
import { seenAt } from '../../model/roles/source.ts';
import { check, list, notApplicable, problem, skip } from '../base/check.ts';
import { manifestContainersChecks } from './containers.ts';
import { manifestCopiesChecks } from './copies.ts';
import { manifestFilesChecks } from './files.ts';
import { manifestHostPathsChecks } from './host-paths.ts';
import { manifestPodsChecks } from './pods.ts';
import { manifestProbesChecks } from './probes.ts';
import { manifestShellCommandChecks } from './shell-command.ts';
import { manifestVolumesChecks } from './volumes.ts';

const manifestMissingChecks = {
  /** Components without a manifest that the kubelet could start: moved away and not restored, or never written. */
  'manifest/missing': check('node', function* (pki) {
    const folder = manifestFolder(pki.node);
    if (folder === undefined) return yield notApplicable('no static pods in this layout');
    const starts = podNames.map((name) => ({ name, start: startOf(pki, name) }));
    const unknown = starts.find(({ start }) => start.state === 'unknown')?.start;
    if (unknown?.state === 'unknown') yield skip(unknown.reason);
    // What runs all the same is for `process/unmanaged`: it is not the outage yet.
    const isMissing = ({ start }: (typeof starts)[number]) =>
      start.state === 'stopped' && !start.malformed && !start.runs;
    const missing = starts.filter(isMissing).map(({ name }) => name);
    if (missing.length === 0) return;
    const there = podNames.filter((name) => isStaticPod(componentNamed(pki.node, name)));
    const found = there.length === 0 ? 'no readable manifest' : `only manifests of ${list(there)}`;
    const each = Object.fromEntries(missing.map((name) => [name, name]));
    // kubeadm would overwrite a file that has the name of a manifest, but starts nothing.
    const files = missing
      .map((name) => inFolder(folder, `${name}.yaml`))
      .filter((path) => seenAt(pki.node, path) !== 'absent');
    // Without the manifest of kube-apiserver it is not known whether etcd runs on this node. A file that kubeadm would
    // overwrite is for the rule that says why it starts nothing.
    const mayHaveEtcd =
      'kube-apiserver' in each &&
      !('etcd' in each) &&
      !isStaticPod(componentNamed(pki.node, 'etcd')) &&
      seenAt(pki.node, inFolder(folder, 'etcd.yaml')) === 'absent';
    const etcd = mayHaveEtcd ? { mayHaveEtcd: 'yes' } : {};
    const data = { component: list(missing), folder, there: found, ...each, ...etcd };
    yield problem({ path: folder }, data, { key: missing.join(), lists: { files } });
  }),
  /** Components that a systemd unit may start although the others are static pods. */
  'manifest/unit': check('node', function* (pki) {
    const folder = manifestFolder(pki.node);
    if (folder === undefined) return yield notApplicable('no static pods in this layout');
    for (const name of podNames) {
      const start = startOf(pki, name);
      if (start.state !== 'unit') continue;
      yield problem({ path: start.unit }, { component: name, folder, unit: start.unit }, { key: name });
    }
  }),
};

export const manifestChecks = {
  ...manifestContainersChecks,
  ...manifestCopiesChecks,
  ...manifestFilesChecks,
  ...manifestHostPathsChecks,
  ...manifestMissingChecks,
  ...manifestPodsChecks,
  ...manifestProbesChecks,
  ...manifestShellCommandChecks,
  ...manifestVolumesChecks,
};
