/** The manifests that RKE2 writes (pkg/podtemplate): each file that an argument names is mounted by itself. */
import type { Flags } from './kit.ts';
import { wordsOf } from './texts.ts';

interface PodParts {
  readonly command: string;
  readonly flags: Flags;
  readonly image: string;
  readonly folders: readonly string[];
  /** The files that the kubeconfigs of its flags name. */
  readonly files?: readonly string[];
}

/** The manifest of a component. */
export function staticPod({ command, flags, image, folders, files = [] }: PodParts): string {
  const named = Object.values(flags).flatMap((value) =>
    typeof value === 'string' && /^\/.*(?:\.\w+|\/config)$/.test(value) && !value.endsWith('.log') ? value : [],
  );
  const paths = [...new Set([...named, ...files])].sort();
  const volumes = [
    ...folders.map((path, index) => ({ path, name: `dir${index}`, type: 'DirectoryOrCreate', readOnly: false })),
    ...paths.map((path, index) => ({ path, name: `file${index}`, type: 'File', readOnly: true })),
  ];
  return [
    'apiVersion: v1',
    'kind: Pod',
    'metadata:',
    '  labels:',
    `    component: ${command}`,
    '    tier: control-plane',
    `  name: ${command}`,
    '  namespace: kube-system',
    'spec:',
    '  containers:',
    '  - args:',
    ...wordsOf(flags).map((word) => `    - ${word}`),
    '    command:',
    `    - ${command}`,
    `    image: ${image}`,
    '    imagePullPolicy: IfNotPresent',
    `    name: ${command}`,
    '    volumeMounts:',
    ...volumes.flatMap(({ path, name, readOnly }) => [
      `    - mountPath: ${path}`,
      `      name: ${name}`,
      `      readOnly: ${readOnly}`,
    ]),
    '  hostNetwork: true',
    '  priorityClassName: system-cluster-critical',
    '  volumes:',
    ...volumes.flatMap(({ path, name, type }) => [
      '  - hostPath:',
      `      path: ${path}`,
      `      type: ${type}`,
      `    name: ${name}`,
    ]),
    'status: {}',
    '',
  ].join('\n');
}
