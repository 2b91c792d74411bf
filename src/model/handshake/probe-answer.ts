/** What answers a probe of the kubelet. */
import type { SetBy } from '../../artifact/place.ts';

/** Why a probe fails. */
export type ProbeCause =
  /** The component does not listen at all. */
  | 'off'
  | 'port'
  | 'address'
  /** The kubelet dials the loopback address of the node, and the pod has a network of its own. */
  | 'network'
  /** No port of the container has the name. */
  | 'port-name'
  /** HTTP, and the listener uses TLS. */
  | 'plain'
  /** HTTPS, and the listener does not use TLS. */
  | 'tls'
  /** The listener wants a client certificate. */
  | 'certificate'
  /** Requests without credentials are refused, by a flag. */
  | 'anonymous'
  /** The same, by the file of `--authentication-config`. */
  | 'anonymous-file'
  /** `--authorization-mode` contains AlwaysAllow, or is not set: then there are no requests without credentials. */
  | 'always-allow'
  /** `--authorization-always-allow-paths` lacks the path. */
  | 'paths'
  /** The component, or its release, does not have the path. */
  | 'path';

export type ProbeAnswer =
  | { readonly state: 'answered' }
  | { readonly state: 'unknown'; readonly reason: string }
  | {
      readonly state: 'failed';
      readonly cause: ProbeCause;
      /** As the kubelet logs it. */
      readonly error: string;
      /** What causes it, as written. */
      readonly found: string;
      readonly at: SetBy;
      /** Whether the kubelet discards the result, or it depends on something that usually works. */
      readonly isMinor?: true;
    };

type Failed = Omit<Extract<ProbeAnswer, { readonly state: 'failed' }>, 'state'>;

export const answered: ProbeAnswer = { state: 'answered' };
export const unknownAnswer = (reason: string): ProbeAnswer => ({ state: 'unknown', reason });
export const failedAnswer = (failure: Failed): ProbeAnswer => ({ state: 'failed', ...failure });
export const statusError = (code: number) => `HTTP probe failed with statuscode: ${code}`;
