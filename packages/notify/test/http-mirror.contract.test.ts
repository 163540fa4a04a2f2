import { holdsTo, mirrorSinkContract } from '@mendkit/testkit'
import { test } from 'vitest'
import { httpMirror } from '../src/index.ts'
import { eventsOf } from './ocsf-events.ts'
import { receiver, takes } from './receiver.ts'

const secret = 'pa55-in-the-path'

for (const format of ['lines', 'array'] as const) {
  holdsTo(test, `httpMirror with ${format}`, mirrorSinkContract, async () => {
    const taking = await receiver(takes)
    const refusing = await receiver((response, { headers, body }) =>
      response.writeHead(400).end(JSON.stringify([...headers, body, secret])),
    )
    const busy = await receiver((response) => response.writeHead(429, { 'retry-after': '7' }).end())
    const hanging = await receiver(() => undefined)
    const mirror = (url: string) => httpMirror({ url, format, allowPrivateAddresses: true })
    return {
      sink: mirror(taking.url),
      received: async (tenant) =>
        taking.seen
          .flatMap(eventsOf)
          .filter(({ metadata }) => metadata.tenant_uid === tenant)
          .map(({ metadata }) => metadata.sequence),
      unreachable: mirror(`http://127.0.0.1:1/${secret}`),
      refused: mirror(refusing.url),
      busy: mirror(busy.url),
      hanging: mirror(hanging.url),
      secret,
    }
  })
}
