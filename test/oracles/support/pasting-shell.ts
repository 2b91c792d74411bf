/** Pastes blocks into an interactive shell, at a terminal of its own. Its programs are the stubs of `stub-shell.ts`. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** How each shell is started so that it reads no files of the user, and reads what is typed. */
export const shells = {
  bash: 'bash --norc --noprofile --noediting -i',
  dash: 'dash -i',
  zsh: 'zsh -fi',
} as const;

export type ShellName = keyof typeof shells;

export interface Stage {
  /** Folder of the stubs. */
  readonly bin: string;
  /** Where the stubs record their calls. */
  readonly record: string;
  /** Its working directory. */
  readonly work: string;
}

/** Types lines. What they write to the folders of a node is not kept. Requires root. */
export async function typeInto(
  shell: ShellName,
  lines: readonly string[],
  { bin, record, work }: Stage,
): Promise<void> {
  const hide = 'for place in /root /etc/kubernetes /var/lib; do mount -t tmpfs none $place || exit; done';
  const made = 'mkdir -p /etc/kubernetes/pki/etcd /var/lib/kubelet/pki';
  const start = `exec env -i TERM=dumb PATH="$2" STUB_PLACE=here STUB_RECORD="$3" HOME=/root /usr/bin/${shells[shell]}`;
  const enter = `${hide} && ${made} && cd "$1" && ${start}`;
  // `script` is the terminal: what it is given on its input is typed there. At the end of its input it waits for a
  // quarter of a second, so the input stays open, and the shell ends it.
  const command = `unshare --mount sh -c '${enter}' sh "${work}" "${bin}" "${record}"`;
  const child = spawn('script', ['-qec', command, '/dev/null'], {
    stdio: ['pipe', 'ignore', 'ignore'],
    timeout: 300_000,
  });
  child.stdin.write(`${lines.join('\n')}\nexit\n`);
  await once(child, 'exit');
}
