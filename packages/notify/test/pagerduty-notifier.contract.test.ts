import { holdsTo, notifierContract } from '@mendkit/testkit'
import { test } from 'vitest'
import { pagerDutyNotifier } from '../src/index.ts'
import { pagerDutyServer } from './pagerduty-server.ts'
import { receiver } from './receiver.ts'

const routingKey = 'S3cretS3cretS3cretS3cretS3cretS3'

holdsTo(test, 'pagerDutyNotifier', notifierContract, async () => {
  const taking = await pagerDutyServer(routingKey)
  const busy = await receiver((response) => response.writeHead(429, { 'retry-after': '7' }).end())
  const refusing = await pagerDutyServer('another0another0another0another0')
  const hanging = await receiver(() => undefined)
  const notifier = (url: string) =>
    pagerDutyNotifier({ routingKey, url, triggers: ['page', 'ask', 'info'], allowPrivateAddresses: true })
  return {
    notifier: notifier(taking.url),
    received: () =>
      taking.events.map((event) => {
        const { routing_key: _, ...told } = event
        const details = event.event_action === 'trigger' ? event.payload.custom_details : undefined
        return { dedupe: String(details?.['message_id']), text: `${JSON.stringify(told)} ${String(details?.['body'])}` }
      }),
    unreachable: notifier('http://127.0.0.1:1/'),
    busy: notifier(busy.url),
    refused: notifier(refusing.url),
    hanging: notifier(hanging.url),
    secret: routingKey,
  }
})
