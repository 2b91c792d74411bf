import { buildNode } from '../../support/build-node.ts';
import type { NodeTree } from '../../support/node-tree.ts';
import type { Case } from '../harness.ts';
import { folder, uid } from '../support/users.ts';

const passwd = 'root:x:0:0:root:/root:/bin/sh\netcd:x:998:997::/var/lib/etcd:/sbin/nologin\n';

/** An etcd of systemd next to an API server that dials it as an external one. */
const unit = (node: NodeTree, settings: string, mode = 0o600, owner = 0, group = owner): NodeTree => {
  const flags = ['cert-file', 'key-file', 'trusted-ca-file'].map((flag, index) => {
    return `--${flag}=${folder}/${['server.crt', 'server.key', 'ca.crt'][index]}`;
  });
  node.write(
    '/etc/systemd/system/etcd.service',
    `[Service]\n${settings}\nExecStart=/usr/bin/etcd ${flags.join(' ')}\n`,
  );
  const other = buildNode();
  node.write(`${folder}/server.crt`, other.read('pki/etcd/server.crt'), 0o644);
  node.write(`${folder}/ca.crt`, other.read('pki/etcd/ca.crt'), 0o644);
  return node
    .write(`${folder}/server.key`, other.read('pki/etcd/server.key'), mode)
    .chown(`${folder}/server.key`, owner, group);
};

const ofUnit = (name: string, change: (node: NodeTree) => unknown, findings: readonly string[]): Case => ({
  name: `an etcd of systemd: ${name}`,
  node: { externalEtcd: true },
  change,
  findings,
});

/** etcd as a systemd unit, with a user of its own. */
export const unitCases: readonly Case[] = [
  ofUnit('its key belongs to root', (node) => unit(node, 'User=etcd'), ['etcd/access@cp-1']),
  ofUnit('its key is its own', (node) => unit(node.write('/etc/passwd', passwd), 'User=etcd', 0o600, uid), []),
  ofUnit(
    'its key belongs to someone else',
    (node) => unit(node.write('/etc/passwd', passwd), 'User=etcd', 0o600, 990),
    ['etcd/access@cp-1'],
  ),
  ofUnit('the id of its user is not known', (node) => unit(node, 'User=etcd', 0o600, 990), []),
  ofUnit('its group may read it', (node) => unit(node.write('/etc/passwd', passwd), 'User=etcd', 0o640, 0, 997), [
    'file/mode@cp-1',
  ]),
  ofUnit('its folder is closed', (node) => unit(node, 'User=etcd', 0o644).chmod(folder, 0o700), ['etcd/access@cp-1']),
  ofUnit('it runs as root', (node) => unit(node, 'User=root'), []),
  ofUnit('it keeps the rights of root', (node) => unit(node, 'User=etcd\nAmbientCapabilities=CAP_DAC_READ_SEARCH'), []),
];
