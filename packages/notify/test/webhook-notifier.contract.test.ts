import { holdsTo, notifierContract } from '@mendkit/testkit'
import { test } from 'vitest'
import { webhookNotifier } from '../src/index.ts'
import { receiver, takes } from './receiver.ts'

const secret = 'whsec_czNjcmV0LW9mLXRoZS1zaWduZWQtd2ViaG9vaw=='

holdsTo(test, 'webhookNotifier', notifierContract, async () => {
  const taking = await receiver(takes)
  const busy = await receiver((response) => response.writeHead(429, { 'retry-after': '7' }).end())
  const refusing = await receiver((response, { headers, body }) =>
    response.writeHead(400).end(JSON.stringify([...headers, body, secret])),
  )
  const hanging = await receiver(() => undefined)
  const notifier = (url: string) =>
    webhookNotifier({ url, secret, headers: { authorization: `Bearer ${secret}` }, allowPrivateAddresses: true })
  return {
    notifier: webhookNotifier({ url: taking.url, secret, allowPrivateAddresses: true }),
    received: () =>
      taking.seen.map(({ headers, body }) => ({
        dedupe: headers.get('webhook-id') ?? '',
        text: `${JSON.stringify([...headers])} ${body}`,
      })),
    unreachable: notifier('http://127.0.0.1:1/'),
    busy: notifier(busy.url),
    refused: notifier(refusing.url),
    hanging: notifier(hanging.url),
    secret,
  }
})
