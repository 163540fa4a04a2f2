import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, onTestFinished, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { fencedCode, findServers, waitUntil } from '../src/index.ts'
import { freePorts } from '../src/machine/free-ports.ts'
import { answersOk } from '../src/machine/http-probe.ts'

const servers = findServers()
const root = fileURLToPath(new URL('../../..', import.meta.url))
const documents = globSync(['README.md', 'docs/guides/*.md', 'packages/*/README.md', 'examples/*/README.md'], {
  cwd: root,
})
const configurations = documents.flatMap((document) =>
  fencedCode(readFileSync(join(root, document), 'utf8'), 'yaml')
    .filter((code) => /^route:/m.test(code))
    .map((code) => ({ document, code })),
)

const alertList = z.array(z.object({ receivers: z.array(z.object({ name: z.string() })) }))
const routeSchema = z.object({
  route: z.object({ routes: z.array(z.object({ receiver: z.string(), group_interval: z.string().optional() })) }),
})

/** An Alertmanager of this test's own that runs on this configuration as it stands. Answers its address. */
async function alertmanagerWith(program: string, configuration: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'mendkit-documented-routes-'))
  writeFileSync(join(folder, 'alertmanager.yml'), configuration)
  const { alertmanager: port } = await freePorts('alertmanager')
  const child = spawn(
    program,
    [
      `--config.file=${join(folder, 'alertmanager.yml')}`,
      `--storage.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--cluster.listen-address=',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  )
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text
  })
  const gone = once(child, 'exit')
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await gone
    rmSync(folder, { recursive: true, force: true })
  })
  const url = `http://127.0.0.1:${port}`
  const ready = waitUntil('Alertmanager being ready', () => answersOk(`${url}/-/ready`))
  const refused = gone.then(() => Promise.reject(new Error(`Alertmanager does not take it:\n${said}`)))
  await Promise.race([ready, refused])
  return url
}

test('the documents show how to route alerts to Mendkit', () => {
  expect(configurations.map(({ document }) => document)).toEqual(
    expect.arrayContaining(['docs/guides/connect.md', 'packages/prometheus/README.md']),
  )
})

test.each(configurations)('$document: a resolved alert is not held back by minutes', ({ code }) => {
  const { route } = routeSchema.parse(parse(code))
  expect(route.routes.find(({ receiver }) => receiver === 'mendkit')?.group_interval).toMatch(/^\d{1,2}s$/)
})

describe.skipIf(servers.kind === 'missing')('with the real Alertmanager (needs the testbed)', () => {
  test.each(configurations)(
    '$document: an alert that no other route takes reaches Mendkit and the pager',
    async ({ code }) => {
      if (servers.kind === 'missing') return
      const url = await alertmanagerWith(servers.paths.alertmanager, code)
      const posted = await fetch(`${url}/api/v2/alerts`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify([{ labels: { alertname: 'Anything', namespace: 'elsewhere' } }]),
      })
      expect(posted.status).toBe(200)
      const [alert] = await waitUntil('the alert being listed', async () => {
        const alerts = alertList.parse(await (await fetch(`${url}/api/v2/alerts`)).json())
        return alerts.length > 0 ? alerts : undefined
      })
      expect(alert?.receivers.map(({ name }) => name).sort()).toEqual(['mendkit', 'pager'])
    },
  )
})
