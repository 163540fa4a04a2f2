import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connectTestbed, waitUntil } from '@mendkit/testbed'
import { beforeAll, describe, expect, inject, test } from 'vitest'
import { z } from 'zod'
import { runProgram, savePrograms, shownIn } from './support/guide.ts'
import { alertSecret } from './support/host.ts'
import { imageOf, type Scene, setScene } from './support/scene.ts'

const description = inject('testbed')
const hooks = 'a-secret-of-the-notices'
const eventsToken = 'a-token-for-events'

const kubeconfigSchema = z.object({ users: z.array(z.unknown()), contexts: z.array(z.unknown()) })
const podList = z.object({
  items: z.array(
    z.object({
      status: z.object({
        containerStatuses: z
          .array(z.object({ state: z.object({ waiting: z.object({ reason: z.string() }).optional() }) }))
          .default([]),
      }),
    }),
  ),
})

describe.skipIf(description === undefined)(
  'the guide to the first loop, step by step (needs the testbed)',
  { timeout: 180_000 },
  () => {
    beforeAll(async () => {
      // Nothing but the guide's own alert is raised.
      if (description) await connectTestbed(description).reloadPrometheus([])
    })

    test('the host of the README asks about an alert that was raised by hand, and acts once the program of the guide approves', async (context) => {
      if (description === undefined) return
      const scene = await setScene(description, context)
      const { testbed, namespace } = scene
      const commands = await shownIn('docs/guides/first-loop.md', 'sh')
      const folder = await folderAsInTheGuide(scene)
      context.onTestFinished(() => rm(folder, { recursive: true, force: true }))
      await scene.deploy({ tag: 'v1' })
      await scene.ready('v1', 2)
      await scene.deploy({ tag: 'v2-crash' })
      await waitUntil('a crash loop', () => isCrashLooping(scene))

      const host = spawn(process.execPath, ['--conditions=mendkit-source', 'host.ts'], {
        cwd: folder,
        env: { ...process.env, ...environment(scene, folder) },
        stdio: ['ignore', 'ignore', 'pipe'],
      })
      context.onTestFinished(() => void host.kill('SIGKILL'))
      const url = `http://127.0.0.1:${scene.options.port}`
      const events = await eventsOf(host, `${url}/events?after=-1`)
      expect((await fetch(`${url}/events`)).status).toBe(401)
      expect((await fetch(`${url}/events`, { headers: { authorization: 'Bearer of-somebody' } })).status).toBe(401)

      const raised = commands.map((code) => /curl .*\/api\/v2\/alerts --data '([^']*)'/.exec(code)?.[1]).find(Boolean)
      const posted = await fetch(`${testbed.alertmanager.url}/api/v2/alerts`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: (raised ?? '').replace('"shop"', JSON.stringify(namespace)),
      })
      expect(posted.status).toBe(200)

      const run = (...args: readonly string[]) => runProgram(folder, ...args)
      const asks = async () => {
        const told = await run('approve.ts')
        return told.includes('kubernetes.rollout-undo') ? told : undefined
      }
      const question = await waitUntil('a question', asks, { timeoutMs: 60_000, everyMs: 500 })
      expect(question).toContain(imageOf('v2-crash'))
      expect(await run('timeline.ts')).toMatch(/Now waiting for an approval/)
      expect((await testbed.effects({ namespace })).effects).toEqual([])

      const shown = /node (approve\.ts) (\S+) (\S+)/.exec(question)?.slice(1) ?? []
      await run(...shown)
      await waitUntil('the rollback', async () => (await scene.image()) === imageOf('v1'))
      expect((await testbed.effects({ namespace })).effects).toMatchObject([{ verb: 'patch', name: 'checkout' }])
      await waitUntil('the effect being told', () => events().includes('event: execution-observed'))

      host.kill('SIGTERM')
      expect(await once(host, 'exit')).toEqual([0, null])
    })
  },
)

/** A folder with what the guide has a reader save in it; the packages are those of this workspace. */
async function folderAsInTheGuide({ namespace, options, testbed }: Scene): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'mendkit-first-loop-'))
  const [program = ''] = await shownIn('README.md', 'ts')
  const host = program
    .replaceAll("'shop'", `'${namespace}'`)
    .replaceAll('namespace:shop', `namespace:${namespace}`)
    .replace('http://prometheus:9090', testbed.prometheus.url)
    .replace('http://alertmanager:9093', testbed.alertmanager.url)
  const [read, act] = await Promise.all(
    [options.read, options.act].map(
      async ({ kubeconfig }): Promise<unknown> => JSON.parse(await readFile(kubeconfig, 'utf8')),
    ),
  )
  const { users, contexts } = kubeconfigSchema.parse(act)
  const reader = kubeconfigSchema.parse(read)
  const both = {
    ...z.looseObject({}).parse(read),
    users: [...reader.users, ...users],
    contexts: [...reader.contexts, ...contexts],
  }
  await savePrograms(folder)
  await writeFile(join(folder, 'kubeconfig'), JSON.stringify(both))
  await writeFile(join(folder, 'host.ts'), host)
  return folder
}

function environment({ options }: Scene, folder: string): Readonly<Record<string, string>> {
  return {
    KUBECONFIG: join(folder, 'kubeconfig'),
    ALERT_SECRET: alertSecret,
    HOOK_URL: 'https://hooks.invalid/notices',
    HOOK_SECRET: hooks,
    EVENTS_TOKEN: eventsToken,
    PORT: String(options.port),
  }
}

async function isCrashLooping({ testbed, namespace }: Scene): Promise<boolean> {
  const { items } = await testbed.admin.call(podList, { path: `/api/v1/namespaces/${namespace}/pods` })
  const waiting = items.flatMap(({ status }) => status.containerStatuses.map(({ state }) => state.waiting?.reason))
  return waiting.includes('CrashLoopBackOff')
}

/** Follows the events of a host that was just started. Answers what has come so far. Throws when the host ends first. */
async function eventsOf(host: ChildProcess, url: string): Promise<() => string> {
  let complaints = ''
  host.stderr?.setEncoding('utf8').on('data', (text: string) => {
    complaints += text
  })
  const headers = { authorization: `Bearer ${eventsToken}` }
  const opened = waitUntil('events of the host', async () => {
    if (host.exitCode !== null) return 'gone'
    const reply = await fetch(url, { headers })
    return reply.body ?? undefined
  })
  const body = await opened
  if (body === 'gone') throw new Error(`the host ended with ${host.exitCode}: ${complaints}`)
  let text = ''
  const reading = async () => {
    for await (const part of body.pipeThrough(new TextDecoderStream())) text += part
  }
  reading().catch((error: unknown) => {
    text += `\n${String(error)}`
  })
  return () => text
}
