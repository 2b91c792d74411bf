import { Readable } from 'node:stream';
import type { Library, LintOptions, RuleDoc } from '../../src/cli/parsing/library.ts';
import { run } from '../../src/cli/program.ts';
import type { Terminal } from '../../src/cli/terminal/terminal.ts';
import type { IssueOptions } from '../../src/issue/inputs/issue-options.ts';
import type { Expectation } from '../../src/results/expectation.ts';
import type { ExpiryReport } from '../../src/results/expiry.ts';
import type { TrustGraph } from '../../src/results/graph.ts';
import type { IssueReport } from '../../src/results/issue/plan.ts';
import type { Report } from '../../src/results/report.ts';
import { expiring, healthy, radius } from '../report/fixtures.ts';

export const issuerRule: RuleDoc = {
  id: 'cert/issuer',
  over: 'role',
  severity: 'error',
  impact: 'outage',
  title: 'Each certificate is signed by the authority that the table names',
  message: '<subject> is signed by "<found>", expected "<expected>"',
  why: 'Clients refuse a server whose certificate no authority of theirs has signed.',
  fails: 'x509: certificate signed by unknown authority',
  explains: [],
  fix: 'kubeadm init phase certs etcd-server\nrestart etcd',
  cite: [
    {
      title: 'PKI certificates and requirements',
      url: 'https://kubernetes.io/docs/setup/best-practices/certificates/',
    },
  ],
  cis: ['CIS 1.10: 2.1'],
  options: [],
};

const modeRule: RuleDoc = {
  ...issuerRule,
  id: 'key/mode',
  severity: 'warning',
  impact: 'privilege',
  title: 'Keys are private',
  fails: null,
};

const expectation: Expectation = {
  node: 'cp-1',
  role: 'kube-apiserver-kubelet-client',
  path: '/etc/kubernetes/pki/apiserver-kubelet-client.crt',
  commonName: 'kube-apiserver-kubelet-client',
  organizations: ['system:masters'],
  issuer: 'kubernetes-ca',
  usages: ['digitalSignature', 'keyEncipherment', 'clientAuth'],
  sans: [{ type: 'IP', value: '192.0.2.10' }],
  arguments: [
    {
      component: 'kube-apiserver',
      flag: '--kubelet-client-certificate',
      value: '/etc/kubernetes/pki/apiserver-kubelet-client.crt',
    },
  ],
  unknown: ['host name unknown; pass --node-name'],
};

export interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Both, in the order in which they were written. */
  readonly all: string;
  /** The options that the library was called with. */
  readonly asked: LintOptions | IssueOptions | undefined;
}

export interface World {
  readonly report?: Report;
  readonly graph?: TrustGraph;
  /** What expires. */
  readonly expiry?: ExpiryReport;
  /** The result of issuing. */
  readonly issued?: (options: IssueOptions) => Promise<IssueReport>;
  /** The error that linting throws. */
  readonly error?: Error;
  readonly cwd?: string;
  readonly env?: Record<string, string>;
  /** The clock; by default later than every date of a test. */
  readonly now?: number;
  /** The terminal's width in columns; if undefined, stdout is a pipe. */
  readonly columns?: number;
  /** Whether stdin is a terminal. */
  readonly typed?: boolean;
  /** Whether stderr is a terminal. */
  readonly watched?: boolean;
  /** What happens while nodes are read. */
  readonly meanwhile?: (options: LintOptions) => void;
}

/** Runs the program in this process, with a library that returns fixed results. */
export async function runWith(argv: readonly string[], world: World = {}): Promise<Ran> {
  const written = { stdout: '', stderr: '', all: '' };
  let asked: LintOptions | IssueOptions | undefined;
  const terminal: Terminal = {
    cwd: world.cwd ?? '/nowhere',
    get now() {
      return world.now ?? Number.MAX_SAFE_INTEGER;
    },
    progress: { isShown: false },
    env: world.env ?? {},
    stdout: {
      write: (text) => {
        written.stdout += text;
        written.all += text;
      },
      ...(world.columns === undefined ? {} : { isTTY: true, columns: world.columns }),
    },
    stderr: {
      write: (text) => {
        written.stderr += text;
        written.all += text;
      },
      ...(world.watched === undefined
        ? {}
        : { isTTY: world.watched, ...(world.columns && { columns: world.columns }) }),
    },
    stdin: () => Object.assign(Readable.from(['an archive']), world.typed ? { isTTY: true } : {}),
  };
  const library: Library = {
    async lint(options) {
      asked = options;
      world.meanwhile?.(options ?? {});
      if (world.error !== undefined) throw world.error;
      if (options?.paths?.includes('-')) options.stdin?.();
      return world.report ?? healthy;
    },
    async expiry(options) {
      asked = options;
      if (world.error !== undefined) throw world.error;
      return world.expiry ?? expiring;
    },
    async trustGraph(options) {
      return { report: await library.lint(options), graph: world.graph ?? { at: healthy.at, nodes: [], edges: [] } };
    },
    async blast(what, options) {
      asked = { ...options, what } as LintOptions;
      if (world.error !== undefined) throw world.error;
      return [radius];
    },
    async expect(options) {
      asked = options;
      return [expectation];
    },
    async issue(options = {}) {
      asked = options;
      if (world.issued === undefined) throw world.error ?? new Error('this test issues nothing');
      return world.issued(options);
    },
    ruleDocs: [issuerRule, modeRule],
  };
  const exitCode = await run(argv, terminal, library);
  return { exitCode, ...written, asked };
}
