/** The documents of manifests. */

import type { CheckedPath, Mount } from './mount.ts';
import type { MiscasedField } from './oddities.ts';
import type { Place } from './place.ts';

/** The pod in a manifest. */
export interface PodDocument {
  /** The namespace and the name: `kube-system/etcd`. */
  readonly name: string;
  /** A hash of all values, whatever their order, the layout and comments: by it manifests are compared. */
  readonly digest: string;
  /** The paths of the node that its volumes mount, normalised. */
  readonly hostPaths: readonly string[];
  /** What is at those paths of which the kubelet checks the type, if a container mounts them. */
  readonly checked?: readonly CheckedPath[];
  /** Its containers other than components, of those that name kubeconfigs. */
  readonly others?: readonly OtherContainer[];
  /** The pods in further documents of the file, which the kubelet does not read. */
  readonly ignored?: readonly IgnoredDocument[];
  /** Its fields that the kubelet ignores, because they are misspelled. */
  readonly misspelled?: readonly MiscasedField[];
  /** An object of the API that it needs. */
  readonly reference?: ApiReference;
}

/** A container with a program of which only its kubeconfigs are judged. */
export interface OtherContainer {
  readonly name: string;
  readonly mounts: readonly Mount[];
  readonly kubeconfigs: readonly NamedKubeconfig[];
}

/** A kubeconfig that a container names. */
export interface NamedKubeconfig {
  /** The flag or the variable; of a default, nothing is. */
  readonly spelled: string;
  /** The path in the container. */
  readonly written: string;
  readonly at: Place;
}

/** A reference to an object of the API. */
export interface ApiReference {
  /** As the kubelet names it: `secrets`. */
  readonly resource: string;
  /** The field that has it. */
  readonly field: string;
  readonly at: Place;
}

/** A pod that the kubelet decodes or validates, and refuses. */
export interface RefusedPod {
  /** The names of the components that it would start. */
  readonly components: readonly string[];
  /** What lines of the manifest must say instead; none if a person has to write one of them. */
  readonly corrections: readonly Correction[];
}

/** A line of a manifest, without the blanks at its beginning, and what corrects it. */
export interface Correction {
  readonly written: string;
  readonly right: string;
}

/** A pod that is not in the first document of its file. */
export interface IgnoredDocument {
  /** Its namespace and name. */
  readonly name: string;
  /** The line in which it begins, from 1. */
  readonly line: number;
  /** The names of the components in it. */
  readonly components: readonly string[];
}
