import { emptyAuditHead } from '../audit/seal.ts'
import type { Alert, Membership, Symptom } from '../model/alert.ts'
import type { AuditCheckpoint, AuditHead, AuditRecord, Blob } from '../model/audit-entry.ts'
import type { Documents, DocumentTable } from '../model/documents.ts'
import type { HistoryRow } from '../model/history.ts'
import type { CorrelationKey } from '../ports/alert-store.ts'
import { type PendingPlace, pendingIndex } from './alert-indexes.ts'
import type { Candidates } from './candidates.ts'
import { SortedMap } from './sorted-map.ts'
import type { SymptomName } from './symptom-of.ts'

/** Any document. */
export type AnyDocument = Documents[DocumentTable]

/** When an incident is due, and who holds it. */
export interface DueRow {
  readonly tenant: string
  readonly incidentId: string
  readonly dueAt?: number
  readonly inputs: number
  readonly epoch: number
  /** 0: nobody holds it. */
  readonly leaseUntil: number
}

/** A member and the symptom that it is counted under. */
export interface MemberRow {
  readonly member: Membership
  readonly symptom: SymptomName
}

/** Documents of one table with their two indexes. */
export interface Shelf {
  readonly rows: SortedMap<AnyDocument>
  readonly byIncident: Map<string, SortedMap<AnyDocument>>
  readonly byState: Map<string, SortedMap<AnyDocument>>
}

/** What a store holds for one tenant. */
export interface TenantState {
  readonly shelves: Map<DocumentTable, Shelf>
  readonly alerts: Map<string, Alert>
  /** Ids of unresolved alerts by source. */
  readonly unresolved: Map<string, Candidates<string>>
  /** Ids of the alerts that name an incident. */
  readonly alertsOfIncident: Map<string, Candidates<string>>
  readonly members: Map<string, SortedMap<MemberRow>>
  readonly symptoms: Map<string, SortedMap<Symptom>>
  /** Symptoms that fire, by topmost resource, then by incident and symptom. */
  readonly firing: Map<string, SortedMap<Symptom>>
  /** By incident, then by cluster and key. */
  readonly keysOfIncident: Map<string, SortedMap<CorrelationKey>>
  /** By cluster and key, then by incident. */
  readonly holders: Map<string, SortedMap<CorrelationKey>>
  readonly due: Map<string, DueRow>
  readonly counters: Map<string, number>
  readonly blobs: Map<string, Blob>
  readonly history: SortedMap<HistoryRow>
  /** By the name and the value of a fact, then by id. */
  readonly historyBy: Map<string, SortedMap<HistoryRow>>
  readonly audit: AuditRecord[]
  /** By level: the hashes that tiles hold. */
  readonly auditHashes: Uint8Array[][]
  readonly auditCheckpoints: AuditCheckpoint[]
  auditHead: AuditHead
}

/**
 * What an in-memory store holds. Make one with `memoryState` and give it to several stores: they then share it as
 * processes share a database.
 */
export interface MemoryState {
  readonly tenants: Map<string, TenantState>
  /** Alerts that wait for correlation, oldest first. */
  readonly pending: Candidates<PendingPlace>
  /** Rows with a due time, earliest first. */
  readonly due: SortedMap<DueRow>
}

/** An empty state. */
export function memoryState(): MemoryState {
  const tenants = new Map<string, TenantState>()
  const pending = pendingIndex((tenant, id) => tenants.get(tenant)?.alerts.get(id))
  return { tenants, pending, due: new SortedMap() }
}

/** An empty tenant. */
export function tenantState(): TenantState {
  return {
    shelves: new Map(),
    alerts: new Map(),
    unresolved: new Map(),
    alertsOfIncident: new Map(),
    members: new Map(),
    symptoms: new Map(),
    firing: new Map(),
    keysOfIncident: new Map(),
    holders: new Map(),
    due: new Map(),
    counters: new Map(),
    blobs: new Map(),
    history: new SortedMap(),
    historyBy: new Map(),
    audit: [],
    auditHashes: [],
    auditCheckpoints: [],
    auditHead: emptyAuditHead,
  }
}

const yearOne = -62_135_596_800_000

/** Text that sorts as the moment does, ms since 1970. */
export function sortableMoment(ms: number): string {
  return String(Math.max(0, ms - yearOne)).padStart(16, '0')
}

/** Several names as one key. Names hold no NUL. */
export function joinKey(...names: readonly string[]): string {
  return names.join('\0')
}
