import { z } from 'zod'

const unitMs: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** A length of time such as `45s`, `30m`, `2h` or `7d`, read as milliseconds. */
const duration = z
  .string()
  .regex(/^\d{1,6}[smhd]$/, 'a length of time is written 45s, 30m, 2h or 7d')
  .transform((text) => Number.parseInt(text, 10) * (unitMs[text.at(-1) ?? ''] ?? Number.NaN))

const texts = z.record(z.string(), z.string())
const json = z.record(z.string(), z.json())

const reference = z.strictObject({
  apiVersion: z.string(),
  kind: z.string(),
  namespace: z.string().optional(),
  name: z.string(),
})

const manifest = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({
    name: z.string(),
    namespace: z.string().optional(),
    labels: texts.optional(),
    annotations: texts.optional(),
  }),
})

const alert = z.strictObject({
  labels: texts.describe(
    'Must hold `alertname`. `{{pod <namespace>/<app>}}` is a pod of that app, one that fails if any.',
  ),
  annotations: texts.optional(),
  status: z.enum(['firing', 'suppressed', 'resolved']).default('firing'),
  startsAgo: duration.default(60_000),
  endsAfter: duration.optional().describe('It is told as resolved this long after it was told first.'),
})

const image = z.strictObject({
  behaviour: z.enum(['healthy', 'crash', 'oom', 'not-ready', 'unpullable']),
  affects: z.int().min(1).optional(),
  logs: z.string().optional(),
  exitCode: z.int().optional(),
})

/** One thing that happened to the cluster before the alerts fired. The cluster settles after each. */
const step = z.union([
  z.strictObject({ apply: z.union([manifest, z.array(manifest)]) }),
  z.strictObject({ change: reference.extend({ merge: json }) }),
  z.strictObject({
    breakPods: z.strictObject({
      namespace: z.string(),
      app: z.string(),
      pods: z.int().min(1),
      behaviour: z.enum(['crash', 'oom', 'not-ready']),
    }),
  }),
  z.strictObject({ wait: duration }),
])

const event = z.strictObject({
  about: reference,
  reason: z.string(),
  message: z.string(),
  type: z.enum(['Normal', 'Warning']).default('Warning'),
  count: z.int().min(1).default(1),
  ago: duration.default(60_000),
})

/** The form of what stands in a scenario's cluster. */
export const worldSchema = z.strictObject({
  images: z.record(z.string(), image).default({}),
  steps: z.array(step).default([]).describe('Played on the simulated cluster, in order.'),
  objects: z
    .array(z.strictObject({ object: manifest, ago: duration.default(86_400_000), owner: reference.optional() }))
    .default([])
    .describe('Objects as they stand, status included; each hides a simulated one of its name.'),
  overrides: z
    .array(
      z.strictObject({
        apiVersion: z.string().default('v1'),
        kind: z.string(),
        namespace: z.string().optional(),
        name: z.string().optional(),
        labels: texts.default({}).describe('Labels that an object must carry to be meant.'),
        merge: json.describe(
          'A merge patch (RFC 7386) over what the cluster shows, for states that are not simulated.',
        ),
      }),
    )
    .default([]),
  recordsEvents: z
    .boolean()
    .default(true)
    .describe('Whether the Events of the simulated cluster are shown beside `events`.'),
  events: z.array(event).default([]),
  logs: z
    .array(
      z.strictObject({
        namespace: z.string(),
        app: z.string().describe('The value of the label `app` of the pods.'),
        container: z.string().optional(),
        text: z.string(),
      }),
    )
    .default([]),
  metrics: z
    .record(
      z.string(),
      z.strictObject({
        query: z.string(),
        series: z.array(z.strictObject({ labels: texts, values: z.array(z.number()).min(1) })),
      }),
    )
    .default({})
    .describe('Queries that are read up front, by name, with what Prometheus answers.'),
})

const entity = reference
  .partial({ apiVersion: true })
  .describe('An asterisk at the end of the name stands for anything, such as what is generated.')

const truthSchema = z.union([
  z.strictObject({ noFault: z.literal(true) }),
  z.strictObject({
    rootEntities: z.array(entity).min(1).describe('Any of them is right.'),
    causes: z.array(z.string()).default([]).describe('Codes that are accepted.'),
    words: z.array(z.array(z.string()).min(1)).default([]).describe('Or all words of one list, in code and summary.'),
    fix: z
      .strictObject({ type: z.string(), target: entity.optional(), params: json.optional() })
      .optional()
      .describe('Params that are named must be equal. Absent: the catalogue has none.'),
    visibleIn: z.enum(['kubernetes', 'elsewhere']).default('kubernetes'),
  }),
])

/** The form of a scenario file, version 1. */
export const scenarioSchema = z.strictObject({
  schema: z.literal(1),
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,99}$/, 'lower-case letters, digits and dashes'),
  title: z.string().min(1),
  names: z
    .array(z.string().regex(/^[a-z][a-z0-9-]*$/))
    .default([])
    .describe('Words that a seed replaces everywhere.'),
  alerts: z.array(alert).min(1),
  world: worldSchema.prefault({}),
  changes: z
    .array(
      z.strictObject({
        kind: z.string(),
        ago: duration,
        by: z.string().optional(),
        url: z.string().optional(),
        resource: reference.optional(),
        labels: texts.optional(),
      }),
    )
    .default([]),
  truth: truthSchema,
})

/** A scenario with every default filled in: what fires, in which world, and what is right. Times in milliseconds. */
export type Scenario = z.output<typeof scenarioSchema>

/** What stands in the cluster of a scenario. */
export type ScenarioWorld = Scenario['world']

/** What is right about a scenario. */
export type ScenarioTruth = Scenario['truth']

/** An object by the words of its manifest; without an `apiVersion` any will do. */
export type ScenarioEntity = Exclude<ScenarioTruth, { noFault: true }>['rootEntities'][number]
