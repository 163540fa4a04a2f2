import https from 'node:https'
import { MendkitError } from '@mendkit/core'
import { apiServer } from './api-server.ts'
import { type HostKubeConfig, type KubernetesClientOptions, parseClientOptions } from './client-options.ts'
import type { Connection } from './http-request.ts'
import type { KubernetesClient } from './kubernetes-client.ts'
import { reads } from './reads.ts'
import { watchObjects } from './watch.ts'
import { writes } from './writes.ts'

const WATCH_TIMES = { connectionMs: 60_000, restartMs: 500, resyncMs: 600_000 }
const REPEAT_DELAY_MS = 200

/**
 * A `KubernetesClient` on the network. Does no I/O until its first call, and reads credentials anew for every request, so
 * that rotated tokens and certificates are picked up.
 *
 * Throws `config` for an option that is wrong; a kubeconfig that cannot be used makes every call throw `config`.
 */
export function kubernetesClient(options: KubernetesClientOptions = {}): KubernetesClient {
  // @kubernetes/client-node loads kubeconfigs and runs their credential plugins, which nobody should write twice. Its
  // generated API is not used: it cannot tell a request that was sent from one that was not, takes no signal, repeats
  // nothing and defaults to the wrong patch type. Requests go through node:https with the options that it prepares.
  const parsed = parseClientOptions(options)
  const agent = new https.Agent({ keepAlive: true, maxSockets: 16 })
  let loaded: Promise<HostKubeConfig> | undefined

  async function connect({ stores }: { readonly stores: boolean }): Promise<Connection> {
    loaded ??= loadConfig(parsed).catch((error: unknown) => {
      // A kubeconfig that is mended must work without a restart.
      loaded = undefined
      throw error
    })
    const config = await loaded
    const { server, proxied } = addressOf(config)
    const prepared = await credentialsOf(config)
    // A kept connection can be closed by the other side just as a request is written to it, and then nobody knows
    // whether it was carried out. Writes are few, so each gets a fresh connection.
    const kept = server.protocol === 'http:' ? undefined : agent
    return { server, options: proxied ? prepared : { ...prepared, agent: stores ? false : kept } }
  }

  const server = apiServer({ connect, deadlineMs: parsed.deadlineMs, repeatDelayMs: REPEAT_DELAY_MS })
  return {
    ...reads(server),
    ...writes(server),
    watch: (selection, context) => watchObjects(server, selection, WATCH_TIMES, context),
  }
}

async function loadConfig(options: ReturnType<typeof parseClientOptions>): Promise<HostKubeConfig> {
  if (options.config !== undefined) return options.config
  // Loaded late: the package costs half a second to import, and a host on a simulated cluster does not need it.
  const { KubeConfig } = await import('@kubernetes/client-node')
  const config = new KubeConfig()
  const where = options.kubeconfig ?? 'the default kubeconfig'
  try {
    if (options.inCluster) config.loadFromCluster()
    else if (options.kubeconfig !== undefined) config.loadFromFile(options.kubeconfig)
    else config.loadFromDefault()
  } catch (error) {
    throw unusable(`cannot read ${where}`, error)
  }
  if (options.context !== undefined) {
    if (config.getContextObject(options.context) === null) {
      throw new MendkitError('config', `${where} has no context ${JSON.stringify(options.context)}`, {
        path: 'context',
      })
    }
    config.setCurrentContext(options.context)
  } else if (config.getCurrentContext() === 'loaded-context') {
    // What client-node falls back to when it finds nothing at all: an unprotected server on localhost.
    throw new MendkitError(
      'config',
      'found no kubeconfig, and this is not a pod; set `kubeconfig`, `config` or `inCluster`',
    )
  }
  return config
}

function addressOf(config: HostKubeConfig): { server: URL; proxied: boolean } {
  const cluster = config.getCurrentCluster()
  if (cluster === null || !URL.canParse(cluster.server)) {
    throw new MendkitError('config', `context ${JSON.stringify(config.getCurrentContext())} names no usable server`)
  }
  const server = new URL(cluster.server)
  // Addresses end up in messages, so they may never carry a secret.
  if (server.username !== '' || server.password !== '') {
    throw new MendkitError(
      'config',
      `put credentials for ${server.host} in the kubeconfig's user, not in the server's URL`,
    )
  }
  if (server.protocol === 'http:' && !cluster.skipTLSVerify) {
    throw new MendkitError('config', `${server.host} is plain HTTP; set insecure-skip-tls-verify if that is meant`)
  }
  return { server, proxied: Boolean(cluster.proxyUrl) }
}

async function credentialsOf(config: HostKubeConfig): Promise<https.RequestOptions> {
  const options: https.RequestOptions = {}
  try {
    await config.applyToHTTPSOptions(options)
  } catch (error) {
    throw unusable(`cannot prepare the credentials of context ${JSON.stringify(config.getCurrentContext())}`, error)
  }
  return options
}

/** A credential plugin's own words can quote a token, so only the kind of failure is told. */
function unusable(what: string, error: unknown): MendkitError {
  const code = (error as NodeJS.ErrnoException | undefined)?.code
  return new MendkitError('config', `${what}${code === undefined ? '' : ` (${code})`}; check it with kubectl`)
}
