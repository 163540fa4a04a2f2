import { type CallContext, type Check, type CheckResult, MendkitError, message, readOptions } from '@mendkit/core'
import { z } from 'zod'
import { prometheusClient } from './client.ts'
import { type ConnectionOptions, openConnection } from './connection.ts'
import { connectionShape, options as optionsOf, text } from './options.ts'
import { fillQuery } from './query-template.ts'
import { storableValue } from './sample-value.ts'

/** Series that one check compares at most; with more it cannot tell. */
const maxSeries = 100

/** Options of `promqlCheck`, beside the connection to Prometheus. */
export interface PromqlCheckOptions extends ConnectionOptions {
  readonly id: string
  /**
   * PromQL in which `$namespace`, `$name`, `$kind` and `$cluster` stand for the target. Keep its range short: what it still
   * sees from before the effect counts too.
   */
  readonly query: string
  /** Every series must lie strictly below or strictly above this to be good. */
  readonly good: { readonly below: number } | { readonly above: number }
  /** @default 'health' */
  readonly kind?: 'symptom' | 'health'
}

const goodSays = 'must be { below: number } or { above: number }'
const checkOptions = optionsOf({
  ...connectionShape,
  id: text('a name for this check'),
  query: text('PromQL'),
  good: z.union([z.strictObject({ below: z.number() }), z.strictObject({ above: z.number() })], { error: goodSays }),
  kind: z.enum(['symptom', 'health'], { error: "must be 'symptom' or 'health'" }).optional(),
})

/**
 * A check by PromQL. Good when every series keeps within `good`, bad when one does not; no series, NaN and a Prometheus that
 * does not answer are unknown. The measure is the worst series. It applies to targets that fill the query's placeholders.
 *
 * Throws `config` at once for wrong options.
 */
export function promqlCheck(options: PromqlCheckOptions): Check {
  readOptions('promqlCheck', checkOptions, options)
  const { id, query: template, good, kind = 'health' } = options
  const limit = 'below' in good ? good.below : good.above
  const client = prometheusClient(openConnection('Prometheus', options))
  const isGood = (value: number) => ('below' in good ? value < limit : value > limit)
  const better = 'below' in good ? 'lower' : 'higher'

  async function valuesOf(query: string, ctx: CallContext): Promise<readonly number[] | CheckResult> {
    try {
      const { series } = await client.instant(query, maxSeries + 1, ctx)
      return series.flatMap((one) => one.points.map((point) => point.value))
    } catch (error) {
      ctx.signal.throwIfAborted()
      if (!MendkitError.is(error)) throw error
      ctx.log.warn(message`check ${id}: ${error.message}`)
      return { verdict: 'unknown', because: error.message }
    }
  }

  return {
    spec: 1,
    id,
    kind,
    applies: ({ target }) => fillQuery(template, target) !== undefined,
    check: async ({ target }, ctx) => {
      const query = fillQuery(template, target)
      if (query === undefined)
        return { verdict: 'unknown', because: `${id}: the target does not fill the placeholders` }
      const values = await valuesOf(query, ctx)
      if ('verdict' in values) return values
      if (values.length === 0) return { verdict: 'unknown', because: `${id}: no data` }
      if (values.length > maxSeries) return { verdict: 'unknown', because: `${id}: more than ${maxSeries} series` }
      if (values.some(Number.isNaN)) return { verdict: 'unknown', because: `${id}: NaN` }
      const worst = better === 'lower' ? Math.max(...values) : Math.min(...values)
      const because = `${id}: ${storableValue(worst)}, good is ${better === 'lower' ? 'below' : 'above'} ${limit}`
      const measure = Number.isFinite(worst) ? { measure: { name: id, value: worst, better } as const } : {}
      return { verdict: isGood(worst) ? 'good' : 'bad', because, ...measure }
    },
  }
}
