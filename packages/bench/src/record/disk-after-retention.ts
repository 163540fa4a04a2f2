import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type AlertInput, createMendkit, type Labels, type Mendkit, type Resource, silentLogger } from '@mendkit/core'
import { sqlStore } from '@mendkit/sql'
import { type VirtualClock, virtualClock } from '@mendkit/testkit'
import { type Effort, type Row, statedRow } from '../row.ts'

const dayMs = 86_400_000
/** Alerts of one incident: their pods are of one Deployment. */
const perIncident = 100
/** What is left after so many days by the default settings, and what has happened by then. */
const ages = [
  [0, 'when they are over'],
  [8, 'a week after their incidents closed (history)'],
  [31, 'after a month (without annotations)'],
  [92, 'after three months (counted by day)'],
  [402, 'after 400 days (incidents emptied)'],
] as const

/**
 * Bytes on disk per 1,000 alerts in a SQLite file, as retention goes on by the default settings: audit log, incidents and
 * indexes included, after a vacuum. Alerts come in batches of 100, each an incident that is resolved and closed.
 */
export async function* diskAfterRetention({ smoke }: Effort): AsyncIterable<Row> {
  const alerts = smoke ? 200 : 5_000
  const folder = mkdtempSync(join(tmpdir(), 'mendkit-bench-'))
  try {
    const file = join(folder, 'mendkit.db')
    const clock = virtualClock()
    const mendkit = createMendkit({
      store: sqlStore(file),
      settings: { hold: { ms: 1_000 }, mappings: [{ id: 'deployments', resource: deploymentOf }] },
      system: { clock, log: silentLogger },
    })
    const stop = new AbortController()
    const running = mendkit.run({ signal: stop.signal })
    for (let from = 0; from < alerts; from += perIncident) await oneIncident(mendkit, clock, from)
    let now = 0
    for (const [days, says] of ages) {
      clock.jump((days - now) * dayMs)
      now = days
      await settled(mendkit, clock)
      const bytes = sizeOf(file, join(folder, `${days}.db`))
      yield statedRow(`bytes on disk per 1,000 alerts, ${says}`, 'bytes', [bytes / (alerts / 1_000)])
    }
    stop.abort()
    await clock.advance(60_000)
    await running
    await mendkit.close()
  } finally {
    rmSync(folder, { recursive: true })
  }
}

async function oneIncident(mendkit: Mendkit, clock: VirtualClock, from: number): Promise<void> {
  const startsAt = new Date(clock.now()).toISOString()
  const tell = async (more: Partial<AlertInput>) => {
    const alerts = Array.from({ length: perIncident }, (_, index) => ({ ...alertOf(from + index), startsAt, ...more }))
    await mendkit.ingest({ source: 'alertmanager', complete: false, asOf: new Date(clock.now()).toISOString(), alerts })
  }
  await tell({})
  await clock.advance(30_000)
  await tell({ status: 'resolved', endsAt: new Date(clock.now()).toISOString() })
  await until(
    mendkit,
    clock,
    async () => (await mendkit.incidents.list({ phases: ['closed'] })).length > from / perIncident,
  )
}

function alertOf(number: number): AlertInput {
  const deployment = `shop-${Math.floor(number / perIncident)}`
  return {
    labels: {
      alertname: 'KubePodNotReady',
      deployment,
      namespace: 'shop',
      pod: `${deployment}-7d9f8c6b5-${number.toString(36).padStart(5, '0')}`,
      prometheus: 'monitoring/k8s',
      severity: 'warning',
    },
    annotations: {
      description: `Pod shop/${deployment}-7d9f8c6b5-${number} has been in a non-ready state for longer than 15 minutes on cluster .`,
      runbook_url: 'https://runbooks.prometheus-operator.dev/runbooks/kubernetes/kubepodnotready',
      summary: 'Pod has been in a non-ready state for more than 15 minutes.',
    },
  }
}

/** The topmost owner, which a topology tells elsewhere. */
function deploymentOf({ deployment: name, namespace }: Labels, cluster: string): Resource | undefined {
  if (name === undefined || namespace === undefined) return undefined
  return { cluster, apiVersion: 'apps/v1', kind: 'Deployment', namespace, name }
}

/** Lets retention go on until a look found nothing more that was old enough. */
async function settled(mendkit: Mendkit, clock: VirtualClock): Promise<void> {
  // The look that is due first, and as many as are behind.
  await clock.advance(300_000)
  await until(mendkit, clock, async () => (await mendkit.health()).retention?.behind === false)
}

async function until(mendkit: Mendkit, clock: VirtualClock, holds: () => Promise<boolean>): Promise<void> {
  for (let steps = 0; steps < 10_000; steps += 1) {
    if (await holds()) return
    await clock.advance(1_000)
  }
  throw new Error(`it does not come to an end: ${JSON.stringify(await mendkit.health())}`)
}

/** The size of a file without what was freed in it. */
function sizeOf(file: string, copy: string): number {
  const database = new DatabaseSync(file)
  try {
    database.exec(`vacuum into '${copy}'`)
  } finally {
    database.close()
  }
  const compact = new DatabaseSync(copy, { readOnly: true })
  const [row] = compact.prepare('select page_count * page_size as bytes from pragma_page_count, pragma_page_size').all()
  compact.close()
  return Number(row?.['bytes'])
}
