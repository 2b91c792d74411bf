/** Loads `pki-lint.config.yaml`, for `lint` and other functions. */
import type { LintOptions } from '../lint/rules/lint-options.ts';
import { findConfig, type LintedPlaces } from './find-config.ts';

/** Which configuration to load. */
export interface ConfigOptions extends LintedPlaces {
  /** The file; `false`: none. By default that of `PKI_LINT_CONFIG`, or else the nearest above the working directory. */
  readonly file?: string | false;
  /** The folder to begin in; by default the working directory. */
  readonly cwd?: string;
  /** `process.env`, if `PKI_LINT_CONFIG` is to count. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** A configuration, and what it says. Without one, there is no `file`, and nothing is set. */
export interface Config {
  /** The file, as it was named, or as a path from the working directory. */
  readonly file: string | undefined;
  /** For `lint`, `expiry` and the others: `lint({ ...options, paths })`. */
  readonly options: LintOptions;
  readonly output: {
    /** As `--format`: `sarif:pki-lint.sarif`. */
    readonly formats?: readonly string[];
    readonly sarifCategory?: string;
  };
  /** The file of the baseline, as an absolute path. */
  readonly baseline: string | undefined;
  /** What to say to the user: files that were passed over, or that others may write. */
  readonly warnings: readonly string[];
  /** Prints the policy that is in force with the origin of each value, as YAML or JSON. */
  readonly print: { readonly yaml: () => string; readonly json: () => string };
}

/**
 * Loads the configuration of a run. Paths that will be linted belong to the options, because a configuration inside of
 * them does not count.
 *
 * @throws UserError for an invalid configuration: `message` is its first fault, and `others` are the rest
 */
export async function loadConfig(options: ConfigOptions = {}): Promise<Config> {
  const { file = options.env?.PKI_LINT_CONFIG || undefined, cwd = '.', env: _, ...places } = options;
  const { file: chosen, passedOver } =
    typeof file === 'string' ? { file, passedOver: [] } : file === false ? nothing : findConfig(cwd, places);
  const ignored = passedOver.map(
    (one) => `${one} is not used, because it is inside of what is linted; to use it, name it: --config ${one}`,
  );
  if (chosen === undefined) return { ...unset, warnings: ignored };
  const { loadPolicy } = await import('../policy/index.ts');
  const loaded = loadPolicy({ file: chosen, by: file === undefined ? 'search' : 'name' }, cwd);
  return { ...loaded, warnings: [...ignored, ...loaded.warnings] };
}

const nothing = { file: undefined, passedOver: [] };

const unset: Config = {
  file: undefined,
  options: {},
  output: {},
  baseline: undefined,
  warnings: [],
  print: {
    yaml: () => '# There is no pki-lint.config.yaml: the defaults apply.\nversion: 1\n',
    json: () => '{\n  "file": null,\n  "policy": {\n    "version": 1\n  },\n  "origins": {}\n}\n',
  },
};
