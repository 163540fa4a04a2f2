import { callContext } from '@mendkit/testkit'
import { describe, expect, test } from 'vitest'
import { prometheus } from '../src/index.ts'
import { echoing, type LocalServer, localServer, type SeenRequest } from './local-server.ts'

const secret = 'hunter2-secret'
const headers = { authorization: `Bearer ${secret}` }

/** A server that answers like either program to who brings the secret, and refuses everybody else. */
function guarded(answer: unknown): Promise<LocalServer> {
  return localServer((request: SeenRequest, response) =>
    request.headers.authorization === headers.authorization ? answer : echoing(401)(request, response),
  )
}

async function canRead(
  given: { readonly prometheus: string; readonly alertmanager: string },
  own = headers,
  am = headers,
) {
  const alertmanager = { url: given.alertmanager, source: 'am', headers: am }
  return prometheus({ url: given.prometheus, headers: own, alertmanager }).canRead?.(callContext())
}

const ok = { status: 'success', data: { resultType: 'scalar', result: [1, '1'] } }
const wrong = { authorization: `Bearer ${secret}-of-yesterday` }

describe('whether the credentials to read are accepted', () => {
  test('is asked of both servers, once each', async () => {
    const [prom, am] = [await guarded(ok), await guarded({})]
    expect(await canRead({ prometheus: prom.url, alertmanager: am.url })).toMatchObject({ permitted: true })
    expect(prom.seen.map(({ method, path }) => `${method} ${path}`)).toEqual(['GET /api/v1/query'])
    expect(am.seen.map(({ method, path }) => `${method} ${path}`)).toEqual(['GET /api/v2/status'])
  })

  test('is denied when either refuses, with its name, what to do, and no secret', async () => {
    const [prom, am] = [await guarded(ok), await guarded({})]
    const servers = { prometheus: prom.url, alertmanager: am.url }
    const first = await canRead(servers, wrong)
    const second = await canRead(servers, headers, wrong)
    expect(first).toMatchObject({ permitted: false, because: expect.stringContaining('Prometheus at') })
    expect(second).toMatchObject({ permitted: false, because: expect.stringContaining('Alertmanager at') })
    expect(first?.because).toContain('check the credentials in `headers`')
    expect(JSON.stringify([first, second])).not.toContain(secret)
  })

  test('is left open while a server is away, unless the other refuses', async () => {
    const [down, am] = [await localServer(echoing(503)), await guarded({})]
    const servers = { prometheus: down.url, alertmanager: am.url }
    await expect(canRead(servers)).rejects.toMatchObject({ code: 'unavailable' })
    expect(await canRead(servers, headers, wrong)).toMatchObject({ permitted: false })
  })
})
