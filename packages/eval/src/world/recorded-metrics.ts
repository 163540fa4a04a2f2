import type { ScenarioWorld } from '../scenario/schema.ts'

const STEP_SECONDS = 60

/**
 * Answers Prometheus' HTTP API from a world: a query that is recorded gets its series, the last value at `now`; any other
 * gets none. Rules are none.
 */
export function recordedMetrics(world: ScenarioWorld, now: number): typeof globalThis.fetch {
  const recorded = new Map(Object.values(world.metrics).map((each) => [each.query, each.series]))
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input)
    const form = typeof init?.body === 'string' || init?.body instanceof URLSearchParams ? String(init.body) : ''
    const query = url.searchParams.get('query') ?? new URLSearchParams(form).get('query') ?? ''
    const isRange = url.pathname.endsWith('/query_range')
    const series = recorded.get(query) ?? []
    const result = series.map(({ labels: metric, values }) => {
      const points = values.map((value, index) => [
        now / 1000 - (values.length - 1 - index) * STEP_SECONDS,
        String(value),
      ])
      return isRange ? { metric, values: points } : { metric, value: points.at(-1) }
    })
    const data = url.pathname.endsWith('/rules')
      ? { groups: [] }
      : { resultType: isRange ? 'matrix' : 'vector', result }
    return Response.json({ status: 'success', data })
  }
}
