import { randomUUID } from 'node:crypto'
import { appendFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { MendkitError } from '@mendkit/core'
import { cacheFolder } from './build/cache-folder.ts'
import { findServers } from './build/find-servers.ts'
import { connectTestbed } from './connect-testbed.ts'
import { startControlServer } from './control-server.ts'
import { kubeApi } from './kube/kube-api.ts'
import { type KubeletDouble, startKubeletDouble } from './kubelet/kubelet-double.ts'
import { freePorts } from './machine/free-ports.ts'
import { runsFolder, sweepDeadRuns, writeRunState } from './machine/run-folder.ts'
import { startWatchdog } from './machine/watchdog.ts'
import { type AlertmanagerServer, startAlertmanager } from './servers/alertmanager.ts'
import { writeCredentials } from './servers/credentials-files.ts'
import { startEtcd } from './servers/etcd.ts'
import { auditLogPath, startKubeApiServer } from './servers/kube-api-server.ts'
import { startKubeControllerManager } from './servers/kube-controller-manager.ts'
import { startKubeStateMetrics } from './servers/kube-state-metrics.ts'
import { startPrometheus } from './servers/prometheus.ts'
import type { OwnedTestbed, TestbedDescription } from './testbed.ts'

/** How a testbed is started. */
export interface TestbedOptions {
  /** Folder of built servers and running testbeds. @default as {@link cacheFolder} says */
  readonly cache?: string
  /** `up`: ended by `testbed down` too. @default 'test' */
  readonly purpose?: 'up' | 'test'
}

/**
 * Starts all servers on free loopback ports and waits until each is ready.
 *
 * They end with `stop()`, and with this process however that ends. Throws `unavailable` when a server is not built, or
 * does not start; the message then has the end of its log.
 */
export async function startTestbed(options: TestbedOptions = {}): Promise<OwnedTestbed> {
  const { cache = cacheFolder(), purpose = 'test' } = options
  const servers = findServers(cache)
  if (servers.kind === 'missing') {
    throw new MendkitError('unavailable', `not built yet: ${servers.missing.join(', ')}. Run: pnpm testbed build`)
  }
  await sweepDeadRuns(cache)
  const id = randomUUID()
  const folder = join(runsFolder(cache), id)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const watchdog = startWatchdog(folder)
  const machine = { folder, paths: servers.paths, watchdog }
  let double: KubeletDouble | undefined
  let alertmanager: AlertmanagerServer | undefined
  let stopped: Promise<void> | undefined
  const ended = Promise.withResolvers<void>()
  const token = randomUUID()
  const [control, controlUrl] = await startControlServer(id, token, {
    restartAlertmanager: async () => alertmanager?.restart(),
    setUnpullable: (image, unpullable) => double?.setUnpullable(image, unpullable),
    stop: () => void stop(),
  })
  control.unref()

  function stop(): Promise<void> {
    stopped ??= (async () => {
      double?.stop()
      control.close()
      await watchdog.finish()
      ended.resolve()
    })()
    return stopped
  }

  try {
    await writeRunState(folder, { id, purpose, controlUrl, controlToken: token })
    const ports = await freePorts('etcd', 'peer', 'api', 'metrics', 'telemetry', 'prometheus', 'alertmanager')
    const url = `https://127.0.0.1:${ports.api}`
    const credentials = await writeCredentials(folder, url)
    const caPem = credentials.authority.certificatePem
    const connect = (userAgent: string, certificate = credentials.admin) =>
      kubeApi({ url, caPem, credentials: certificate, userAgent })

    const description: TestbedDescription = {
      id,
      folder,
      kubeApi: {
        url,
        caPem,
        adminKubeconfigPath: credentials.file('admin.kubeconfig'),
        auditLogPath: auditLogPath(folder),
      },
      prometheus: { url: `http://127.0.0.1:${ports.prometheus}` },
      alertmanager: { url: `http://127.0.0.1:${ports.alertmanager}` },
      kubeStateMetrics: { url: `http://127.0.0.1:${ports.metrics}` },
      control: { url: controlUrl, token },
    }
    const controlPlane = async () => {
      await startEtcd(machine, { client: ports.etcd, peer: ports.peer })
      await startKubeApiServer(machine, {
        port: ports.api,
        etcdPort: ports.etcd,
        credentials,
        api: connect('mendkit-testbed'),
      })
      startKubeControllerManager(machine, credentials)
      const [kubelet] = await Promise.all([
        startKubeletDouble({
          api: connect('mendkit-testbed-kubelet', credentials.kubelet),
          certificate: credentials.kubelet,
          caPem,
          // Once stopping, its servers and its folder go away under it, and that is no news.
          onError: (error) => {
            if (stopped === undefined) appendFileSync(join(folder, 'kubelet-double.log'), `${inWords(error)}\n`)
          },
        }),
        startKubeStateMetrics(machine, credentials, ports),
      ])
      double = kubelet
    }
    const monitoring = async () => {
      alertmanager = await startAlertmanager(machine, ports.alertmanager)
      await startPrometheus(machine, {
        own: ports.prometheus,
        kubeStateMetrics: ports.metrics,
        alertmanager: ports.alertmanager,
      })
    }
    // Both to their end, so that nothing starts any more when one has failed.
    for (const outcome of await Promise.allSettled([controlPlane(), monitoring()])) {
      if (outcome.status === 'rejected') throw outcome.reason
    }
    return { ...connectTestbed(description), stop, ended: ended.promise }
  } catch (error) {
    await stop()
    throw error
  }
}

function inWords(error: unknown): string {
  return `${new Date().toISOString()} ${error instanceof Error ? error.stack : String(error)}`
}
