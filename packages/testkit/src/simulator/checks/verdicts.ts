import type { AuditDraft } from '@mendkit/core'
import type { Evidence, SimulationCheck } from '../check.ts'

/** The step that found everything good first may have taken so long from its beginning to its look. */
const STEP_MS = 60_000

/** *Recovered* is said only when every check is good, no alert is left, and that for the whole soak window. */
export const recoveredOnEvidence: SimulationCheck = {
  id: 'recovered-on-evidence',
  onChange(evidence, { change }) {
    return change.audit.flatMap((entry) =>
      entry.type === 'execution-verified' && entry.data.verdict === 'recovered' ? faultsOf(evidence, entry) : [],
    )
  },
}

function faultsOf(
  { ledger, settings, now, stepBegan }: Evidence,
  { data, subject }: Extract<AuditDraft, { type: 'execution-verified' }>,
): readonly string[] {
  const faults: string[] = []
  const bad = data.checks.filter(({ verdict }) => verdict !== 'good')
  if (bad.length > 0 || data.checks.length === 0)
    faults.push(`checks say ${bad.map(({ verdict }) => verdict).join(', ')}`)
  const isFresh = ledger.alertChangedAt(subject.id) >= stepBegan(subject.id)
  const since = ledger.quietSince(subject.id)
  if (since === undefined && !isFresh) faults.push('alerts still fire')
  if (since !== undefined && now() - since < settings.verification.soakMs - STEP_MS)
    faults.push(`alerts are gone for ${now() - since} ms only`)
  const intentAt = ledger.executions.get(data.execution)?.intentAt ?? 0
  const heard = [...ledger.alerts.values()].some(
    (alert) => alert.incidentId === subject.id && Date.parse(alert.lastSeenAt) > intentAt,
  )
  if (!heard) faults.push('no source has said anything since the effect')
  return faults.map((fault) => `${data.execution} counts as recovered although ${fault}`)
}

/** An incident is resolved because its alerts have cleared, not because nobody hears them. */
export const resolvedWhenClear: SimulationCheck = {
  id: 'resolved-when-clear',
  onChange({ ledger, stepBegan }, { change }) {
    return change.audit.flatMap((entry) => {
      if (entry.type !== 'phase-changed' || entry.data.to !== 'resolved') return []
      const { id } = entry.subject
      const isFresh = ledger.alertChangedAt(id) >= stepBegan(id)
      return isFresh || ledger.quietSince(id) !== undefined
        ? []
        : [`${id} was resolved while its alerts had not cleared`]
    })
  },
}
