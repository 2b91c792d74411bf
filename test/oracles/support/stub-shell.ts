/**
 * A shell in which every program is a stub that only records its arguments: here, and on another machine, where sshd
 * joins the arguments of ssh by spaces and passes them to a shell.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type ShellName, typeInto } from './pasting-shell.ts';

/** A call of a program: where, its name, and its arguments. */
export type StubCall = readonly ['here' | 'there', ...string[]];

/** Programs that hostile values try to run, next to those of the commands. */
export const intruders = ['touch', 'ls', 'x'];

/** The record is one write, so that the programs of a pipeline do not mix theirs. */
const record = `#!/bin/sh
printf '%s\\0' "$STUB_PLACE" "\${0##*/}" "$@" '
' >>"$STUB_RECORD"
[ "\${0##*/}" != "$STUB_FAILS" ] || exit 1
`;

/** What stubs do besides: as the real programs do, with what is on the other machine, and for the lines that follow. */
const deeds: Readonly<Record<string, string>> = {
  // Lines that follow redirect to files in it.
  mkdir: `case "$*" in
"-p /root/"*) exec /bin/mkdir "$@" ;;
esac
`,
  ssh: `[ "$1" = -n ] && shift
shift
STUB_PLACE=there exec sh -c "$*"
`,
  // Before OpenSSH 9, a shell there read the path of scp.
  scp: `for word; do
  case "$word" in
  root@*:*) STUB_PLACE=there sh -c "scp-reads \${word#*:}" ;;
  esac
done
`,
};

export interface StubShell {
  /** Folder of the shell, which no command may change. */
  readonly folder: string;
  /** Runs lines; returns the calls of each line. */
  run(shell: string, lines: readonly string[]): readonly (readonly StubCall[])[];
  /** Pastes blocks into an interactive shell; returns the calls of each block. Programs named by STUB_FAILS fail. */
  paste(shell: ShellName, blocks: readonly (readonly string[])[]): Promise<readonly (readonly StubCall[])[]>;
  /** The files that lines have left in the working directory of the shell. */
  left(): readonly string[];
  remove(): void;
}

/** Creates stubs of programs. What a line writes to the folders of a node is not kept. Requires root. */
export function stubShell(programs: readonly string[]): StubShell {
  const folder = mkdtempSync(join(tmpdir(), 'pki-lint-stubs-'));
  const [bin, work, file] = [join(folder, 'bin'), join(folder, 'work'), join(folder, 'record')];
  for (const made of [bin, work]) mkdirSync(made);
  for (const name of [...programs, ...intruders, 'scp-reads', 'end-of-line']) {
    writeFileSync(join(bin, name), record + (deeds[name] ?? ''));
    chmodSync(join(bin, name), 0o755);
  }
  // The shells themselves are outside of PATH; `sh` runs what is on the other machine.
  writeFileSync(join(bin, 'sh'), '#!/bin/sh\nexec /bin/sh "$@"\n');
  chmodSync(join(bin, 'sh'), 0o755);
  return {
    folder,
    run(shell, lines) {
      writeFileSync(file, '');
      const script = join(folder, 'script');
      writeFileSync(script, lines.map((line) => `${line}\nend-of-line\n`).join(''));
      const places = '/etc/kubernetes/pki/etcd /var/lib/kubelet/pki';
      const hide = `for place in /root /etc /var/lib; do mount -t tmpfs none $place || exit; done; mkdir -p ${places}`;
      const enter = `${hide} && cd "$1" && exec env -i PATH="$2" STUB_PLACE=here STUB_RECORD="$3" HOME=/root "$4" "$5"`;
      const words = ['--mount', 'sh', '-c', enter, 'sh', work, bin, file, `/usr/bin/${shell}`, script];
      const { status, stderr } = spawnSync('unshare', words, { encoding: 'utf8', input: '' });
      if (status !== 0) throw new Error(stderr);
      return byLine(readFileSync(file, 'utf8'));
    },
    async paste(shell, blocks) {
      const calls: (readonly StubCall[])[] = [];
      // Each into a shell of its own: what is typed while a program runs may be lost, and a person pastes one.
      for (const block of blocks) {
        writeFileSync(file, '');
        await typeInto(shell, [...block, 'end-of-line'], { bin, record: file, work });
        calls.push(byLine(readFileSync(file, 'utf8'))[0] ?? []);
      }
      return calls;
    },
    left: () => readdirSync(work),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function byLine(text: string): readonly (readonly StubCall[])[] {
  const lines: StubCall[][] = [[]];
  for (const entry of text.split('\0\n\0').slice(0, -1)) {
    const call = entry.split('\0') as unknown as StubCall;
    if (call[1] === 'end-of-line') lines.push([]);
    else lines.at(-1)?.push(call);
  }
  return lines.slice(0, -1);
}
