import type { CallContext, Store } from '@mendkit/core'
import { z } from 'zod'

/** Milliseconds from 1970 to the last moment that a `Date` can be. */
const lastMoment = 8_640_000_000_000_000
const moment = z.number().min(0).max(lastMoment)
const switchedOn = z.object({
  by: z.string(),
  at: moment,
  from: z.string().optional(),
  until: moment.optional(),
})

/** Who holds a switch. Moments are ISO 8601. */
export interface SwitchHolder {
  readonly by: string
  readonly at: string
  /** Who gave it to them. */
  readonly from?: string
  readonly until?: string
}

/** Who holds a switch, and since when; null when it is off. */
export async function switchedBy(
  store: Store,
  tenant: string,
  setting: string,
  ctx: CallContext,
): Promise<SwitchHolder | null> {
  const value = (await store.get('setting', tenant, setting, ctx))?.value
  if (value === undefined || value === null || value === false) return null
  const { data } = switchedOn.safeParse(value)
  // Whatever else stands there counts as on for the engine too.
  return data === undefined ? { by: 'unknown', at: new Date(0).toISOString() } : told(data)
}

/** The kill switch of the tenant. */
export function pausedBy(store: Store, tenant: string, ctx: CallContext) {
  return switchedBy(store, tenant, 'pause', ctx)
}

function told({ by, at, from, until }: z.output<typeof switchedOn>): SwitchHolder {
  return {
    by,
    at: new Date(at).toISOString(),
    ...(from !== undefined && { from }),
    ...(until !== undefined && { until: new Date(until).toISOString() }),
  }
}
