import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A command line: the program, then its arguments. */
export type Command = readonly [string, ...string[]];

/** Debian installs `ip` in a folder that is only in root's PATH. */
const environment = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` };

interface Outcome {
  /** null: killed after the timeout. */
  readonly status: number | null;
  readonly stdout: string;
  /** Both streams. */
  readonly output: string;
}

/** Runs a program to its end, or kills it after the timeout. */
export function run([program, ...args]: Command, milliseconds = 15_000): Outcome {
  const result = spawnSync(program, args, {
    encoding: 'utf8',
    env: environment,
    killSignal: 'SIGKILL',
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: milliseconds,
    // A validator may have a note about each rule.
    maxBuffer: 64 * 1024 * 1024,
  });
  if (result.error !== undefined && result.status === null && result.signal === null) throw result.error;
  return { status: result.status, stdout: result.stdout, output: result.stdout + result.stderr };
}

/** The same, for programs that run concurrently. */
export async function runBeside(command: Command, milliseconds = 15_000): Promise<Omit<Outcome, 'stdout'>> {
  const program = start(command);
  const timer = setTimeout(() => program.kill(), milliseconds);
  const status = await program.ended;
  clearTimeout(timer);
  return { status, output: program.output() };
}

export interface Running {
  /** undefined: never started. */
  readonly pid: number | undefined;
  /** The exit status; null: killed, or never started. */
  readonly ended: Promise<number | null>;
  /** Both streams so far. */
  output(): string;
  /** Waits until the output matches or the program has ended. Throws after the timeout. */
  until(words: string | RegExp, milliseconds?: number): Promise<'said' | 'ended'>;
  kill(): Promise<void>;
}

/** Starts a program that runs until it is killed. */
export function start([program, ...args]: Command): Running {
  const child = spawn(program, args, { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  let ended = false;
  const end = new Promise<number | null>((resolve) => {
    const finish = (status: number | null) => {
      ended = true;
      resolve(status);
    };
    child.once('close', finish);
    child.once('error', (error) => {
      text += String(error);
      finish(null);
    });
  });
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk));
  return {
    pid: child.pid,
    ended: end,
    output: () => text,
    async until(words, milliseconds = 15_000) {
      for (const deadline = Date.now() + milliseconds; Date.now() < deadline; await sleep(20)) {
        if (typeof words === 'string' ? text.includes(words) : words.test(text)) return 'said';
        if (ended) return 'ended';
      }
      throw new Error(`${program} said nothing of "${words}":\n${text.slice(-3000)}`);
    },
    async kill() {
      child.kill('SIGKILL');
      await end;
    },
  };
}

const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Creates a temporary folder that the caller removes. */
export function temporaryFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'pki-lint-oracle-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Where Debian's packages put Go libraries. */
const debianLibraries = { GO111MODULE: 'off', GOPATH: '/usr/share/gocode' };

/** Builds a Go program from test/oracles/go that uses libraries of Debian. */
export const buildGoWithLibraries = (name: string, folder: string): string => buildGo(name, folder, debianLibraries);

/** On a machine that has no build cache, compiling without optimizations takes two thirds of the CPU time. */
const quickly = '-gcflags=all=-N -l';

/** Builds a Go program that uses only the standard library, from test/oracles/go. `go`: by default that in the PATH. */
export function buildGo(name: string, folder: string, more: Readonly<Record<string, string>> = {}, go = 'go'): string {
  const binary = join(folder, name);
  const sources = new URL(`../go/${name}/`, import.meta.url).pathname;
  // Files listed one by one are not a module, so Go uses the defaults of its own version.
  const files = readdirSync(sources).map((file) => join(sources, file));
  execFileSync(go, ['build', quickly, '-o', binary, ...files], {
    env: {
      ...environment,
      CGO_ENABLED: '0',
      GOFLAGS: more.GO111MODULE === 'off' ? '' : '-mod=mod',
      GOPROXY: 'off',
      ...more,
    },
    timeout: 290_000,
  });
  return binary;
}
