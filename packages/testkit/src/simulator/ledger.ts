import type {
  Alert,
  Approval,
  AuditDraft,
  Command,
  Execution,
  Incident,
  Lock,
  Notice,
  Plan,
  Put,
  Setting,
} from '@mendkit/core'
import type { TakenChange } from './faulty-store.ts'

/** An audit entry that the store has taken, and whose change brought it. */
export interface TakenEntry {
  readonly by: string
  /** In steps. */
  readonly at: number
  readonly entry: AuditDraft
}

/** What the store has taken so far, kept beside it and by other code: what the checks judge by. */
export interface Ledger {
  readonly entries: readonly TakenEntry[]
  readonly executions: ReadonlyMap<string, Execution>
  readonly incidents: ReadonlyMap<string, Incident>
  readonly plans: ReadonlyMap<string, Plan>
  readonly approvals: ReadonlyMap<string, Approval>
  readonly commands: ReadonlyMap<string, Command>
  readonly notices: ReadonlyMap<string, Notice>
  readonly locks: ReadonlyMap<string, Lock>
  readonly settings: ReadonlyMap<string, Setting>
  readonly alerts: ReadonlyMap<string, Alert>
  readonly counters: ReadonlyMap<string, number>
  /** Executions that hold their locks. */
  unfinished(): readonly Execution[]
  /** How many alerts of an incident have this status now. */
  alertsOf(incidentId: string, status: Alert['status']): number
  /** Since when no alert of an incident fires or is suppressed, true ms since 1970; undefined while one does. */
  quietSince(incidentId: string): number | undefined
  /** When an alert of an incident last changed its status, true ms since 1970. */
  alertChangedAt(incidentId: string): number
  /** Takes a change down. */
  take(taken: TakenChange, step: number, now: number): void
}

/** An empty ledger. */
export function createLedger(): Ledger {
  const entries: TakenEntry[] = []
  const documents = {
    execution: new Map<string, Execution>(),
    incident: new Map<string, Incident>(),
    plan: new Map<string, Plan>(),
    approval: new Map<string, Approval>(),
    command: new Map<string, Command>(),
    notice: new Map<string, Notice>(),
    lock: new Map<string, Lock>(),
    setting: new Map<string, Setting>(),
  }
  const alerts = new Map<string, Alert>()
  const counters = new Map<string, number>()
  const quiet = new Map<string, number>()
  const changed = new Map<string, number>()

  function putAlert(row: Alert, now: number): void {
    const before = alerts.get(row.id)
    alerts.set(row.id, row)
    if (row.incidentId === undefined) return
    if (before?.status !== row.status || before.incidentId !== row.incidentId) changed.set(row.incidentId, now)
    const isQuiet = ![...alerts.values()].some(
      (each) => each.incidentId === row.incidentId && each.status !== 'resolved',
    )
    if (!isQuiet) quiet.delete(row.incidentId)
    else if (!quiet.has(row.incidentId)) quiet.set(row.incidentId, now)
  }

  function put(each: Put, now: number): void {
    if (each.kind === 'document' && each.table in documents) {
      const rows: Map<string, unknown> = documents[each.table as keyof typeof documents]
      rows.set(each.row.id, each.row)
    }
    if (each.kind === 'alerts') for (const row of each.rows) putAlert(row, now)
    if (each.kind === 'counter') counters.set(each.name, (counters.get(each.name) ?? 0) + each.add)
    if (each.kind === 'move-members') {
      for (const row of alerts.values())
        if (row.incidentId === each.from) putAlert({ ...row, incidentId: each.into }, now)
    }
  }

  return {
    entries,
    executions: documents.execution,
    incidents: documents.incident,
    plans: documents.plan,
    approvals: documents.approval,
    commands: documents.command,
    notices: documents.notice,
    locks: documents.lock,
    settings: documents.setting,
    alerts,
    counters,
    unfinished: () => [...documents.execution.values()].filter(isUnfinished),
    alertsOf: (incidentId, status) =>
      [...alerts.values()].filter((alert) => alert.incidentId === incidentId && alert.status === status).length,
    quietSince: (incidentId) => quiet.get(incidentId),
    alertChangedAt: (incidentId) => changed.get(incidentId) ?? 0,
    take({ by, change }, step, now) {
      for (const each of change.put) put(each, now)
      for (const entry of change.audit) entries.push({ by, at: step, entry })
    },
  }
}

/** Whether an execution still holds its locks and counts against the caps. */
export function isUnfinished({ state }: Execution): boolean {
  return ['intent', 'unknown', 'observed', 'verifying'].includes(state)
}

/** Whether a switch is on. */
export function isOn(setting: Setting | undefined): boolean {
  return setting !== undefined && setting.value !== null && setting.value !== false
}
