import { readFileSync } from 'node:fs'
import { createMendkit, fileMirror, silentLogger, systemClock } from '@mendkit/core'
import { sqlStore } from '@mendkit/sql'
import { callContext } from '@mendkit/testkit'
import { expect, test } from 'vitest'
import { temporaryFile, temporaryFolder } from './folder.ts'
import { startChild } from './processes/child.ts'

const ctx = callContext()

/** Numbers of the entries in the file, as they came. Every line must be whole. */
function mirrored(out: string): readonly number[] {
  const lines = readFileSync(out, 'utf8').trimEnd().split('\n')
  return lines.map((line) => (JSON.parse(line) as { metadata: { sequence: number } }).metadata.sequence)
}

/** Runs a host on the same file until the mirror has the whole log; answers its size. */
async function catchUp(file: string, out: string): Promise<number> {
  const store = sqlStore(file)
  const host = createMendkit({
    store,
    settings: { engine: { sweepMs: 10, portTimeoutMs: 400 } },
    system: { mirrors: [fileMirror(out, { id: 'file' })], log: silentLogger },
  })
  const stop = new AbortController()
  const running = host.run({ signal: stop.signal })
  await host.health()
  const size = async () => (await store.auditHead('default', ctx)).size
  while (new Set(mirrored(out)).size < (await size())) await systemClock.sleep(20, ctx.signal)
  const entries = await size()
  stop.abort()
  await running
  await host.close()
  return entries
}

test('a host killed after it sent a batch and before it stored so leaves no gap: the batch comes again', async () => {
  const file = temporaryFile()
  const out = `${temporaryFolder()}/audit.jsonl`
  const child = startChild('./mirror.ts', file, out, '6')
  await child.printed(6)
  await child.kill()
  const stuck = child.lines[5]?.split(' ').map(Number) ?? []
  expect(stuck.length).toBeGreaterThan(0)
  const size = await catchUp(file, out)
  const seqs = mirrored(out)
  // First appearances are the log in order, and what was not stored as sent is there twice.
  expect([...new Set(seqs)]).toEqual(Array.from({ length: size }, (_, seq) => seq))
  expect(seqs.filter((seq) => stuck.includes(seq)).length).toBeGreaterThanOrEqual(2 * stuck.length)
}, 60_000)

test('hosts killed at any moment, one after the other, leave no gap and no entry out of order', async () => {
  const file = temporaryFile()
  const out = `${temporaryFolder()}/audit.jsonl`
  for (const batches of [3, 7, 12]) {
    const child = startChild('./mirror.ts', file, out)
    await child.printed(batches)
    await child.kill()
  }
  const size = await catchUp(file, out)
  expect([...new Set(mirrored(out))]).toEqual(Array.from({ length: size }, (_, seq) => seq))
}, 60_000)
