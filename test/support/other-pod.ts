/** Manifests of static pods other than components of Kubernetes. */

/** A volume with a file of the node. */
interface Volume {
  readonly path: string;
  /** By default where it is on the node. */
  readonly at?: string;
  readonly type?: string;
}

interface OtherPod {
  readonly image: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly volumes?: readonly Volume[];
}

const each = <T>(items: readonly T[], text: (item: T, index: number) => string): string => items.map(text).join('');

/** A pod of one container on the network of the node. */
export function otherPod(name: string, { image, args = [], env = {}, volumes = [] }: OtherPod): string {
  const variables = Object.entries(env);
  return `apiVersion: v1
kind: Pod
metadata:
  name: ${name}
  namespace: kube-system
spec:
  containers:
  - name: ${name}
    image: ${image}
${args.length === 0 ? '' : `    args:\n${each(args, (arg) => `    - ${JSON.stringify(arg)}\n`)}`}${
  variables.length === 0
    ? ''
    : `    env:\n${each(variables, ([key, value]) => `    - name: ${key}\n      value: ${JSON.stringify(value)}\n`)}`
}    volumeMounts:
${each(volumes, ({ path, at = path }, index) => `    - mountPath: ${at}\n      name: volume-${index}\n`)}  hostNetwork: true
  volumes:
${each(
  volumes,
  ({ path, type }, index) =>
    `  - hostPath:\n      path: ${path}\n${type === undefined ? '' : `      type: ${type}\n`}    name: volume-${index}\n`,
)}`;
}

const admin = '/etc/kubernetes/admin.conf';

/** kube-vip as its generator writes it; `path` is what it has as admin.conf. */
export const kubeVip = (path = admin, type?: string, env: OtherPod['env'] = {}): string =>
  otherPod('kube-vip', {
    image: 'ghcr.io/kube-vip/kube-vip:v0.8.9',
    args: ['manager'],
    env: { vip_arp: 'true', port: '6443', cp_enable: 'true', address: '192.0.2.100', ...env },
    volumes: [{ path, at: admin, ...(type !== undefined && { type }) }],
  });

/** A program with `--kubeconfig` that has only that file. */
export const withKubeconfig = (name: string, image: string, path: string, ...args: readonly string[]): string =>
  otherPod(name, { image, args: [`--kubeconfig=${path}`, ...args], volumes: [{ path }] });
