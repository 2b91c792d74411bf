/** Nodes of k3s and RKE2 in the middle of what their programs do, and with what they leave. */
import type { NodeTree } from '../../support/node-tree.ts';
import type { KitChanges } from './kit.ts';
import { rancherAgent, rancherServer } from './rancher.ts';
import type { Distribution } from './rancher-certificates.ts';

const folderOf = (distribution: Distribution) => `/var/lib/rancher/${distribution}`;

/** Copies what is below a folder. */
function copy(from: NodeTree, to: NodeTree, folder: string, target = folder): void {
  for (const [path, entry] of from.entries) {
    if (path.startsWith(`${folder}/`)) to.entries.set(target + path.slice(folder.length), entry);
  }
}

/** An expired leaf: as it lies in a backup, or on a machine that was a server before. */
const expired = {
  'serving-kube-apiserver': { notAfter: '2026-11-25' },
  'client-admin': { notAfter: '2026-11-25' },
} as const;

/** An agent on a machine that was a server: its unit is that of an agent, and server/ has expired. */
export function agentBefore(distribution: Distribution, changes?: KitChanges): NodeTree {
  const tree = rancherAgent({ distribution }, changes);
  copy(
    rancherServer(
      { distribution, index: 1 },
      {
        certificates: Object.fromEntries(
          ['serving-kube-apiserver', 'client-admin', 'client-supervisor', 'client-controller'].map((name) => [
            `${name} 1`,
            { notAfter: '2026-11-25' },
          ]),
        ),
      },
    ),
    tree,
    `${folderOf(distribution)}/server`,
  );
  const unit = `${distribution}-agent.service`;
  const units = distribution === 'k3s' ? '/etc/systemd/system' : '/usr/local/lib/systemd/system';
  return tree.link(`/etc/systemd/system/multi-user.target.wants/${unit}`, `${units}/${unit}`);
}

/** With the folders that `certificate rotate` keeps: their certificates have expired. */
export function backedUp(distribution: Distribution, changes?: KitChanges): NodeTree {
  const tree = rancherServer({ distribution }, changes);
  const server = `${folderOf(distribution)}/server`;
  const before = rancherServer({ distribution }, { certificates: expired });
  for (const time of ['1732500000', '1764000000']) copy(before, tree, `${server}/tls`, `${server}/tls-${time}`);
  return tree;
}

/** Between `certificate rotate` and the next start: leaves and their keys are gone. */
export function rotating(distribution: Distribution, changes?: KitChanges): NodeTree {
  const tree = backedUp(distribution, changes);
  const folder = folderOf(distribution);
  const kept = /\/(?:client|server|request-header|peer)-ca\.|\/service\.|dynamic-cert\.json$/;
  for (const path of [...tree.entries.keys()]) {
    const isLeaf = path.startsWith(`${folder}/server/tls/`) && /\.(?:crt|key)$/.test(path) && !kept.test(path);
    if (isLeaf) tree.remove(path);
  }
  return tree.write(`${folder}/server/tls/dynamic-cert-regenerate`, '', 0o600);
}

/**
 * Before `certificate rotate-ca`: the new CAs lie in a folder of their own, and other keys of CAs in that of the old
 * ones.
 */
export function rotatingCas(distribution: Distribution, changes?: KitChanges): NodeTree {
  const tree = rancherServer({ distribution }, changes);
  const tls = `${folderOf(distribution)}/server/tls`;
  const next = rancherServer({ distribution, kind: 'rotated' });
  for (const [path, entry] of next.entries) {
    if (path.startsWith(`${tls}/`) && /-ca\.|\/service\.key$/.test(path)) {
      tree.write(
        path.replace('/server/tls/', '/server/rotate-ca/tls/'),
        next.read(path),
        entry.type === 'file' ? entry.mode : 0o600,
      );
    }
  }
  return tree;
}
