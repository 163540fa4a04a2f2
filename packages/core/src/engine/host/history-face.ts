import { z } from 'zod'
import { MendkitError } from '../../errors.ts'
import type { Principal } from '../../model/principal.ts'
import { once } from '../../once.ts'
import {
  type AlertHistoryPage,
  type AlertHistoryQuery,
  historyFilter,
  type ParsedHistoryQuery,
  type SeriesHistoryPage,
  type SeriesHistoryQuery,
} from '../history/filter.ts'
import { findAlerts } from '../history/find-alerts.ts'
import { findSeries } from '../history/find-series.ts'
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
  /**
   * Series that tools read as evidence (`Reading.series`), newest start first: every point, later the least, greatest and mean
   * value of steps. Bounds and errors are those of `alerts`.
   */
  series(query?: SeriesHistoryQuery): Promise<SeriesHistoryPage>
}

const queryShape = once(() => {
  const text = z.string().min(1)
  const alerts = z.strictObject({
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
  return { alerts, series: alerts.extend({ name: text.optional() }) }
})

function assertStretch({ since, until }: { readonly since?: number | undefined; readonly until?: number | undefined }) {
  if (since === undefined || until === undefined || since < until) return
  throw new MendkitError('invalid', 'until: is not after `since`', { path: 'until' })
}

/** The history of one principal's tenant. */
export function historyFace(engine: Engine, { tenant }: Principal): History {
  const { parts } = engine
  return {
    async alerts(given = {}) {
      const { after, limit = 100, ...query } = parseFields('query', queryShape().alerts, given)
      assertStretch(query)
      const filter = historyFilter('alerts', query as ParsedHistoryQuery)
      await engine.ready()
      const search = { tenant, filter, after, limit, now: parts.clock.now() }
      return findAlerts(parts.store, search, engine.context())
    },
    async series(given = {}) {
      const { after, limit = 100, ...query } = parseFields('query', queryShape().series, given)
      assertStretch(query)
      const filter = historyFilter('series', query as ParsedHistoryQuery)
      await engine.ready()
      return findSeries(parts.store, { tenant, filter, after, limit }, engine.context())
    },
  }
}
