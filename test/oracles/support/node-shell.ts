/** A shell on a copy of a node: its root is the copy, and programs that need a cluster are stand-ins. */
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readlinkSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';

/** What a stand-in that asks the test answers. */
export interface Answer {
  readonly status: number;
  readonly said?: string;
}

/** A call of a stand-in: the program and its arguments. */
export type Call = readonly [string, ...string[]];

interface Pasted {
  /** null: it did not end. */
  readonly status: number | null;
  /** The lines that the shell read. */
  readonly read: readonly string[];
  /** The commands that failed. */
  readonly failed: readonly string[];
  readonly calls: readonly Call[];
  /** Both streams. */
  readonly output: string;
}

export interface NodeShell {
  /** Folder of the copy. */
  readonly root: string;
  /** Folders of the other nodes, by name, which ssh and scp reach. */
  readonly others: Readonly<Record<string, string>>;
  answer(call: Call): Promise<Answer>;
  /** After so many milliseconds a loop that waits will never end: the stand-in of sleep does not wait. */
  readonly patience?: number;
}

const standIns = '/opt/stand-ins';
const programs = [
  'kubeadm',
  'kubectl',
  'systemctl',
  'crictl',
  'ssh',
  'scp',
  'curl',
  'pki-lint',
  'timedatectl',
  'sleep',
];

/** Those that change files ask the test. ssh reads its whole input, as the real one does. */
const standIn = `#!/bin/sh
program=\${0##*/}
line=$(printf '%s\\t' "$program" "$@")
printf 'call\\t%s\\n' "$line" >&3
ask() {
  IFS=' ' read -r status said <&4
  [ -z "$said" ] || echo "$said" | base64 -d
  exit "$status"
}
case "$program $*" in
'kubectl config '*) exec /usr/bin/kubectl "$@" ;;
'kubectl apply'*) cat >/dev/null; ask ;;
'kubeadm '*|'pki-lint '*|'kubectl '*|'curl '*|'systemctl restart '*) ask ;;
'crictl ps '*) echo 1f2e3d ;;
'ssh -n '*) host=\${2#*@}; shift 2; exec chroot "/mnt/$host" sh -c "$*" </dev/null ;;
'ssh '*) host=\${1#*@}; shift; input=$(mktemp); cat >"$input"; exec chroot "/mnt/$host" sh -c "$*" <"$input" ;;
'scp '*) preserve=; [ "$1" != -p ] || { preserve=-p; shift; }
  for file; do
    case "$file" in
    *@*:*) host=\${file#*@}; file=\${file#*:}; [ ! -d "/mnt/\${host%%:*}/etc" ] || file=/mnt/\${host%%:*}$file ;;
    esac
    set -- "$@" "$file"; shift
  done
  # This node also stands for the machine that signs for it.
  [ ! "$1" -ef "$2" ] || exit 0
  exec cp $preserve "$@" ;;
esac
`;

/** Copies are judged at a fixed time (`at`), at which what is signed today has to be valid. */
const signing = `#!/bin/sh
[ "$1 $2" != 'x509 -req' ] || set -- "$@" -not_before 20261130000000Z
exec /usr/bin/openssl "$@"
`;

/** Its arguments: the copy, the folder of the stand-ins, then name and folder of each other node. */
const enter = `set -e
top=$1
mount --bind "$2" "$top${standIns}"
shift 2
furnish() {
  mount -o bind,ro /usr "$1/usr"
  mount --bind /dev "$1/dev"
}
furnish "$top"
while [ $# -gt 0 ]; do
  mount --bind "$2" "$top/mnt/$1"
  furnish "$top/mnt/$1"
  shift 2
done
exec chroot "$top" /usr/bin/env -i HOME=/root PATH=${standIns}:/usr/sbin:/usr/bin bash -c 'cd && exec bash -v -s'`;

/** Writes the stand-ins into a folder. */
export function writeStandIns(folder: string): void {
  writeFileSync(join(folder, 'stand-in'), standIn);
  chmodSync(join(folder, 'stand-in'), 0o755);
  for (const program of programs) symlinkSync('stand-in', join(folder, program));
  writeFileSync(join(folder, 'openssl'), signing, { mode: 0o755 });
}

/** Adds to a copy what every machine has. */
export function furnishRoot(root: string, others: readonly string[]): void {
  for (const folder of ['usr', 'dev', 'tmp', standIns, 'root/.kube', ...others.map((name) => `mnt/${name}`)]) {
    mkdirSync(join(root, folder), { recursive: true });
  }
  const accounts = { passwd: 'root:x:0:0::/root:/bin/sh\netcd:x:998:998::/:/bin/sh\n', group: 'root:x:0:\n' };
  for (const [name, text] of Object.entries(accounts)) {
    const file = join(root, 'etc', name);
    if (!existsSync(file)) writeFileSync(file, text);
  }
  // Debian reaches awk through a link in /etc.
  const awk = '/etc/alternatives/awk';
  if (existsSync(awk) && !existsSync(join(root, awk))) {
    mkdirSync(join(root, dirname(awk)), { recursive: true });
    symlinkSync(readlinkSync(awk), join(root, awk));
  }
  for (const folder of ['bin', 'sbin', 'lib', 'lib64']) {
    if (!existsSync(join(root, folder))) symlinkSync(`usr/${folder}`, join(root, folder));
  }
}

/** Pastes lines into the shell of a copy, in a mount namespace of its own. Requires root. */
export async function paste(lines: readonly string[], shell: NodeShell, folder: string): Promise<Pasted> {
  const others = Object.entries(shell.others).flat();
  const inside = ['sh', '-c', enter, 'sh', shell.root, folder, ...others];
  const child = spawn('unshare', ['--mount', ...inside], { stdio: ['pipe', 'pipe', 'pipe', 'pipe', 'pipe'] });
  const [stdin, stdout, stderr, calls, answers] = child.stdio as [Writable, Readable, Readable, Readable, Writable];
  let output = '';
  let said = '';
  for (const stream of [stdout, stderr]) stream.on('data', (chunk: Buffer) => (output += chunk));
  stderr.on('data', (chunk: Buffer) => (said += chunk));
  const recorded = record(calls, answers, shell);
  const trap = `trap 'printf "failed\\t%s\\n" "$BASH_COMMAND" >&3' ERR`;
  stdin.end(`${[trap, ...lines.flatMap(withStatus)].join('\n')}\n`);
  const timer = setTimeout(() => child.kill('SIGKILL'), shell.patience ?? 60_000);
  const status = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  clearTimeout(timer);
  return { status, read: said.split('\n'), output, ...(await recorded()) };
}

/** The trap does not see which command of a chain fails: after its end, its status says that one has. */
function withStatus(line: string, index: number, lines: readonly string[]): readonly string[] {
  const isEnd = !line.startsWith('#') && !line.endsWith(' &&') && lines[index - 1]?.endsWith(' &&');
  const check = `( status=$?; [ $status = 0 ] || printf 'failed\\ta chain\\n' >&3; exit $status )`;
  return isEnd ? [line, check] : [line];
}

/** Records what the shell reports, and answers the calls that ask. */
function record(calls: Readable, answers: Writable, { answer }: NodeShell) {
  const all: string[][] = [];
  let rest = '';
  let work = Promise.resolve();
  calls.on('data', (chunk: Buffer) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const words = line.split('\t');
      all.push(words);
      const call = words.slice(1, -1) as unknown as Call;
      if (!asks(call)) continue;
      work = work.then(async () => {
        const { status, said = '' } = await answer(call).catch((error) => ({ status: 70, said: `${error}\n` }));
        answers.write(`${status} ${Buffer.from(said).toString('base64')}\n`);
      });
    }
  });
  return async () => {
    await work;
    return {
      failed: all.filter(([kind]) => kind === 'failed').map((words) => words.slice(1).join('\t')),
      calls: all.filter(([kind]) => kind === 'call').map((words) => words.slice(1, -1) as unknown as Call),
    };
  };
}

const asking = new Set(['kubeadm', 'pki-lint', 'curl']);

const asks = ([program, verb]: Call): boolean =>
  asking.has(program) ||
  (program === 'kubectl' && verb !== 'config') ||
  (program === 'systemctl' && verb === 'restart');
