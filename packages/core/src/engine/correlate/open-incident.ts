import type { Incident } from '../../model/incident.ts'
import type { Redacted } from '../../model/redacted.ts'
import { describeResource } from '../../model/resource.ts'
import { redact } from '../../redact/redact.ts'
import type { Parts } from '../parts.ts'
import type { KnownAlert } from './known-alerts.ts'
import type { PartitionName } from './read-chunk.ts'

const maxTitle = 300

/** A new incident for alerts that belong to none, named after the first of them. */
export function openIncident(
  parts: Parts,
  { tenant, cluster }: PartitionName,
  alerts: readonly KnownAlert[],
): Incident {
  const now = parts.clock.now()
  const resource = alerts.find(({ alert }) => alert.topmost !== undefined)?.alert.topmost
  const first = alerts[0]?.alert
  const about = first?.topmost === undefined ? '' : ` ${describeResource(first.topmost)}`
  return {
    tenant,
    id: parts.ids.next('inc'),
    cluster,
    phase: 'open',
    title: titleOf(`${first?.labels['alertname'] ?? ''}${about}`),
    ...(resource && { resource }),
    openedAt: now,
    phaseSince: now,
    deadlines: { settle: now + parts.settings.correlation.settleMs },
    diagnoses: 0,
    hadEffect: false,
    voids: {},
    rejectedPlans: [],
    relapses: 0,
    revision: 0,
  }
}

/** Redacted before it is cut too: half a token no longer looks like one. */
function titleOf(text: string): Redacted {
  return redact(redact(text).slice(0, maxTitle))
}
