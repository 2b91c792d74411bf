/** Which requests without credentials an AuthenticationConfiguration lets kube-apiserver accept. */
export interface AnonymousRequests {
  readonly enabled: boolean;
  /** The paths of the conditions; without any, every path. */
  readonly paths: readonly string[];
}
