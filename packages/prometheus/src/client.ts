import { type CallContext, MendkitError } from '@mendkit/core'
import type { PrometheusDriver } from 'prometheus-query'
import type { Connection } from './connection.ts'
import { type HttpRequest, requestJson } from './http.ts'
import { parseAnswer } from './parse-answer.ts'
import { librarySeries, normaliseQueryBody, type QueryBody, queryBody } from './parse-query-result.ts'
import { type RuleGroups, rulesBody } from './parse-rules.ts'
import type { QueryAnswer } from './series.ts'

/** A PromQL query over a stretch of time that ends now. */
interface RangeQuery {
  readonly query: string
  readonly durationMs: number
  readonly stepMs: number
}

/** What this package asks of Prometheus. Errors as `requestJson` throws them. */
export interface PrometheusClient {
  readonly who: string
  /** The newest value of every series, at most `limit` of them. */
  instant(query: string, limit: number, ctx: CallContext): Promise<QueryAnswer>
  range(query: RangeQuery, limit: number, ctx: CallContext): Promise<QueryAnswer>
  rules(ctx: CallContext): Promise<RuleGroups>
}

type Ask = (driver: PrometheusDriver) => Promise<{ readonly result: unknown }>

// Longer ones go as a form, because proxies limit the length of an address.
const longestQueryInAddress = 2_000

/**
 * Prometheus' HTTP API. Queries are worded and read by the `prometheus-query` library; the request itself is made by our
 * own transport, because the library's has no cancellation, no size limit, follows redirects, reads proxy settings from the
 * environment, and drops warnings and HTTP statuses.
 */
export function prometheusClient(connection: Connection): PrometheusClient {
  async function query(text: string, limit: number, ask: Ask, ctx: CallContext): Promise<QueryAnswer> {
    const { driver, seen } = await openDriver(connection, text, limit, ctx)
    const { result } = await ask(driver).catch((thrown: unknown) => {
      throw originalError(connection, thrown)
    })
    const series = parseAnswer(connection.who, librarySeries, result)
    return { series: series.slice(0, limit), warnings: warningsOf(seen(), series.length, limit) }
  }
  const timeout = `${connection.timeoutMs}ms`
  return {
    who: connection.who,
    instant: (text, limit, ctx) => query(text, limit, (d) => d.instantQuery(text, new Date(), timeout), ctx),
    range: ({ query: text, durationMs, stepMs }, limit, ctx) => {
      const end = Date.now()
      const ask: Ask = (d) => d.rangeQuery(text, end - durationMs, end, stepMs / 1_000, timeout)
      return query(text, limit, ask, ctx)
    },
    rules: async (ctx) => {
      const { body } = await requestJson(connection, { path: 'api/v1/rules' }, ctx)
      return parseAnswer(connection.who, rulesBody, body).data.groups
    },
  }
}

/** A driver for one call, whose every request goes through `requestJson`. */
async function openDriver(connection: Connection, text: string, limit: number, ctx: CallContext) {
  // Loaded at the first query: it brings an HTTP client with it that takes long to load and is not used.
  const library = await import('prometheus-query')
  let seen: QueryBody | undefined
  const driver = new library.PrometheusDriver({
    endpoint: connection.base.href,
    preferPost: text.length > longestQueryInAddress,
    requestInterceptor: {
      onFulfilled: (config) => {
        config.adapter = async () => {
          const { body } = await requestJson(connection, requestOf(config, limit), ctx)
          seen = parseAnswer(connection.who, queryBody, body)
          return { data: normaliseQueryBody(seen), status: 200, statusText: 'OK', headers: {}, config }
        }
        return config
      },
    },
  })
  return { driver, seen: () => seen }
}

function requestOf(
  config: { url?: string; method?: string; params?: unknown; data?: unknown },
  limit: number,
): HttpRequest {
  const isForm = config.method?.toLowerCase() === 'post'
  const parameters = new URLSearchParams(String(isForm ? config.data : config.params))
  // One more than is used, so that what was left out can be told. Older servers ignore it.
  parameters.set('limit', String(limit + 1))
  const path = `api/v1/${config.url ?? ''}`
  return isForm ? { path, form: parameters } : { path, query: parameters }
}

/** The library throws plain objects around whatever our transport threw. */
function originalError(connection: Connection, thrown: unknown): unknown {
  if (typeof thrown === 'object' && thrown !== null && 'original' in thrown) return thrown.original
  return new MendkitError('bad-response', `${connection.who} answered a query with something that cannot be read`)
}

function warningsOf(body: QueryBody | undefined, found: number, limit: number): readonly string[] {
  if (body === undefined) return []
  const text = body.data.resultType === 'string' ? ['the query answers with a text, which is not used'] : []
  const cut = found > limit ? [`more than ${limit} series: only the first ${limit} are here`] : []
  return [...body.warnings, ...body.infos, ...text, ...cut]
}
