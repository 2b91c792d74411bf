import { authorities } from './families/authorities.ts';
import { mistaken } from './families/blind.ts';
import { commands } from './families/commands.ts';
import { configurations } from './families/configurations.ts';
import { expiry } from './families/expiry.ts';
import { files } from './families/files.ts';
import { flags } from './families/flags.ts';
import { identities } from './families/identities.ts';
import { installers } from './families/installers.ts';
import { joins } from './families/joins.ts';
import { kubeletValues } from './families/kubelet-values.ts';
import { listeners } from './families/listeners.ts';
import { names } from './families/names.ts';
import { paths } from './families/paths.ts';
import { pods } from './families/pods.ts';
import { probeFields } from './families/probe-fields.ts';
import { probes } from './families/probes.ts';
import { releases } from './families/releases.ts';
import { staticPods } from './families/static-pods.ts';
import { upgrades } from './families/upgrades.ts';
import { values } from './families/values.ts';
import { wild } from './families/wild.ts';
import type { Incident } from './incident.ts';

/** The incidents by the kind of their cause. The titles are those of docs/incidents.md. */
export const families: Readonly<Record<string, readonly Incident[]>> = {
  'Certificates that expired, and clocks': expiry,
  'CAs and keys that do not belong together': authorities,
  'Names and addresses': names,
  'Usages, groups and signatures': identities,
  'Flags that a component refuses or lacks': flags,
  'Values that a flag does not take': values,
  'Flags that name the wrong file or address': paths,
  'Probes that nothing answers': probes,
  'Probes that the kubelet refuses or ignores': probeFields,
  'Servers that listen elsewhere': listeners,
  'Configuration files that flags name': configurations,
  'Settings that the kubelet refuses': kubeletValues,
  'Files and their modes': files,
  'Pods that do not start': pods,
  'Static pods of others, kubeconfigs and proxies': staticPods,
  'Commands that no shell reads': commands,
  'Joins and copies': joins,
  'Releases of etcd, Kubernetes and the kubelet': releases,
  'Renewals and upgrades': upgrades,
  'What installers and edits left behind': installers,
  'Flags, probes and networks that do not meet': mistaken,
  'Schedulers and copies from public repositories': wild,
};

export const incidents: readonly Incident[] = Object.values(families).flat();
