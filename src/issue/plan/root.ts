/** The common root of the three CAs, which is kept off the node: made once, and used again where its folder has it. */
import type { Action, Target } from '../types.ts';
import { actionFor } from './draft.ts';
import type { Settings } from './settings.ts';
import { type KeptCa, signerFrom } from './signers.ts';
import { rootSpec } from './specs.ts';

/** The role that the common root plays; no table has it. */
export const rootRole = 'root-ca';

export interface Root {
  /** undefined: it is there already. */
  readonly action: Action | undefined;
  /** Milliseconds. */
  readonly end: number;
  /** Why it cannot sign. */
  readonly problem: string | undefined;
}

/** What signs the CAs of a plan where `--root-ca` asks for it. */
export function planRoot(settings: Settings, kept: KeptCa | undefined): Root | undefined {
  const { rootDir: folder, now, algorithm } = settings;
  if (folder === undefined) return undefined;
  if (kept !== undefined) {
    const missing = kept.hasKey ? undefined : `${folder} has the certificate of the root and not its key`;
    const signer = signerFrom(kept.signer, kept.problem ?? missing, now) ?? { problem: `${folder} has no root-ca.crt` };
    return { action: undefined, end: 0, problem: undefined, ...signer };
  }
  const spec = rootSpec(settings);
  const machine = (name: string): Target => ({ on: 'machine', path: `${folder}/${name}` });
  const action = actionFor({
    kind: 'create-ca',
    role: rootRole,
    why: ['--root-ca: one root above the three CAs'],
    target: machine('root-ca.crt'),
    keyTarget: machine('root-ca.key'),
    certificate: spec,
    issuer: 'self',
    algorithm,
    notes: [
      'keep it off the node: no trust file of the cluster may hold it',
      'Go and curl take an intermediate for an anchor; clients that want a root (OpenSSL without -partial_chain, Python before 3.13) do not',
    ],
  });
  return { action, end: Date.parse(spec.notAfter), problem: undefined };
}
