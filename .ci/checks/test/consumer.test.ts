import { describe, expect, test } from 'vitest'
import { importedPackages } from '../../consumer/project.ts'
import { runHost } from '../../consumer/run-host.ts'
import { surroundings } from '../../consumer/surroundings.ts'
import { fixture } from './fixture.ts'

const listening =
  "import { createServer } from 'node:http'\nconst server = createServer((_, response) => response.end('ok')).listen(process.env.PORT)\n"
const stopping = "process.on('SIGTERM', () => { server.closeAllConnections(); server.close() })\n"

const hosted = (code: string, env: NodeJS.ProcessEnv = {}) =>
  runHost(fixture({ 'host.mjs': code }), 'host.mjs', code, env)

describe('the consumer test', () => {
  test('installs what the host imports', () => {
    const code =
      "import { a } from '@mendkit/core/sub'\nimport type { B } from 'hono/x'\nimport './c.ts'\nimport 'node:fs'\nvoid import('pino')"
    expect(importedPackages(code)).toEqual(['@mendkit/core', 'hono', 'pino'])
  })

  test('accepts a host that answers and stops', async () => {
    await expect(hosted(listening + stopping)).resolves.toBeUndefined()
  })

  test('finds a host that ends early, and shows what it printed', async () => {
    const code = "console.error('no credentials for process.env.PORT')\nprocess.exitCode = 3\n"
    await expect(hosted(code)).rejects.toThrow(/ended with 3 before it answered[\s\S]*no credentials/)
  })

  test('finds a host that fails while it stops', async () => {
    await expect(hosted(`${listening}process.on('SIGTERM', () => process.exit(4))\n`)).rejects.toThrow('stopped with 4')
  })

  test('finds a host without a port', async () => {
    await expect(hosted('setInterval(() => undefined, 1000)\n')).rejects.toThrow('neither reads PORT nor names a port')
  })

  test('gives the host a kubeconfig, and a server that is never there', async () => {
    const folder = fixture({ 'a.txt': '' })
    await using around = await surroundings(folder)
    const read = `import { readFileSync } from 'node:fs'\nconst config = JSON.parse(readFileSync(process.env.KUBECONFIG, 'utf8'))\n`
    const ask =
      "const { status } = await fetch(config.clusters[0].cluster.server)\nif (status !== 503) throw new Error('there')\n"
    await expect(hosted(read + ask + listening + stopping, around.env)).resolves.toBeUndefined()
  })
})
