import { callContext, rejectsWith } from '@mendkit/testkit'
import { describe, expect, test } from 'vitest'
import { prometheus, verificationDeadlineFor } from '../src/index.ts'
import { localServer, nowhere } from './local-server.ts'

const minute = 60_000

/** What a Prometheus with these rules answers for alerts of the name `Down`. */
async function serverWith(alert: object, recorded: Readonly<Record<string, string>> = {}): Promise<string> {
  const rules = [
    ...Object.entries(recorded).map(([name, query]) => ({ type: 'recording', name, query, health: 'ok' })),
    { type: 'alerting', name: 'Down', query: 'up == 0', ...alert },
    { type: 'alerting', name: 'Else', query: 'rate(x[9h])', keepFiringFor: 99_999 },
  ]
  const { url } = await localServer(() => ({ status: 'success', data: { groups: [{ name: 'g', rules }] } }))
  return url
}

async function deadline(alert: object, recorded: Readonly<Record<string, string>> = {}) {
  const url = await serverWith(alert, recorded)
  return await verificationDeadlineFor({ url })(['Down', 'Unknown'], callContext())
}

describe('the deadline of a verification is five minutes and', () => {
  test.each([
    ['nothing for a rule that looks at now', 'up == 0', 0],
    ['the longest range', 'rate(a[10m]) / rate(b[1h30m]) > 0.1', 90],
    ['the range of a subquery', 'max_over_time(rate(a[5m])[2h:30s])', 120],
    ['the range of a subquery with default step', 'max_over_time(up[1d:])', 1_440],
    ['milliseconds and bare seconds', 'rate(a[1500ms]) + rate(b[120])', 2],
    ['not what stands in texts', 'label_replace(up, "a", "x[9h] \\" [8h]", \'b\', `[7h]`) # [6h]', 0],
  ])('%s', async (_, query, minutes) => {
    expect(await deadline({ query })).toBe((minutes + 5) * minute)
  })

  test('keep_firing_for, when that is longer than any range', async () => {
    expect(await deadline({ query: 'rate(a[5m])', keepFiringFor: 1_200 })).toBe(25 * minute)
    expect(await deadline({ query: 'rate(a[1h])', keepFiringFor: 1_200 })).toBe(65 * minute)
  })

  test('the range of recording rules, through each other and in circles', async () => {
    const recorded = { 'job:a:rate1h': 'rate(a[1h])', 'job:b': 'job:a:rate1h + job:c', 'job:c': 'job:b + rate(c[3h])' }
    expect(await deadline({ query: 'job:b > 1' }, recorded)).toBe(185 * minute)
  })
})

test('there is none for alerts that Prometheus has no rule for', async () => {
  const { url } = await localServer(() => ({ status: 'success', data: { groups: [] } }))
  expect(await verificationDeadlineFor({ url })(['Down'], callContext())).toBeUndefined()
  await rejectsWith(verificationDeadlineFor({ url: nowhere })(['Down'], callContext()), 'unavailable')
})

test('a monitoring that is quicker than most gives less time on top', async () => {
  const url = await serverWith({ query: 'rate(a[10m])' })
  const integration = prometheus({ url, clearingMarginMs: 30_000 })
  expect(await integration.verificationDeadlineMs?.(['Down'], callContext())).toBe(10.5 * minute)
  expect(() => prometheus({ url, clearingMarginMs: 0 })).toThrow(/clearingMarginMs: must be/)
})
