import fc from 'fast-check'
import { expect, it } from 'vitest'
import { alertSchema, batchSchema } from '../src/engine/intake/alert-schema.ts'
import { parseMoment } from '../src/engine/intake/moments.ts'
import { readBatchShape, readShape } from '../src/engine/intake/read-shape.ts'

const texts = (noNullPrototype: boolean) =>
  fc.dictionary(fc.oneof(fc.constantFrom('alertname', 'pod', '__proto__', ''), fc.string()), fc.string(), {
    noNullPrototype,
  })
const plain = {
  labels: texts(true),
  annotations: fc.option(texts(true), { nil: undefined }),
  status: fc.constantFrom('firing', 'suppressed', 'resolved', undefined),
  startsAt: fc.option(fc.string(), { nil: undefined }),
  endsAt: fc.option(fc.string(), { nil: undefined }),
  generatorUrl: fc.option(fc.string(), { nil: undefined }),
}
const wrong = fc.oneof(
  texts(false),
  fc.constantFrom<unknown>(
    null,
    7,
    true,
    'silenced',
    [],
    new Map(),
    new Date(0),
    Object.create({ alertname: 'inherited' }),
  ),
  fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.integer(), fc.constant(null))),
)
/** An alert of which any field may be missing or wrong. */
const alert = fc.record(
  Object.fromEntries(
    Object.entries(plain).map(([name, good]) => [name, fc.oneof({ weight: 8, arbitrary: good }, wrong)]),
  ),
  { requiredKeys: [] },
)

it('reads an alert as the schema does, or leaves it to the schema', () => {
  fc.assert(
    fc.property(fc.oneof({ weight: 20, arbitrary: alert }, wrong), (input) => {
      const read = readShape(input)
      if (read === undefined) return
      const parsed = alertSchema.safeParse(input)
      expect(parsed).toMatchObject({ success: true })
      expect(read).toEqual(parsed.data)
    }),
    { numRuns: 2_000 },
  )
})

it('reads plain alerts by itself', () => {
  fc.assert(
    fc.property(fc.record(plain, { noNullPrototype: true }), (input) => {
      fc.pre(!Object.hasOwn(input.labels, '__proto__') && !Object.hasOwn(input.annotations ?? {}, '__proto__'))
      expect(readShape(input)).toEqual(alertSchema.parse(input))
    }),
  )
})

it('leaves labels to the schema that are named by more than text', () => {
  expect(readShape({ labels: { alertname: 'A', [Symbol('more')]: 'B' } })).toBeUndefined()
})

it.each([
  ['2026-02-30T00:00:00Z', undefined],
  ['2026-02-29T00:00:00.000Z', undefined],
  ['2028-02-29T00:00:00.000Z', '2028-02-29T00:00:00.000Z'],
  ['2026-04-31T10:00:00+02:00', undefined],
  ['2026-04-30T10:00:00+02:00', '2026-04-30T08:00:00.000Z'],
])('reads %s as %s: a day that no calendar has is no time', (text, moment) => {
  expect(parseMoment(text)).toBe(moment)
})

it('keeps what it read when the caller changes the alert afterwards', () => {
  const input = { labels: { alertname: 'A' }, annotations: { summary: 'first' } }
  const read = readShape(input)
  input.labels.alertname = 'B'
  input.annotations.summary = 'second'
  expect(read).toMatchObject({ labels: { alertname: 'A' }, annotations: { summary: 'first' } })
})

const name = fc.constantFrom('am', 'prod-eu', 'ünïcode', 'x'.repeat(500))
const plainBatch = {
  tenant: name,
  source: name,
  cluster: fc.option(name, { nil: undefined }),
  complete: fc.boolean(),
  asOf: fc.string(),
  delivery: fc.constantFrom('read', 'pushed', undefined),
  alerts: fc.array(alert),
  unreadable: fc.option(fc.nat(), { nil: undefined }),
}
const wrongField = fc.constantFrom<unknown>(
  null,
  '',
  'x'.repeat(501),
  'NUL\0',
  '\ud800',
  'password=hunter22',
  'two\nlines',
  -1,
  0.5,
  2 ** 53,
  'sent',
  {},
)
const batch = fc.record(
  Object.fromEntries(
    Object.entries(plainBatch).map(([field, good]) => [field, fc.oneof({ weight: 8, arbitrary: good }, wrongField)]),
  ),
  { requiredKeys: [], noNullPrototype: true },
)

it('reads a batch as the schema does, or leaves it to the schema', () => {
  fc.assert(
    fc.property(fc.oneof({ weight: 20, arbitrary: batch }, wrong), (input) => {
      const read = readBatchShape(input)
      if (read === undefined) return
      const parsed = batchSchema.safeParse(input)
      expect(parsed).toMatchObject({ success: true })
      expect(read).toEqual(parsed.data)
    }),
    { numRuns: 2_000 },
  )
})

it('reads plain batches by itself', () => {
  fc.assert(
    fc.property(fc.record(plainBatch, { noNullPrototype: true }), (input) => {
      expect(readBatchShape(input)).toEqual(batchSchema.parse(input))
    }),
  )
})
