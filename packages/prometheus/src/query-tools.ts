import { isDeepStrictEqual } from 'node:util'
import { type EvidenceTool, type Fact, type Reading, type ReadingSeries, redact } from '@mendkit/core'
import { z } from 'zod'
import type { PrometheusClient } from './client.ts'
import { parseInput } from './parse-input.ts'
import { storableValue } from './sample-value.ts'
import type { Point, QueryAnswer, Series } from './series.ts'
import { seriesName, seriesResource } from './series-resource.ts'

/** Series that one reading holds at most; what is left out is a warning. */
const maxSeries = 50
/** Points of a range that stand in the text of one series. */
const pointsInText = 12

const query = z.string().min(1).max(4_000).describe('PromQL')
const name = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,62}$/)
  .default('value')
  .describe('what the values are: becomes the name of the facts, `metric.<name>`')
const instantInput = z.object({ query, name })
const rangeInput = z.object({
  query,
  name,
  minutes: z.int().min(1).max(10_080).default(60).describe('length of the stretch, which ends now'),
})

/** Where query tools read, and what their objects belong to. */
export interface QueryToolOptions {
  readonly client: PrometheusClient
  /** First part of the tools' names. */
  readonly prefix: string
  /** Cluster of series without a `cluster` label. */
  readonly cluster: string | undefined
}

/** Reads the newest value of every series that a query answers with. */
export function instantTool({ client, prefix, cluster }: QueryToolOptions): EvidenceTool {
  const tool = `${prefix}.query`
  return {
    name: tool,
    description: 'Evaluates a PromQL expression now. One fact per series, `metric.<name>`.',
    input: instantInput,
    read: async (raw, ctx) => {
      const input = parseInput(tool, instantInput, raw)
      const answer = await client.instant(input.query, maxSeries, ctx)
      return reading(answer, cluster, (series) => pick(series.points, [['', (points) => points.at(-1)]]), input.name)
    },
  }
}

/** Reads how every series of a query went over the last minutes. */
export function rangeTool({ client, prefix, cluster }: QueryToolOptions): EvidenceTool {
  const tool = `${prefix}.query-range`
  return {
    name: tool,
    description:
      'Evaluates a PromQL expression over the last minutes. Facts per series: `metric.<name>.first`, `.last`, `.min`, `.max`.',
    input: rangeInput,
    read: async (raw, ctx) => {
      const input = parseInput(tool, rangeInput, raw)
      const durationMs = input.minutes * 60_000
      // About 120 points, never closer together than scrapes usually are.
      const stepMs = Math.max(15_000, Math.ceil(durationMs / 120_000) * 1_000)
      const answer = await client.range({ query: input.query, durationMs, stepMs }, maxSeries, ctx)
      return {
        ...reading(answer, cluster, (series) => pick(series.points, extremes), input.name),
        series: answer.series.map((one) => kept(one, input.name, cluster)),
      }
    },
  }
}

type Picker = readonly [suffix: string, of: (points: readonly Point[]) => Point | undefined]
const extremes: readonly Picker[] = [
  ['.first', (points) => points[0]],
  ['.last', (points) => points.at(-1)],
  [
    '.min',
    (points) => numbers(points).reduce<Point | undefined>((a, b) => (a && a.value <= b.value ? a : b), undefined),
  ],
  [
    '.max',
    (points) => numbers(points).reduce<Point | undefined>((a, b) => (a && a.value >= b.value ? a : b), undefined),
  ],
]

function numbers(points: readonly Point[]): readonly Point[] {
  return points.filter((point) => !Number.isNaN(point.value))
}

function pick(points: readonly Point[], pickers: readonly Picker[]) {
  return pickers.flatMap(([suffix, of]) => {
    const point = of(points)
    return point === undefined ? [] : [{ suffix, point }]
  })
}

function reading(
  { series, warnings }: QueryAnswer,
  cluster: string | undefined,
  pointsOf: (series: Series) => ReturnType<typeof pick>,
  factName: string,
): Reading {
  const subjects = series.map((one) => seriesSubject(one, cluster))
  const facts = series.flatMap((one, index): readonly Fact[] => {
    const subject = subjects[index] ?? {}
    // A fact is found again by name and resource, so series that share both are told apart by their labels.
    const isUnique = subjects.filter((other) => isDeepStrictEqual(other, subject)).length === 1
    return pointsOf(one).map(({ suffix, point }) => ({
      name: `metric.${factName}${suffix}${isUnique ? '' : redact(seriesName(one))}`,
      kind: 'metric',
      value: storableValue(point.value),
      observedAt: new Date(point.at).toISOString(),
      ...subject,
    }))
  })
  const text = series.map((one) => `${seriesName(one)} ${sampled(one.points)}`).join('\n')
  return { facts, text: text === '' ? 'no series' : text, ...(warnings.length === 0 ? {} : { warnings }) }
}

/** A series as it is kept beside the evidence. */
function kept(series: Series, name: string, cluster: string | undefined): ReadingSeries {
  // PromQL also answers NaN and infinities, which JSON cannot hold.
  const points = series.points
    .filter(({ value }) => Number.isFinite(value))
    .map(({ at, value }) => [at, value] as const)
  return { name: `metric.${name}`, labels: series.labels, points, ...seriesSubject(series, cluster) }
}

function seriesSubject(series: Series, cluster: string | undefined): Pick<Fact, 'resource'> {
  const resource = seriesResource(series, cluster)
  return resource === undefined ? {} : { resource }
}

/** Values at even distances, the newest last. */
function sampled(points: readonly Point[]): string {
  const every = Math.max(1, Math.ceil(points.length / pointsInText))
  const kept = points.filter((_, index) => (points.length - 1 - index) % every === 0)
  return kept.map((point) => storableValue(point.value)).join(' ')
}
