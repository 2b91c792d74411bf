/** What the planner yields: actions by kind, each with what its kind needs. The JSON of a plan is in `plan.ts`. */
import type {
  ActionKind,
  Algorithm,
  CertificateSpec,
  IssuerRef,
  KubeconfigSpec,
  ReportedAction,
  ReportedPlan,
  Target,
} from './plan.ts';

/** What a kind of action always has, and what it never has. */
interface ActionOf<Kind extends ActionKind> extends ReportedAction {
  readonly kind: Kind;
  readonly mode: null;
}

/** Makes a CA that is not there. */
export interface CreateCa extends ActionOf<'create-ca'> {
  readonly keyTarget: Target;
  readonly certificate: CertificateSpec;
  readonly issuer: IssuerRef;
  readonly algorithm: Algorithm | 'kept';
  readonly kubeconfig: null;
}

/** Makes a leaf certificate that is not there. */
export interface IssueLeaf extends ActionOf<'issue'> {
  readonly certificate: CertificateSpec;
  readonly issuer: IssuerRef;
  readonly algorithm: Algorithm | 'kept';
  readonly kubeconfig: null;
}

/** Makes a certificate that is there again: of a CA, a leaf or a kubeconfig. */
export interface ReIssue extends ActionOf<'re-issue'> {
  readonly certificate: CertificateSpec;
  readonly issuer: IssuerRef;
  readonly algorithm: Algorithm | 'kept';
}

/** Makes the service account's pair, or its public half alone. */
export interface MakeKeyPair extends ActionOf<'key-pair'> {
  readonly keyTarget: Target;
  readonly certificate: null;
  readonly issuer: null;
  readonly algorithm: Algorithm | 'kept';
  readonly kubeconfig: null;
}

/** Makes a kubeconfig that is not there. */
export interface MakeKubeconfig extends ActionOf<'kubeconfig'> {
  readonly keyTarget: null;
  readonly certificate: CertificateSpec;
  readonly issuer: IssuerRef;
  readonly algorithm: Algorithm | 'kept';
  readonly kubeconfig: KubeconfigSpec;
}

/** Makes a certificate signing request for another CA. */
export interface MakeRequest extends ActionOf<'request'> {
  readonly keyTarget: Target;
  readonly certificate: CertificateSpec;
  readonly issuer: null;
  readonly algorithm: Algorithm | 'kept';
  readonly kubeconfig: null;
}

/** Installs what another CA has signed, or a CA from where it is kept. */
export interface Install extends ActionOf<'install'> {
  readonly certificate: CertificateSpec;
  readonly issuer: null;
  readonly algorithm: 'kept' | 'imported' | null;
}

/** Changes permission bits alone. */
export interface ChangeMode extends ReportedAction {
  readonly kind: 'chmod';
  readonly keyTarget: null;
  readonly certificate: null;
  readonly issuer: null;
  readonly algorithm: null;
  readonly kubeconfig: null;
  readonly mode: number;
}

/** An action that makes or keeps a private key, and something with it. */
export type KeyedAction = CreateCa | IssueLeaf | ReIssue | MakeKeyPair | MakeKubeconfig | MakeRequest;

/** One thing to do, by its kind. What it writes is made from it; what it says is shown as it is. */
export type Action = KeyedAction | Install | ChangeMode;

/** A plan that can be carried out: each action has what its kind needs. */
export interface Plan extends ReportedPlan {
  readonly actions: readonly Action[];
}
