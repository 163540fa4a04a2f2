import { z } from 'zod'
import type { Principal } from '../../model/principal.ts'
import { once } from '../../once.ts'
import { type AlertHistoryPage, type AlertHistoryQuery, historyFilter } from '../history/filter.ts'
import { findAlerts } from '../history/find-alerts.ts'
import type { Engine } from './engine.ts'
import { idShape, limitShape, momentShape } from './input-shapes.ts'
import { parseFields } from './parse-input.ts'

/** What is remembered of what is over. */
export interface History {
  /**
   * Alerts that are over, newest start first: each stretch of firing whole, later without its annotations, at last counted by
   * day (`settings.retention`). Reads at most 10,000 rows of history a call. Throws `invalid` with the path of what is wrong.
   */
  alerts(query?: AlertHistoryQuery): Promise<AlertHistoryPage>
}

const queryShape = once(() => {
  const text = z.string().min(1)
  return z.strictObject({
    match: text.optional(),
    resource: z
      .strictObject({
        cluster: text.optional(),
        apiVersion: text.optional(),
        kind: text.optional(),
        namespace: text.optional(),
        name: text.optional(),
      })
      .optional(),
    incidentId: idShape().optional(),
    since: momentShape().optional(),
    until: momentShape().optional(),
    text: text.optional(),
    after: idShape().optional(),
    limit: limitShape().optional(),
  })
})

/** The history of one principal's tenant. */
export function historyFace(engine: Engine, { tenant }: Principal): History {
  const { parts } = engine
  return {
    async alerts(given = {}) {
      const { after, limit = 100, ...query } = parseFields('query', queryShape(), given)
      const filter = historyFilter(query as Parameters<typeof historyFilter>[0])
      await engine.ready()
      const search = { tenant, filter, after, limit, now: parts.clock.now() }
      return findAlerts(parts.store, search, engine.context())
    },
  }
}
