import { describe, expect, it } from 'vitest';
import { knownFlags } from '../../src/tables/flags.ts';
import { argumentRows } from '../../src/tables/tables.ts';

/** The names that Kubernetes and etcd give flags whose value is the path of a file. */
const namesFile = /(?:file|-config|kubeconfig|-authority|-certificate|client-key|cert-key|filepath-\w+)$|^config$/;

/** Flags with such a name and another meaning, by what `--help` says of them. */
const others: Readonly<Record<string, readonly string[]>> = {
  // Files of cloud providers and of SSH tunnels that later releases lost, the log that it writes, pairs of keys and
  // values.
  'kube-apiserver': [
    'azure-container-registry-config',
    'cloud-config',
    'experimental-encryption-provider-config',
    'log-file',
    'runtime-config',
    'ssh-keyfile',
  ],
  'kube-controller-manager': ['azure-container-registry-config', 'cloud-config', 'log-file'],
  // The scheduler's policy, until 1.23.
  'kube-scheduler': ['azure-container-registry-config', 'log-file', 'policy-config-file', 'use-legacy-policy-config'],
  // The old names of --trusted-ca-file and --peer-trusted-ca-file, until 3.3.
  etcd: ['ca-file', 'peer-ca-file'],
  // Files of the system that it can do without, the kubeconfig that it needs only until it has its own, a file that it
  // locks, and what later releases lost.
  kubelet: [
    'azure-container-registry-config',
    'boot-id-file',
    'bootstrap-kubeconfig',
    'cloud-config',
    'experimental-bootstrap-kubeconfig',
    'lock-file',
    'log-file',
    'machine-id-file',
  ],
};

/** Listed flags whose names do not end as those of files do. */
const further: Readonly<Record<string, readonly string[]>> = {
  'kube-apiserver': ['service-account-issuer', 'etcd-servers'],
  kubelet: ['config-dir'],
};

describe('arguments.json', () => {
  it.each(Object.keys(others))('has every flag of %s that names a file it reads', (component) => {
    const listed = argumentRows.filter((row) => row.component === component).map((row) => row.flag);
    const flags = [...(knownFlags(component)?.keys() ?? [])].filter((flag) => namesFile.test(flag));
    expect(flags.filter((flag) => !listed.includes(flag)).sort()).toEqual(others[component]);
    // The issuer and the servers of etcd are listed because kube-apiserver does not start without it.
    expect(listed.filter((flag) => !flags.includes(flag))).toEqual(further[component] ?? []);
  });
});
