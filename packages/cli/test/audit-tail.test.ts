import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'
import { createMendkit, silentLogger } from '@mendkit/core'
import { sqlStore } from '@mendkit/sql'
import { expect, onTestFinished, test, vi } from 'vitest'
import { launcher, mendkit } from './support/run-cli.ts'
import { patience, temporaryFolder } from './support/world.ts'

/** A log of some entries, and who writes more. */
function aLog() {
  const db = join(temporaryFolder(), 'mendkit.db')
  const host = createMendkit({ store: sqlStore(db), system: { log: silentLogger } })
  onTestFinished(() => host.close())
  return { db, host }
}

/** Follows a log in a process of its own, until the test ends. */
function following(db: string, ...more: readonly string[]) {
  const child = spawn(
    process.execPath,
    ['--conditions=mendkit-source', launcher, 'audit', 'tail', '--follow', '--db', db, ...more],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  )
  const [lines, told]: [string[], string[]] = [[], []]
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line))
  createInterface({ input: child.stderr }).on('line', (line) => told.push(line))
  onTestFinished(() => void child.kill('SIGKILL'))
  return { child, lines, told }
}

test('tail prints the last entries, or those from a number on, in words or as JSON', async () => {
  const { db, host } = aLog()
  for (let times = 0; times < 12; times += 1)
    await host.as({ id: 'ada', roles: [], tenant: 'default', via: 'x' }).pause()
  const last = await mendkit('audit', 'tail', '--db', db)
  expect([last.code, last.out.trimEnd().split('\n').length]).toEqual([0, 10])
  expect(last.out).toMatch(/^2 {2}\d{4}-\d\d-\d\d [\d:]+Z {2}engine-paused {2}engine \S+ {2}by ada \(x\)\n/)
  const json = await mendkit('audit', 'tail', '--db', db, '--from', '10', '--json')
  expect(
    json.out
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { seq: number }).seq),
  ).toEqual([10, 11])
  for (const wrong of [
    ['--from', '12'],
    ['--from', 'x'],
    ['--from', 'now'],
  ]) {
    expect((await mendkit('audit', 'tail', '--db', db, ...wrong)).code).toBe(2)
  }
  expect((await mendkit('audit', 'tail', '--db', db, '--tenant', 'nobody')).error).toContain('has no audit log')
})

test('tail follows what another process writes, waits while the database is locked and says so, and ends well at an interrupt', async () => {
  const { db, host } = aLog()
  await host.pause()
  await host.close()
  // As a vacuum or a restore does: nobody else reads or writes for a while.
  const locking = new DatabaseSync(db)
  locking.exec('pragma locking_mode = exclusive; begin exclusive; commit')
  const { child, lines, told } = following(db, '--json')
  await vi.waitFor(() => expect(told.join('\n')).toContain('waiting for the database'), patience)
  expect(lines).toEqual([])
  locking.close()
  await vi.waitFor(() => expect(lines).toHaveLength(1), patience)
  const later = createMendkit({ store: sqlStore(db), system: { log: silentLogger } })
  onTestFinished(() => later.close())
  await later.pause()
  await vi.waitFor(() => expect(lines).toHaveLength(2), patience)
  expect(lines.map((line) => (JSON.parse(line) as { seq: number }).seq)).toEqual([0, 1])

  const ended = once(child, 'exit')
  child.kill('SIGINT')
  expect(await ended).toEqual([0, null])
}, 120_000)

test.skipIf(!existsSync('/dev/full'))(
  'whoever follows into a full disk is told and ends (needs /dev/full)',
  async () => {
    const { db, host } = aLog()
    await host.pause()
    const full = openSync('/dev/full', 'w')
    onTestFinished(() => closeSync(full))
    const args = ['--conditions=mendkit-source', launcher, 'audit', 'tail', '--follow', '--db', db]
    const child = spawn(process.execPath, args, { stdio: ['ignore', full, 'pipe'] })
    onTestFinished(() => void child.kill('SIGKILL'))
    const [code] = await once(child, 'exit')
    expect(code).toBe(1)
  },
)
