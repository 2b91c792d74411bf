/** A machine with an SSH server, which is this one: in a network and with a /root of its own. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Its arguments: the folder of the server's files, then that of a `scp` to be used, then the script. */
const enter = `set -e
ip link set lo up
mount -t tmpfs none /root
mkdir -p /run/sshd -m 755
cd "$1"
[ -e host ] || { ssh-keygen -q -t ed25519 -N '' -f host; ssh-keygen -q -t ed25519 -N '' -f user; }
mkdir -m 700 /root/.ssh
cp config /root/.ssh/config
/usr/sbin/sshd -f "$1/sshd_config" -E "$1/log"
tries=0
until { [ -s sshd.pid ] && ssh-keyscan -p 22022 127.0.0.1 2>&1 | grep -q ssh-; } || [ $((tries+=1)) -gt 50 ]; do sleep 0.1; done
cd "$1"
status=0
PATH="$2:$PATH" sh "$3" || status=$?
kill "$(cat sshd.pid)"
exit $status`;

/**
 * Runs lines of which ssh and scp reach the machine \`cp-2\`. Requires root.
 *
 * @param legacy whether scp has the protocol that OpenSSH had before release 9
 */
export function withRemote(folder: string, lines: readonly string[], legacy: boolean): string {
  const bin = join(folder, legacy ? 'legacy' : 'current');
  mkdirSync(bin, { recursive: true });
  if (legacy) writeFileSync(join(bin, 'scp'), '#!/bin/sh\nexec /usr/bin/scp -O "$@"\n', { mode: 0o755 });
  const key = join(folder, 'user');
  const client = ['Host cp-2', 'HostName 127.0.0.1', 'Port 22022', `IdentityFile ${key}`, 'StrictHostKeyChecking no'];
  const server = [
    'Port 22022',
    'ListenAddress 127.0.0.1',
    `HostKey ${join(folder, 'host')}`,
    `PidFile ${join(folder, 'sshd.pid')}`,
    `AuthorizedKeysFile ${key}.pub`,
    'StrictModes no',
    'PermitRootLogin yes',
    'UsePAM no',
    'Subsystem sftp internal-sftp',
  ];
  writeFileSync(
    join(folder, 'config'),
    `${[...client, 'LogLevel ERROR', 'UserKnownHostsFile /dev/null'].join('\n')}\n`,
  );
  writeFileSync(join(folder, 'sshd_config'), `${server.join('\n')}\n`);
  writeFileSync(join(folder, 'script'), `${lines.join('\n')}\n`);
  const words = ['--net', '--mount', 'sh', '-c', enter, 'sh', folder, bin, join(folder, 'script')];
  const { stdout, stderr } = spawnSync('unshare', words, { encoding: 'utf8', timeout: 120_000 });
  return stdout + stderr;
}
