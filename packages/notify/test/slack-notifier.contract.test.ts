import { holdsTo, notifierContract } from '@mendkit/testkit'
import { test } from 'vitest'
import { slackNotifier } from '../src/index.ts'
import { receiver } from './receiver.ts'
import { slackRefuses, slackServer } from './slack-server.ts'

const token = 'xoxb-s3cret-token'

holdsTo(test, 'slackNotifier', notifierContract, async () => {
  const taking = await slackServer(token)
  const busy = await receiver((response) => response.writeHead(429, { 'retry-after': '7' }).end())
  const refusing = await receiver((response, { headers, body }) =>
    response.writeHead(200).end(JSON.stringify({ ok: false, error: `${headers.get('authorization')} ${body}` })),
  )
  const hanging = await receiver(() => undefined)
  const notifier = (url: string) => slackNotifier({ token, channel: 'C1', url, allowPrivateAddresses: true })
  return {
    notifier: notifier(taking.url),
    received: () =>
      taking.messages.map((message) => ({
        dedupe: message.metadata.event_payload['message_id'] ?? '',
        text: JSON.stringify(message),
      })),
    unreachable: notifier('http://127.0.0.1:1/'),
    busy: notifier(busy.url),
    refused: notifier(refusing.url),
    hanging: notifier(hanging.url),
    secret: token,
  }
})

holdsTo(
  test,
  'slackNotifier that Slack answers with its own words',
  notifierContract.filter(({ says }) => /busy receiver|refuses for good/.test(says)),
  async () => {
    const busy = await slackServer(token, () => slackRefuses('ratelimited', { 'retry-after': '7' }))
    const refusing = await slackServer(token, () => slackRefuses('channel_not_found'))
    const notifier = (url: string) => slackNotifier({ token, channel: 'C1', url, allowPrivateAddresses: true })
    return {
      notifier: notifier(refusing.url),
      received: () => [],
      busy: notifier(busy.url),
      refused: notifier(refusing.url),
    }
  },
)
