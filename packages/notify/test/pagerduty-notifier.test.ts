import { type Notice, redact } from '@mendkit/core'
import { callContext, rejectsWith } from '@mendkit/testkit'
import { describe, expect, test } from 'vitest'
import { type PagerDutyNotifierOptions, pagerDutyNotifier } from '../src/index.ts'
import { notice } from './notice.ts'
import { pagerDutyServer } from './pagerduty-server.ts'
import { receiver } from './receiver.ts'

const routingKey = 'R0utingR0utingR0utingR0utingR0ut'
const options = { routingKey, allowPrivateAddresses: true }
const page = { urgency: 'page', phase: 'escalated' } as const

/** What PagerDuty was told about some notices. */
async function told(notices: readonly Partial<Notice>[], more: Partial<PagerDutyNotifierOptions> = {}) {
  const { url, events } = await pagerDutyServer(routingKey)
  const notifier = pagerDutyNotifier({ ...options, url, ...more })
  for (const about of notices) await notifier.send({ ...notice, ...about }, callContext())
  return events
}

describe('an alert in PagerDuty', () => {
  test('is opened by a page, with all that is known', async () => {
    const link = ({ incidentId }: { incidentId: string }) => `https://mendkit.example/${incidentId}`
    expect(await told([page], { link })).toEqual([
      {
        routing_key: routingKey,
        event_action: 'trigger',
        dedup_key: expect.stringMatching(/^inc_1-[0-9a-f]{32}$/),
        client: 'Mendkit',
        client_url: 'https://mendkit.example/inc_1',
        links: [{ href: 'https://mendkit.example/inc_1', text: 'Open in Mendkit' }],
        payload: {
          summary: notice.title,
          source: 'mendkit/shop',
          severity: 'critical',
          timestamp: '2026-01-01T00:00:00.000Z',
          class: 'page',
          custom_details: {
            body: notice.body,
            incident_id: 'inc_1',
            tenant: 'shop',
            notice_id: 'ntc_7',
            message_id: expect.stringMatching(/^msg_/),
            phase: 'escalated',
            approval_id: 'apr_1',
            diff: notice.diff,
          },
        },
      },
    ])
  })

  test('is one per incident and tenant, whatever the matter', async () => {
    const events = await told([
      page,
      { ...page, dedupeKey: 'another matter' },
      { ...page, incidentId: 'inc_2' },
      { ...page, tenant: 'other' },
    ])
    const [first, again, ...others] = events.map((event) => event.dedup_key)
    expect(again).toBe(first)
    expect(new Set([first, ...others]).size).toBe(3)
  })

  test('is acknowledged when somebody has taken its incident over, and shows which page it was', async () => {
    const step = { policy: 'shop', tier: 2, tiers: 3, round: 1, rounds: 2 }
    const taken = { urgency: 'info', phase: 'escalated', dedupeKey: 'held', acknowledgedBy: 'alice' } as const
    const [opened, acknowledged] = await told([{ ...page, page: step }, taken])
    expect(opened).toMatchObject({ payload: { custom_details: { escalation: 'shop, tier 2 of 3, round 1 of 2' } } })
    expect(acknowledged).toEqual({
      routing_key: routingKey,
      event_action: 'acknowledge',
      dedup_key: opened?.dedup_key,
    })
  })

  test.each(['resolved', 'closed'] as const)('is resolved when its incident is %s', async (phase) => {
    const [opened, over] = await told([page, { urgency: 'info', phase, dedupeKey: 'over' }])
    expect(over).toEqual({ routing_key: routingKey, event_action: 'resolve', dedup_key: opened?.dedup_key })
  })

  test('is neither opened nor touched by a question or by news, unless asked for', async () => {
    const rest = [{}, { urgency: 'info', phase: 'handed-over' }] as const
    expect(await told(rest)).toEqual([])
    const events = await told(rest, { triggers: ['ask', 'info'], severities: { ask: 'error' } })
    expect(events).toMatchObject([{ payload: { severity: 'error' } }, { payload: { severity: 'info' } }])
    expect(await told([page], { triggers: [] })).toEqual([])
  })

  test('keeps to the limits of the API', async () => {
    const long = redact('long ✓ '.repeat(1_500))
    const [event] = await told([{ ...page, title: long, body: long, diff: long, incidentId: 'i'.repeat(900) }])
    expect(event).toMatchObject({ payload: { summary: expect.stringMatching(/cut here: \d+ more characters\]$/) } })
    expect(await told([{ ...page, title: redact('\n') }])).toMatchObject([{ payload: { summary: 'incident inc_1' } }])
  })
})

test.each([
  [400, 'rejected'],
  [429, 'unavailable'],
  [500, 'unavailable'],
] as const)('HTTP %i is %s, and shows no key', async (status, code) => {
  const { url } = await receiver((response) => response.writeHead(status).end(routingKey))
  const error = await rejectsWith(told([page], { url }), code)
  expect(error.message).not.toContain(routingKey)
})

const wrong: readonly (readonly [path: string, options: object, says: RegExp])[] = [
  ['routingKey', { routingKey: 'hunter2' }, /32 letters/],
  ['triggers', { triggers: 'page' }, /'page', 'ask'/],
  ['triggers.0', { triggers: ['pages'] }, /'page', 'ask'/],
  ['severities.page', { severities: { page: 'high' } }, /'critical'/],
  ['url', { url: 'http://events.example/hunter2', allowPrivateAddresses: false }, /https/],
  ['routing', { routing: 'x' }, /no such option.*routingKey/],
]
test.each(wrong)('wrong options are refused by %s, as in %j', (path, given, says) => {
  const make = () => pagerDutyNotifier({ ...options, ...given } as never)
  expect(make).toThrow(expect.objectContaining({ code: 'config', path, message: expect.stringMatching(says) }))
  expect(make).toThrow(`pagerDutyNotifier: ${path}: `)
  expect(make).not.toThrow(/hunter2/)
})
