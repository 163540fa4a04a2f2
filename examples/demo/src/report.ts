import { describeResource, type Incident, type Mendkit, parseAuditEntry } from '@mendkit/core'
import { z } from 'zod'
import type { Scenes } from './scenes/play-scenes.ts'

/** What the demo came to, computed from the stores, the audit logs and the log of the cluster's API server. */
export interface Report {
  readonly incidents: readonly {
    readonly id: string
    readonly phase: string
    /** Stretches of firing that belong to it. */
    readonly alerts: number
    /** Cause and object of the leading hypothesis; null when there is none. */
    readonly rootCause: string | null
    readonly actions: readonly { readonly type: string; readonly target: string; readonly outcome: string }[]
    /** From its opening to its end, or to now. */
    readonly durationMs: number
  }[]
  /** Stretches of firing that were told to the engine, and the incidents that it made of them. */
  readonly noise: { readonly alerts: number; readonly incidents: number }
  readonly audit: { readonly entries: number; readonly verified: boolean }
  /** A yes to what is no longer so; null when it was not played. */
  readonly drift: Scenes['drift'] | null
  /** A fix that made it worse; null when it was not played. */
  readonly rollback: Scenes['rollback'] | null
}

const pageSize = 500
const receivedSchema = z.object({ statuses: z.object({ firing: z.number().default(0) }) })

/** Reads everything about the first incident, and those beside it, again; incidents with most alerts first. */
export async function makeReport(mendkit: Mendkit): Promise<Omit<Report, 'drift' | 'rollback'>> {
  const incidents = await Promise.all((await mendkit.incidents.list()).map((incident) => describe(mendkit, incident)))
  const audit = await mendkit.audit.verify()
  return {
    incidents: incidents.sort((a, b) => b.alerts - a.alerts),
    noise: { alerts: await alertsReceived(mendkit), incidents: incidents.length },
    audit: { entries: audit.entries, verified: audit.verified },
  }
}

async function describe(mendkit: Mendkit, { id, phase }: Incident): Promise<Report['incidents'][number]> {
  const { impact, diagnoses, executions, span } = await mendkit.incidents.timeline(id)
  const cause = diagnoses.at(-1)?.hypotheses[0]
  return {
    id,
    phase,
    alerts: impact.alerts,
    rootCause:
      cause === undefined
        ? null
        : [cause.cause, cause.rootCause && describeResource(cause.rootCause)].filter(Boolean).join(': '),
    actions: executions.map(({ type, target, state }) => ({ type, target: describeResource(target), outcome: state })),
    durationMs: span.durationMs,
  }
}

async function alertsReceived(mendkit: Mendkit): Promise<number> {
  let alerts = 0
  for (let from = 0; ; from += pageSize) {
    const page = await mendkit.audit.read({ from, limit: pageSize })
    for (const { bytes } of page) {
      const entry = parseAuditEntry(bytes)
      if (entry.type === 'alerts-received') alerts += receivedSchema.parse(entry.data).statuses.firing
    }
    if (page.length < pageSize) return alerts
  }
}
