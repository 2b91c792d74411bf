/** The probes of a container: what the kubelet dials to see whether it works. */
import type { Place } from './place.ts';

export const probeKinds = ['liveness', 'readiness', 'startup'] as const;
export type ProbeKind = (typeof probeKinds)[number];

/** A probe that dials. What runs a command in the container (`exec`) is not one. */
export interface Probe {
  readonly kind: ProbeKind;
  readonly action: 'httpGet' | 'tcpSocket' | 'grpc';
  /** Of `httpGet`. */
  readonly scheme: 'HTTP' | 'HTTPS';
  /** undefined: the address of the pod. */
  readonly host?: string | undefined;
  /** undefined if no port of the container has the name, or the number is out of range. */
  readonly port: number | undefined;
  /** As written: a number, or a name. */
  readonly portText: string;
  /** Without the query, which may contain a secret. */
  readonly path: string;
  /** Whether a header may prove who asks. Its value is not kept. */
  readonly isAuthorized: boolean;
  readonly at: Place;
  /** What a simple command has to know to change a field. */
  readonly form: ProbeForm;
}

/** The fields that a simple command can change. */
export const probeFields = ['host', 'path', 'port', 'scheme'] as const;
export type ProbeField = (typeof probeFields)[number];

/** How a probe is written. */
export interface ProbeForm {
  /** The lines of its fields, where they have a simple form. */
  readonly lines: Readonly<Partial<Record<ProbeField, string>>>;
  /** Whether its fields are on lines of their own. */
  readonly isBlock: boolean;
  /** The number of columns before them. */
  readonly indent: number;
}

/** What the kubelet knows about the pod of a container. */
export interface PodOfContainer {
  /** Whether its address is that of the node. */
  readonly hostNetwork: boolean;
  /** Whether a port of the node leads to one of its containers. */
  readonly hasHostPort?: true;
  /** The number of its containers, those that run first included. */
  readonly containers: number;
}
