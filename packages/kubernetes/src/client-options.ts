import { MendkitError } from '@mendkit/core'
import { z } from 'zod'

/**
 * The members of a `KubeConfig` of @kubernetes/client-node that are used. Named here, so that our types do not depend on
 * those of that package, which do not compile everywhere.
 */
export interface HostKubeConfig {
  /** The context of this name; null when there is none. */
  getContextObject(name: string): object | null
  /** Makes a context the current one. */
  setCurrentContext(name: string): void
  /** Name of the current context. */
  getCurrentContext(): string
  /** The cluster of the current context; null when it names none. */
  getCurrentCluster(): { readonly server: string; readonly skipTLSVerify?: boolean; readonly proxyUrl?: string } | null
  /** Adds credentials and certificates to the options of `https.request`. */
  applyToHTTPSOptions(options: object): Promise<void>
}

/** Where the API server is and with which credentials. At most one of `kubeconfig`, `config` and `inCluster`. */
export interface KubernetesClientOptions {
  /** Path of a kubeconfig file. Default: what kubectl would use, then the pod's own service account. */
  readonly kubeconfig?: string | undefined
  /** Name of the context to use. Default: the file's current context. */
  readonly context?: string | undefined
  /** The host's own `KubeConfig` of @kubernetes/client-node, with its own authenticators. */
  readonly config?: HostKubeConfig | undefined
  /** Use the service account of the pod that this runs in, and nothing else. Default false. */
  readonly inCluster?: boolean | undefined
  /** How long one call may take with its repeats, in milliseconds; for a list, one page. Default 10,000. */
  readonly deadlineMs?: number | undefined
}

const optionsSchema = z.strictObject({
  kubeconfig: z.string().min(1).optional(),
  context: z.string().min(1).optional(),
  config: z
    .custom<HostKubeConfig>((value) => typeof (value as HostKubeConfig | null)?.applyToHTTPSOptions === 'function', {
      error: 'must be a KubeConfig of @kubernetes/client-node',
    })
    .optional(),
  inCluster: z.boolean().optional(),
  deadlineMs: z.number().int().positive().default(10_000),
})

/** Checks the options and fills in defaults. Throws `config` that names the option. */
export function parseClientOptions(options: KubernetesClientOptions): z.output<typeof optionsSchema> {
  const parsed = optionsSchema.safeParse(options)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    const path = issue?.code === 'unrecognized_keys' ? issue.keys.join(', ') : (issue?.path.join('.') ?? '')
    throw new MendkitError('config', `kubernetesClient option ${path}: ${issue?.message}`, { path })
  }
  const sources = (['kubeconfig', 'config', 'inCluster'] as const).filter((key) => Boolean(parsed.data[key]))
  if (sources.length > 1) {
    throw new MendkitError('config', `kubernetesClient takes only one of ${sources.join(' and ')}`, {
      path: sources[1] ?? '',
    })
  }
  return parsed.data
}
