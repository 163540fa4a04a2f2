import fc from 'fast-check'
import { expect, it } from 'vitest'
import { isDeeperThan } from '../src/json-depth.ts'
import { webhookAlert } from '../src/parse-alert.ts'
import { parseEach } from '../src/parse-each.ts'
import { quickWebhookBody, webhookBody } from '../src/parse-webhook.ts'
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

const plainBody = {
  version: fc.constant('4'),
  receiver: fc.option(fc.string(), { nil: undefined }),
  groupLabels: fc.option(texts, { nil: undefined }),
  truncatedAlerts: fc.option(fc.nat(), { nil: undefined }),
  alerts: fc.array(fc.oneof(doubtful, wrong)),
}
const doubtfulBody = fc.record(
  Object.fromEntries(
    Object.entries(plainBody).map(([name, right]) => [
      name,
      fc.oneof({ weight: 8, arbitrary: right }, wrong, fc.constantFrom<unknown>(-1, 0.5, 2 ** 53, '3')),
    ]),
  ),
  { requiredKeys: [] },
)

it('reads what surrounds the alerts as the schema does, or leaves it to the schema', () => {
  fc.assert(
    fc.property(fc.oneof({ weight: 20, arbitrary: doubtfulBody }, wrong).map(asJson), (payload) => {
      const quick = quickWebhookBody(payload)
      if (quick === undefined) return
      const parsed = webhookBody.safeParse(payload)
      expect(parsed).toMatchObject({ success: true })
      expect(quick).toEqual(parsed.data)
    }),
    { numRuns: 2_000 },
  )
})

it('reads a plain payload by itself', () => {
  fc.assert(
    fc.property(fc.record(plainBody).map(asJson), (payload) => {
      fc.pre(!Object.hasOwn((payload as { groupLabels?: object }).groupLabels ?? {}, '__proto__'))
      expect(quickWebhookBody(payload)).toEqual(webhookBody.parse(payload))
    }),
  )
})

it('tells how deep a text nests, whatever its strings hold', () => {
  const odd = fc.string({ unit: fc.constantFrom('"', '\\', '[', '{', ']', '}', 'a', 'é', '\n') })
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 6 },
      odd,
      fc.integer(),
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(odd, tie('value'), { maxKeys: 4 }),
    ),
  }))
  const depthOf = (each: unknown): number =>
    typeof each === 'object' && each !== null ? 1 + Math.max(0, ...Object.values(each).map(depthOf)) : 0
  fc.assert(
    fc.property(value.map(asJson), fc.nat(8), (each, maxDepth) => {
      const bytes = Buffer.from(JSON.stringify(each))
      expect(isDeeperThan(bytes, maxDepth)).toBe(depthOf(each) > maxDepth)
    }),
    { numRuns: 1_000 },
  )
})
