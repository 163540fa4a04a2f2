import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

test('an empty environment is explained in one line', async () => {
  const args = ['--conditions=mendkit-source', 'src/start.ts']
  const options = { cwd: fileURLToPath(new URL('..', import.meta.url)), env: { ALERT_SECRET: 'is-set' } }
  const started = promisify(execFile)(process.execPath, args, options).then(
    () => undefined,
    (error: unknown) => error,
  )
  expect(await started).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(/^set HOOK_URL, HOOK_SECRET, EVENTS_TOKEN: .*\n$/),
  })
})
