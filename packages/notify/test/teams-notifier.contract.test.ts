import { holdsTo, notifierContract } from '@mendkit/testkit'
import { test } from 'vitest'
import { teamsNotifier } from '../src/index.ts'
import { receiver } from './receiver.ts'
import { teamsServer } from './teams-server.ts'

const secret = 's1gnature-of-the-workflow'

holdsTo(test, 'teamsNotifier', notifierContract, async () => {
  const taking = await teamsServer()
  const busy = await receiver((response) => response.writeHead(429, { 'retry-after': '7' }).end())
  const refusing = await receiver((response, { body }) => response.writeHead(401).end(`${secret} ${body}`))
  const hanging = await receiver(() => undefined)
  const notifier = (url: string) => teamsNotifier({ url, allowPrivateAddresses: true })
  return {
    notifier: notifier(taking.url),
    received: () => taking.cards.map((card) => ({ dedupe: card.body[0]?.id ?? '', text: JSON.stringify(card) })),
    unreachable: notifier(`http://127.0.0.1:1/?sig=${secret}`),
    busy: notifier(busy.url),
    refused: notifier(`${refusing.url}?sig=${secret}`),
    hanging: notifier(hanging.url),
    secret,
  }
})
