import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { json } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'
import { z } from 'zod'
import { temporaryFolder } from './world.ts'

/** A server that answers every request with JSON until the test is over; `undefined` is a 404. */
export async function server(answer: (request: IncomingMessage) => unknown): Promise<string> {
  const listening = createServer((request, response) => {
    void (async () => {
      const found = await answer(request)
      response.writeHead(found === undefined ? 404 : 200, { 'content-type': 'application/json' })
      response.end(JSON.stringify(found ?? {}))
    })()
  }).listen(0, '127.0.0.1')
  await once(listening, 'listening')
  onTestFinished(() => {
    listening.close()
    listening.closeAllConnections()
  })
  return `http://127.0.0.1:${(listening.address() as AddressInfo).port}`
}

const review = z.object({
  spec: z.object({
    resourceAttributes: z.object({
      verb: z.string(),
      resource: z.string(),
      subresource: z.string().optional(),
      namespace: z.string().optional(),
      name: z.string().optional(),
    }),
  }),
})

/** One question of authorisation that an API server was asked. */
export type Asked = z.output<typeof review>['spec']['resourceAttributes'] & { readonly token: string }

/** An API server that knows only who may do what, and a kubeconfig with a context for each token. */
export async function apiServer(allows: (asked: Asked) => boolean) {
  const asked: Asked[] = []
  const url = await server(async (request) => {
    const token = String(request.headers.authorization).replace('Bearer ', '')
    if (request.url === '/version') return { gitVersion: 'v1.34.2' }
    if (request.url?.endsWith('/selfsubjectreviews')) return { status: { userInfo: { username: token } } }
    if (!request.url?.endsWith('/selfsubjectaccessreviews')) return undefined
    const question = { ...review.parse(await json(request)).spec.resourceAttributes, token }
    asked.push(question)
    return { status: { allowed: allows(question) } }
  })
  const kubeconfig = join(temporaryFolder(), 'kubeconfig')
  const names = ['reader', 'actor']
  writeFileSync(
    kubeconfig,
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'reader',
      clusters: [{ name: 'local', cluster: { server: url, 'insecure-skip-tls-verify': true } }],
      contexts: names.map((name) => ({ name, context: { cluster: 'local', user: name } })),
      users: names.map((name) => ({ name, user: { token: name } })),
    }),
  )
  return { asked, kubeconfig }
}
