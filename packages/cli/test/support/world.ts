import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type AutonomyLevel,
  allowUpTo,
  askAbove,
  createMendkit,
  defineNotifier,
  type Integration,
  type KeyCertifier,
  type Mendkit,
  MendkitError,
  onlyInNamespaces,
  type Signer,
  type Store,
  silentLogger,
} from '@mendkit/core'
import { kubernetes } from '@mendkit/kubernetes'
import { sqlStore } from '@mendkit/sql'
import { callContext, type SimulatedCluster, simulatedCluster } from '@mendkit/testkit'
import { onTestFinished, vi } from 'vitest'

/** How long a host may take; a busy machine must not fail a test. */
export const patience = { timeout: 60_000, interval: 50 }

/** A folder that is gone when the test is over. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'mendkit-cli-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A host at work on a file, with a cluster on which `checkout` was rolled out badly. */
export interface Host extends AsyncDisposable {
  readonly mendkit: Mendkit
  readonly store: Store
  readonly cluster: SimulatedCluster
  /** Raises the alert and waits until its incident asks for an approval. */
  askApproval(
    tenant?: string,
  ): Promise<{ readonly incident: string; readonly approval: string; readonly digest: string }>
}

/** How a host differs. */
interface HostOptions {
  readonly level?: AutonomyLevel
  /** Every action is of high risk, and whoever approves proves who it is by this code. */
  readonly code?: string
  /** What signs its logs. */
  readonly signer?: Signer
  /** What certifies the keys of its logs; they are then looked at often. */
  readonly keyCertifier?: KeyCertifier
}

/** Starts a host. A notifier that never takes anything makes failed notices. */
export function startHost(file: string, { level = 'approve', code, signer, keyCertifier }: HostOptions = {}): Host {
  // The checkout ran well for an hour, and its bad version was rolled out five minutes ago.
  let behind = 3_600_000
  const cluster = simulatedCluster({ clock: { now: () => Date.now() - behind } })
  cluster.image('shop/checkout:v2', { behaviour: 'crash', logs: 'panic: no DATABASE_URL' })
  for (const [image, until] of [
    ['shop/checkout:v1', 300_000],
    ['shop/checkout:v2', 0],
  ] as const) {
    cluster.apply(checkout(image))
    behind = until
    cluster.tick()
  }
  const store = sqlStore(file)
  const shop = kubernetes({ cluster: 'default', namespaces: ['shop'], read: cluster, act: cluster })
  const mendkit = createMendkit({
    store,
    autonomy: { default: 'suggest', 'namespace:shop': level },
    integrations: [code === undefined ? shop : asHighRisk(shop)],
    policies: [allowUpTo('low'), askAbove('low'), onlyInNamespaces('shop')],
    notifiers: [
      defineNotifier({ id: 'people', reachesPeople: true, send: async () => undefined }),
      defineNotifier({
        id: 'closed',
        reachesPeople: false,
        send: async () => {
          throw new MendkitError('rejected', 'this channel is archived')
        },
      }),
    ],
    settings: {
      engine: { sweepMs: 20 },
      correlation: { settleMs: 0 },
      diagnosis: { minIntervalMs: 0 },
      execution: { readEveryMs: 20 },
      ...(keyCertifier && { audit: { anchorEveryMs: 100 } }),
      ...(code !== undefined && { reauthenticate: ({ proof }) => proof === code }),
    },
    system: { log: silentLogger, ...(signer && { signer }), ...(keyCertifier && { keyCertifier }) },
  })
  const stopping = new AbortController()
  const running = mendkit.run({ signal: stopping.signal })
  running.catch(() => undefined)
  return {
    mendkit,
    store,
    cluster,
    async askApproval(tenant = 'default') {
      const of = mendkit.as({ id: 'intake', roles: [], tenant, via: 'test' })
      const now = new Date().toISOString()
      const labels = { alertname: 'KubePodCrashLooping', namespace: 'shop', deployment: 'checkout' }
      await of.ingest({
        source: 'am',
        complete: false,
        asOf: now,
        alerts: [{ labels, startsAt: now }],
      })
      const found = await vi.waitFor(async () => {
        const [open] = await of.approvals.list()
        if (open === undefined) throw new Error('no approval is open yet')
        return open
      }, patience)
      return { incident: found.incidentId, approval: found.id, digest: found.digest }
    },
    async [Symbol.asyncDispose]() {
      stopping.abort()
      await running
      await mendkit.close()
    },
  }
}

function asHighRisk(integration: Integration): Integration {
  const remediators = integration.remediators?.map((remediator) => ({
    ...remediator,
    actions: remediator.actions.map((action) => ({ ...action, risk: 'high' as const })),
  }))
  return { ...integration, ...(remediators && { remediators }) }
}

function checkout(image: string) {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'checkout', namespace: 'shop', labels: { app: 'checkout' } },
    spec: {
      replicas: 3,
      selector: { matchLabels: { app: 'checkout' } },
      template: {
        metadata: { labels: { app: 'checkout' } },
        spec: { containers: [{ name: 'app', image }] },
      },
    },
  }
}

/** A database in which an incident waits for an approval; its host is down. */
export interface Asked {
  readonly incident: string
  readonly approval: string
  readonly digest: string
  /** A copy of the database for one test. */
  readonly copy: () => string
}

/** Makes the database once; every test works on a copy of its own. */
export async function askedOnce(file: string): Promise<Asked> {
  const asked = await (async () => {
    await using host = startHost(file)
    const found = await host.askApproval()
    await vi.waitFor(async () => {
      const failed = await host.store.list('notice', { states: ['failed'], limit: 1 }, callContext())
      if (failed.length === 0) throw new Error('no notice has failed yet')
    }, patience)
    return found
  })()
  return {
    ...asked,
    copy() {
      const own = join(temporaryFolder(), 'mendkit.db')
      copyFileSync(file, own)
      return own
    },
  }
}
