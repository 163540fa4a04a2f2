import { heartbeatContract, holdsTo } from '@mendkit/testkit'
import { test } from 'vitest'
import { heartbeat } from '../src/index.ts'
import { receiver, takes } from './receiver.ts'

const secret = 'pa55-in-the-path'

for (const method of ['GET', 'POST'] as const) {
  holdsTo(test, `heartbeat by ${method}`, heartbeatContract, async () => {
    const taking = await receiver(takes)
    const refusing = await receiver((response, { headers, body }) =>
      response.writeHead(404).end(JSON.stringify([...headers, body, secret])),
    )
    const hanging = await receiver(() => undefined)
    const beating = (url: string) => heartbeat({ url, method, allowPrivateAddresses: true })
    return {
      heartbeat: beating(taking.url),
      received: () => taking.seen.length,
      unreachable: beating(`http://127.0.0.1:1/${secret}`),
      refused: beating(refusing.url),
      hanging: beating(hanging.url),
      secret,
    }
  })
}
