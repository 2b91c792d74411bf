/**
 * The actions of the planner, by kind, each with the fields that its kind needs. The JSON of a plan is in `plan.ts`.
 */
import type {
  ActionKind,
  CertificateSpec,
  IssuerRef,
  KeyAlgorithm,
  KubeconfigSpec,
  ReportedAction,
  ReportedPlan,
  Target,
} from './plan.ts';

/** The fields that are the same for all kinds except `chmod`. */
interface ActionOf<Kind extends ActionKind> extends ReportedAction {
  readonly kind: Kind;
  readonly mode: null;
}

/** Creates a CA that is absent. */
export interface CreateCa extends ActionOf<'create-ca'> {
  readonly keyTarget: Target;
  readonly certificate: CertificateSpec;
  readonly issuer: IssuerRef;
  readonly algorithm: KeyAlgorithm | 'kept';
  readonly kubeconfig: null;
}

/** Issues a leaf certificate that is absent. */
export interface IssueLeaf extends ActionOf<'issue'> {
  readonly certificate: CertificateSpec;
  readonly issuer: IssuerRef;
  readonly algorithm: KeyAlgorithm | 'kept';
  readonly kubeconfig: null;
}

/** Reissues an existing certificate: of a CA, a leaf or a kubeconfig. */
export interface ReIssue extends ActionOf<'re-issue'> {
  readonly certificate: CertificateSpec;
  readonly issuer: IssuerRef;
  readonly algorithm: KeyAlgorithm | 'kept';
}

/** Generates the service account key pair, or derives its public key from the existing private key. */
export interface MakeKeyPair extends ActionOf<'key-pair'> {
  readonly keyTarget: Target;
  readonly certificate: null;
  readonly issuer: null;
  readonly algorithm: KeyAlgorithm | 'kept';
  readonly kubeconfig: null;
}

/** Creates a kubeconfig that is absent. */
export interface MakeKubeconfig extends ActionOf<'kubeconfig'> {
  readonly keyTarget: null;
  readonly certificate: CertificateSpec;
  readonly issuer: IssuerRef;
  readonly algorithm: KeyAlgorithm | 'kept';
  readonly kubeconfig: KubeconfigSpec;
}

/** Creates a certificate signing request for an external CA. */
export interface MakeRequest extends ActionOf<'request'> {
  readonly keyTarget: Target;
  readonly certificate: CertificateSpec;
  readonly issuer: null;
  readonly algorithm: KeyAlgorithm | 'kept';
  readonly kubeconfig: null;
}

/** Installs a certificate that an external CA has signed, or a CA from the folder in which it is kept off the node. */
export interface Install extends ActionOf<'install'> {
  readonly certificate: CertificateSpec;
  readonly issuer: null;
  readonly algorithm: 'kept' | 'imported' | null;
}

/** Changes only permission bits. */
export interface ChangeMode extends ReportedAction {
  readonly kind: 'chmod';
  readonly keyTarget: null;
  readonly certificate: null;
  readonly issuer: null;
  readonly algorithm: null;
  readonly kubeconfig: null;
  readonly mode: number;
}

/** An action that generates or keeps a private key, and creates something with it. */
export type KeyedAction = CreateCa | IssueLeaf | ReIssue | MakeKeyPair | MakeKubeconfig | MakeRequest;

/** One change to make. */
export type Action = KeyedAction | Install | ChangeMode;

/** A plan that can be carried out: each action has the fields that its kind needs. */
export interface Plan extends ReportedPlan {
  readonly actions: readonly Action[];
}
