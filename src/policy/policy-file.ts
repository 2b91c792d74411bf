/** Opens the files of policies. */
import { closeSync, constants, fstatSync, lstatSync, openSync } from 'node:fs';
import { systemReason, UserError } from '../core/errors.ts';
import { readAtMost } from '../scan/fs/bounded.ts';
import { riskOf } from '../settings/trust.ts';

/** The configuration of a run, and how it was chosen: by a person, or because it is above the working directory. */
export interface Chosen {
  /** Relative to the working directory, or absolute: so messages name it. */
  readonly file: string;
  readonly by: 'name' | 'search';
}

export interface PolicyBytes {
  readonly bytes: Uint8Array;
  /** Why it should not be trusted, if it was named nevertheless. */
  readonly warning: string | undefined;
}

/** Larger files are not policies. */
const maxBytes = 1024 * 1024;

/**
 * Reads the file of a policy. A file that was found, and not named, decides what is checked and where reports are
 * written, so it is not read if a stranger can change it (`riskOf`).
 *
 * @param path where it is
 * @param shown the name for messages
 * @param config the configuration that it is, or that extends it
 * @throws UserError if it cannot be read, or must not be trusted
 */
export function readPolicyFile(path: string, shown: string, config: Chosen): PolicyBytes {
  let file: number | undefined;
  try {
    // Opening a pipe would wait for its writer.
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const status = fstatSync(file);
    if (!status.isFile()) throw new UserError(`${shown}: not a regular file`);
    const risk = riskOf(status, lstatSync(path), process.getuid?.());
    if (risk !== undefined && config.by === 'search') throw untrusted(shown, risk, config);
    const bytes = readAtMost(file, maxBytes);
    if (bytes === undefined) throw new UserError(`${shown}: a policy has at most 1 MiB`);
    const warning = risk === undefined ? undefined : `${shown}: ${risk}, although it decides what is checked`;
    return { bytes, warning };
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError(`${shown}: ${systemReason(error)}`);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function untrusted(shown: string, risk: string, { file }: Chosen): UserError {
  return new UserError(`${shown}: ${risk}, so it is not used`, [
    `to use it all the same, name the configuration: --config ${file}`,
    'to use none: --no-config',
  ]);
}
