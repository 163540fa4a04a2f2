import {
  type Alert,
  type Change,
  type CorrelationKey,
  type Documents,
  type DocumentTable,
  type DroppedRow,
  documentIndex,
  type Expectation,
  type HistoryRow,
  type Membership,
  type Put,
  symptomOf,
} from '@mendkit/core'
import { byText } from './steps.ts'

/** A member and the symptom that it is counted under. */
type ModelMember = Membership & {
  readonly symptom: string /** Still counted, and listed no more. */
  readonly left?: true
}
type ModelDocument = { readonly table: DocumentTable; readonly row: Documents[DocumentTable] }

/** Everything of one tenant, as plain lists: slow, and simple enough to be believed. */
export interface Model {
  documents: ModelDocument[]
  alerts: Alert[]
  members: ModelMember[]
  keys: CorrelationKey[]
  due: { incidentId: string; dueAt: number | undefined; inputs: number }[]
  counters: Record<string, number>
  history: HistoryRow[]
  entries: number
}

/** An empty model. */
export function naiveModel(): Model {
  return { documents: [], alerts: [], members: [], keys: [], due: [], counters: {}, history: [], entries: 0 }
}

/** The model after a change, or `conflict`. */
export function applyToModel(model: Model, change: Change, now: number): Model | 'conflict' {
  const next = structuredClone(model)
  const holds = change.expect.every((expectation) => isMet(next, expectation))
  if (!holds || !change.put.every((put) => applyPut(next, change.tenant, put, now))) return 'conflict'
  next.entries += change.audit.length
  return next
}

/** `[alertname, resourceKey, firing, suppressed, total]` of every symptom of an incident, counted anew. */
export function symptomsOfModel(model: Model, incidentId: string): readonly (readonly [string, ...number[]])[] {
  const rows = new Map<string, [string, number, number, number]>()
  const row = (key: string) => rows.get(key) ?? rows.set(key, [key, 0, 0, 0]).get(key) ?? [key, 0, 0, 0]
  for (const alert of model.alerts.filter((each) => each.incidentId === incidentId)) {
    if (alert.status === 'firing') row(symptomOf(alert).key)[1] += 1
    if (alert.status === 'suppressed') row(symptomOf(alert).key)[2] += 1
  }
  for (const member of model.members.filter((each) => each.incidentId === incidentId)) row(member.symptom)[3] += 1
  return [...rows.values()].sort(byText)
}

/** Ids of documents in one state, in order. */
export function idsOfModel(model: Model, table: DocumentTable, state: string): readonly string[] {
  return model.documents
    .filter((each) => each.table === table && documentIndex(table, each.row).state === state)
    .map((each) => each.row.id)
    .sort()
}

function isMet(model: Model, expectation: Expectation): boolean {
  if (expectation.kind === 'lease') return false
  return revisionOf(model, expectation.table, expectation.id) === expectation.revision
}

function revisionOf(model: Model, table: DocumentTable, id: string): number {
  return model.documents.find((each) => each.table === table && each.row.id === id)?.row.revision ?? 0
}

/** False when the put conflicts. */
function applyPut(model: Model, tenant: string, put: Put, now: number): boolean {
  switch (put.kind) {
    case 'document': {
      if (revisionOf(model, put.table, put.row.id) !== put.row.revision) return false
      model.documents = model.documents.filter((each) => each.table !== put.table || each.row.id !== put.row.id)
      model.documents.push({ table: put.table, row: { ...put.row, revision: put.row.revision + 1 } })
      return true
    }
    case 'alerts':
      return put.rows.every((row) => putAlert(model, row))
    case 'members':
      for (const row of put.rows) addMember(model, { ...row, symptom: symptomKeyOf(model, row.alertId) })
      return true
    case 'correlation-key': {
      const { kind: _, ...key } = put
      addKey(model, { tenant, ...key })
      return true
    }
    case 'drop-correlation-keys':
      model.keys = model.keys.filter((key) => key.incidentId !== put.incidentId)
      return true
    case 'move-members': {
      const moves = (member: ModelMember) => member.incidentId === put.from && member.left === undefined
      const moved = model.members.filter(moves)
      const keys = model.keys.filter((key) => key.incidentId === put.from)
      for (const alert of model.alerts.filter((each) => each.incidentId === put.from)) {
        putAlert(model, { ...alert, incidentId: put.into })
      }
      model.members = model.members.filter((member) => !moves(member))
      model.keys = model.keys.filter((key) => key.incidentId !== put.from)
      for (const member of moved) addMember(model, { ...member, incidentId: put.into })
      for (const key of keys) addKey(model, { ...key, incidentId: put.into })
      return true
    }
    case 'raise': {
      const due = dueOf(model, put.incidentId)
      due.inputs += 1
      due.dueAt = Math.min(due.dueAt ?? now, now)
      return true
    }
    case 'schedule': {
      const due = dueOf(model, put.incidentId)
      due.dueAt = due.inputs === put.inputs ? put.dueAt : now
      return true
    }
    case 'counter': {
      const sum = (model.counters[put.name] ?? 0) + put.add
      if (put.max !== undefined && sum > put.max) return false
      model.counters[put.name] = sum
      return true
    }
    case 'blob':
    case 'erase-blobs':
      return true
    case 'history':
      for (const row of put.rows) model.history = [...model.history.filter(({ id }) => id !== row.id), row]
      return true
    case 'drop-history':
      model.history = model.history.filter(({ id }) => !put.ids.includes(id))
      return true
    case 'drop-alerts':
      return put.rows.every((row) => dropAlert(model, row))
    case 'drop-documents':
      return put.rows.every(({ id, revision }) => {
        if (revisionOf(model, put.table, id) !== revision) return false
        model.documents = model.documents.filter((each) => each.table !== put.table || each.row.id !== id)
        return true
      })
    case 'drop-members':
      if (model.alerts.some((alert) => alert.incidentId === put.incidentId)) return false
      model.members = model.members.filter((member) => member.incidentId !== put.incidentId)
      model.keys = model.keys.filter((key) => key.incidentId !== put.incidentId)
      return true
  }
}

function putAlert(model: Model, row: Alert): boolean {
  const before = model.alerts.find((alert) => alert.id === row.id)
  if ((before?.revision ?? 0) !== row.revision) return false
  const after = { ...row, revision: row.revision + 1 }
  model.alerts = [...model.alerts.filter((alert) => alert.id !== row.id), after]
  const symptom = symptomOf(after).key
  if (before === undefined || symptomOf(before).key === symptom) return true
  model.members = model.members.map((member) =>
    member.alertId === row.id && member.incidentId === row.incidentId && member.left === undefined
      ? { ...member, symptom }
      : member,
  )
  return true
}

function dropAlert(model: Model, { id, revision }: DroppedRow): boolean {
  const alert = model.alerts.find((each) => each.id === id)
  if (alert?.revision !== revision) return false
  model.alerts = model.alerts.filter((each) => each.id !== id)
  model.members = model.members.map((member) =>
    member.alertId === id && member.incidentId === alert.incidentId ? { ...member, left: true } : member,
  )
  return true
}

function addMember(model: Model, row: ModelMember): void {
  const same = (member: ModelMember) =>
    member.left === undefined &&
    member.incidentId === row.incidentId &&
    member.alertId === row.alertId &&
    member.episode === row.episode
  if (!model.members.some(same)) model.members.push(row)
}

function addKey(model: Model, row: CorrelationKey): void {
  const same = (key: CorrelationKey) =>
    key.cluster === row.cluster && key.key === row.key && key.incidentId === row.incidentId
  const before = model.keys.find(same) ?? row
  const after = { ...row, from: Math.min(before.from, row.from), until: Math.max(before.until, row.until) }
  model.keys = [...model.keys.filter((key) => !same(key)), after]
}

function dueOf(model: Model, incidentId: string): Model['due'][number] {
  const found = model.due.find((due) => due.incidentId === incidentId)
  if (found !== undefined) return found
  const made = { incidentId, dueAt: undefined, inputs: 0 }
  model.due.push(made)
  return made
}

function symptomKeyOf(model: Model, alertId: string): string {
  const alert = model.alerts.find((each) => each.id === alertId)
  return alert === undefined ? '' : symptomOf(alert).key
}
