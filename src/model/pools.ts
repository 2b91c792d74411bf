/** Trust files, as whoever names them in an argument loads them. */
import type { ScannedNode } from '../core/artifact.ts';
import type { Certificate } from '../core/certificate.ts';
import type { Holds } from '../spec/tables.ts';
import { type Loaded, loadEtcdPool, loadKubePool, loadSignerCertificate } from '../x509/load.ts';
import type { Slot } from './slots.ts';
import { type PemSource, sourceAt } from './source.ts';

/** The certificates of a trust file; undefined where there is nothing to read. */
type Pool = Loaded<readonly Certificate[]> | undefined;

const loaders: Partial<Record<Holds, (source: PemSource) => Pool>> = {
  pool: (source) => source.pem && loadKubePool(source.pem),
  'etcd-pool': (source) => source.pem && atLeastOne(loadEtcdPool(source.pem)),
  signer: (source) => {
    const signer = source.pem && loadSignerCertificate(source.pem);
    return signer?.ok ? { ok: true, value: [signer.value] } : signer;
  },
};

/** Whether an argument of this kind names certificates to trust, or to sign with. */
export function holdsPool(holds: Holds): boolean {
  return loaders[holds] !== undefined;
}

/** What a slot's file holds, read as its component reads it. */
export function poolOfSlot(node: ScannedNode, slot: Slot, path: string): { source: PemSource; loaded: Pool } {
  const source = sourceAt(node, path);
  return { source, loaded: loaders[slot.row.holds]?.(source) };
}

/** etcd takes a file without certificates as it is, and then trusts nobody. */
function atLeastOne(pool: Loaded<readonly Certificate[]>): Loaded<readonly Certificate[]> {
  if (!pool.ok || pool.value.length > 0) return pool;
  return { ok: false, error: 'x509: certificate signed by unknown authority: it holds no certificate to trust' };
}
