import { z } from 'zod'
import type { Series } from './series.ts'

const labels = z.record(z.string(), z.string())
const sample = z.tuple([z.number(), z.string()])
const histogram = z.tuple([z.number(), z.object({ count: z.string(), sum: z.string() })])
const vectorItem = z.object({ metric: labels, value: sample.optional(), histogram: histogram.optional() })
const matrixItem = z.object({
  metric: labels,
  values: z.array(sample).optional(),
  histograms: z.array(histogram).optional(),
})

const data = z.discriminatedUnion('resultType', [
  z.object({ resultType: z.literal('vector'), result: z.array(vectorItem) }),
  z.object({ resultType: z.literal('matrix'), result: z.array(matrixItem) }),
  z.object({ resultType: z.literal('scalar'), result: sample }),
  z.object({ resultType: z.literal('string'), result: sample }),
])

/** A successful answer of the query API as it comes over the wire. */
export const queryBody = z.object({
  status: z.literal('success'),
  data,
  warnings: z.array(z.string()).default([]),
  infos: z.array(z.string()).default([]),
})

/** An answer of the query API. */
export type QueryBody = z.infer<typeof queryBody>

type Metric = z.infer<typeof labels>
type Sample = z.infer<typeof sample>

/**
 * The answer in the two shapes that the client library can read: a scalar becomes a vector of one, infinities are written
 * as JavaScript reads them, and a native histogram becomes the two series that a classic one would have, `_count` and
 * `_sum`.
 */
export function normaliseQueryBody(body: QueryBody): object {
  const { data } = body
  switch (data.resultType) {
    case 'scalar':
      return { ...body, data: { resultType: 'vector', result: [{ metric: {}, value: readable(data.result) }] } }
    case 'string':
      return { ...body, data: { resultType: 'vector', result: [] } }
    case 'vector':
      return { ...body, data: { resultType: 'vector', result: data.result.flatMap(plainVectorItem) } }
    case 'matrix':
      return { ...body, data: { resultType: 'matrix', result: data.result.flatMap(plainMatrixItem) } }
  }
}

function plainVectorItem({ metric, value, histogram }: z.infer<typeof vectorItem>) {
  const plain = value === undefined ? [] : [{ metric, value: readable(value) }]
  if (histogram === undefined) return plain
  const [at, { count, sum }] = histogram
  return [
    ...plain,
    { metric: suffixed(metric, '_count'), value: readable([at, count]) },
    { metric: suffixed(metric, '_sum'), value: readable([at, sum]) },
  ]
}

function plainMatrixItem({ metric, values = [], histograms = [] }: z.infer<typeof matrixItem>) {
  const plain = values.length === 0 ? [] : [{ metric, values: values.map(readable) }]
  if (histograms.length === 0) return plain
  const counts = histograms.map(([at, { count }]) => readable([at, count]))
  const sums = histograms.map(([at, { sum }]) => readable([at, sum]))
  return [
    ...plain,
    { metric: suffixed(metric, '_count'), values: counts },
    { metric: suffixed(metric, '_sum'), values: sums },
  ]
}

function suffixed(metric: Metric, suffix: string): Metric {
  return { ...metric, __name__: `${metric['__name__'] ?? ''}${suffix}` }
}

function readable([at, text]: Sample): Sample {
  return [at, text.replace(/^([+-]?)Inf$/, (_, sign) => (sign === '-' ? '-Infinity' : 'Infinity'))]
}

// `z.number()` takes neither NaN nor infinities, which are ordinary values here.
const librarySample = z.object({ time: z.date(), value: z.custom<number>((value) => typeof value === 'number') })
const libraryMetric = z.object({ name: z.string().optional(), labels })

/** What the client library made of an answer, as series. */
export const librarySeries = z
  .array(
    z.object({ metric: libraryMetric, value: librarySample.optional(), values: z.array(librarySample).optional() }),
  )
  .transform((items): readonly Series[] =>
    items.map(({ metric, value, values }) => ({
      labels: metric.name === undefined ? metric.labels : { __name__: metric.name, ...metric.labels },
      points: (values ?? (value === undefined ? [] : [value])).map((p) => ({ at: p.time.getTime(), value: p.value })),
    })),
  )
