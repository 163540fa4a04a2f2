import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { proofOfStart } from '../src/build/proof-of-start.ts'

async function program(text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'testbed-program-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const path = join(folder, 'etcd')
  await writeFile(path, text)
  await chmod(path, 0o755)
  return path
}

test('a server that starts says its version', async () => {
  const path = await program('#!/bin/sh\necho "etcd $1 3.7.0"\necho more\n')
  expect(await proofOfStart(path)).toBe('etcd --version 3.7.0')
  expect(await proofOfStart(path, ['version'])).toBe('etcd version 3.7.0')
})

test.each([
  ['ends with an error', '#!/bin/sh\necho "libfoo.so: cannot open" >&2\nexit 127\n', 'libfoo.so: cannot open'],
  ['was cut short', '\u007fELF', ''],
  ['wants a program that is not here', '#!/no/such/loader\n', 'cannot run'],
])('a server that %s is named, with what to do', async (_name, text, why) => {
  const path = await program(text)
  const message = expect.stringMatching(new RegExp(`^${path} does not start; delete it.*${why}`, 's'))
  await expect(proofOfStart(path)).rejects.toMatchObject({ code: 'rejected', message })
})
