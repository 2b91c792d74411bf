/**
 * A layout that is data only (`harbour.json`) and unlike kubeadm's: two CAs, units and no static pods, no CA and no
 * files of etcd, no key pair for tokens, a role with two certificates, and a component that no Kubernetes has.
 */
import { layoutOf } from '../../src/tables/layouts/join.ts';
import type { Remedies } from '../../src/tables/layouts/remedies.ts';
import type { LayoutRow } from '../../src/tables/layouts/row.ts';
import { NodeTree } from '../support/node-tree.ts';
import table from './harbour.json' with { type: 'json' };
import { relayPair, twoCasNode, twoCasWorker } from './two-cas.ts';

export const harbour = layoutOf(table.row as LayoutRow, table.remedies as Remedies);

/** What a run knows that meets such nodes only. */
export const known = { layouts: [harbour] } as const;

const units = '/etc/systemd/system';
const moved = (text: string) => text.replaceAll('/opt/two', '/opt/harbour');

const unit = (program: string, flags: readonly string[]) =>
  `[Service]\nExecStart=/opt/harbour/bin/${[program, ...flags].join(' \\\n  ')}\n`;

/** A node with two CAs, whose static pods are units, and whose relay shows a second serving certificate. */
function inHarbour(node: NodeTree, name: string, ip: string): NodeTree {
  const tree = new NodeTree();
  for (const [path, entry] of node.entries) {
    if (entry.type === 'link') tree.link(path, entry.target);
    if (entry.type !== 'file') continue;
    const text = moved(entry.content.toString('utf8'));
    const component = /\/manifests\/(.*)\.yaml$/.exec(path)?.[1];
    const flags = [...text.matchAll(/^ {4}- (--.*)$/gm)].map(([, flag = '']) => flag);
    if (component !== undefined) tree.write(`${units}/${component}.service`, unit(component, flags), 0o644);
    else if (path === '/var/lib/kubelet/config.yaml') tree.write(path, text.replace(/staticPodPath:.*\n/, ''), 0o600);
    else if (/^\/(?:opt\/two|var\/lib\/kubelet\/pki)\//.test(path)) tree.write(moved(path), text, entry.mode);
  }
  const { certificate, key } = relayPair({ name, ip });
  const [own, paths] = [harbour.pki, ['relay_1.crt', 'relay_1.key']];
  return tree
    .write(`${own}/${paths[0]}`, certificate, 0o644)
    .write(`${own}/${paths[1]}`, key, 0o600)
    .write(
      `${units}/relay2.service`,
      unit('relay2', [`--serving-cert=${own}/${paths[0]}`, `--serving-key=${own}/${paths[1]}`, '--quiet']),
      0o644,
    )
    .write(
      `${units}/kubelet.service`,
      unit('kubelet', [
        '--config=/var/lib/kubelet/config.yaml',
        '--kubeconfig=/opt/harbour/access/kubelet.conf',
        `--hostname-override=${name}`,
      ]),
      0o644,
    );
}

export const harbourNode = (): NodeTree => inHarbour(twoCasNode(), 'cp-1', '192.0.2.10');
export const harbourWorker = (): NodeTree => inHarbour(twoCasWorker(), 'worker-1', '192.0.2.21');
