import { MendkitError } from '../../errors.ts'
import type { KeptFor, RetentionPolicy } from '../../model/retention.ts'
import type { Settings } from '../../model/settings.ts'

/** How long a tenant's rows are kept: its own times, and the others' where it has none. */
export function retentionOf({ retention }: Pick<Settings, 'retention'>, tenant: string): RetentionPolicy {
  const { everyMs: _every, batchRows: _rows, stepMs: _step, texts: _texts, tenants, ...byDefault } = retention
  return { ...byDefault, ...(Object.hasOwn(tenants, tenant) && tenants[tenant]) }
}

/** A pair of times of which the first must not be the longer one, and why. */
type Order = readonly [keyof RetentionPolicy, keyof RetentionPolicy, string]
const orders: readonly Order[] = [
  ['alertsMs', 'annotationsMs', 'an alert would lose its annotations while it may still be looked at'],
  ['annotationsMs', 'episodesMs', 'stretches of firing are counted by day only when they have lost their annotations'],
  ['episodesMs', 'historyMs', 'stretches of firing are counted by day before they are dropped'],
  ['pointsMs', 'seriesMs', 'points become steps before they are dropped'],
  ['alertsMs', 'incidentsMs', 'an incident is emptied only when its alerts are history'],
  ['noticesMs', 'incidentsMs', 'notices and commands go with their incident at the latest'],
]

/** Refuses times that contradict each other or that take what is still read. Throws `config` with the path. */
export function assertRetention(settings: Settings): void {
  const { decision, execution, retention } = settings
  for (const tenant of [undefined, ...Object.keys(retention.tenants)]) {
    const policy = retentionOf(settings, tenant ?? '')
    const path = tenant === undefined ? 'settings.retention' : `settings.retention.tenants.${tenant}`
    for (const [first, second, because] of orders) {
      if (inMs(policy[first]) <= inMs(policy[second])) continue
      throw wrong(`${path}.${second}`, `must be at least ${first} (${policy[first]}): ${because}`)
    }
    const read = Math.max(decision.lookBackMs, execution.cooldownMs)
    if (inMs(policy.incidentsMs) >= read) continue
    throw wrong(
      `${path}.incidentsMs`,
      `must be at least ${read}: policies look back so far, or a cooldown lasts so long`,
    )
  }
}

/** The moment before which something is old enough; undefined when nothing ever is. */
export function ageLimit(now: number, kept: KeptFor): number | undefined {
  return kept === 'forever' ? undefined : now - kept
}

function inMs(kept: KeptFor): number {
  return kept === 'forever' ? Number.POSITIVE_INFINITY : kept
}

function wrong(path: string, says: string): MendkitError {
  return new MendkitError('config', `${path}: ${says}`, { path })
}
