/** What the commands need of the library; `src/index.ts` provides it, loaded when a command runs. */
import type { Impact, Report, Severity } from '../core/report.ts';

/** Facts of one node that the command line gives; they win over what files say. */
export interface GivenFacts {
  nodeName?: string;
  nodeIps?: string[];
  advertiseAddress?: string;
  serviceCidrs?: string[];
  dnsDomain?: string;
  controlPlaneEndpoint?: string;
  sans?: string[];
  kubernetesVersion?: string;
}

export interface LintOptions {
  paths?: string[];
  rootfs?: string;
  manifests?: string;
  kubeconfigs?: string;
  kubeletDir?: string;
  kubeadmConfig?: string;
  facts?: GivenFacts;
  at?: Date;
  expiresWithinDays?: number;
  profile?: 'kubeadm' | 'documented';
  failOn?: Severity | 'never';
  requireComplete?: boolean;
  rules?: Record<string, 'off' | Severity>;
  only?: string[];
  cwd?: string;
  stdin?: () => NodeJS.ReadableStream;
}

export interface Expectation {
  node: string;
  role: string;
  path: string;
  commonName: string | null;
  organizations: string[];
  issuer: string | null;
  usages: string[];
  sans: { type: 'DNS' | 'IP'; value: string }[];
  arguments: { component: string; flag: string; value: string }[];
  /** What cannot be said, because a fact is unknown. */
  unknown: string[];
}

export interface RuleDoc {
  id: string;
  aliases: string[];
  over: string;
  severity: Severity;
  impact: Impact;
  title: string;
  message: string;
  why: string;
  /** What fails in a component, in its words. */
  fails: string | null;
  fix: string;
  cite: { title: string; url: string }[];
  cis: string[];
}

export interface Library {
  lint(options: LintOptions): Promise<Report>;
  expect(options: LintOptions): Promise<Expectation[]>;
  readonly ruleDocs: readonly RuleDoc[];
}

export type LoadLibrary = () => Promise<Library>;
