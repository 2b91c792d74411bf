/** The content of a configuration file. */

/** A configuration file in YAML: its top-level fields that are not null, and every absolute path in it. */
export interface SettingsContent {
  readonly type: 'settings';
  readonly fields: readonly string[];
  readonly paths: readonly string[];
  /** Of an AuthenticationConfiguration that says it. */
  readonly anonymous?: AnonymousRequests;
}

/** Which requests without credentials an AuthenticationConfiguration lets kube-apiserver accept. */
export interface AnonymousRequests {
  readonly enabled: boolean;
  /** The paths of the conditions; without any, every path. */
  readonly paths: readonly string[];
}
