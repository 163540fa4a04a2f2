import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'

const args = ['--conditions=mendkit-source', fileURLToPath(new URL('../src/start.ts', import.meta.url))]
const secret = 'a-secret-that-is-long-enough-for-all'
const whole = {
  ALERT_SECRET: secret,
  HOOK_URL: 'https://hooks.invalid/notices',
  HOOK_SECRET: secret,
  EVENTS_TOKEN: secret,
  KUBECONFIG: 'there-is-none',
  PORT: '0',
}

/** What became of a host that does not start, with this environment. */
function refused(env: Readonly<Record<string, string>>, cwd?: string): Promise<unknown> {
  return promisify(execFile)(process.execPath, args, { env, ...(cwd !== undefined && { cwd }) }).then(
    () => undefined,
    (error: unknown) => error,
  )
}

/** A host that runs in a folder of its own. */
async function started(): Promise<ChildProcess> {
  const cwd = await mkdtemp(join(tmpdir(), 'mendkit-minimal-'))
  const host = spawn(process.execPath, args, { cwd, env: whole, stdio: ['ignore', 'ignore', 'pipe'] })
  const ended = once(host, 'exit')
  onTestFinished(async () => {
    host.kill('SIGKILL')
    await ended
    await rm(cwd, { recursive: true, force: true })
  })
  // It says that there is no cluster once it works.
  if (host.stderr !== null) await once(host.stderr, 'data')
  return host
}

test('an empty environment is explained in one line', async () => {
  expect(await refused({ ALERT_SECRET: 'is-set' })).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(/^set HOOK_URL, HOOK_SECRET, EVENTS_TOKEN: .*\n$/),
  })
})

test('a port that is none is explained in one line', async () => {
  for (const PORT of ['abc', '99999']) {
    const stderr = `PORT is a number from 0 to 65535, not ${PORT}\n`
    expect(await refused({ ...whole, PORT })).toMatchObject({ code: 1, stdout: '', stderr })
  }
})

test('a port that another program has is explained in one line', async () => {
  const other = createServer().listen(0)
  onTestFinished(() => void other.close())
  await once(other, 'listening')
  const address = other.address()
  const PORT = String(typeof address === 'object' ? address?.port : address)
  const cwd = await mkdtemp(join(tmpdir(), 'mendkit-minimal-'))
  onTestFinished(() => rm(cwd, { recursive: true, force: true }))
  expect(await refused({ ...whole, PORT }, cwd)).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(
      new RegExp(`(?:^|\\n)port ${PORT} is in use: end the program that has it, or set PORT to another one\\n$`),
    ),
  })
}, 60_000)

test('an option that is wrong is explained in one line', async () => {
  expect(await refused({ ...whole, HOOK_SECRET: 'short' })).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(/^webhookNotifier: secret: must hold at least 16 bytes: .*\n$/),
  })
})

test.each(['SIGINT', 'SIGTERM'] as const)(
  '%s ends it in order',
  async (signal) => {
    const host = await started()
    host.kill(signal)
    expect(await once(host, 'exit')).toEqual([0, null])
  },
  60_000,
)
