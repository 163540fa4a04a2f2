import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileAnchors, memoryAnchors } from '@mendkit/core'
import { anchorSinkContract, callContext, holdsTo, testCheckpoint } from '@mendkit/testkit'
import { expect, onTestFinished, test } from 'vitest'

const says = 'throws unavailable when its place cannot be reached'
const shows = 'never shows its secret in an error, in its id or its place'

holdsTo(
  test,
  'memoryAnchors',
  anchorSinkContract,
  async () => {
    const sink = memoryAnchors()
    return { sink, again: async () => sink }
  },
  { [says]: 'memory is always there', [shows]: 'it has no secret' },
)

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'mendkit-anchors-'))
  onTestFinished(() => rmSync(made, { recursive: true }))
  return made
}

holdsTo(
  test,
  'fileAnchors',
  anchorSinkContract,
  async () => {
    const path = join(folder(), 'anchors')
    return { sink: fileAnchors(path), again: async () => fileAnchors(path), unreachable: fileAnchors(folder()) }
  },
  { [shows]: 'it has no secret' },
)

const ctx = callContext()
const origin = 'log.example/test/acme'
const note = (size: number) => testCheckpoint({ origin, size, root: Buffer.alloc(32, 1) })

test('a file of anchors is for its owner alone, and only ever grows', async () => {
  const path = join(folder(), 'anchors')
  const sink = fileAnchors(path)
  await sink.put({ note: note(3), at: 0 }, ctx)
  expect(statSync(path).mode & 0o777).toBe(0o600)
  const before = readFileSync(path, 'utf8')
  await sink.put({ note: note(4), at: 0 }, ctx)
  await sink.put({ note: note(4), at: 0 }, ctx)
  const after = readFileSync(path, 'utf8')
  expect(after.startsWith(before)).toBe(true)
  expect(after.trimEnd().split('\n')).toHaveLength(2)
})

test('a line that a crash cut damages none but itself, and is told', async () => {
  const path = join(folder(), 'anchors')
  const whole = `${JSON.stringify({ at: '2026-01-01T00:00:00.000Z', note: note(3) })}\n`
  writeFileSync(path, whole + whole.slice(0, 40))
  const told: string[] = []
  const log = { ...ctx.log, warn: (line: string) => void told.push(line) }
  await fileAnchors(path).put({ note: note(5), at: 0 }, ctx)
  const kept = await fileAnchors(path).list({ origin, from: 0, limit: 10 }, { ...ctx, log })
  expect(kept.map((anchor) => anchor.note)).toEqual([note(3), note(5)])
  expect(told).toEqual([expect.stringContaining('line 2')])
})

test('a file is read again for an anchor only when somebody else wrote to it, and then all that is new is compared', async () => {
  const path = join(folder(), 'anchors')
  writeFileSync(path, 'no anchor\n')
  const told: string[] = []
  const log = { ...ctx.log, warn: (line: string) => void told.push(line) }
  const [ours, theirs] = [fileAnchors(path), fileAnchors(path)]
  const forked = (size: number) => testCheckpoint({ origin, size, root: Buffer.alloc(32, 2) })
  for (const size of [3, 4, 5]) await ours.put({ note: note(size), at: 0 }, { ...ctx, log })
  expect(told).toHaveLength(1)
  await theirs.put({ note: note(6), at: 0 }, ctx)
  await expect(ours.put({ note: forked(6), at: 0 }, { ...ctx, log })).rejects.toMatchObject({ code: 'rejected' })
  await expect(ours.put({ note: forked(4), at: 0 }, ctx)).rejects.toMatchObject({ code: 'rejected' })
  // Another file in its place, of which nothing is known.
  rmSync(path)
  await theirs.put({ note: forked(7), at: 0 }, ctx)
  await expect(ours.put({ note: note(7), at: 0 }, ctx)).rejects.toMatchObject({ code: 'rejected' })
  expect(await ours.list({ origin, from: 0, limit: 10 }, ctx)).toMatchObject([{ note: forked(7) }])
})

test.skipIf(process.getuid?.() === 0)(
  'a file that may not be written is said to be unavailable (needs a user who is not root)',
  async () => {
    const path = join(folder(), 'anchors')
    writeFileSync(path, '')
    chmodSync(path, 0o400)
    await expect(fileAnchors(path).put({ note: note(3), at: 0 }, ctx)).rejects.toMatchObject({ code: 'unavailable' })
  },
)
