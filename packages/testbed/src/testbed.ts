import type { AuditedEffects, EffectsOptions } from './audit/effects.ts'
import type { ControlAddress } from './control-server.ts'
import type { KubeApi } from './kube/kube-api.ts'
import type { RestrictedCredentials } from './kube/restricted-credentials.ts'
import type { RuleGroup } from './monitoring/alert-rules.ts'
import type { WebhookReceiver } from './monitoring/alertmanager-config.ts'
import type { SilenceMatcher } from './monitoring/silences.ts'

/** Where everything of a running testbed is. Plain data: it can be sent to another process and used there. */
export interface TestbedDescription {
  readonly id: string
  /** Data, configuration and logs of all servers. */
  readonly folder: string
  readonly kubeApi: {
    readonly url: string
    readonly caPem: string
    readonly adminKubeconfigPath: string
    readonly auditLogPath: string
  }
  readonly prometheus: { readonly url: string }
  readonly alertmanager: { readonly url: string }
  readonly kubeStateMetrics: { readonly url: string }
  readonly control: ControlAddress
}

/** A running testbed: where it is, and what a test can do with it from any process. */
export interface Testbed extends TestbedDescription {
  /** The Kubernetes API as administrator. */
  readonly admin: KubeApi
  /** Applies Kubernetes objects, several in one text; those without a namespace go into `namespace` (`default`). */
  apply(yaml: string, namespace?: string): Promise<void>
  /** Makes an empty namespace with a name of its own that begins with `prefix`, and returns the name. */
  createNamespace(prefix: string): Promise<string>
  /**
   * Applies roles and bindings and returns a kubeconfig of one service account, with exactly what they allow it.
   *
   * The account is made when it does not exist. `namespace` is the account's (`default`), and that of objects in the
   * YAML that name none.
   */
  credentialsFor(rbacYaml: string, serviceAccount: string, namespace?: string): Promise<RestrictedCredentials>
  /** Replaces all alerting rules. Throws `rejected` when Prometheus finds them wrong. */
  reloadPrometheus(rules: readonly RuleGroup[]): Promise<void>
  /** Replaces all receivers; each gets resolved alerts too. Throws `rejected` when Alertmanager finds them wrong. */
  sendAlertsTo(...receivers: readonly WebhookReceiver[]): Promise<void>
  /** Restarts Alertmanager in good order: it keeps silences and forgets alerts until Prometheus sends them again. */
  restartAlertmanager(): Promise<void>
  /** Silences matching alerts for an hour and returns the silence's id. */
  silence(matchers: readonly SilenceMatcher[]): Promise<string>
  /** Ends a silence. */
  liftSilence(id: string): Promise<void>
  /** From now on the image cannot be pulled, or (with `false`) can be again. Running containers go on. */
  setUnpullable(image: string, unpullable?: boolean): Promise<void>
  /** What Mendkit did to the cluster up to now, by the API server's audit log. */
  effects(options?: EffectsOptions): Promise<AuditedEffects>
}

/** A testbed that this process started. */
export interface OwnedTestbed extends Testbed {
  /** Ends every server and removes the folder. Further calls wait for the same end. */
  stop(): Promise<void>
  /** Resolves when it has been stopped, by this process or by `testbed down`. */
  readonly ended: Promise<void>
}
