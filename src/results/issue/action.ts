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

/** An action of one kind: the fields of the JSON, some of them narrowed to what that kind always has or never has. */
type ActionOf<Kind extends ActionKind, Narrowed extends Partial<ReportedAction>> = Readonly<
  Omit<ReportedAction, 'kind' | keyof Narrowed> & { kind: Kind } & Narrowed
>;

type Issued = { certificate: CertificateSpec; issuer: IssuerRef; algorithm: KeyAlgorithm | 'kept'; mode: null };
type WithoutIssuer = { issuer: null; mode: null };

/** Creates a CA that is absent. */
export type CreateCa = ActionOf<'create-ca', Issued & { keyTarget: Target; kubeconfig: null }>;

/** Issues a leaf certificate that is absent. */
export type IssueLeaf = ActionOf<'issue', Issued & { kubeconfig: null }>;

/** Reissues an existing certificate: of a CA, a leaf or a kubeconfig. */
export type ReIssue = ActionOf<'re-issue', Issued>;

/** Creates a kubeconfig that is absent. */
export type MakeKubeconfig = ActionOf<'kubeconfig', Issued & { keyTarget: null; kubeconfig: KubeconfigSpec }>;

/** Generates the service account key pair, or derives its public key from the existing private key. */
export type MakeKeyPair = ActionOf<
  'key-pair',
  WithoutIssuer & { keyTarget: Target; certificate: null; algorithm: KeyAlgorithm | 'kept'; kubeconfig: null }
>;

/** Creates a certificate signing request for an external CA. */
export type MakeRequest = ActionOf<
  'request',
  WithoutIssuer & {
    keyTarget: Target;
    certificate: CertificateSpec;
    algorithm: KeyAlgorithm | 'kept';
    kubeconfig: null;
  }
>;

/** Installs a certificate that an external CA has signed, or a CA from the folder in which it is kept off the node. */
export type Install = ActionOf<
  'install',
  WithoutIssuer & { certificate: CertificateSpec; algorithm: 'kept' | 'imported' | null }
>;

/** Replaces the CA that a kubeconfig embeds by its renewed certificate. The credential stays. */
export type EmbedCa = ActionOf<
  'embed',
  WithoutIssuer & { keyTarget: null; certificate: null; algorithm: null; kubeconfig: KubeconfigSpec }
>;

/** Changes only permission bits. */
export type ChangeMode = ActionOf<
  'chmod',
  { keyTarget: null; certificate: null; issuer: null; algorithm: null; kubeconfig: null; mode: number }
>;

/** An action that generates or keeps a private key, and creates something with it. */
export type KeyedAction = CreateCa | IssueLeaf | ReIssue | MakeKeyPair | MakeKubeconfig | MakeRequest;

/** One change to make. */
export type Action = KeyedAction | Install | EmbedCa | ChangeMode;

/** A plan that can be carried out: each action has the fields that its kind needs. */
export interface Plan extends ReportedPlan {
  readonly actions: readonly Action[];
}
