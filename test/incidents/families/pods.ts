import { corpus } from '../../support/corpus.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import type { Incident } from '../incident.ts';

/** A node of kubeadm 1.36, with probes, ports and types of volumes. */
const kubeadm = () => corpus('kubeadm-1.36-default');

const kubernetes = 'https://github.com/kubernetes/kubernetes';
const file = (name: string) => `/etc/kubernetes/manifests/${name}.yaml`;
const refused = (name: string) => `error manifest/pod@${file(name)}`;

/** Replaces a text in a manifest, which must be there. */
function write(node: NodeTree, name: string, from: string | RegExp, to: string): NodeTree {
  return node.edit(`manifests/${name}.yaml`, (text) => {
    const changed = text.replace(from, to);
    if (changed === text) throw new Error(`${name} does not contain ${from}`);
    return changed;
  });
}

const mountTwice = (node: NodeTree) =>
  write(
    node,
    'kube-apiserver',
    '    volumeMounts:\n',
    '    volumeMounts:\n    - mountPath: /etc/kubernetes/pki\n      name: audit-config\n',
  ).edit('manifests/kube-apiserver.yaml', (text) =>
    text.replace(
      '  volumes:\n',
      '  volumes:\n  - hostPath:\n      path: /etc/kubernetes/pki\n    name: audit-config\n',
    ),
  );

/** Pods that the kubelet refuses, cannot start, or starts without what they should have. */
export const pods: readonly Incident[] = [
  {
    id: 'pod-name-with-capitals',
    title: 'The name of a static pod is not one of DNS',
    source: `${kubernetes}/issues/119135`,
    happened:
      'A pod did not start. The kubelet logged "Could not process manifest file" with "metadata.name: Invalid value", because the name that it makes of that of the pod and that of the node is not a subdomain of RFC 1123.',
    node: kubeadm,
    change: (node) => write(node, 'kube-scheduler', /^ {2}name: kube-scheduler$/m, '  name: Kube-Scheduler'),
    finds: [refused('kube-scheduler')],
    fix: [],
  },
  {
    id: 'pod-path-mounted-twice',
    title: 'Two volumes are mounted at one path',
    source: 'https://github.com/kubernetes/kops/pull/15399',
    happened:
      'After an upgrade of kops kube-apiserver was gone: "spec.containers[0].volumeMounts[14].mountPath: Invalid value: "/srv/kubernetes/kube-apiserver": must be unique". A directory that kops mounts by itself was also mounted for the audit policy.',
    node: kubeadm,
    change: mountTwice,
    finds: [refused('kube-apiserver')],
    fix: [],
  },
  {
    id: 'pod-volume-twice',
    title: 'Two volumes have one name',
    source: 'https://github.com/kubernetes/kubeadm/issues/522',
    happened:
      'kubeadm 1.8 wrote a volume and its mount twice, because the certificates of an external etcd were in the directory of the others. kubelet refused the manifest, and kubeadm init waited until it timed out.',
    node: kubeadm,
    change: (node) =>
      write(
        node,
        'kube-apiserver',
        '  volumes:\n',
        '  volumes:\n  - hostPath:\n      path: /etc/kubernetes/pki\n    name: k8s-certs\n',
      ),
    finds: [refused('kube-apiserver')],
    fix: [],
  },
  {
    id: 'pod-mount-of-no-volume',
    title: 'A mount has the name of no volume',
    source: 'https://github.com/sustainable-computing-io/kepler/issues/1306',
    happened:
      'A pod was refused with "volumeMounts[1].name: Not found: "model-data"": the mount was there, and the volume had a different name.',
    node: kubeadm,
    change: (node) => write(node, 'kube-apiserver', '      name: k8s-certs\n', '      name: k8s-cert\n'),
    finds: [refused('kube-apiserver')],
    fix: ['mkdir', 'cp', 'cp', 'sed', 'mv'],
  },
  {
    id: 'pod-volumes-outside-of-spec',
    title: 'The volumes are indented too little',
    source: `${kubernetes}/pull/7274`,
    happened:
      'Pods of logging agents could be created by hand, and the kubelet did not start them from their manifests: there the word volumes was at the beginning of the line, so that the pod had none.',
    node: kubeadm,
    change: (node) =>
      node.edit('manifests/kube-controller-manager.yaml', (text) => {
        const [spec = '', volumes = ''] = text.split('  volumes:\n');
        const [own = '', status = ''] = volumes.split('status:');
        return `${spec}volumes:\n${own.replaceAll(/^ {2}/gm, '')}status:${status}`;
      }),
    finds: [refused('kube-controller-manager')],
    fix: [],
  },
  {
    id: 'pod-pull-policy',
    title: 'A pull policy that does not exist',
    source: 'https://github.com/replicatedhq/kots/pull/2002',
    happened:
      'A pod was refused with "imagePullPolicy: Unsupported value: "PullIfNotPresent": supported values: "Always", "IfNotPresent", "Never"". The name of the constant in Go had been written.',
    node: kubeadm,
    change: (node) => write(node, 'etcd', 'imagePullPolicy: IfNotPresent', 'imagePullPolicy: ifNotPresent'),
    finds: [refused('etcd')],
    fix: ['mkdir', 'cp', 'cp', 'sed', 'mv'],
  },
  {
    id: 'pod-number-in-command',
    title: 'A number in a command',
    source: 'https://github.com/rancher/local-path-provisioner/issues/262',
    happened:
      'A command with the items --worker-threads and 10 was refused: "json: cannot unmarshal number into Go struct field Container.spec.template.spec.containers.command of type string". With quotes it worked.',
    node: kubeadm,
    change: (node) =>
      write(node, 'kube-scheduler', '    - kube-scheduler\n', '    - kube-scheduler\n    - --v\n    - 2\n'),
    finds: [refused('kube-scheduler')],
    fix: ['mkdir', 'cp', 'cp', 'sed', 'mv'],
  },
  {
    id: 'pod-bool-in-env',
    title: 'A variable whose value is not a string',
    source: `${kubernetes}/issues/14948`,
    happened:
      'A variable with the value true was refused: "json: cannot unmarshal bool into Go value of type string". YAML reads true without quotes as a bool, and variables are strings.',
    node: kubeadm,
    change: (node) =>
      write(
        node,
        'kube-apiserver',
        '    imagePullPolicy:',
        '    env:\n    - name: GODEBUG_ON\n      value: true\n    imagePullPolicy:',
      ),
    finds: [refused('kube-apiserver')],
    fix: ['mkdir', 'cp', 'cp', 'sed', 'mv'],
  },
  {
    id: 'pod-required-values',
    title: 'A container without an image',
    source: `${kubernetes}/issues/7594`,
    happened:
      'The kubelet logged "invalid pod: [spec.containers[0].pullPolicy: required value spec.restartPolicy: required value …]" for a manifest in which fields that it requires were missing.',
    node: kubeadm,
    change: (node) => write(node, 'kube-controller-manager', /^ {4}image: .*\n/m, ''),
    finds: [refused('kube-controller-manager')],
    fix: [],
  },
  {
    id: 'pod-tag-with-plus',
    title: 'A tag that cannot be one',
    source: 'https://github.com/pingcap/tidb-operator/issues/1243',
    happened:
      'kube-scheduler stayed in InvalidImageName: "couldn\'t parse image reference "k8s.gcr.io/kube-scheduler:v1.14.6+76aeb0c": invalid reference format". The version of the cluster had become the tag, with the plus sign in it.',
    node: kubeadm,
    change: (node) => write(node, 'kube-scheduler', /(image: .*:v[\d.]+)$/m, '$1+76aeb0c'),
    finds: ['error manifest/image@kube-scheduler'],
    fix: [],
  },
  {
    id: 'pod-image-with-scheme',
    title: 'An image with https in front of it',
    source: 'https://github.com/jupyterhub/zero-to-jupyterhub-k8s/issues/472',
    happened:
      'The kubelet logged "Failed to apply default image tag "https://harbor.k8s.mybank/release/name:1.1.0"", and a pod did not start. The scheme had to be removed from the image.',
    node: kubeadm,
    change: (node) => write(node, 'kube-apiserver', 'image: registry', 'image: https://registry'),
    finds: ['error manifest/image@kube-apiserver'],
    fix: [],
  },
  {
    id: 'pod-image-of-another-component',
    title: 'The image does not contain the program',
    source: 'https://github.com/rancher-archives/rke/issues/3358',
    happened:
      'kube-apiserver restarted again and again with "exec: kube-apiserver: not found": the image that was on the node did not contain the program that the command names.',
    node: kubeadm,
    change: (node) => write(node, 'kube-apiserver', '/kube-apiserver:', '/kube-scheduler:'),
    finds: ['error manifest/image@kube-apiserver'],
    fix: [],
  },
  {
    id: 'pod-service-account',
    title: 'A static pod with a ServiceAccount',
    source: `${kubernetes}/issues/103587`,
    happened:
      'A static pod with serviceAccountName ran, without the token and without its mirror pod: "a mirror pod may not reference service accounts". Since 1.34 the kubelet refuses such a pod: "static pods may not reference serviceaccounts".',
    node: kubeadm,
    change: (node) =>
      write(
        node,
        'kube-controller-manager',
        '  hostNetwork: true\n',
        '  hostNetwork: true\n  serviceAccountName: default\n',
      ),
    finds: [`error manifest/reference@${file('kube-controller-manager')}`],
    fix: [],
  },
  {
    id: 'pod-secret-volume',
    title: 'A static pod with a Secret',
    source: 'https://github.com/kubernetes/website/issues/28611',
    happened:
      'The restriction was hard to find: static pods cannot use Secrets and ConfigMaps. A guide had mounted one of them into a static pod. The kubelet logs "static pods may not reference secrets" since 1.34.',
    node: kubeadm,
    change: (node) =>
      write(
        node,
        'kube-apiserver',
        '  volumes:\n',
        '  volumes:\n  - name: encryption\n    secret:\n      secretName: encryption-configuration\n',
      ),
    finds: [`error manifest/reference@${file('kube-apiserver')}`],
    fix: [],
  },
  {
    id: 'pod-host-path-absent',
    title: 'A volume of the type Directory whose path does not exist',
    source: `${kubernetes}/issues/90263`,
    happened:
      'A pod stayed in ContainerCreating: "MountVolume.SetUp failed for volume "test-volume" : hostPath type check failed: /data is not a directory". There was no such directory on the node.',
    node: kubeadm,
    change: (node) =>
      write(
        node,
        'kube-apiserver',
        '    volumeMounts:\n',
        '    volumeMounts:\n    - mountPath: /etc/kubernetes/audit\n      name: audit\n',
      ).edit('manifests/kube-apiserver.yaml', (text) =>
        text.replace(
          '  volumes:\n',
          '  volumes:\n  - hostPath:\n      path: /etc/kubernetes/audit\n      type: Directory\n    name: audit\n',
        ),
      ),
    finds: ['error manifest/host-path@kube-apiserver'],
    fix: [],
  },
  {
    id: 'pod-host-path-not-a-file',
    title: 'A volume of the type File whose path is a directory',
    source: 'https://github.com/andremotz/nextcloud-kubernetes/issues/2',
    happened:
      'A pod stayed in ContainerCreating: "hostPath type check failed: … is not a file". The path of the volume was that of a directory.',
    node: kubeadm,
    change: (node) =>
      write(
        node,
        'kube-apiserver',
        'path: /etc/kubernetes/pki\n      type: DirectoryOrCreate',
        'path: /etc/kubernetes/pki\n      type: File',
      ),
    finds: ['error manifest/host-path@kube-apiserver'],
    fix: [],
  },
  {
    id: 'pod-host-path-type',
    title: 'A type of a hostPath that does not exist',
    source: `${kubernetes}/blob/v1.36.0/pkg/apis/core/validation/validation.go`,
    happened:
      'The words of the types are those of the API, with their capitals. The kubelet refuses others: "hostPath.type: Unsupported value: "DirectoryOrcreate": supported values: "", "BlockDevice", …".',
    node: kubeadm,
    change: (node) =>
      write(
        node,
        'etcd',
        'type: DirectoryOrCreate\n    name: etcd-data',
        'type: DirectoryOrcreate\n    name: etcd-data',
      ),
    finds: [refused('etcd')],
    fix: ['mkdir', 'cp', 'cp', 'sed', 'mv'],
  },
  {
    id: 'pod-seccomp-without-profile',
    title: 'A local seccomp profile that is not named',
    source: `${kubernetes}/pull/117020`,
    happened:
      'Of a pod with the seccomp type Localhost the profile was empty. Kubernetes requires it: "localhostProfile must be set if seccompProfile type is Localhost".',
    node: kubeadm,
    change: (node) => write(node, 'kube-scheduler', 'type: RuntimeDefault', 'type: Localhost'),
    finds: [refused('kube-scheduler')],
    fix: [],
  },
  {
    id: 'pod-quantity',
    title: 'A quantity with a wrong unit',
    source: `${kubernetes}/blob/v1.36.0/staging/src/k8s.io/apimachinery/pkg/api/resource/quantity.go`,
    happened:
      'The requests of a component were edited by hand, and the unit got an m too many. The kubelet cannot decode such a pod: "unable to parse quantity\'s suffix".',
    node: kubeadm,
    change: (node) => write(node, 'kube-apiserver', /cpu: 250m$/m, 'cpu: 250mm'),
    finds: [refused('kube-apiserver')],
    fix: [],
  },
  {
    id: 'pod-host-port',
    title: 'Two different ports in the network of the node',
    source: 'https://github.com/helm/charts/issues/22139',
    happened:
      'A pod in the network of its node was refused, because its hostPort was changed and its containerPort was not: "Invalid value: 9100: must match `hostPort` when `hostNetwork` is true".',
    node: kubeadm,
    change: (node) =>
      write(node, 'kube-apiserver', '    - containerPort: 6443\n', '    - containerPort: 6443\n      hostPort: 443\n'),
    finds: [refused('kube-apiserver')],
    fix: ['mkdir', 'cp', 'cp', 'sed', 'mv'],
  },
  {
    id: 'pod-outside-of-the-host-network',
    title: 'The components left the network of the node',
    source: 'https://github.com/kubernetes/test-infra/issues/25130',
    happened:
      'hostNetwork was taken out of the manifests of a control plane, to give each pod an address of its own. The whole cluster broke. A misspelled field has the same effect, and the kubelet says nothing about it.',
    node: kubeadm,
    change: (node) => write(node, 'kube-apiserver', '  hostNetwork: true', '  hostNetwrok: true'),
    finds: [`error manifest/field@${file('kube-apiserver')}`],
    fix: [],
  },
  {
    id: 'etcd-data-in-no-volume',
    title: 'etcd was restored to a directory that its pod does not mount',
    source: 'https://sukantamaikap.com/posts/2023-12-12---etcd-backup-and-restore/etcd-backup-and-restore',
    happened:
      'A snapshot of etcd was restored to a different directory of the node. The flag --data-dir names a path in the container: the volume of the pod has to lead to the new directory, or etcd starts without any data.',
    node: kubeadm,
    change: (node) => write(node, 'etcd', '--data-dir=/var/lib/etcd', '--data-dir=/var/lib/etcd-from-backup'),
    finds: ['error etcd/data@etcd'],
    fix: [],
  },
];
