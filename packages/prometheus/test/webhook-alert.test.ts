import fc from 'fast-check'
import { expect, it } from 'vitest'
import { webhookAlert } from '../src/parse-alert.ts'
import { parseEach } from '../src/parse-each.ts'
import { quickWebhookRead } from '../src/parse-webhook-alert.ts'

const texts = fc.dictionary(fc.oneof(fc.constantFrom('pod', '__proto__', ''), fc.string()), fc.string())
const time = fc.constantFrom(
  '0001-01-01T00:00:00Z',
  '2026-01-31T09:30:00.123456789Z',
  '2026-01-31T10:30:00+01:00',
  '2026-02-28T23:59:59Z',
)
const plain = {
  labels: fc.tuple(texts, fc.string({ minLength: 1 })).map(([some, alertname]) => ({ ...some, alertname })),
  annotations: fc.option(texts, { nil: undefined }),
  status: fc.constantFrom('firing', 'resolved'),
  startsAt: fc.option(time, { nil: undefined }),
  endsAt: fc.option(time, { nil: undefined }),
  generatorURL: fc.option(fc.constantFrom('', 'http://prometheus.example/graph'), { nil: undefined }),
}
const wrong = fc.oneof(
  fc.constantFrom<unknown>(null, 7, '', 'pending', [], {}, '2026-02-30T00:00:00Z', '2026-01-31', 'yesterday'),
  fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.integer(), fc.constant(null))),
)
const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value))
const good = fc.record(plain)
/** An alert of which any field may be missing or wrong. */
const doubtful = fc.record(
  Object.fromEntries(Object.entries(plain).map(([name, right]) => [name, fc.oneof(right, right, right, wrong)])),
  { requiredKeys: [] },
)
const group = fc.array(fc.oneof(good, doubtful, wrong).map(asJson), { maxLength: 8 })

it('judges every alert as the schema does: the same alerts, refusals and paths', () => {
  fc.assert(
    fc.property(group, (alerts) => {
      const quick = parseEach(webhookAlert, alerts, 'alerts', quickWebhookRead())
      expect(quick).toEqual(parseEach(webhookAlert, alerts, 'alerts'))
    }),
    { numRuns: 2_000 },
  )
})

it('reads plain alerts without the schema', () => {
  fc.assert(
    fc.property(good.map(asJson), (input) => {
      fc.pre(!JSON.stringify(input).includes('__proto__'))
      expect(quickWebhookRead()(input)).toEqual(webhookAlert.parse(input))
    }),
  )
})
