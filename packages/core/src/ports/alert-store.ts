import type { Alert, Membership, Symptom } from '../model/alert.ts'
import type { CallContext } from './context.ts'

/** An open incident that holds a correlation key, with the stretch of alert starts that it holds it for. */
export interface CorrelationKey {
  readonly tenant: string
  readonly cluster: string
  readonly key: string
  readonly incidentId: string
  /** Earliest and latest `startsAt` of its alerts with this key, ms since 1970. */
  readonly from: number
  readonly until: number
}

/**
 * The alerts of a store and what they belong to, read. Pages across incidents (`pendingAlerts`, `staleAlerts`) leave a
 * corrupt alert out, say so in `ctx.log` and are filled up; every other read throws `corrupt`.
 */
export interface AlertStore {
  /** Alerts by id, in no order; unknown ids are left out. At most 1,000 ids. */
  alerts(tenant: string, ids: readonly string[], ctx: CallContext): Promise<readonly Alert[]>
  /** Alerts of any tenant that wait for correlation, oldest `startsAt` first. */
  pendingAlerts(
    query: {
      /** Only those that stand after this one in the same order. Where it is not there, none that may stand after it is left out. */
      readonly after?: Pick<Alert, 'startsAt' | 'tenant' | 'id'>
      readonly limit: number
    },
    ctx: CallContext,
  ): Promise<readonly Alert[]>
  /**
   * Unresolved alerts of a source that were last seen before `seenBefore` (ISO 8601), in an order of the store's own: that of
   * ids, of first storing, or any other that stays. `after` is the id of an alert that is stored, the last of a page.
   */
  staleAlerts(
    query: {
      readonly tenant: string
      readonly source: string
      readonly seenBefore: string
      readonly after?: string
      readonly limit: number
    },
    ctx: CallContext,
  ): Promise<readonly Alert[]>
  /** Members of an incident in order of alert id and episode, from the one after `after`. */
  members(
    query: {
      readonly tenant: string
      readonly incidentId: string
      readonly after?: Pick<Membership, 'alertId' | 'episode'>
      readonly limit: number
    },
    ctx: CallContext,
  ): Promise<readonly (Membership & { readonly alert: Alert })[]>
  /** The symptoms of an incident, counted; in no order. */
  symptoms(tenant: string, incidentId: string, ctx: CallContext): Promise<readonly Symptom[]>
  /** Symptoms of any incident that fire now on one of these topmost resources (`resourceKey`); in no order. At most 1,000 keys. */
  firingSymptoms(tenant: string, resourceKeys: readonly string[], ctx: CallContext): Promise<readonly Symptom[]>
  /** Open incidents of the tenant and cluster that hold any of the keys. */
  correlationKeys(
    tenant: string,
    cluster: string,
    keys: readonly string[],
    ctx: CallContext,
  ): Promise<readonly CorrelationKey[]>
}
